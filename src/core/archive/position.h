/* SPDX-License-Identifier: GPL-3.0-or-later
 * How far an archive is stored. A position is only used if the content before it is still the same. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TLSRPT_POSITION_BYTES 32

/**
 * TlsrptPosition:
 * @archive: which archive: SHA-256 of the first message of an mbox, or of a folder's real path
 * @done: what is stored: up to the message at this offset, that one included, or this many names of the folder
 * @check: SHA-256 of that message and of the CRC-32 of all before it, or over names, sizes and times
 *   of these entries
 *
 * An mbox that grows keeps its position, one that lost or changed messages does not. A folder keeps
 * it as long as what comes up to the position is the same.
 */
typedef struct {
  guint8 archive[TLSRPT_POSITION_BYTES];
  guint64 done;
  guint8 check[TLSRPT_POSITION_BYTES];
} TlsrptPosition;

/** TlsrptPositions: positions by archive */
typedef GHashTable TlsrptPositions;

/**
 * tlsrpt_positions_new:
 *
 * Returns: (transfer full): an empty table
 */
TlsrptPositions *tlsrpt_positions_new (void);

/**
 * tlsrpt_positions_set:
 * @positions: a table
 * @position: copied; takes the place of another one of the same archive
 */
void tlsrpt_positions_set (TlsrptPositions *positions, const TlsrptPosition *position);

/**
 * tlsrpt_positions_find:
 * @positions: (nullable): a table
 * @archive: TLSRPT_POSITION_BYTES bytes
 *
 * Returns: (transfer none) (nullable): the position of @archive
 */
const TlsrptPosition *tlsrpt_positions_find (TlsrptPositions *positions, const guint8 *archive);

/**
 * TlsrptResumeNote:
 * @text: a line for a person: what is passed over
 * @position: the position that was found to hold
 * @bytes: bytes of files that are passed over by it, about; 0 for a folder
 */
typedef struct {
  char *text;
  TlsrptPosition position;
  guint64 bytes;
} TlsrptResumeNote;

/**
 * tlsrpt_resume_note_free:
 * @note: (transfer full): what to free
 */
void tlsrpt_resume_note_free (TlsrptResumeNote *note);

/**
 * TlsrptResume:
 * @positions: positions up to which earlier runs stored archives
 * @notes: (element-type TlsrptResumeNote): of these, which hold, in the order they were found to
 */
typedef struct {
  TlsrptPositions *positions;
  GQueue notes;
} TlsrptResume;

/**
 * tlsrpt_resume_note:
 * @resume: where to note
 * @position: position that holds
 * @path: of the archive
 * @amount: how much of it is passed over
 * @unit: of what
 *
 * Returns: (transfer none): the note, for more to be said
 */
TlsrptResumeNote *tlsrpt_resume_note (TlsrptResume *resume, const TlsrptPosition *position,
                                      const char *path, guint64 amount, const char *unit);

/**
 * tlsrpt_position_digest:
 * @to: (out caller-allocates): TLSRPT_POSITION_BYTES bytes: SHA-256 of what follows, each part
 *   preceded by its length
 * @...: pairs of `gconstpointer` data and `gsize` length; ended by %NULL
 */
void tlsrpt_position_digest (guint8 *to, ...) G_GNUC_NULL_TERMINATED;

G_END_DECLS
