/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports to rows: every column of every table, by its value. */
#include "support/cluster.h"
#include "core/facts/identity.h"
#include "support/sample.h"

#include <string.h>

/* A row as lines of name and value, so that a column which nobody thought of shows too. */
#define LINES_OF(row) " FROM jsonb_each_text(to_jsonb(" row ")"
#define BY_NAME ") ORDER BY key"

static char *
installed_in_utc (void)
{
  g_autofree char *conninfo = cluster_installed ();

  return g_strconcat (conninfo, " options='-c timezone=UTC'", NULL);
}

static char *
store_full_report (gboolean keep_evidence, char **conninfo)
{
  g_autoptr (TlsrptItem) item = sample_item ("full", sample_full_report (), NULL);
  g_autoptr (GPtrArray) batch = g_ptr_array_new ();
  g_autoptr (TlsrptStore) store = NULL;
  g_autoptr (GError) error = NULL;
  TlsrptStoreOptions options = { .deadline_seconds = 30, .keep_evidence = keep_evidence };
  guint8 uid[TLSRPT_UID_BYTES];
  GString *text = g_string_new (NULL);

  *conninfo = installed_in_utc ();
  options.conninfo = *conninfo;
  store = sample_open_as (&options, &error);
  g_assert_no_error (error);
  g_ptr_array_add (batch, item);
  g_assert_true (tlsrpt_store_put (store, batch, &error));
  g_assert_no_error (error);
  sample_assert_outcomes (item, "stored");
  tlsrpt_identity_uid (item->reports->pdata[0], uid);
  for (guint i = 0; i < sizeof uid; i++)
    g_string_append_printf (text, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", uid[i]);
  return g_string_free (text, FALSE);
}

static void
test_report_row (void)
{
  g_autofree char *conninfo = NULL;
  g_autofree char *uid = store_full_report (TRUE, &conninfo);

  g_assert_true (g_str_has_prefix (uid, "00004d89-"));
  cluster_assert_rows (
      conninfo,
      "SELECT key, value" LINES_OF (
          "(SELECT r FROM tlsrpt.report r)") " - "
                                             "'{report_uid,stored_"
                                             "at,claim_uid,content_digest}'::text[]" BY_NAME,
      "auth_results_result|pass\n"
      "charged_bytes|28\n"
      "charged_rows|7\n"
      "contact_info|tls@sender.example\n"
      "day|2024-05-06\n"
      "deviation|[\"count-as-string\", \"null-member\"]\n"
      "dkim_aligned|true\n"
      "dkim_domain|d.sender.example\n"
      "dkim_result|pass\n"
      "dkim_source|auth-results\n"
      "dmarc_result|none\n"
      "document_bytes|14\n"
      "end_datetime|2024-05-06T23:59:59+00:00\n"
      "envelope_sender|bounce@sender.example\n"
      "evidence|\\x7b2266756c6c223a20747275657d\n"
      "extra|{\"x\": null}\n"
      "first_day|2024-05-06\n"
      "header_from|noreply@sender.example\n"
      "is_impersonating|false\n"
      "is_repeat|false\n"
      "is_verified|false\n"
      "last_day|2024-05-06\n"
      "mail_domain|example.org\n"
      "message_id|id-1@sender.example\n"
      "organization_name|Exämple Sender, Inc. \xf0\x9f\x93\xa7\n"
      "received_at|2024-05-08T00:00:00.123456+00:00\n"
      "report_domain|example.org\n"
      "report_id|full-1\n"
      "reported_sessions|9223372036854775807\n"
      "reporter_basis|from\n"
      "reporter_domain|sender.example\n"
      "sender_domain|\n"
      "signature_result|temperror\n"
      "spf_result|softfail\n"
      "start_datetime|2024-05-06T00:00:00+00:00\n"
      "submitter|sender.example\n"
      "sums_agree|~\n"
      "supersedes|~\n");
  cluster_assert_rows (conninfo,
                       "SELECT stored_at BETWEEN now() - interval '5 minutes' AND now()"
                       " FROM tlsrpt.report",
                       "t\n");
}

static void
test_policy_rows (void)
{
  g_autofree char *conninfo = NULL;
  g_autofree char *uid = store_full_report (TRUE, &conninfo);
  g_autofree char *of_report =
      g_strdup_printf ("SELECT count(*) FROM tlsrpt.policy WHERE report_uid = '%s'", uid);

  cluster_assert_rows (conninfo, of_report, "3\n");
  cluster_assert_rows (
      conninfo,
      "SELECT key, value" LINES_OF (
          "(SELECT p FROM tlsrpt.policy p WHERE policy_no = 0)") " - 'report_uid'" BY_NAME,
      "day|2024-05-06\n"
      "extra|{\"policy\": {\"y\": \"z\"}}\n"
      "failed_sessions|0\n"
      "first_day|2024-05-06\n"
      "has_failures|true\n"
      "has_usable_tlsa|~\n"
      "is_counted|false\n"
      "is_foreign|true\n"
      "is_verified|false\n"
      "last_day|2024-05-06\n"
      "mail_domain|example.org\n"
      "mx_host|[\"mx1.example.org\", \"*.example.org\"]\n"
      "policy_domain|example.org\n"
      "policy_domain_sent|Example.ORG.\n"
      "policy_mode|~\n"
      "policy_mx|[\"*.a\\\\b,c{d}\", \"*.example.org\", \"mx1.example.org\"]\n"
      "policy_mx_digest|2b6e14dd-4bde-e86f-ac51-c95b362e97b2\n"
      "policy_no|0\n"
      "policy_string|[\"version: STSv1\", \"mode: \\\"enforce\\\"\", \"mx: *.a\\\\b,c{d}\", \"\", "
      "\"NULL\"]\n"
      "policy_type|sts\n"
      "reporter_domain|sender.example\n"
      "successful_sessions|0\n"
      "total_failure_session_count|303\n"
      "total_successful_session_count|5326\n"
      "validated_sessions|0\n");
  cluster_assert_rows (
      conninfo,
      "SELECT key, value" LINES_OF (
          "(SELECT p FROM tlsrpt.policy p WHERE policy_no = 1)") " - 'report_uid'" BY_NAME,
      "day|2024-05-06\n"
      "extra|~\n"
      "failed_sessions|0\n"
      "first_day|2024-05-06\n"
      "has_failures|false\n"
      "has_usable_tlsa|~\n"
      "is_counted|true\n"
      "is_foreign|false\n"
      "is_verified|false\n"
      "last_day|2024-05-06\n"
      "mail_domain|example.org\n"
      "mx_host|[]\n"
      "policy_domain|~\n"
      "policy_domain_sent|~\n"
      "policy_mode|~\n"
      "policy_mx|[]\n"
      "policy_mx_digest|~\n"
      "policy_no|1\n"
      "policy_string|[]\n"
      "policy_type|no-policy-found\n"
      "reporter_domain|sender.example\n"
      "successful_sessions|9223372036854775807\n"
      "total_failure_session_count|0\n"
      "total_successful_session_count|9223372036854775807\n"
      "validated_sessions|0\n");
  cluster_assert_rows (conninfo,
                       "SELECT policy_type, policy_domain FROM tlsrpt.policy WHERE policy_no = 2",
                       "tlsa|mx1.example.org\n");
}

/* An IPv4 address in IPv6 form stays what was sent; a zone is no part of an address. */
static void
test_failure_rows (void)
{
  g_autofree char *conninfo = NULL;
  g_autofree char *uid G_GNUC_UNUSED = store_full_report (TRUE, &conninfo);

  cluster_assert_rows (
      conninfo,
      "SELECT key, value" LINES_OF (
          "(SELECT f FROM tlsrpt.failure f WHERE failure_no = 0)") " - 'report_uid'" BY_NAME,
      "additional_information|https://sender.example/why\n"
      "alike_sessions|0\n"
      "extra|{\"note\": [1, 2]}\n"
      "failed_session_count|11\n"
      "failed_sessions|0\n"
      "failure_no|0\n"
      "failure_reason_code|reason \"one\", {two}\\three\nfour\n"
      "mx_in_policy|true\n"
      "policy_no|0\n"
      "receiving_ip|2001:db8::25\n"
      "receiving_ip_text|~\n"
      "receiving_mx|mx1.example.org\n"
      "receiving_mx_helo|helo1.example.org\n"
      "receiving_mx_hostname|mx1.example.org\n"
      "result_type|certificate-expired\n"
      "sending_mta_ip|192.0.2.1\n"
      "sending_mta_ip_text|~\n");
  cluster_assert_rows (
      conninfo,
      "SELECT key, value" LINES_OF (
          "(SELECT f FROM tlsrpt.failure f WHERE failure_no = 1)") " - 'report_uid'" BY_NAME,
      "additional_information|~\n"
      "alike_sessions|0\n"
      "extra|~\n"
      "failed_session_count|0\n"
      "failed_sessions|0\n"
      "failure_no|1\n"
      "failure_reason_code|~\n"
      "mx_in_policy|~\n"
      "policy_no|0\n"
      "receiving_ip|~\n"
      "receiving_ip_text|fe80::1%eth0\n"
      "receiving_mx|~\n"
      "receiving_mx_helo|~\n"
      "receiving_mx_hostname|~\n"
      "result_type|a-new-type\n"
      "sending_mta_ip|~\n"
      "sending_mta_ip_text|not an address\n");
  cluster_assert_rows (
      conninfo,
      "SELECT report_uid = (SELECT report_uid FROM tlsrpt.report), result_type,"
      " sending_mta_ip, masklen(sending_mta_ip), receiving_ip, masklen(receiving_ip),"
      " failed_session_count FROM tlsrpt.failure WHERE failure_no = 2",
      "t|validation-failure|::ffff:192.0.2.9|128|203.0.113.7|32|"
      "9223372036854775807\n");
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "1|3|3|0\n");
}

