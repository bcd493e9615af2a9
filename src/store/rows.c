/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports and refused messages to array parameters, a column each, and the one statement that takes
 * them all: children are inserted for the reports that the same statement inserted, for no other.
 * Not COPY: it knows no ON CONFLICT and costs three more round trips. A giant's details follow in
 * slices, in the same transaction and the same round trip. */
#include "store/rows.h"

#include "core/deviation.h"
#include "pg/array.h"
#include "store/failure-rows.h"

#include <string.h>

/* Header fields in quarantine: an index is over some, and takes 2700 bytes at most. */
#define QUARANTINE_TEXT_BYTES 1000

/* In the order of the statement's parameters, from $2. */
typedef enum {
  REPORT_UID,
  REPORT_ORGANIZATION_NAME,
  REPORT_REPORT_ID,
  REPORT_CONTACT_INFO,
  REPORT_START_DATETIME,
  REPORT_END_DATETIME,
  REPORT_SUBMITTER,
  REPORT_REPORT_DOMAIN,
  REPORT_RECEIVED_AT,
  REPORT_MESSAGE_ID,
  REPORT_HEADER_FROM,
  REPORT_ENVELOPE_SENDER,
  REPORT_DKIM_RESULT,
  REPORT_DKIM_DOMAIN,
  REPORT_DKIM_ALIGNED,
  REPORT_SPF_RESULT,
  REPORT_DMARC_RESULT,
  REPORT_DEVIATION,
  REPORT_DOCUMENT_DIGEST,
  REPORT_DOCUMENT_BYTES,
  REPORT_EVIDENCE,
  REPORT_EXTRA,
  POLICY_UID,
  POLICY_POLICY_NO,
  POLICY_POLICY_TYPE,
  POLICY_POLICY_DOMAIN,
  POLICY_POLICY_DOMAIN_SENT,
  POLICY_POLICY_STRING,
  POLICY_MX_HOST,
  POLICY_TOTAL_SUCCESSFUL_SESSION_COUNT,
  POLICY_TOTAL_FAILURE_SESSION_COUNT,
  POLICY_IS_FOREIGN,
  POLICY_EXTRA,
  POLICY_HAS_FAILURES,
  QUARANTINE_UID,
  QUARANTINE_REASON,
  QUARANTINE_STAGE,
  QUARANTINE_DETAIL,
  QUARANTINE_ENVELOPE_SENDER,
  QUARANTINE_HEADER_FROM,
  QUARANTINE_MESSAGE_ID,
  QUARANTINE_IS_TRUNCATED,
  QUARANTINE_RAW,
  N_COLUMNS,
} Column;

