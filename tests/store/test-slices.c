/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports of tens of thousands of failure details, which are sent in slices: whole or not at all. */
#include "support/cluster.h"
#include "support/sample.h"
#include "support/wire.h"

/* With the one that a sample has; each policy's are more than a slice, and none is full at the end. */
#define DETAILS 10000u

/* Two policies with @n details each, all different in number and address. */
static TlsrptReport *
large_report (const char *report_id, const char *document, guint n)
{
  TlsrptReport *report = sample_report (report_id, document);

  sample_add_failures (report, n - 1);
  sample_add_policy (report, "tlsa", "example.org");
  sample_add_failures (report, n);
  return report;
}

static void
put (const char *conninfo, TlsrptReport *report, const char *outcome)
{
  g_autoptr (TlsrptItem) item =
      sample_item ("large", sample_report ("beside", "beside"), report, NULL);
  g_autofree char *expected =
      g_strdup_printf ("%s %s", outcome[0] == 's' ? "stored" : "duplicate", outcome);
  g_autoptr (GError) error = NULL;

  g_assert_true (sample_put (conninfo, &error, item, NULL));
  g_assert_no_error (error);
  sample_assert_outcomes (item, expected);
}

static void
test_sliced (void)
{
  static const char numbers[] =
      "SELECT policy_no, count(*), min(failure_no), max(failure_no), count(DISTINCT failure_no),"
      " sum(failed_session_count), count(DISTINCT sending_mta_ip) FROM tlsrpt.failure"
      " JOIN tlsrpt.report USING (report_uid) WHERE report_id = 'large' GROUP BY 1 ORDER BY 1";
  g_autofree char *conninfo = cluster_installed ();

  put (conninfo, large_report ("large", "large", DETAILS), "stored");
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "2|3|20001|0\n");
  cluster_assert_rows (conninfo, numbers,
                       "0|10000|0|9999|10000|10000|9999\n1|10000|0|9999|10000|10000|10000\n");
  cluster_assert_rows (conninfo, "SELECT count(DISTINCT xmin::text) FROM tlsrpt.failure", "1\n");
}

/* What is there has its details, and gets no others. */
static void
test_sliced_again (void)
{
  g_autofree char *conninfo = cluster_installed ();

  put (conninfo, large_report ("large", "large", DETAILS), "stored");
  put (conninfo, large_report ("large", "large", DETAILS), "duplicate");
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "2|3|20001|0\n");
  put (conninfo, large_report ("large", "another", DETAILS + 1), "conflict");
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "2|3|20001|1\n");
}

/* The last detail of the last slice is at fault: the others of the batch are stored. */
static void
test_sliced_refused (void)
{
  g_autofree char *conninfo = cluster_installed ();
  TlsrptReport *report = large_report ("large", "large", DETAILS);
  g_autoptr (TlsrptItem) item =
      sample_item ("large", report, sample_report ("beside", "beside"), NULL);
  g_autoptr (GError) error = NULL;

  tlsrpt_policy_failure (tlsrpt_report_policy (report, 1), DETAILS - 1)->failed_session_count = -1;
  g_assert_true (sample_put (conninfo, &error, item, NULL));
  g_assert_no_error (error);
  sample_assert_outcomes (item, "quarantined stored");
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "1|1|1|1\n");
  cluster_assert_rows (conninfo, "SELECT reason, detail LIKE '%23514%' FROM tlsrpt.quarantine",
                       "refused-value|t\n");
}

/* The wire is cut in every slice, also in the last bytes: tried again, and stored once. */
static void
test_sliced_over_a_broken_wire (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autoptr (Wire) wire = wire_new ();
  g_autofree char *over_wire = wire_conninfo (wire, conninfo);
  gsize whole;
  guint cuts = 0;

  put (over_wire, large_report ("calm", "calm", DETAILS), "stored");
  whole = wire_passed (wire, WIRE_TO_SERVER);
  for (gsize bytes = 5000; bytes < whole; bytes += whole / 9) {
    g_autofree char *id = g_strdup_printf ("cut-%" G_GSIZE_FORMAT, bytes);
    g_autoptr (TlsrptItem) item = sample_item (id, large_report (id, id, DETAILS), NULL);
    g_autoptr (GError) error = NULL;

    cuts++;
    wire_break (wire, WIRE_TO_SERVER, bytes, 1);
    g_assert_true (sample_put (over_wire, &error, item, NULL));
    g_assert_no_error (error);
    sample_assert_outcomes (item, "stored");
  }
  g_assert_cmpuint (cuts, >=, 8);
  cluster_assert_rows (
      conninfo,
      "SELECT count(*) > 8, bool_and(n = 20000) FROM (SELECT report_id, count(*) AS n"
      " FROM tlsrpt.report JOIN tlsrpt.failure USING (report_uid)"
      " WHERE report_id <> 'beside' GROUP BY 1) s",
      "t|t\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/slices/are-one-transaction", test_sliced);
  g_test_add_func ("/store/slices/of-a-stored-report-add-nothing", test_sliced_again);
  g_test_add_func ("/store/slices/refused-in-the-last-row", test_sliced_refused);
  g_test_add_func ("/store/slices/over-a-broken-wire", test_sliced_over_a_broken_wire);
  return g_test_run ();
}