static void
test_without_evidence (void)
{
  g_autofree char *conninfo = NULL;
  g_autofree char *uid G_GNUC_UNUSED = store_full_report (FALSE, &conninfo);

  cluster_assert_rows (conninfo, "SELECT evidence, document_bytes FROM tlsrpt.report", "~|14\n");
}

/* The views on failures pass over what is marked as without any. */
static void
test_has_failures (void)
{
  g_autofree char *conninfo = installed_in_utc ();
  TlsrptReport *report = sample_report ("marked", "marked");
  g_autoptr (TlsrptItem) item = sample_item ("marked", report, NULL);
  g_autoptr (GError) error = NULL;

  sample_add_policy (report, "sts", "clean.example");
  sample_add_policy (report, "sts", "details-alone.example");
  sample_add_failures (report, 1);
  sample_add_policy (report, "sts", "summary-alone.example")->total_failure_session_count = 1;
  g_assert_true (sample_put (conninfo, &error, item, NULL));
  g_assert_no_error (error);
  cluster_assert_rows (conninfo,
                       "SELECT policy_domain, has_failures FROM tlsrpt.policy ORDER BY policy_no",
                       "example.org|t\nclean.example|f\ndetails-alone.example|t\n"
                       "summary-alone.example|t\n");
}

static void
test_bare_document (void)
{
  g_autofree char *conninfo = installed_in_utc ();
  TlsrptReport *report = sample_report ("bare", "bare");
  g_autoptr (TlsrptItem) item = sample_item ("bare", report, NULL);
  g_autoptr (GError) error = NULL;

  g_array_set_size (report->policies, 0);
  g_assert_true (sample_put (conninfo, &error, item, NULL));
  g_assert_no_error (error);
  cluster_assert_rows (conninfo,
                       "SELECT key, value" LINES_OF (
                           "(SELECT r FROM tlsrpt.report r)") " - "
                                                              "'{report_uid,stored_"
                                                              "at,evidence,claim_uid,content_"
                                                              "digest}'::text[]" BY_NAME,
                       "auth_results_result|~\n"
                       "charged_bytes|8\n"
                       "charged_rows|1\n"
                       "contact_info|~\n"
                       "day|2024-05-06\n"
                       "deviation|[]\n"
                       "dkim_aligned|false\n"
                       "dkim_domain|~\n"
                       "dkim_result|unknown\n"
                       "dkim_source|~\n"
                       "dmarc_result|~\n"
                       "document_bytes|4\n"
                       "end_datetime|2024-05-06T23:59:59+00:00\n"
                       "envelope_sender|~\n"
                       "extra|~\n"
                       "first_day|2024-05-06\n"
                       "header_from|~\n"
                       "is_impersonating|false\n"
                       "is_repeat|false\n"
                       "is_verified|false\n"
                       "last_day|2024-05-06\n"
                       "mail_domain|~\n"
                       "message_id|~\n"
                       "organization_name|Example Sender\n"
                       "received_at|~\n"
                       "report_domain|~\n"
                       "report_id|bare\n"
                       "reported_sessions|0\n"
                       "reporter_basis|name\n"
                       "reporter_domain|examplesender\n"
                       "sender_domain|\n"
                       "signature_result|~\n"
                       "spf_result|~\n"
                       "start_datetime|2024-05-06T00:00:00+00:00\n"
                       "submitter|~\n"
                       "sums_agree|~\n"
                       "supersedes|~\n");
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "1|0|0|0\n");
}