/* clang-format off */
static const TlsrptArrayType *const column_types[N_COLUMNS] = {
  [REPORT_UID] = &tlsrpt_array_uuid,
  [REPORT_ORGANIZATION_NAME] = &tlsrpt_array_text,
  [REPORT_REPORT_ID] = &tlsrpt_array_text,
  [REPORT_CONTACT_INFO] = &tlsrpt_array_text,
  [REPORT_START_DATETIME] = &tlsrpt_array_timestamptz,
  [REPORT_END_DATETIME] = &tlsrpt_array_timestamptz,
  [REPORT_SUBMITTER] = &tlsrpt_array_text,
  [REPORT_REPORT_DOMAIN] = &tlsrpt_array_text,
  [REPORT_RECEIVED_AT] = &tlsrpt_array_timestamptz,
  [REPORT_MESSAGE_ID] = &tlsrpt_array_text,
  [REPORT_HEADER_FROM] = &tlsrpt_array_text,
  [REPORT_ENVELOPE_SENDER] = &tlsrpt_array_text,
  [REPORT_DKIM_RESULT] = &tlsrpt_array_text,
  [REPORT_DKIM_DOMAIN] = &tlsrpt_array_text,
  [REPORT_DKIM_ALIGNED] = &tlsrpt_array_bool,
  [REPORT_SPF_RESULT] = &tlsrpt_array_text,
  [REPORT_DMARC_RESULT] = &tlsrpt_array_text,
  [REPORT_DEVIATION] = &tlsrpt_array_text,
  [REPORT_DOCUMENT_DIGEST] = &tlsrpt_array_bytea,
  [REPORT_DOCUMENT_BYTES] = &tlsrpt_array_int8,
  [REPORT_EVIDENCE] = &tlsrpt_array_bytea,
  [REPORT_EXTRA] = &tlsrpt_array_text,
  [POLICY_UID] = &tlsrpt_array_uuid,
  [POLICY_POLICY_NO] = &tlsrpt_array_int4,
  [POLICY_POLICY_TYPE] = &tlsrpt_array_text,
  [POLICY_POLICY_DOMAIN] = &tlsrpt_array_text,
  [POLICY_POLICY_DOMAIN_SENT] = &tlsrpt_array_text,
  [POLICY_POLICY_STRING] = &tlsrpt_array_text,
  [POLICY_MX_HOST] = &tlsrpt_array_text,
  [POLICY_TOTAL_SUCCESSFUL_SESSION_COUNT] = &tlsrpt_array_int8,
  [POLICY_TOTAL_FAILURE_SESSION_COUNT] = &tlsrpt_array_int8,
  [POLICY_IS_FOREIGN] = &tlsrpt_array_bool,
  [POLICY_EXTRA] = &tlsrpt_array_text,
  [POLICY_HAS_FAILURES] = &tlsrpt_array_bool,
  [QUARANTINE_UID] = &tlsrpt_array_uuid,
  [QUARANTINE_REASON] = &tlsrpt_array_text,
  [QUARANTINE_STAGE] = &tlsrpt_array_text,
  [QUARANTINE_DETAIL] = &tlsrpt_array_text,
  [QUARANTINE_ENVELOPE_SENDER] = &tlsrpt_array_text,
  [QUARANTINE_HEADER_FROM] = &tlsrpt_array_text,
  [QUARANTINE_MESSAGE_ID] = &tlsrpt_array_text,
  [QUARANTINE_IS_TRUNCATED] = &tlsrpt_array_bool,
  [QUARANTINE_RAW] = &tlsrpt_array_bytea,
};

/* $1 is the version of the schema that the program knows. A table that gets no row is left out of the
 * statement: a server process that has just begun pays for each it must look up. */
static const char statement_reports[] =
    "WITH schema AS (SELECT (SELECT version FROM tlsrpt.schema_version "
    "ORDER BY version DESC LIMIT 1) AS version), "
    "new_report AS (INSERT INTO tlsrpt.report (report_uid, organization_name, report_id, "
    "contact_info, start_datetime, end_datetime, submitter, report_domain, received_at, "
    "message_id, header_from, envelope_sender, dkim_result, dkim_domain, dkim_aligned, "
    "spf_result, dmarc_result, deviation, document_digest, document_bytes, evidence, "
    "extra) "
    "SELECT v.uid, v.organization_name, v.report_id, v.contact_info, v.start_datetime, "
    "v.end_datetime, v.submitter, v.report_domain, v.received_at, v.message_id, "
    "v.header_from, v.envelope_sender, v.dkim_result, v.dkim_domain, v.dkim_aligned, "
    "v.spf_result, v.dmarc_result, v.deviation::text[], v.document_digest, "
    "v.document_bytes, v.evidence, v.extra::jsonb "
    "FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, "
    "$18, $19, $20, $21, $22, $23) "
    "AS v (uid, organization_name, report_id, contact_info, start_datetime, end_datetime, "
    "submitter, report_domain, received_at, message_id, header_from, envelope_sender, "
    "dkim_result, dkim_domain, dkim_aligned, spf_result, dmarc_result, deviation, "
    "document_digest, document_bytes, evidence, extra) "
    "WHERE (SELECT version FROM schema) = $1 "
    "ON CONFLICT (report_uid) DO NOTHING RETURNING report_uid)";

static const char statement_policies[] =
    ", new_policy AS (INSERT INTO tlsrpt.policy (report_uid, policy_no, policy_type, "
    "policy_domain, policy_domain_sent, policy_string, mx_host, "
    "total_successful_session_count, total_failure_session_count, is_foreign, extra, "
    "has_failures) "
    "SELECT v.uid, v.policy_no, v.policy_type, v.policy_domain, v.policy_domain_sent, "
    "v.policy_string::text[], v.mx_host::text[], v.total_successful_session_count, "
    "v.total_failure_session_count, v.is_foreign, v.extra::jsonb, v.has_failures "
    "FROM unnest($24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35) "
    "AS v (uid, policy_no, policy_type, policy_domain, policy_domain_sent, policy_string, "
    "mx_host, total_successful_session_count, total_failure_session_count, is_foreign, "
    "extra, has_failures) "
    "JOIN new_report ON new_report.report_uid = v.uid)";

