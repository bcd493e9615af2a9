/* SPDX-License-Identifier: GPL-3.0-or-later
 * One message, or one document taken out of a message, with all that becomes known of it: each step
 * from archive to database fills in its part. */
#pragma once

#include "core/archive/position.h"
#include "core/envelope.h"
#include "core/errors.h"
#include "core/report/report.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptItemKind:
 * @TLSRPT_ITEM_MESSAGE: a mail
 * @TLSRPT_ITEM_DOCUMENT: a document that was taken out of its mail
 *
 * What an item is.
 */
typedef enum {
  TLSRPT_ITEM_MESSAGE,
  TLSRPT_ITEM_DOCUMENT,
} TlsrptItemKind;

/**
 * TlsrptPlace:
 * @TLSRPT_PLACE_NONE: a file of its own, or standard input
 * @TLSRPT_PLACE_MBOX: in an mbox
 * @TLSRPT_PLACE_FOLDER: a file in a folder
 *
 * What an item is a piece of, if a later run could resume behind it.
 */
typedef enum {
  TLSRPT_PLACE_NONE,
  TLSRPT_PLACE_MBOX,
  TLSRPT_PLACE_FOLDER,
} TlsrptPlace;

/**
 * TlsrptOutcome:
 * @TLSRPT_OUTCOME_STORED: a report is stored
 * @TLSRPT_OUTCOME_DUPLICATE: it was stored before
 * @TLSRPT_OUTCOME_CONFLICT: another document is stored under its identity; it is in quarantine
 * @TLSRPT_OUTCOME_QUARANTINED: a message is in quarantine
 * @TLSRPT_OUTCOME_FLOOD: the store has no more room for a report; its message is in quarantine
 * @TLSRPT_OUTCOME_WAITING: it belongs into quarantine, which is full: the sending side keeps it
 * @TLSRPT_N_OUTCOMES: how many there are
 *
 * What became of one report, or of the refused rest of a message.
 */
typedef enum {
  TLSRPT_OUTCOME_STORED,
  TLSRPT_OUTCOME_DUPLICATE,
  TLSRPT_OUTCOME_CONFLICT,
  TLSRPT_OUTCOME_QUARANTINED,
  TLSRPT_OUTCOME_FLOOD,
  TLSRPT_OUTCOME_WAITING,
  TLSRPT_N_OUTCOMES,
} TlsrptOutcome;

/**
 * TlsrptItem:
 * @kind: a mail, or a document out of one
 * @bytes: its bytes; where @is_cut, the first `message_bytes` of them
 * @envelope_sender: (nullable): as the mail system passed it on, where that is known
 * @path: (nullable): file it came from, `-` for standard input
 * @offset: where it starts in @path, in bytes (inflated bytes for a gzipped mbox); 0 for a file of its own
 * @end: where it ends in @path
 * @is_cut: %TRUE if it was longer than `message_bytes` and is cut there
 * @place: what it is a piece of
 * @position: see tlsrpt_source_position(), which completes it
 * @crc_before: CRC-32 of the messages before it in the mbox
 * @envelope: (nullable): what the header says; %NULL for a document
 * @reports: (element-type TlsrptReport): the reports that nothing refused so far; may be empty
 * @refusal: (nullable): why the message, or a part of it, is refused: the first reason found. Always of
 *   %TLSRPT_ERROR and the message's fault, its text `stage: what was found`
 * @authenticated_domain: (nullable): domain whose valid signature vouches for the message
 * @deferral: (nullable): why it is too early to judge it
 * @is_refusal_kept: %TRUE if the message goes to quarantine for @refusal
 * @outcomes: (element-type TlsrptOutcome): one for each of @reports, then one for the refusal if
 *   @is_refusal_kept; empty until it is stored
 *
 * The first ten members are set when it is read (source.h), the next three when it is decoded
 * (decode.h), the next two when it is judged (judge.h), the last two when it is stored (intake.h).
 */
typedef struct {
  TlsrptItemKind kind;
  GBytes *bytes;
  char *envelope_sender;
  char *path;
  guint64 offset;
  guint64 end;
  gboolean is_cut;
  TlsrptPlace place;
  TlsrptPosition position;
  guint32 crc_before;
  TlsrptEnvelope *envelope;
  GPtrArray *reports;
  GError *refusal;
  char *authenticated_domain;
  GError *deferral;
  gboolean is_refusal_kept;
  GArray *outcomes;
} TlsrptItem;

/**
 * tlsrpt_item_new:
 * @kind: what it is
 * @bytes: its bytes
 * @path: (nullable): file it came from
 *
 * Returns: (transfer full): an item of which no more is known
 */
TlsrptItem *tlsrpt_item_new (TlsrptItemKind kind, GBytes *bytes, const char *path);

/**
 * tlsrpt_item_free:
 * @item: (transfer full) (nullable): what to free
 */
void tlsrpt_item_free (TlsrptItem *item);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptItem, tlsrpt_item_free)

/**
 * tlsrpt_item_report:
 * @item: an item
 * @i: index into its reports
 *
 * Returns: (transfer none): the report
 */
TlsrptReport *tlsrpt_item_report (const TlsrptItem *item, guint i);

/**
 * TlsrptItemJudge:
 * @report: a report
 * @data: what was handed in
 *
 * Returns: (transfer full) (nullable): why @report is refused, of %TLSRPT_ERROR; %NULL if it is not
 */
typedef GError *(*TlsrptItemJudge) (TlsrptReport *report, gconstpointer data);

/**
 * tlsrpt_item_judge_reports:
 * @item: a decoded item
 * @judge: called on each report; those that it refuses are taken out
 * @data: for @judge
 *
 * Sets `refusal` to the first that @judge returns, unless there was one before.
 */
void tlsrpt_item_judge_reports (TlsrptItem *item, TlsrptItemJudge judge, gconstpointer data);

/**
 * tlsrpt_item_has_outcome:
 * @item: a stored item
 * @outcome: an outcome
 *
 * Returns: whether it is that of a report of @item, or of its refusal
 */
gboolean tlsrpt_item_has_outcome (const TlsrptItem *item, TlsrptOutcome outcome);

G_END_DECLS
