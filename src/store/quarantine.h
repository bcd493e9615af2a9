/* SPDX-License-Identifier: GPL-3.0-or-later
 * Messages in quarantine, read and taken out again. */
#pragma once

#include "pg/pg.h"
#include "pg/records.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptQuarantineFilter:
 * @reason: (nullable): only those with this reason
 * @sender: (nullable): only those with this envelope sender, or From where there is none
 * @older_than_days: (nullable): only those put there more than so many days ago, a number as text
 * @uids: (nullable): only these, as the text of an array of uuid
 */
typedef struct {
  const char *reason;
  const char *sender;
  const char *older_than_days;
  const char *uids;
} TlsrptQuarantineFilter;

/**
 * TlsrptQuarantined:
 * @uid: its key, as text
 * @quarantined_at: when it was put there, in UTC, as text
 * @reason: why, in a word
 * @stage: stage that refused it
 * @detail: what was found, and where
 * @envelope_sender: (nullable): as the mail system passed it on
 * @header_from: (nullable): address of From
 * @message_id: (nullable): without angle brackets
 * @raw_bytes: length of the message, in bytes
 * @is_truncated: whether it was cut at the cap
 * @raw: (nullable): the message, where it was asked for
 *
 * A message in quarantine. A stranger wrote sender, Message-ID and detail.
 */
typedef struct {
  const char *uid;
  const char *quarantined_at;
  const char *reason;
  const char *stage;
  const char *detail;
  const char *envelope_sender;
  const char *header_from;
  const char *message_id;
  gint64 raw_bytes;
  gboolean is_truncated;
  GBytes *raw;
} TlsrptQuarantined;

/**
 * tlsrpt_quarantine_list:
 * @pg: a connection as a member of tlsrpt_owner
 * @filter: which
 * @limit: how many at most
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full): TlsrptQuarantined without @raw, the newest first; or %NULL with @error set
 */
TlsrptRecords *tlsrpt_quarantine_list (TlsrptPg *pg, const TlsrptQuarantineFilter *filter,
                                       guint limit, GError **error);

/**
 * tlsrpt_quarantine_find:
 * @pg: a connection as a member of tlsrpt_owner
 * @prefix: beginning of a key, in lower case
 * @with_raw: whether the message itself is read too
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full): TlsrptQuarantined: none, the one, or two where there is more than one; or
 *   %NULL with @error set
 */
TlsrptRecords *tlsrpt_quarantine_find (TlsrptPg *pg, const char *prefix, gboolean with_raw,
                                       GError **error);

/**
 * tlsrpt_quarantine_drop:
 * @pg: a connection as a member of tlsrpt_owner
 * @filter: which
 * @dropped: (out): how many there were
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_quarantine_drop (TlsrptPg *pg, const TlsrptQuarantineFilter *filter,
                                 guint64 *dropped, GError **error);

/**
 * TlsrptQuarantineSum:
 * @cut: messages that were cut at the cap
 * @whole: the others
 * @bytes: length of these, in bytes
 */
typedef struct {
  gint64 cut;
  gint64 whole;
  gint64 bytes;
} TlsrptQuarantineSum;

/**
 * tlsrpt_quarantine_sum:
 * @pg: a connection as a member of tlsrpt_owner
 * @filter: which
 * @sum: (out): them
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_quarantine_sum (TlsrptPg *pg, const TlsrptQuarantineFilter *filter,
                                TlsrptQuarantineSum *sum, GError **error);

/**
 * tlsrpt_quarantine_page:
 * @pg: a connection as a member of tlsrpt_owner
 * @filter: which
 * @after: (nullable): key of the last one that was read; %NULL to begin
 * @error: return location
 *
 * Reads messages that are whole, by their keys, as many as come to about 16 MB, one at least.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full): TlsrptQuarantined with @raw, none at the end; or %NULL with @error set
 */
TlsrptRecords *tlsrpt_quarantine_page (TlsrptPg *pg, const TlsrptQuarantineFilter *filter,
                                       const char *after, GError **error);

/**
 * TlsrptQuarantineVerdict:
 * @uid: key of a message in quarantine, as text
 * @reason: (nullable): why it stays, in a word; %NULL where it was stored and goes
 * @stage: (nullable): stage that refused it
 * @detail: (nullable): what was found
 */
typedef struct {
  const char *uid;
  const char *reason;
  const char *stage;
  const char *detail;
} TlsrptQuarantineVerdict;

/**
 * tlsrpt_quarantine_settle:
 * @pg: a connection as a member of tlsrpt_owner
 * @verdicts: (element-type TlsrptQuarantineVerdict): by value: what became of messages
 * @error: return location
 *
 * Removes those that were stored, and says of the others why they stay, in one transaction.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_quarantine_settle (TlsrptPg *pg, const GArray *verdicts, GError **error);

G_END_DECLS
