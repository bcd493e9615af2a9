/* SPDX-License-Identifier: GPL-3.0-or-later
 * The columns of the tables that take reports and refused messages, and the member that each value
 * comes from. */
#include "store/tables.h"

#include "core/deviation.h"
#include "core/errors.h"
#include "core/facts/alike.h"
#include "core/facts/reporter.h"
#include "core/item.h"
#include "core/report/address.h"
#include "store/row-key.h"

#include <string.h>

static void
put_uid (TlsrptArray *array, gconstpointer key, gconstpointer object G_GNUC_UNUSED)
{
  const TlsrptRowKey *row = key;

  tlsrpt_array_add_bytes (array, row->uid, TLSRPT_UID_BYTES);
}

static void
put_policy_no (TlsrptArray *array, gconstpointer key, gconstpointer object G_GNUC_UNUSED)
{
  const TlsrptRowKey *row = key;

  tlsrpt_array_add_int4 (array, (gint32)row->policy_no);
}

static void
put_failure_no (TlsrptArray *array, gconstpointer key, gconstpointer object G_GNUC_UNUSED)
{
  const TlsrptRowKey *row = key;

  tlsrpt_array_add_int4 (array, (gint32)row->failure_no);
}

static void
put_received_at (TlsrptArray *array, gconstpointer key G_GNUC_UNUSED, gconstpointer object)
{
  const TlsrptReport *report = object;

  if (report->received_at == 0)
    tlsrpt_array_add_null (array);
  else
    tlsrpt_array_add_time (array, report->received_at);
}

static void
put_dkim_result (TlsrptArray *array, gconstpointer key G_GNUC_UNUSED, gconstpointer object)
{
  const TlsrptReport *report = object;

  tlsrpt_array_add_text (array,
                         report->trust.dkim_result != NULL ? report->trust.dkim_result : "unknown");
}

static void
put_deviation (TlsrptArray *array, gconstpointer key G_GNUC_UNUSED, gconstpointer object)
{
  const TlsrptReport *report = object;
  g_autofree const char **names = tlsrpt_deviation_names (report->deviations);

  tlsrpt_array_add_list (array, names);
}

static void
put_reporter_basis (TlsrptArray *array, gconstpointer key G_GNUC_UNUSED, gconstpointer object)
{
  const TlsrptReport *report = object;

  tlsrpt_array_add_text (array, tlsrpt_reporter_basis_word (report->reporter_basis));
}

static void
put_is_impersonating (TlsrptArray *array, gconstpointer key, gconstpointer object G_GNUC_UNUSED)
{
  const TlsrptRowKey *row = key;

  tlsrpt_array_add_bool (array, row->entry->is_impersonating);
}

static void
put_is_repeat (TlsrptArray *array, gconstpointer key, gconstpointer object G_GNUC_UNUSED)
{
  const TlsrptRowKey *row = key;

  tlsrpt_array_add_bool (array, row->entry->is_repeat);
}

static void
put_sums_agree (TlsrptArray *array, gconstpointer key, gconstpointer object G_GNUC_UNUSED)
{
  const TlsrptRowKey *row = key;

  if (row->facts.sums == TLSRPT_SUMS_NONE)
    tlsrpt_array_add_null (array);
  else
    tlsrpt_array_add_bool (array, row->facts.sums == TLSRPT_SUMS_AGREE);
}

static void
put_content_digest (TlsrptArray *array, gconstpointer key, gconstpointer object G_GNUC_UNUSED)
{
  const TlsrptRowKey *row = key;

  tlsrpt_array_add_bytes (array, row->entry->keys.content, TLSRPT_DIGEST_BYTES);
}

static void
put_claim_uid (TlsrptArray *array, gconstpointer key, gconstpointer object G_GNUC_UNUSED)
{
  const TlsrptRowKey *row = key;

  if (row->entry->gives_up_claim)
    tlsrpt_array_add_null (array);
  else
    tlsrpt_array_add_bytes (array, row->entry->keys.claim, TLSRPT_UID_BYTES);
}

static void
put_supersedes (TlsrptArray *array, gconstpointer key, gconstpointer object G_GNUC_UNUSED)
{
  const TlsrptRowKey *row = key;
  const GPtrArray *uids = row->entry->supersedes;
  g_autofree const char **list = g_new0 (const char *, uids->len + 1);

  for (guint i = 0; i < uids->len; i++)
    list[i] = uids->pdata[i];
  if (uids->len == 0)
    tlsrpt_array_add_null (array);
  else
    tlsrpt_array_add_list (array, list);
}