static void
test_quarantine_row (void)
{
  g_autofree char *conninfo = installed_in_utc ();
  g_autoptr (TlsrptItem) item = sample_item ("raw \001 message", NULL);
  g_autofree char *long_detail = g_strnfill (3000, 'd');
  g_autofree char *detail = g_strconcat ("json: ", long_detail, NULL);
  g_autoptr (GError) error = NULL;

  item->envelope_sender = g_strdup ("bad\xff@sender.example");
  sample_refuse (item, TLSRPT_ERROR_INVALID, detail);
  item->envelope = tlsrpt_envelope_new ();
  item->envelope->header_from = g_strdup ("noreply@sender.example");
  item->envelope->message_id = g_strdup ("id-2@sender.example");
  item->is_cut = TRUE;
  g_assert_true (sample_put (conninfo, &error, item, NULL));
  g_assert_no_error (error);
  sample_assert_outcomes (item, "quarantined");
  cluster_assert_rows (conninfo,
                       "SELECT key, left(value, 50)" LINES_OF (
                           "(SELECT q FROM tlsrpt.quarantine q)") " - "
                                                                  "'{quarantine_uid,quarantined_at}"
                                                                  "'::text[]" BY_NAME,
                       "authenticated_domain|~\n"
                       "charged_bytes|2142\n"
                       "detail|json: dddddddddddddddddddddddddddddddddddddddddddd\n"
                       "envelope_sender|bad\xef\xbf\xbd@sender.example\n"
                       "header_from|noreply@sender.example\n"
                       "is_truncated|true\n"
                       "message_id|id-2@sender.example\n"
                       "raw|\\x7261772001206d657373616765\n"
                       "raw_bytes|13\n"
                       "reason|invalid\n"
                       "sender_domain|\n"
                       "stage|json\n");
  cluster_assert_rows (
      conninfo,
      "SELECT octet_length(detail), replace(quarantine_uid::text, '-', '') ="
      " left(encode(sha256(raw), 'hex'), 32),"
      " quarantined_at BETWEEN now() - interval '5 minutes' AND now() FROM tlsrpt.quarantine",
      "1000|t|t\n");
}