static const char statement_refused[] =
    ", new_quarantine AS (INSERT INTO tlsrpt.quarantine (quarantine_uid, reason, stage, "
    "detail, envelope_sender, header_from, message_id, is_truncated, raw, raw_bytes) "
    "SELECT v.uid, v.reason, v.stage, v.detail, v.envelope_sender, v.header_from, "
    "v.message_id, v.is_truncated, v.raw, octet_length(v.raw) "
    "FROM unnest($36, $37, $38, $39, $40, $41, $42, $43, $44) "
    "AS v (uid, reason, stage, detail, envelope_sender, header_from, message_id, "
    "is_truncated, raw) "
    "WHERE (SELECT version FROM schema) = $1 "
    "ON CONFLICT (quarantine_uid) DO NOTHING)";

static const char statement_outcomes[] =
    " SELECT schema.version, given.number, new_report.report_uid IS NOT NULL, "
    "CASE WHEN new_report.report_uid IS NULL THEN (SELECT old.document_digest = given.digest "
    "FROM tlsrpt.report old WHERE old.report_uid = given.uid) END "
    "FROM schema LEFT JOIN unnest($2, $20) WITH ORDINALITY AS given (uid, digest, number) "
    "ON true "
    "LEFT JOIN new_report ON new_report.report_uid = given.uid";
/* clang-format on */

/* Number of the first parameter of failure details: behind the version and all columns. */
#define FIRST_OF_FAILURES (2 + N_COLUMNS)

/* A report whose details are made into rows when they are sent. */
typedef struct {
  const TlsrptReport *report;
  guint8 uid[TLSRPT_UID_BYTES];
} Sliced;

struct _TlsrptRows {
  TlsrptArray columns[N_COLUMNS];
  TlsrptFailureRows failures;
  GArray *sliced;
};

TlsrptRows *
tlsrpt_rows_new (void)
{
  TlsrptRows *rows = g_new0 (TlsrptRows, 1);

  for (guint i = 0; i < N_COLUMNS; i++)
    tlsrpt_array_init (&rows->columns[i], column_types[i]);
  tlsrpt_failure_rows_init (&rows->failures);
  rows->sliced = g_array_new (FALSE, FALSE, sizeof (Sliced));
  return rows;
}

void
tlsrpt_rows_free (TlsrptRows *rows)
{
  if (rows == NULL)
    return;
  for (guint i = 0; i < N_COLUMNS; i++)
    tlsrpt_array_clear (&rows->columns[i]);
  tlsrpt_failure_rows_clear (&rows->failures);
  g_array_unref (rows->sliced);
  g_free (rows);
}

static void
add_text (TlsrptRows *rows, Column column, const char *text)
{
  tlsrpt_array_add_text (&rows->columns[column], text);
}

static void
add_uid (TlsrptRows *rows, Column column, const guint8 uid[TLSRPT_UID_BYTES])
{
  tlsrpt_array_add_bytes (&rows->columns[column], uid, TLSRPT_UID_BYTES);
}

static void
add_blob (TlsrptRows *rows, Column column, GBytes *bytes)
{
  if (bytes == NULL)
    tlsrpt_array_add_null (&rows->columns[column]);
  else
    tlsrpt_array_add_bytes (&rows->columns[column], g_bytes_get_data (bytes, NULL),
                            g_bytes_get_size (bytes));
}

/* What a mail system or a header says is in any encoding, and as long as a stranger likes. */
static void
add_foreign_text (TlsrptRows *rows, Column column, const char *text, gsize max_bytes)
{
  g_autofree char *valid = NULL;

  if (text == NULL) {
    add_text (rows, column, NULL);
    return;
  }
  valid = g_utf8_make_valid (text, -1);
  if (strlen (valid) > max_bytes) {
    char *end = g_utf8_find_prev_char (valid, valid + max_bytes + 1);

    *end = '\0';
  }
  add_text (rows, column, valid);
}

