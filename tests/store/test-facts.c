/* SPDX-License-Identifier: GPL-3.0-or-later
 * What counts, once it is stored: whose word a report is, whether it says something new, how its reporter
 * counts, and that each of it stands in its own column. */
#include "support/cluster.h"
#include "support/document.h"
#include "support/sample.h"
#include "support/told.h"

#include <string.h>

#define DAY_START (G_GINT64_CONSTANT (1714953600) * G_USEC_PER_SEC) /* 2024-05-06 */

/* What told_report() reads, by a mail from @from that names its reporter "Google Inc.". */
static TlsrptReport *
report_of (const char *from, const char *id, int day, const char *told)
{
  TlsrptReport *report = told_report (told);
  g_autofree char *address = g_strconcat ("tls@", from, NULL);

  report->organization_name = "Google Inc.";
  report->report_id = tlsrpt_report_string (report, id);
  report->header_from = tlsrpt_report_string (report, address);
  report->start_datetime = DAY_START + day * G_TIME_SPAN_DAY;
  report->end_datetime = report->start_datetime + G_TIME_SPAN_DAY - G_USEC_PER_SEC;
  return report;
}

static TlsrptReport *
signed_by (TlsrptReport *report, const char *domain)
{
  report->trust = (TlsrptTrust){
    .dkim_result = "pass", .dkim_domain = domain, .dkim_aligned = TRUE, .dkim_source = "signature"
  };
  return report;
}

/* Stores @report by itself; returns the outcome. */
static char *
store (const char *conninfo, TlsrptReport *report)
{
  static guint number;
  g_autofree char *raw = g_strdup_printf ("mail %u", number++);
  g_autoptr (TlsrptItem) item = sample_item (raw, report, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (sample_put (conninfo, &error, item, NULL));
  g_assert_no_error (error);
  return sample_outcomes (item);
}

#define assert_stored(conninfo, report)                                                            \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *outcome = store (conninfo, report);                                           \
    g_assert_cmpstr (outcome, ==, "stored");                                                       \
  }                                                                                                \
  G_STMT_END

#define CLEAN "sts example.org 100 0"

/* No two of the three are alike, so that none stands in another's column. */
static void
test_days (void)
{
  g_autofree char *conninfo = cluster_installed ();
  TlsrptReport *report = report_of ("google.com", "1", 0, CLEAN);

  report->end_datetime = report->start_datetime + 3 * G_TIME_SPAN_DAY;
  assert_stored (conninfo, report);
  cluster_assert_rows (conninfo,
                       "SELECT day, first_day, last_day FROM tlsrpt.report"
                       " UNION ALL SELECT day, first_day, last_day FROM tlsrpt.policy",
                       "2024-05-07|2024-05-06|2024-05-08\n2024-05-07|2024-05-06|2024-05-08\n");
}

static void
test_flags (void)
{
  g_autofree char *conninfo = cluster_installed ();

  assert_stored (conninfo, signed_by (report_of ("google.com", "1", 0, CLEAN), "google.com"));
  assert_stored (conninfo, signed_by (report_of ("google.com", "2", 0, CLEAN), "google.com"));
  assert_stored (conninfo, report_of ("evil.example", "3", 0, "sts example.org 90 0"));
  cluster_assert_rows (
      conninfo,
      "SELECT report_id, r.reporter_domain, r.is_verified, is_impersonating, is_repeat,"
      " is_counted, p.is_verified, p.successful_sessions, p.total_successful_session_count"
      " FROM tlsrpt.report r JOIN tlsrpt.policy p USING (report_uid) ORDER BY 1",
      "1|google.com|t|f|f|t|t|100|100\n2|google.com|t|f|t|f|t|0|100\n"
      "3|evil.example|f|t|f|f|f|0|90\n");
}

/* What a stranger mailed first makes room, in the counts too. */
static void
test_superseded (void)
{
  g_autofree char *conninfo = cluster_installed ();

  assert_stored (conninfo, report_of ("google.com", "1", 0,
                                      "sts example.org 100 5; certificate-expired@mx 5"));
  assert_stored (conninfo, signed_by (report_of ("google.com", "1", 0,
                                                 "sts example.org 70 2; validation-failure@mx 2"),
                                      "google.com"));
  cluster_assert_rows (
      conninfo, "SELECT is_verified, successful_sessions, failed_sessions FROM tlsrpt.policy",
      "t|70|2\n");
  cluster_assert_rows (conninfo,
                       "SELECT result_type, failed_sessions, alike_sessions FROM tlsrpt.failure",
                       "validation-failure|2|2\n");
  cluster_assert_rows (conninfo, "SELECT reason FROM tlsrpt.quarantine", "superseded\n");
  /* Never the reverse. */
  g_free (store (conninfo, report_of ("google.com", "1", 0, "sts example.org 1 0")));
  cluster_assert_rows (conninfo,
                       "SELECT sum(successful_sessions), sum(failed_sessions) FROM tlsrpt.policy",
                       "70|2\n");
}