/* What the report comes to here, in policy and in failure. */
static void
put_charged_rows (TlsrptArray *array, gconstpointer key, gconstpointer object G_GNUC_UNUSED)
{
  const TlsrptRowKey *row = key;

  tlsrpt_array_add_int4 (array, (gint32)(1 + row->facts.policies->len + row->facts.failures->len));
}

static void
put_evidence (TlsrptArray *array, gconstpointer key, gconstpointer object)
{
  const TlsrptRowKey *row = key;
  const TlsrptReport *report = object;

  tlsrpt_array_add_blob (array, row->keep_evidence ? report->evidence : NULL);
}

static void
put_has_failures (TlsrptArray *array, gconstpointer key G_GNUC_UNUSED, gconstpointer object)
{
  const TlsrptPolicy *policy = object;

  tlsrpt_array_add_bool (array,
                         policy->total_failure_session_count > 0 || policy->failures->len > 0);
}

static void
put_is_counted (TlsrptArray *array, gconstpointer key, gconstpointer object)
{
  const TlsrptRowKey *row = key;
  const TlsrptPolicy *policy = object;

  tlsrpt_array_add_bool (array, !policy->foreign && !row->entry->is_impersonating &&
                                    !row->entry->is_repeat);
}

static void
put_alike_sessions (TlsrptArray *array, gconstpointer key, gconstpointer object G_GNUC_UNUSED)
{
  const TlsrptRowKey *row = key;

  if (row->failure.alike_sessions == TLSRPT_ALIKE_NONE)
    tlsrpt_array_add_null (array);
  else
    tlsrpt_array_add_int8 (array, row->failure.alike_sessions);
}

static void
put_policy_mx_digest (TlsrptArray *array, gconstpointer key, gconstpointer object G_GNUC_UNUSED)
{
  const TlsrptRowKey *row = key;

  if (row->policy.n_policy_mx == 0)
    tlsrpt_array_add_null (array);
  else
    tlsrpt_array_add_bytes (array, row->policy.policy_mx_digest, TLSRPT_UID_BYTES);
}

static void
put_has_usable_tlsa (TlsrptArray *array, gconstpointer key G_GNUC_UNUSED, gconstpointer object)
{
  const TlsrptPolicy *policy = object;

  if (strcmp (policy->policy_type, "tlsa") != 0 || policy->policy_string[0] == NULL)
    tlsrpt_array_add_null (array);
  else
    tlsrpt_array_add_bool (array, tlsrpt_policy_has_usable_tlsa (policy));
}

static void
put_mx_in_policy (TlsrptArray *array, gconstpointer key, gconstpointer object G_GNUC_UNUSED)
{
  const TlsrptRowKey *row = key;

  if (row->failure.mx_naming == TLSRPT_NAMING_UNKNOWN)
    tlsrpt_array_add_null (array);
  else
    tlsrpt_array_add_bool (array, row->failure.mx_naming == TLSRPT_NAMING_YES);
}

/* The rest of a summary has no such count. */
static void
put_failed_session_count (TlsrptArray *array, gconstpointer key G_GNUC_UNUSED, gconstpointer object)
{
  const TlsrptFailure *failure = object;

  if (failure->result_type == NULL)
    tlsrpt_array_add_null (array);
  else
    tlsrpt_array_add_int8 (array, failure->failed_session_count);
}

/* A text that is not an address is kept beside the column. */
static void
add_unless_address (TlsrptArray *array, const char *sent)
{
  guint8 address[TLSRPT_ADDRESS_BYTES];

  tlsrpt_array_add_text (array, tlsrpt_address_parse (sent, address) == 0 ? sent : NULL);
}

static void
put_sending_mta_ip_text (TlsrptArray *array, gconstpointer key G_GNUC_UNUSED, gconstpointer object)
{
  const TlsrptFailure *failure = object;

  add_unless_address (array, failure->sending_mta_ip);
}

static void
put_receiving_ip_text (TlsrptArray *array, gconstpointer key G_GNUC_UNUSED, gconstpointer object)
{
  const TlsrptFailure *failure = object;

  add_unless_address (array, failure->receiving_ip);
}

static void
put_raw_bytes (TlsrptArray *array, gconstpointer key, gconstpointer object G_GNUC_UNUSED)
{
  const TlsrptRowKey *row = key;

  tlsrpt_array_add_int8 (array, (gint64)g_bytes_get_size (row->raw));
}

/* clang-format off */
#define MEMBER(of, member) .offset = G_STRUCT_OFFSET (of, member)
#define REPORT(member) MEMBER (TlsrptReport, member)
#define POLICY(member) MEMBER (TlsrptPolicy, member)
#define FAILURE(member) MEMBER (TlsrptFailure, member)
#define ITEM(member) MEMBER (TlsrptItem, member)
#define KEY(member) MEMBER (TlsrptRowKey, member), .of_key = TRUE
#define FOREIGN .max_bytes = TLSRPT_FOREIGN_TEXT_BYTES

