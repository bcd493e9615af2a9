/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is read back of tables: each member has its own column's value. */
#include "support/cluster.h"
#include "support/sample.h"
#include "store/quarantine.h"
#include "store/replace.h"

#include <string.h>

#define UID "00000000-0000-0000-0000-000000000001"

static char *
database_with_quarantine (void)
{
  char *conninfo = cluster_installed ();

  cluster_sql (
      conninfo,
      "INSERT INTO tlsrpt.quarantine (quarantine_uid, quarantined_at, reason, stage, detail,"
      " envelope_sender, header_from, message_id, is_truncated, raw_bytes, raw) VALUES"
      " ('" UID "', '2026-01-02 03:04:05+00', 'a-reason', 'a-stage', 'a-detail',"
      " 'a@sender.example', 'a@from.example', 'an@id.example', true, 5, 'bytes'),"
      " ('00000000-0000-0000-0000-000000000002', '2025-01-02 03:04:05+00', 'other', 'other',"
      " 'other', NULL, NULL, NULL, false, 4, 'more')");
  return conninfo;
}

static void
assert_entry (const TlsrptQuarantined *entry)
{
  g_assert_cmpstr (entry->uid, ==, UID);
  g_assert_cmpstr (entry->quarantined_at, ==, "2026-01-02 03:04:05");
  g_assert_cmpstr (entry->reason, ==, "a-reason");
  g_assert_cmpstr (entry->stage, ==, "a-stage");
  g_assert_cmpstr (entry->detail, ==, "a-detail");
  g_assert_cmpstr (entry->envelope_sender, ==, "a@sender.example");
  g_assert_cmpstr (entry->header_from, ==, "a@from.example");
  g_assert_cmpstr (entry->message_id, ==, "an@id.example");
  g_assert_cmpint (entry->raw_bytes, ==, 5);
  g_assert_true (entry->is_truncated);
}

static void
test_list (void)
{
  g_autofree char *conninfo = database_with_quarantine ();
  g_autoptr (TlsrptPg) pg = cluster_connect (conninfo);
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsrptRecords) entries =
      tlsrpt_quarantine_list (pg, &(TlsrptQuarantineFilter){ 0 }, 10, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (tlsrpt_records_length (entries), ==, 2);
  assert_entry (tlsrpt_records_get (entries, 0));
  g_assert_null (((const TlsrptQuarantined *)tlsrpt_records_get (entries, 0))->raw);
}

static void
test_find (void)
{
  g_autofree char *conninfo = database_with_quarantine ();
  g_autoptr (TlsrptPg) pg = cluster_connect (conninfo);
  g_autoptr (GBytes) raw = g_bytes_new_static ("bytes", 5);
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsrptRecords) entries = tlsrpt_quarantine_find (pg, UID, TRUE, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (tlsrpt_records_length (entries), ==, 1);
  assert_entry (tlsrpt_records_get (entries, 0));
  g_assert_true (
      g_bytes_equal (((const TlsrptQuarantined *)tlsrpt_records_get (entries, 0))->raw, raw));
}

static void
test_sum (void)
{
  g_autofree char *conninfo = database_with_quarantine ();
  g_autoptr (TlsrptPg) pg = cluster_connect (conninfo);
  g_autoptr (GError) error = NULL;
  TlsrptQuarantineSum sum;

  g_assert_true (tlsrpt_quarantine_sum (pg, &(TlsrptQuarantineFilter){ 0 }, &sum, &error));
  g_assert_no_error (error);
  g_assert_cmpint (sum.cut, ==, 1);
  g_assert_cmpint (sum.whole, ==, 1);
  g_assert_cmpint (sum.bytes, ==, 4);
}

static void
test_settle (void)
{
  g_autofree char *conninfo = database_with_quarantine ();
  g_autoptr (TlsrptPg) pg = cluster_connect (conninfo);
  const TlsrptQuarantineVerdict given[] = {
    { .uid = UID, .reason = "new-reason", .stage = "new-stage", .detail = "new-detail" },
    { .uid = "00000000-0000-0000-0000-000000000002" },
  };
  g_autoptr (GArray) verdicts = g_array_new (FALSE, FALSE, sizeof *given);
  g_autoptr (GError) error = NULL;

  g_array_append_vals (verdicts, given, G_N_ELEMENTS (given));
  g_assert_true (tlsrpt_quarantine_settle (pg, verdicts, &error));
  g_assert_no_error (error);
  cluster_assert_rows (conninfo,
                       "SELECT quarantine_uid, reason, stage, detail FROM tlsrpt.quarantine",
                       UID "|new-reason|new-stage|new-detail\n");
}

static void
test_stored_report (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autoptr (TlsrptPg) pg = cluster_connect (conninfo);
  TlsrptReport *report = sample_full_report ();
  g_autoptr (TlsrptItem) item = sample_item ("full", report, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsrptRecords) page = NULL;
  const TlsrptStoredReport *stored;

  g_assert_true (sample_put (conninfo, &error, item, NULL));
  page = tlsrpt_replace_page (pg, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tlsrpt_records_length (page), ==, 1);
  stored = tlsrpt_records_get (page, 0);
  g_assert_cmpstr (stored->submitter, ==, report->submitter);
  g_assert_cmpstr (stored->report_domain, ==, report->report_domain);
  g_assert_cmpint (g_ascii_strtoll (stored->received_at, NULL, 10), ==, report->received_at);
  g_assert_cmpstr (stored->message_id, ==, report->message_id);
  g_assert_cmpstr (stored->header_from, ==, report->header_from);
  g_assert_cmpstr (stored->envelope_sender, ==, report->envelope_sender);
  g_assert_cmpstr (stored->trust.dkim_result, ==, report->trust.dkim_result);
  g_assert_cmpstr (stored->trust.dkim_domain, ==, report->trust.dkim_domain);
  g_assert_cmpint (stored->trust.dkim_aligned, ==, report->trust.dkim_aligned);
  g_assert_cmpstr (stored->trust.spf_result, ==, report->trust.spf_result);
  g_assert_cmpstr (stored->trust.dmarc_result, ==, report->trust.dmarc_result);
  g_assert_cmpstr (stored->foreign, ==, "example.org");
  g_assert_true (g_bytes_equal (stored->evidence, report->evidence));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/records/quarantine-list-has-every-member", test_list);
  g_test_add_func ("/records/quarantine-show-has-every-member", test_find);
  g_test_add_func ("/records/quarantine-sums", test_sum);
  g_test_add_func ("/records/quarantine-settles-by-its-own-words", test_settle);
  g_test_add_func ("/records/stored-report-has-every-member", test_stored_report);
  return g_test_run ();
}
