/* SPDX-License-Identifier: GPL-3.0-or-later
 * Replaces stored reports by what their evidence decodes to today, in one transaction. */
#pragma once

#include "pg/pg.h"
#include "pg/records.h"
#include "core/report/report.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptStoredReport:
 * @uid: its key, as text
 * @stored_at: when it was stored, as text
 * @submitter: (nullable): as in #TlsrptReport
 * @report_domain: (nullable): as in #TlsrptReport
 * @received_at: (nullable): when the mail arrived, microseconds since 1970 UTC, as text
 * @message_id: (nullable): as in #TlsrptReport
 * @header_from: (nullable): as in #TlsrptReport
 * @envelope_sender: (nullable): as in #TlsrptReport
 * @trust: what is known of who sent it
 * @deviation: names of its deviations, separated by blanks
 * @foreign: (nullable): policy domains that were none of the accepted ones, separated by blanks
 * @evidence: the document, packed
 *
 * A stored report: what the document cannot say, and the document.
 */
typedef struct {
  const char *uid;
  const char *stored_at;
  const char *submitter;
  const char *report_domain;
  const char *received_at;
  const char *message_id;
  const char *header_from;
  const char *envelope_sender;
  TlsrptTrust trust;
  const char *deviation;
  const char *foreign;
  GBytes *evidence;
} TlsrptStoredReport;

/**
 * tlsrpt_replace_page:
 * @pg: a connection as a member of tlsrpt_owner
 * @after: (nullable): key of the last report that was read; %NULL to begin
 * @error: return location
 *
 * Reads reports that have evidence, by their keys, some hundred or about 16 MB, one at least.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full): TlsrptStoredReport, none at the end; or %NULL with @error set
 */
TlsrptRecords *tlsrpt_replace_page (TlsrptPg *pg, const char *after, GError **error);

/**
 * TlsrptReplacement:
 * @old_uid: key of the stored report, as text
 * @stored_at: when it was stored, as text: that does not change
 * @report: (transfer none): what takes its place
 */
typedef struct {
  char *old_uid;
  char *stored_at;
  TlsrptReport *report;
} TlsrptReplacement;

/**
 * tlsrpt_replace:
 * @pg: a connection as a member of tlsrpt_owner
 * @replacements: (element-type TlsrptReplacement): any number
 * @error: return location
 *
 * All of @replacements or none, at once for who looks. Where the new key is another report's with
 * the same document, the old one is removed and nothing takes its place.
 *
 * Errors: %TLSRPT_ERROR_CONFLICT where the new key is another document's, or two of @replacements
 * have one new key; as tlsrpt_rows_store().
 *
 * Returns: %TRUE, or %FALSE with @error set and nothing changed
 */
gboolean tlsrpt_replace (TlsrptPg *pg, GPtrArray *replacements, GError **error);

G_END_DECLS