static void
test_empty_raw (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autoptr (TlsrptItem) item = sample_item ("", NULL);
  g_autoptr (GError) error = NULL;

  sample_refuse (item, TLSRPT_ERROR_NO_REPORT, "message: empty");
  g_assert_true (sample_put (conninfo, &error, item, NULL));
  g_assert_no_error (error);
  cluster_assert_rows (conninfo,
                       "SELECT reason, stage, detail, raw_bytes, raw FROM tlsrpt.quarantine",
                       "no-report|message|message: empty|0|\\x\n");
}

static void
test_empty_batch (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autoptr (TlsrptItem) item = sample_item ("nothing of it is kept", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (sample_put (conninfo, &error, NULL));
  g_assert_true (sample_put (conninfo, &error, item, NULL));
  g_assert_no_error (error);
  sample_assert_outcomes (item, "");
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "0|0|0|0\n");
}

/* A writer has no more than the grants of sql/grants.sql. */
static void
test_as_writer (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autofree char *writer = cluster_as (conninfo, "store_writer", "tlsrpt_writer");
  g_autoptr (TlsrptItem) first = sample_item ("one", sample_full_report (), NULL);
  g_autoptr (TlsrptItem) again = sample_item ("one", sample_full_report (), NULL);
  g_autoptr (TlsrptItem) other =
      sample_item ("two", sample_report ("w", "1"), sample_report ("w", "2"), NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (sample_put (writer, &error, first, NULL));
  g_assert_true (sample_put (writer, &error, again, other, NULL));
  g_assert_no_error (error);
  sample_assert_outcomes (again, "duplicate");
  sample_assert_outcomes (other, "stored conflict");
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "2|4|4|1\n");
}

