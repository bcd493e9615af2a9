/* SPDX-License-Identifier: GPL-3.0-or-later
 * The files and folders in one folder, sorted by the bytes of their names, a chunk of names in memory
 * at a time. Passes over dot-files, pipes, sockets and devices. */
#pragma once

#include "core/archive/position.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptFolderEntry:
 * @size: bytes
 * @modified: nanoseconds since 1970 UTC
 * @is_folder: %TRUE for a folder
 * @name: its name
 */
typedef struct {
  guint64 size;
  gint64 modified;
  gboolean is_folder;
  char name[];
} TlsrptFolderEntry;

/** TlsrptFolder: a folder being read */
typedef struct _TlsrptFolder TlsrptFolder;

/**
 * tlsrpt_folder_new:
 * @path: a folder
 * @files_only: pass over folders in it
 * @chunk_names: how many names to keep in memory
 *
 * Returns: (transfer full): the folder, not read yet
 */
TlsrptFolder *tlsrpt_folder_new (const char *path, gboolean files_only, guint chunk_names);

/**
 * tlsrpt_folder_new_of:
 * @path: a folder
 * @names: (array zero-terminated=1): the only folders in it that are wanted, sorted
 *
 * Returns: (transfer full): the folder
 */
TlsrptFolder *tlsrpt_folder_new_of (const char *path, const char *const *names);

/**
 * tlsrpt_folder_free:
 * @folder: (transfer full): what to free
 */
void tlsrpt_folder_free (TlsrptFolder *folder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptFolder, tlsrpt_folder_free)

/**
 * tlsrpt_folder_path:
 * @folder: a folder
 *
 * Returns: (transfer none): its path
 */
const char *tlsrpt_folder_path (const TlsrptFolder *folder);

/**
 * tlsrpt_folder_next:
 * @folder: a folder
 * @error: return location
 *
 * Errors: of %G_FILE_ERROR, with the path in the text; names listed before are returned by the next calls.
 *
 * Returns: (transfer none) (nullable): the next entry, good until the next call; %NULL at the end, or
 *   with @error set
 */
const TlsrptFolderEntry *tlsrpt_folder_next (TlsrptFolder *folder, GError **error);

/**
 * tlsrpt_folder_position:
 * @folder: a folder
 * @position: (out): the position behind the last entry that was returned
 *
 * Returns: %FALSE if the folder has no position any more, as tlsrpt_folder_fail() was called
 */
gboolean tlsrpt_folder_position (const TlsrptFolder *folder, TlsrptPosition *position);

/**
 * tlsrpt_folder_fail:
 * @folder: a folder
 *
 * Notes that an entry could not be read: from here on the folder has no position.
 */
void tlsrpt_folder_fail (TlsrptFolder *folder);

/**
 * tlsrpt_folder_stored:
 * @folder: a folder of which no entry was asked for yet
 * @resume: what is stored already; a note is added to it where that still holds
 *
 * Returns: how many of its first entries are stored: as @resume says, if they are still the same
 */
guint64 tlsrpt_folder_stored (const TlsrptFolder *folder, TlsrptResume *resume);

/**
 * tlsrpt_folder_listed:
 * @folder: a folder
 *
 * Returns: bytes of all files that were listed so far
 */
guint64 tlsrpt_folder_listed (const TlsrptFolder *folder);

G_END_DECLS