static void
add_policy (TlsrptRows *rows, const TlsrptPolicy *policy, const guint8 uid[TLSRPT_UID_BYTES],
            guint policy_no)
{
  add_uid (rows, POLICY_UID, uid);
  tlsrpt_array_add_int4 (&rows->columns[POLICY_POLICY_NO], (gint32)policy_no);
  add_text (rows, POLICY_POLICY_TYPE, policy->policy_type);
  add_text (rows, POLICY_POLICY_DOMAIN, policy->policy_domain);
  add_text (rows, POLICY_POLICY_DOMAIN_SENT, policy->policy_domain_sent);
  tlsrpt_array_add_list (&rows->columns[POLICY_POLICY_STRING], policy->policy_string);
  tlsrpt_array_add_list (&rows->columns[POLICY_MX_HOST], policy->mx_host);
  tlsrpt_array_add_int8 (&rows->columns[POLICY_TOTAL_SUCCESSFUL_SESSION_COUNT],
                         policy->total_successful_session_count);
  tlsrpt_array_add_int8 (&rows->columns[POLICY_TOTAL_FAILURE_SESSION_COUNT],
                         policy->total_failure_session_count);
  tlsrpt_array_add_bool (&rows->columns[POLICY_IS_FOREIGN], policy->foreign);
  add_text (rows, POLICY_EXTRA, policy->extra);
  tlsrpt_array_add_bool (&rows->columns[POLICY_HAS_FAILURES],
                         policy->total_failure_session_count > 0 || policy->failures->len > 0);
}

static void
add_failures (TlsrptRows *rows, const TlsrptReport *report, const guint8 uid[TLSRPT_UID_BYTES])
{
  if (tlsrpt_failure_is_sliced (report)) {
    Sliced sliced = { .report = report };

    memcpy (sliced.uid, uid, TLSRPT_UID_BYTES);
    g_array_append_val (rows->sliced, sliced);
    return;
  }
  for (guint i = 0; i < report->policies->len; i++) {
    const TlsrptPolicy *policy = tlsrpt_report_policy (report, i);

    for (guint j = 0; j < policy->failures->len; j++)
      tlsrpt_failure_rows_add (&rows->failures, tlsrpt_policy_failure (policy, j), uid, i, j);
  }
}

static void
add_mail (TlsrptRows *rows, const TlsrptReport *report)
{
  add_text (rows, REPORT_SUBMITTER, report->submitter);
  add_text (rows, REPORT_REPORT_DOMAIN, report->report_domain);
  if (report->received_at == 0)
    tlsrpt_array_add_null (&rows->columns[REPORT_RECEIVED_AT]);
  else
    tlsrpt_array_add_time (&rows->columns[REPORT_RECEIVED_AT], report->received_at);
  add_text (rows, REPORT_MESSAGE_ID, report->message_id);
  add_text (rows, REPORT_HEADER_FROM, report->header_from);
  add_foreign_text (rows, REPORT_ENVELOPE_SENDER, report->envelope_sender, QUARANTINE_TEXT_BYTES);
  add_text (rows, REPORT_DKIM_RESULT,
            report->trust.dkim_result != NULL ? report->trust.dkim_result : "unknown");
  add_text (rows, REPORT_DKIM_DOMAIN, report->trust.dkim_domain);
  tlsrpt_array_add_bool (&rows->columns[REPORT_DKIM_ALIGNED], report->trust.dkim_aligned);
  add_text (rows, REPORT_SPF_RESULT, report->trust.spf_result);
  add_text (rows, REPORT_DMARC_RESULT, report->trust.dmarc_result);
}