/* One past the most rows of a table that are sent as values, and the most; alone, and with another report,
 * when all are sent as arrays. */
static void
test_few_rows (void)
{
  static const guint numbers[] = { 1, 8, 9 };
  g_autofree char *conninfo = cluster_installed ();
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < 2 * G_N_ELEMENTS (numbers); i++) {
    guint n = numbers[i / 2];
    g_autofree char *id = g_strdup_printf ("%u-%s", n, i % 2 == 0 ? "alone" : "beside");
    TlsrptReport *report = sample_report (id, id);
    g_autoptr (TlsrptItem) item = NULL;
    g_autoptr (TlsrptItem) beside = NULL;

    sample_add_failures (report, n - 1);
    for (guint more = 1; more < n; more++)
      sample_add_policy (report, "sts", "example.org");
    item = sample_item (id, report, NULL);
    beside = i % 2 == 0 ? NULL : sample_item ("b", sample_report ("b", "b"), NULL);
    g_assert_true (sample_put (conninfo, &error, item, beside, NULL));
    g_assert_no_error (error);
    sample_assert_outcomes (item, "stored");
  }
  cluster_assert_rows (
      conninfo,
      "SELECT report_id, (SELECT count(*) FROM tlsrpt.policy p WHERE p.report_uid = r.report_uid),"
      " count(f), count(DISTINCT f.sending_mta_ip), max(f.failure_no), sum(f.failed_session_count)"
      " FROM tlsrpt.report r JOIN tlsrpt.failure f USING (report_uid)"
      " WHERE report_id <> 'b' GROUP BY r.report_uid ORDER BY 1",
      "1-alone|1|1|1|0|1\n"
      "1-beside|1|1|1|0|1\n"
      "8-alone|8|8|7|7|8\n"
      "8-beside|8|8|7|7|8\n"
      "9-alone|9|9|8|8|9\n"
      "9-beside|9|9|8|8|9\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/rows/report-has-every-member", test_report_row);
  g_test_add_func ("/store/rows/policy-has-every-member", test_policy_rows);
  g_test_add_func ("/store/rows/failure-has-every-member", test_failure_rows);
  g_test_add_func ("/store/rows/evidence-is-left-out-where-it-is-not-kept", test_without_evidence);
  g_test_add_func ("/store/rows/policy-is-marked-where-sessions-failed", test_has_failures);
  g_test_add_func ("/store/rows/document-without-mail-or-policies", test_bare_document);
  g_test_add_func ("/store/rows/quarantine-has-every-member", test_quarantine_row);
  g_test_add_func ("/store/rows/quarantine-takes-an-empty-message", test_empty_raw);
  g_test_add_func ("/store/rows/batch-of-nothing-is-success", test_empty_batch);
  g_test_add_func ("/store/rows/writer-stores-with-its-grants-alone", test_as_writer);
  g_test_add_func ("/store/rows/one-report-of-few-rows-and-of-more", test_few_rows);
  return g_test_run ();
}
