/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is counted when a report is stored is what the views say: plain sums. Which sessions count, core's
 * tests of facts say. */
#include "insight/digest.h"
#include "insight/text.h"
#include "support/cluster.h"
#include "support/known.h"
#include "support/sample.h"
#include "support/told.h"

#include <string.h>

/* Reports are separated by ` | `, each as told_report() reads it after the reporter's name and a colon. */
typedef struct {
  const char *name;
  const char *reports;
  const char *totals;  /* sessions|successful|failed of daily */
  const char *by_type; /* result_type|failed of daily */
  const char *by_mx;   /* result_type|mx|failed of daily_failure */
} Case;

#define MAX_TEXT "9223372036854775807"

/* clang-format off */
static const Case cases[] = {
  { "one-policy", "A: sts example.org 90 10; certificate-expired@MX2.example.org. 10",
    "100|90|10\n", "certificate-expired|10\n", "certificate-expired|mx2.example.org|10\n" },
  { "no-failures", "A: sts example.org 90 0", "90|90|0\n", "", "" },
  { "no-sessions", "A: no-policy-found example.org 0 0", "0|0|0\n", "", "" },
  { "both-mechanisms-count-a-session-once", "A: sts example.org 100 0; tlsa example.org 100 0", "100|100|0\n", "", "" },
  { "failed-under-tlsa-alone", "A: sts example.org 100 0; tlsa example.org 90 10; tlsa-invalid@- 10",
    "100|90|10\n", "tlsa-invalid|10\n", "tlsa-invalid|~|10\n" },
  { "failed-under-both-for-two-reasons",
    "A: sts example.org 94 6; certificate-expired@mx 6; tlsa example.org 90 10; tlsa-invalid@mx 10",
    "100|90|10\n", "tlsa-invalid|10\n", "tlsa-invalid|mx|10\n" },
  { "mail-domain-and-both-its-mx-hosts",
    "A: sts example.org 95 5; certificate-expired@mx1 5; tlsa mx1.example.net 40 10; tlsa-invalid@- 10; tlsa mx2.example.net 50 0",
    "100|85|15\n", "tlsa-invalid|10\ncertificate-expired|5\n", "tlsa-invalid|mx1.example.net|10\ncertificate-expired|mx1|5\n" },
  { "two-reports-add-up", "A: sts example.org 30 0 | B: tlsa example.org 60 1; tlsa-invalid@mx 1",
    "91|90|1\n", "tlsa-invalid|1\n", "tlsa-invalid|mx|1\n" },
  { "details-alike-are-one-row", "A: sts example.org 0 6; certificate-expired@mx 1; certificate-expired@MX. 2; validation-failure@mx 3",
    "6|0|6\n", "certificate-expired|3\nvalidation-failure|3\n", "certificate-expired|mx|3\nvalidation-failure|mx|3\n" },
  { "summary-below-details", "A: sts example.org 5 4; certificate-expired@a 2; validation-failure@b 3",
    "9|5|4\n", "validation-failure|3\ncertificate-expired|1\n", "validation-failure|b|3\ncertificate-expired|a|1\n" },
  { "summary-above-details", "A: sts example.org 5 4; certificate-expired@- 1",
    "9|5|4\n", "unspecified|3\ncertificate-expired|1\n", "unspecified|~|3\ncertificate-expired|~|1\n" },
  { "no-policy-domain", "A: no-policy-found - 5 0", "5|5|0\n", "", "" },
  { "foreign-policies-are-in-no-view", "A: !sts example.net 5 2; certificate-expired@- 2; sts example.org 1 0",
    "1|1|0\n", "", "" },
  { "a-repeat-counts-nothing", "A: sts example.org 9 1; certificate-expired@mx 1 | A: sts example.org 9 1; certificate-expired@mx 1",
    "10|9|1\n", "certificate-expired|1\n", "certificate-expired|mx|1\n" },
  { "nine-sessions-are-no-repeat", "A: sts example.org 8 1; certificate-expired@mx 1 | A: sts example.org 8 1; certificate-expired@mx 1",
    "18|16|2\n", "certificate-expired|2\n", "certificate-expired|mx|2\n" },
  { "the-same-of-two-reporters-is-no-repeat", "A: sts example.org 10 0 | B: sts example.org 10 0", "20|20|0\n", "", "" },
  { "counts-at-the-end-of-their-type",
    "A: sts example.org " MAX_TEXT " " MAX_TEXT "; certificate-expired@mx " MAX_TEXT " | B: sts example.org " MAX_TEXT " "
    MAX_TEXT "; certificate-expired@mx " MAX_TEXT,
    "18446744073709551614|0|18446744073709551614\n", "certificate-expired|18446744073709551614\n",
    "certificate-expired|mx|9223372036854775807\ncertificate-expired|mx|9223372036854775807\n" },
};
/* clang-format on */