void
tlsrpt_rows_add_report (TlsrptRows *rows, const TlsrptReport *report,
                        const guint8 uid[TLSRPT_UID_BYTES], gboolean keep_evidence)
{
  g_autofree const char **deviations = tlsrpt_deviation_names (report->deviations);

  add_uid (rows, REPORT_UID, uid);
  add_text (rows, REPORT_ORGANIZATION_NAME, report->organization_name);
  add_text (rows, REPORT_REPORT_ID, report->report_id);
  add_text (rows, REPORT_CONTACT_INFO, report->contact_info);
  tlsrpt_array_add_time (&rows->columns[REPORT_START_DATETIME], report->start_datetime);
  tlsrpt_array_add_time (&rows->columns[REPORT_END_DATETIME], report->end_datetime);
  add_mail (rows, report);
  tlsrpt_array_add_list (&rows->columns[REPORT_DEVIATION], deviations);
  tlsrpt_array_add_bytes (&rows->columns[REPORT_DOCUMENT_DIGEST], report->document_digest,
                          TLSRPT_DIGEST_BYTES);
  tlsrpt_array_add_int8 (&rows->columns[REPORT_DOCUMENT_BYTES], (gint64)report->document_bytes);
  add_blob (rows, REPORT_EVIDENCE, keep_evidence ? report->evidence : NULL);
  add_text (rows, REPORT_EXTRA, report->extra);
  for (guint i = 0; i < report->policies->len; i++)
    add_policy (rows, tlsrpt_report_policy (report, i), uid, i);
  add_failures (rows, report, uid);
}

void
tlsrpt_rows_add_refused (TlsrptRows *rows, const TlsrptRefused *refused,
                         const guint8 uid[TLSRPT_UID_BYTES])
{
  add_uid (rows, QUARANTINE_UID, uid);
  add_text (rows, QUARANTINE_REASON, tlsrpt_error_reason (refused->reason));
  add_foreign_text (rows, QUARANTINE_STAGE, refused->stage, QUARANTINE_TEXT_BYTES);
  add_foreign_text (rows, QUARANTINE_DETAIL, refused->detail, QUARANTINE_TEXT_BYTES);
  add_foreign_text (rows, QUARANTINE_ENVELOPE_SENDER, refused->envelope_sender,
                    QUARANTINE_TEXT_BYTES);
  add_foreign_text (rows, QUARANTINE_HEADER_FROM, refused->header_from, QUARANTINE_TEXT_BYTES);
  add_foreign_text (rows, QUARANTINE_MESSAGE_ID, refused->message_id, QUARANTINE_TEXT_BYTES);
  tlsrpt_array_add_bool (&rows->columns[QUARANTINE_IS_TRUNCATED], refused->truncated);
  add_blob (rows, QUARANTINE_RAW, refused->raw);
}

static gboolean
has_rows (const TlsrptRows *rows, Column column)
{
  return rows->columns[column].length > 0;
}

static char *
build_statement (const TlsrptRows *rows)
{
  g_autofree char *insert = tlsrpt_failure_rows_insert (FIRST_OF_FAILURES);
  g_autofree char *failures =
      g_strconcat (", new_failure AS (", insert,
                   "JOIN new_report ON new_report.report_uid = v.report_uid)", NULL);

  return g_strconcat (statement_reports, has_rows (rows, POLICY_UID) ? statement_policies : "",
                      tlsrpt_failure_rows_length (&rows->failures) > 0 ? failures : "",
                      has_rows (rows, QUARANTINE_UID) ? statement_refused : "", statement_outcomes,
                      NULL);
}

PGresult *
tlsrpt_rows_store (TlsrptRows *rows, TlsrptPg *pg, GError **error)
{
  TlsrptPgParam params[1 + N_COLUMNS + TLSRPT_FAILURE_COLUMNS];
  g_autofree char *statement = build_statement (rows);
  guint32 version = GUINT32_TO_BE (TLSRPT_SCHEMA_VERSION);

  params[0] = (TlsrptPgParam){ .type = tlsrpt_array_int4.element,
                               .value = (const char *)&version,
                               .length = sizeof version,
                               .format = 1 };
  for (guint i = 0; i < N_COLUMNS; i++)
    params[1 + i] = tlsrpt_array_param (&rows->columns[i]);
  tlsrpt_failure_rows_params (&rows->failures, params + 1 + N_COLUMNS);
  if (!tlsrpt_pg_send_first (pg, statement, G_N_ELEMENTS (params), params, error))
    return NULL;
  for (guint i = 0; i < rows->sliced->len; i++) {
    const Sliced *sliced = &g_array_index (rows->sliced, Sliced, i);

    if (!tlsrpt_failure_send_slices (pg, sliced->report, sliced->uid, error))
      return NULL;
  }
  return tlsrpt_pg_finish (pg, error);
}
