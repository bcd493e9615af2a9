/* SPDX-License-Identifier: GPL-3.0-or-later
 * Paths to messages and documents, one at a time and in bounded memory: stdin, mbox (plain or
 * gzipped), Maildir, directories, .eml, .json, .json.gz. Refuses nothing but what it cannot read. */
#pragma once

#include "core/archive/position.h"
#include "core/item.h"
#include "core/limits.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_source_kind_of:
 * @bytes: a mail or document of which no path says what it is: from standard input, out of quarantine
 *
 * Returns: what its bytes say; a mail where they say nothing
 */
TlsrptItemKind tlsrpt_source_kind_of (GBytes *bytes);

/** TlsrptSource: an opaque reader over several paths */
typedef struct _TlsrptSource TlsrptSource;

/**
 * tlsrpt_source_new:
 * @paths: (array zero-terminated=1): files, directories, Maildirs; `-` is an mbox (or one message) on stdin
 * @limits: caps; `message_bytes` bounds the memory of one item
 *
 * Returns: (transfer full): a reader; nothing is opened yet
 */
TlsrptSource *tlsrpt_source_new (const char *const *paths, const TlsrptLimits *limits);

/**
 * tlsrpt_source_free:
 * @source: (transfer full): what to free
 */
void tlsrpt_source_free (TlsrptSource *source);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptSource, tlsrpt_source_free)

/**
 * tlsrpt_source_set_stored:
 * @source: a reader of which nothing was asked yet
 * @stored: (transfer none): positions up to which earlier runs stored archives; not changed from here on
 *
 * What is stored is passed over, if it is still the same.
 */
void tlsrpt_source_set_stored (TlsrptSource *source, TlsrptPositions *stored);

/**
 * tlsrpt_source_take_note:
 * @source: a reader
 *
 * Returns: (transfer full) (nullable): the next archive that was passed over in part; %NULL if all
 *   were taken
 */
TlsrptResumeNote *tlsrpt_source_take_note (TlsrptSource *source);

/**
 * tlsrpt_source_next:
 * @source: a reader
 * @error: return location
 *
 * Errors: of %G_FILE_ERROR or %G_IO_ERROR, with the path in the text; the next call continues with the
 * next path.
 *
 * Returns: (transfer full) (nullable): the next item; %NULL at the end, or with @error set
 */
TlsrptItem *tlsrpt_source_next (TlsrptSource *source, GError **error);

/**
 * tlsrpt_source_progress:
 * @source: a reader
 * @done: (out): bytes of input files consumed so far
 * @total: (out): bytes of all input files known so far; 0 if unknown
 */
void tlsrpt_source_progress (TlsrptSource *source, guint64 *done, guint64 *total);

/**
 * TlsrptSourceTally:
 * @others: files of folders that were passed over, as neither their bytes nor their names say that they
 *   are a mail, an mbox or a document; a file that was named as a PATH is always read
 * @doubts: lines of mboxes that begin with `From ` and may, or may not, begin a mail (see
 *   tlsrpt_from_line_judge())
 *
 * What a person should know of what was read.
 */
typedef struct {
  guint64 others;
  guint64 doubts;
} TlsrptSourceTally;

/**
 * tlsrpt_source_tally:
 * @source: a reader
 *
 * Returns: how many there were so far
 */
TlsrptSourceTally tlsrpt_source_tally (const TlsrptSource *source);

/**
 * tlsrpt_source_read_stdin:
 * @limits: caps; reading stops one byte past `message_bytes`
 * @is_cut: (out): %TRUE if there was more than the cap
 * @error: return location
 *
 * Reads the one message that a mail system hands to `deliver`; the rest past the cap is drained, so
 * that the mail system is not killed by SIGPIPE.
 *
 * Errors: %TLSRPT_ERROR_TEMPORARY if standard input cannot be read.
 *
 * Returns: (transfer full): the bytes, cut at the cap; or %NULL with @error set
 */
GBytes *tlsrpt_source_read_stdin (const TlsrptLimits *limits, gboolean *is_cut, GError **error);

G_END_DECLS