#define DAY_START (G_GINT64_CONSTANT (1777593600) * G_USEC_PER_SEC) /* 2026-05-01 */

static TlsrptReport *
report_of (const char *text, guint number)
{
  const char *colon = strstr (text, ": ");
  TlsrptReport *report = told_report (colon + 2);
  g_autofree char *name = g_strndup (text, (gsize)(colon - text));
  g_autofree char *from = g_strdup_printf ("tls@%s.example", name);
  g_autofree char *id = g_strdup_printf ("report-%u", number);

  report->organization_name = tlsrpt_report_string (report, name);
  report->header_from = tlsrpt_report_string (report, from);
  report->report_id = tlsrpt_report_string (report, id);
  report->start_datetime = DAY_START;
  report->end_datetime = DAY_START + G_TIME_SPAN_DAY - G_USEC_PER_SEC;
  return report;
}

/* A database with @reports, each stored by itself. */
static char *
stored (const char *reports)
{
  char *conninfo = cluster_installed ();
  g_auto (GStrv) texts = g_strsplit (reports, " | ", -1);

  for (guint i = 0; texts[i] != NULL; i++) {
    g_autofree char *raw = g_strdup_printf ("mail %u", i);
    g_autoptr (TlsrptItem) item = sample_item (raw, report_of (texts[i], i), NULL);
    g_autoptr (GError) error = NULL;

    g_assert_true (sample_put (conninfo, &error, item, NULL));
    g_assert_no_error (error);
  }
  return conninfo;
}

#define SUMS "SELECT sum(sessions), sum(successful_sessions), sum(failed_sessions) FROM tlsrpt."

static void
test_case (gconstpointer data)
{
  const Case *row = data;
  g_autofree char *conninfo = stored (row->reports);

  cluster_assert_rows (conninfo, SUMS "daily", row->totals);
  cluster_assert_rows (conninfo, SUMS "daily_total", row->totals);
  cluster_assert_rows (conninfo, SUMS "session_count", row->totals);
  cluster_assert_rows (conninfo,
                       "SELECT result_type, sum(failed_sessions) FROM tlsrpt.daily"
                       " WHERE result_type IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1",
                       row->by_type);
  cluster_assert_rows (conninfo,
                       "SELECT result_type, receiving_mx, failed_sessions"
                       " FROM tlsrpt.daily_failure ORDER BY 3 DESC, 1",
                       row->by_mx);
  /* Whichever way failed sessions are added up. */
  cluster_assert_rows (conninfo,
                       "SELECT count(DISTINCT coalesce(failed, 0)) FROM ("
                       " SELECT sum(failed_sessions) FROM tlsrpt.daily"
                       " UNION ALL SELECT sum(failed_sessions) FROM tlsrpt.daily_failure"
                       " UNION ALL SELECT sum(failed_sessions) FROM tlsrpt.failed_session"
                       " UNION ALL SELECT sum(failed_sessions) FROM tlsrpt.sending_mta"
                       " UNION ALL SELECT sum(failed_sessions) FROM tlsrpt.failure_fact"
                       "  WHERE policy_domain IS NOT NULL"
                       " UNION ALL SELECT sum(failed_sessions) FROM tlsrpt.late_report"
                       ") AS told(failed)",
                       "1\n");
}

/* A company that renames itself stays one reporter, and two that write one name are two. */
static void
test_grain (void)
{
  g_autofree char *conninfo =
      stored ("A: sts example.org 90 10; certificate-expired@- 10 | B: sts example.org 5 0"
              " | B: sts example.org 6 0; sts example.net 7 0");

  cluster_sql (conninfo, "UPDATE tlsrpt.reporter SET organization_name = 'A' WHERE"
                         " reporter_domain = 'b.example'");
  cluster_assert_rows (conninfo,
                       "SELECT day, mail_domain, reporter_domain, organization_name, result_type,"
                       " sessions, successful_sessions, failed_sessions FROM tlsrpt.daily"
                       " ORDER BY 2, 3, 5 NULLS FIRST",
                       "2026-05-01|example.net|b.example|A|~|7|7|0\n"
                       "2026-05-01|example.org|a.example|A|~|90|90|0\n"
                       "2026-05-01|example.org|a.example|A|certificate-expired|10|0|10\n"
                       "2026-05-01|example.org|b.example|A|~|11|11|0\n");
}