/* The signed one says the same under another id: the unsigned one was the repeat. */
static void
test_same_meaning_signed (void)
{
  g_autofree char *conninfo = cluster_installed ();

  assert_stored (conninfo, report_of ("google.com", "1", 0, CLEAN));
  assert_stored (conninfo, signed_by (report_of ("google.com", "2", 0, CLEAN), "google.com"));
  cluster_assert_rows (conninfo,
                       "SELECT sum(successful_sessions), bool_or(is_verified AND is_counted)"
                       " FROM tlsrpt.policy",
                       "100|t\n");
}

/* Two under two report-ids at once, in one mail: one of them counts. */
static void
test_twins (gconstpointer data)
{
  const char *told = strcmp (data, "10") == 0 ? "sts example.org 10 0" : "sts example.org 9 0";
  g_autofree char *conninfo = cluster_installed ();
  g_autoptr (TlsrptItem) item = sample_item ("twins", report_of ("google.com", "1", 0, told),
                                             report_of ("google.com", "2", 0, told), NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (sample_put (conninfo, &error, item, NULL));
  g_assert_no_error (error);
  sample_assert_outcomes (item, "stored stored");
  cluster_assert_rows (conninfo,
                       "SELECT count(*) FILTER (WHERE is_repeat),"
                       " (SELECT sum(successful_sessions) FROM tlsrpt.policy) FROM tlsrpt.report",
                       strcmp (data, "10") == 0 ? "1|10\n" : "0|18\n");
}

/* Under one of its mechanisms each: until a week has shown it, the least that it can mean. */
static void
test_one_policy (void)
{
  g_autofree char *conninfo = cluster_installed ();

  for (int day = 0; day < 6; day++) {
    g_autofree char *id = g_strdup_printf ("%d", day);

    assert_stored (conninfo,
                   report_of ("google.com", id, day, "sts example.org 100 0; tlsa mx 30 0"));
  }
  cluster_assert_rows (conninfo, "SELECT mechanism FROM tlsrpt.reporter", "~\n");
  assert_stored (conninfo, report_of ("google.com", "6", 6, "sts example.org 100 0; tlsa mx 30 0"));
  cluster_assert_rows (conninfo, "SELECT mechanism FROM tlsrpt.reporter", "one-policy\n");
  cluster_assert_rows (conninfo,
                       "SELECT day, sum(successful_sessions) FROM tlsrpt.policy"
                       " WHERE day >= '2024-05-11' GROUP BY 1 ORDER BY 1",
                       "2024-05-11|100\n2024-05-12|130\n");
}

/* One day on which both have as many says that it counts a session under both. */
static void
test_both (void)
{
  g_autofree char *conninfo = cluster_installed ();

  for (int day = 0; day < 8; day++) {
    g_autofree char *id = g_strdup_printf ("%d", day);

    assert_stored (conninfo, report_of ("google.com", id, day,
                                        day == 3 ? "sts example.org 50 0; tlsa mx 50 0"
                                                 : "sts example.org 100 0; tlsa mx 30 0"));
  }
  cluster_assert_rows (conninfo, "SELECT mechanism FROM tlsrpt.reporter", "both\n");
  cluster_assert_rows (conninfo, "SELECT sum(successful_sessions) FROM tlsrpt.policy", "750\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/facts/each-day-has-its-column", test_days);
  g_test_add_func ("/store/facts/each-verdict-has-its-column", test_flags);
  g_test_add_func ("/store/facts/what-is-superseded-counts-no-more", test_superseded);
  g_test_add_func ("/store/facts/the-same-signed-counts-once", test_same_meaning_signed);
  g_test_add_data_func ("/store/facts/twins-of-ten-sessions-count-once", "10", test_twins);
  g_test_add_data_func ("/store/facts/twins-of-nine-sessions-are-two", "9", test_twins);
  g_test_add_func ("/store/facts/a-week-shows-one-policy-a-session", test_one_policy);
  g_test_add_func ("/store/facts/one-day-shows-both-mechanisms", test_both);
  return g_test_run ();
}
