/* SPDX-License-Identifier: GPL-3.0-or-later
 * A folder, or a Maildir, to the files below it, sorted, in memory that does not grow with their
 * number. Passes over dot-files and what is no file; refuses folders inside each other past a cap. */
#pragma once

#include "core/archive/position.h"

#include <glib.h>

G_BEGIN_DECLS

/* About 10 MB; a folder of ten million files is then gone through 150 times, minutes beside hours. */
#define TLSRPT_WALK_CHUNK_NAMES 65536u

/**
 * TlsrptWalkFile:
 * @path: the file
 * @size: bytes, as the folder said
 * @position: of its folder once it is stored
 * @has_position: %FALSE if something before it in its folder could not be read
 * @is_mail: %TRUE if it is one mail, whatever it looks like: it lies in `cur` or `new` of a Maildir
 */
typedef struct {
  char *path;
  guint64 size;
  gboolean is_mail;
  TlsrptPosition position;
  gboolean has_position;
} TlsrptWalkFile;

/**
 * tlsrpt_walk_file_free:
 * @file: (transfer full): what to free
 */
void tlsrpt_walk_file_free (TlsrptWalkFile *file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptWalkFile, tlsrpt_walk_file_free)

/** TlsrptWalk: a walk through a folder */
typedef struct _TlsrptWalk TlsrptWalk;

/**
 * tlsrpt_walk_new:
 * @path: a folder; of one with `cur` and `new` in it only these two are read
 * @chunk_names: names of one folder in memory; TLSRPT_WALK_CHUNK_NAMES outside of tests
 * @resume: (nullable): what is stored already: its files are passed over
 *
 * Returns: (transfer full): a walk at its beginning; nothing is opened yet
 */
TlsrptWalk *tlsrpt_walk_new (const char *path, guint chunk_names, TlsrptResume *resume);

/**
 * tlsrpt_walk_free:
 * @walk: (transfer full): what to free
 */
void tlsrpt_walk_free (TlsrptWalk *walk);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptWalk, tlsrpt_walk_free)

/**
 * tlsrpt_walk_next:
 * @walk: a walk
 * @error: return location
 *
 * Gives files by the bytes of their names, folders in their place among them. A folder reached twice,
 * by a link, is read once.
 *
 * Errors: of %G_FILE_ERROR, with the path in the text; the next call goes on behind that folder.
 *
 * Returns: (transfer full) (nullable): the next file; %NULL at the end, or with @error set
 */
TlsrptWalkFile *tlsrpt_walk_next (TlsrptWalk *walk, GError **error);

/**
 * tlsrpt_walk_mark_failed:
 * @walk: a walk
 *
 * Tells that the last file could not be read (to its end): a later run must come back to it.
 */
void tlsrpt_walk_mark_failed (TlsrptWalk *walk);

/**
 * tlsrpt_walk_passed:
 * @walk: a walk
 *
 * Returns: bytes of all files that were passed over
 */
guint64 tlsrpt_walk_passed (const TlsrptWalk *walk);

/**
 * tlsrpt_walk_listed:
 * @walk: a walk
 *
 * Returns: bytes of all files in the folders that were opened so far
 */
guint64 tlsrpt_walk_listed (const TlsrptWalk *walk);

G_END_DECLS