static void
test_apart (void)
{
  g_autofree char *conninfo =
      stored ("A: sts example.org 10 0 | A: sts example.org 10 0 | A: sts example.org 11 0");

  cluster_sql (conninfo, "UPDATE tlsrpt.report SET is_impersonating = true"
                         " WHERE reported_sessions = 11;"
                         "UPDATE tlsrpt.policy SET is_counted = false, successful_sessions = 0,"
                         " validated_sessions = 0 WHERE total_successful_session_count = 11");
  cluster_assert_rows (conninfo,
                       "SELECT reporter_domain, reports, repeats, impersonating_reports, sessions"
                       " FROM tlsrpt.daily_total",
                       "a.example|1|1|1|10\n");
  cluster_assert_rows (conninfo,
                       "SET tlsrpt.today = '2026-05-02'; SELECT reporter_domain, reports, repeats,"
                       " impersonating_reports, sessions, mail_domains FROM tlsrpt.reporter_health",
                       "a.example|1|1|1|10|1\n");
}

static const TlsrptTable *
table_of (const TlsrptDigest *digest, const char *name)
{
  guint n;
  const TlsrptSection *sections = tlsrpt_sections (&n);

  for (guint i = 0; i < n; i++)
    if (strcmp (sections[i].name, name) == 0)
      return digest->tables->pdata[i];
  g_assert_not_reached ();
}

/* What a digest says of all domains is what it says of each, added up; an MX host is no domain. */
static void
test_digest (void)
{
  g_autofree char *conninfo =
      stored ("A: sts example.org 100 0; tlsa mx.example.org 90 10; tlsa-invalid@- 10"
              " | B: sts example.org 7 0"
              " | A: sts example.org 100 0; tlsa mx.example.org 90 10; tlsa-invalid@- 10");
  g_autofree char *reader = cluster_as (conninfo, "digest_reader", "tlsrpt_reader");
  g_autoptr (TlsrptPg) pg =
      tlsrpt_pg_connect (reader, g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND, NULL);
  TlsrptPeriod period = {
    .since = "2026-05-01", .until = "2026-05-01", .standing = "2026-05-02", .days = 1
  };
  g_autoptr (TlsrptDigest) all =
      tlsrpt_digest_load (pg, &period, NULL, &tlsrpt_threshold_defaults, NULL);
  g_autoptr (TlsrptDigest) one =
      tlsrpt_digest_load (pg, &period, "example.org", &tlsrpt_threshold_defaults, NULL);
  g_autofree char *text = tlsrpt_text_digest (all, &(TlsrptTextStyle){ 0 });
  const TlsrptTable *days = table_of (all, "days");

  g_assert_cmpstr (all->reports, ==, "2");
  g_assert_cmpstr (all->sessions, ==, "107");
  g_assert_cmpstr (all->failed_sessions, ==, "10");
  g_assert_cmpstr (one->sessions, ==, "107");
  g_assert_cmpstr (tlsrpt_table_cell (days, 0, 1), ==, "107");
  g_assert_cmpstr (tlsrpt_table_cell (days, 0, 2), ==, "10");
  g_assert_nonnull (strstr (text, "\nNot counted: 1 that repeats another report.\n"));
  g_assert_nonnull (strstr (text, "\nA         a.example  2026-05-01       100      10  10.0 %\n"
                                  "B         b.example  2026-05-01         7       0     0 %\n"));
}

/* A period of a domain must not be a scan of all years: the index on the day is there to be used. */
static void
test_index (void)
{
  g_autofree char *conninfo =
      known_database ("SELECT known.report('2020-01-01'::date + n, 'A'),"
                      " known.policy('sts', 'd' || n % 10 || '.example.org', 1, 0)"
                      " FROM generate_series(1, 2000) n; ANALYZE tlsrpt.policy;");
  g_autofree char *plan = cluster_rows (
      conninfo,
      "EXPLAIN SELECT * FROM tlsrpt.daily WHERE day BETWEEN '2021-01-01' AND '2021-01-31'");

  /* With partitions, these years are in the default one. */
  g_assert_true (g_regex_match_simple ("policy(_default)?_day_idx", plan, 0, 0));
  g_assert_false (g_regex_match_simple ("Seq Scan on policy(_default)?( |$)", plan, 0, 0));
  cluster_assert_rows (conninfo,
                       "SELECT sum(sessions) FROM tlsrpt.daily"
                       " WHERE day BETWEEN '2021-01-01' AND '2021-01-31'",
                       "31\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/counting/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  g_test_add_func ("/counting/one-row-a-day-domain-reporter-and-type", test_grain);
  g_test_add_func ("/counting/repeats-and-impersonators-are-counted-apart", test_apart);
  g_test_add_func ("/counting/the-digest-counts-each-session-once", test_digest);
  g_test_add_func ("/counting/a-period-is-found-by-index", test_index);
  return g_test_run ();
}