static const TlsrptColumn report_columns[] = {
  { "report_uid", &tlsrpt_array_uuid, .put = put_uid },
  { "organization_name", &tlsrpt_array_text, REPORT (organization_name) },
  { "report_id", &tlsrpt_array_text, REPORT (report_id) },
  { "contact_info", &tlsrpt_array_text, REPORT (contact_info) },
  { "start_datetime", &tlsrpt_array_timestamptz, REPORT (start_datetime) },
  { "end_datetime", &tlsrpt_array_timestamptz, REPORT (end_datetime) },
  { "submitter", &tlsrpt_array_text, REPORT (submitter) },
  { "report_domain", &tlsrpt_array_text, REPORT (report_domain) },
  { "received_at", &tlsrpt_array_timestamptz, .put = put_received_at },
  { "message_id", &tlsrpt_array_text, REPORT (message_id) },
  { "header_from", &tlsrpt_array_text, REPORT (header_from) },
  { "envelope_sender", &tlsrpt_array_text, REPORT (envelope_sender), FOREIGN },
  { "dkim_result", &tlsrpt_array_text, .put = put_dkim_result },
  { "dkim_domain", &tlsrpt_array_text, REPORT (trust.dkim_domain) },
  { "dkim_aligned", &tlsrpt_array_bool, REPORT (trust.dkim_aligned) },
  { "dkim_source", &tlsrpt_array_text, REPORT (trust.dkim_source) },
  { "signature_result", &tlsrpt_array_text, REPORT (trust.signature_result) },
  { "auth_results_result", &tlsrpt_array_text, REPORT (trust.auth_results_result) },
  { "spf_result", &tlsrpt_array_text, REPORT (trust.spf_result) },
  { "dmarc_result", &tlsrpt_array_text, REPORT (trust.dmarc_result) },
  { "deviation", &tlsrpt_array_text, "text[]", .put = put_deviation },
  { "document_bytes", &tlsrpt_array_int8, REPORT (document_bytes) },
  { "evidence", &tlsrpt_array_bytea, .put = put_evidence },
  { "extra", &tlsrpt_array_text, "jsonb", REPORT (extra) },
  { "reporter_domain", &tlsrpt_array_text, REPORT (reporter_domain) },
  { "reporter_basis", &tlsrpt_array_text, .put = put_reporter_basis },
  { "is_verified", &tlsrpt_array_bool, REPORT (is_verified) },
  { "is_impersonating", &tlsrpt_array_bool, .put = put_is_impersonating },
  { "is_repeat", &tlsrpt_array_bool, .put = put_is_repeat },
  { "mail_domain", &tlsrpt_array_text, KEY (facts.mail_domain) },
  { "day", &tlsrpt_array_date, KEY (facts.days.day) },
  { "first_day", &tlsrpt_array_date, KEY (facts.days.first_day) },
  { "last_day", &tlsrpt_array_date, KEY (facts.days.last_day) },
  { "reported_sessions", &tlsrpt_array_int8, KEY (facts.reported_sessions) },
  { "sums_agree", &tlsrpt_array_bool, .put = put_sums_agree },
  { "content_digest", &tlsrpt_array_bytea, .put = put_content_digest },
  { "claim_uid", &tlsrpt_array_uuid, .put = put_claim_uid },
  { "supersedes", &tlsrpt_array_text, "uuid[]", .put = put_supersedes },
  { "charged_rows", &tlsrpt_array_int4, .put = put_charged_rows },
};

static const TlsrptColumn policy_columns[] = {
  { "report_uid", &tlsrpt_array_uuid, .put = put_uid },
  { "policy_no", &tlsrpt_array_int4, .put = put_policy_no },
  { "policy_type", &tlsrpt_array_text, POLICY (policy_type) },
  { "policy_domain", &tlsrpt_array_text, POLICY (policy_domain) },
  { "policy_domain_sent", &tlsrpt_array_text, POLICY (policy_domain_sent) },
  { "policy_string", &tlsrpt_array_text, "text[]", POLICY (policy_string) },
  { "mx_host", &tlsrpt_array_text, "text[]", POLICY (mx_host) },
  { "total_successful_session_count", &tlsrpt_array_int8, POLICY (total_successful_session_count) },
  { "total_failure_session_count", &tlsrpt_array_int8, POLICY (total_failure_session_count) },
  { "is_foreign", &tlsrpt_array_bool, POLICY (foreign) },
  { "extra", &tlsrpt_array_text, "jsonb", POLICY (extra) },
  { "has_failures", &tlsrpt_array_bool, .put = put_has_failures },
  { "day", &tlsrpt_array_date, KEY (facts.days.day) },
  { "first_day", &tlsrpt_array_date, KEY (facts.days.first_day) },
  { "last_day", &tlsrpt_array_date, KEY (facts.days.last_day) },
  { "mail_domain", &tlsrpt_array_text, KEY (policy.mail_domain) },
  { "reporter_domain", &tlsrpt_array_text, KEY (reporter_domain) },
  { "is_verified", &tlsrpt_array_bool, KEY (is_verified) },
  { "is_counted", &tlsrpt_array_bool, .put = put_is_counted },
  { "policy_mode", &tlsrpt_array_text, KEY (policy.policy_mode) },
  { "policy_mx", &tlsrpt_array_text, "text[]", KEY (policy.policy_mx) },
  { "policy_mx_digest", &tlsrpt_array_uuid, .put = put_policy_mx_digest },
  { "has_usable_tlsa", &tlsrpt_array_bool, .put = put_has_usable_tlsa },
  { "successful_sessions", &tlsrpt_array_int8, KEY (policy.successful_sessions) },
  { "validated_sessions", &tlsrpt_array_int8, KEY (policy.validated_sessions) },
  { "failed_sessions", &tlsrpt_array_int8, KEY (policy.failed_sessions) },
};

static const TlsrptColumn failure_columns[] = {
  { "report_uid", &tlsrpt_array_uuid, .put = put_uid },
  { "policy_no", &tlsrpt_array_int4, .put = put_policy_no },
  { "failure_no", &tlsrpt_array_int4, .put = put_failure_no },
  { "result_type", &tlsrpt_array_text, FAILURE (result_type) },
  { "sending_mta_ip", &tlsrpt_array_inet, FAILURE (sending_mta_ip) },
  { "sending_mta_ip_text", &tlsrpt_array_text, .put = put_sending_mta_ip_text },
  { "receiving_mx_hostname", &tlsrpt_array_text, FAILURE (receiving_mx_hostname) },
  { "receiving_mx_helo", &tlsrpt_array_text, FAILURE (receiving_mx_helo) },
  { "receiving_ip", &tlsrpt_array_inet, FAILURE (receiving_ip) },
  { "receiving_ip_text", &tlsrpt_array_text, .put = put_receiving_ip_text },
  { "failed_session_count", &tlsrpt_array_int8, .put = put_failed_session_count },
  { "additional_information", &tlsrpt_array_text, FAILURE (additional_information) },
  { "failure_reason_code", &tlsrpt_array_text, FAILURE (failure_reason_code) },
  { "extra", &tlsrpt_array_text, "jsonb", FAILURE (extra) },
  { "receiving_mx", &tlsrpt_array_text, KEY (failure.receiving_mx) },
  { "mx_in_policy", &tlsrpt_array_bool, .put = put_mx_in_policy },
  { "failed_sessions", &tlsrpt_array_int8, KEY (failure.failed_sessions) },
  { "alike_sessions", &tlsrpt_array_int8, .put = put_alike_sessions },
};

static const TlsrptColumn quarantine_columns[] = {
  { "quarantine_uid", &tlsrpt_array_uuid, .put = put_uid },
  { "reason", &tlsrpt_array_text, KEY (reason) },
  { "stage", &tlsrpt_array_text, KEY (stage), FOREIGN },
  { "detail", &tlsrpt_array_text, KEY (detail), FOREIGN },
  { "envelope_sender", &tlsrpt_array_text, ITEM (envelope_sender), FOREIGN },
  { "header_from", &tlsrpt_array_text, KEY (header_from), FOREIGN },
  { "message_id", &tlsrpt_array_text, KEY (message_id), FOREIGN },
  { "authenticated_domain", &tlsrpt_array_text, ITEM (authenticated_domain), FOREIGN },
  { "is_truncated", &tlsrpt_array_bool, KEY (is_truncated) },
  { "raw", &tlsrpt_array_bytea, KEY (raw) },
  { "raw_bytes", &tlsrpt_array_int8, .put = put_raw_bytes },
};
/* clang-format on */

const TlsrptRelation tlsrpt_table_report = TLSRPT_RELATION ("tlsrpt.report", report_columns);
const TlsrptRelation tlsrpt_table_policy = TLSRPT_RELATION ("tlsrpt.policy", policy_columns);
const TlsrptRelation tlsrpt_table_failure = TLSRPT_RELATION ("tlsrpt.failure", failure_columns);
const TlsrptRelation tlsrpt_table_quarantine =
    TLSRPT_RELATION ("tlsrpt.quarantine", quarantine_columns);
