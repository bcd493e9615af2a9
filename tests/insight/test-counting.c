/* SPDX-License-Identifier: GPL-3.0-or-later
 * What counts as a session: daily and daily_failure on known rows, where policies and summaries
 * tell the same sessions twice or contradict each other. */
#include "insight/digest.h"
#include "insight/text.h"
#include "support/known.h"
#include "support/cluster.h"

#include <string.h>

#define REPORT(organization) "SELECT known.report('2026-05-01', '" organization "');"
#define POLICY(type, domain, successful, failed)                                                   \
  "SELECT known.policy('" type "', '" domain "', " #successful ", " #failed ");"
#define FAILURE(result_type, mx, sessions)                                                         \
  "SELECT known.failure('" result_type "', " mx ", " #sessions ");"

typedef struct {
  const char *name;
  const char *rows;
  const char *totals;  /* sessions|successful|failed over everything */
  const char *by_type; /* result_type|failed of daily */
  const char *by_mx;   /* result_type|mx|failed of daily_failure */
  const char *grand;   /* sessions|successful|failed of daily_total; NULL if as @totals */
} Case;

/* clang-format off */
static const Case cases[] = {
  { "one-policy",
    REPORT ("A") POLICY ("sts", "example.org", 90, 10) FAILURE ("certificate-expired", "'MX2.example.org.'", 10),
    "100|90|10\n", "certificate-expired|10\n", "certificate-expired|mx2.example.org|10\n", NULL },

  { "no-failures",
    REPORT ("A") POLICY ("sts", "example.org", 90, 0),
    "90|90|0\n", "", "", NULL },

  { "no-sessions",
    REPORT ("A") POLICY ("no-policy-found", "example.org", 0, 0),
    "0|0|0\n", "", "", NULL },

  { "sts-and-tlsa-tell-the-same-sessions",
    REPORT ("A") POLICY ("sts", "example.org", 100, 0) POLICY ("tlsa", "example.org", 100, 0),
    "100|100|0\n", "", "", NULL },

  { "failed-under-tlsa-alone",
    REPORT ("A") POLICY ("sts", "example.org", 100, 0) POLICY ("tlsa", "example.org", 90, 10)
    FAILURE ("tlsa-invalid", "NULL", 10),
    "100|90|10\n", "tlsa-invalid|10\n", "tlsa-invalid|example.org|10\n", NULL },

  { "failed-under-both-for-two-reasons",
    REPORT ("A")
    POLICY ("sts", "example.org", 94, 6) FAILURE ("certificate-expired", "'mx.example.org'", 6)
    POLICY ("tlsa", "example.org", 90, 10) FAILURE ("tlsa-invalid", "'mx.example.org'", 10),
    "100|90|10\n", "tlsa-invalid|10\ncertificate-expired|0\n",
    "tlsa-invalid|mx.example.org|10\ncertificate-expired|mx.example.org|6\n", NULL },

  { "failed-under-both-for-one-reason",
    REPORT ("A")
    POLICY ("sts", "example.org", 0, 7) FAILURE ("starttls-not-supported", "'mx.example.org'", 7)
    POLICY ("tlsa", "example.org", 0, 7) FAILURE ("starttls-not-supported", "'mx.example.org'", 7),
    "7|0|7\n", "starttls-not-supported|7\n", "starttls-not-supported|mx.example.org|7\n", NULL },

  { "more-sessions-under-tlsa",
    REPORT ("A") POLICY ("sts", "example.org", 10, 5) FAILURE ("validation-failure", "NULL", 5)
    POLICY ("tlsa", "example.org", 100, 0),
    "100|95|5\n", "validation-failure|5\n", "validation-failure|~|5\n", NULL },

  { "two-sts-policies-of-one-day-add-up",
    REPORT ("A") POLICY ("sts", "example.org", 30, 1) FAILURE ("certificate-expired", "NULL", 1)
    POLICY ("sts", "example.org", 60, 0),
    "91|90|1\n", "certificate-expired|1\n", "certificate-expired|~|1\n", NULL },

  { "mail-domain-and-mx-host-of-one-report",
    REPORT ("A") POLICY ("sts", "example.org", 30, 0) POLICY ("tlsa", "mx.example.net", 60, 0),
    "90|90|0\n", "", "", "60|60|0\n" },

  { "mail-domain-and-both-its-mx-hosts",
    REPORT ("A") POLICY ("sts", "example.org", 95, 5) FAILURE ("certificate-expired", "'mx1'", 5)
    POLICY ("tlsa", "mx1.example.net", 40, 10) FAILURE ("tlsa-invalid", "NULL", 10)
    POLICY ("tlsa", "mx2.example.net", 50, 0),
    "200|185|15\n", "tlsa-invalid|10\ncertificate-expired|5\n",
    "tlsa-invalid|mx1.example.net|10\ncertificate-expired|mx1|5\n", "100|90|10\n" },

  { "mail-domain-without-policy-and-its-mx-host",
    REPORT ("A") POLICY ("no-policy-found", "example.org", 80, 0) POLICY ("tlsa", "mx.example.org", 80, 0),
    "160|160|0\n", "", "", "80|80|0\n" },

  { "mail-domains-that-share-an-mx-host",
    REPORT ("A") POLICY ("sts", "example.org", 30, 0) POLICY ("sts", "example.net", 30, 3)
    FAILURE ("sts-policy-invalid", "NULL", 3) POLICY ("tlsa", "mx.example.com", 63, 0),
    "126|123|3\n", "sts-policy-invalid|3\n", "sts-policy-invalid|~|3\n", "63|60|3\n" },

  { "two-mail-domains-of-one-report-add-up",
    REPORT ("A") POLICY ("sts", "example.org", 30, 0) POLICY ("sts", "example.net", 60, 0),
    "90|90|0\n", "", "", NULL },

  { "two-mx-hosts-of-one-report-add-up",
    REPORT ("A") POLICY ("tlsa", "mx1.example.org", 30, 0) POLICY ("tlsa", "mx2.example.org", 60, 0),
    "90|90|0\n", "", "", NULL },

  { "mail-domain-and-mx-host-of-two-reports",
    REPORT ("A") POLICY ("sts", "example.org", 30, 0) REPORT ("A") POLICY ("tlsa", "mx.example.org", 60, 0),
    "90|90|0\n", "", "", NULL },

  { "two-reports-add-up",
    REPORT ("A") POLICY ("sts", "example.org", 30, 0) REPORT ("B") POLICY ("tlsa", "example.org", 60, 0),
    "90|90|0\n", "", "", NULL },

  { "summary-below-details",
    REPORT ("A") POLICY ("sts", "example.org", 0, 1)
    FAILURE ("sts-policy-fetch-error", "NULL", 1) FAILURE ("sts-policy-fetch-error", "NULL", 1),
    "1|0|1\n", "sts-policy-fetch-error|1\n", "sts-policy-fetch-error|~|1\n", NULL },

  { "summary-below-details-of-two-types",
    REPORT ("A") POLICY ("sts", "example.org", 5, 4)
    FAILURE ("certificate-expired", "NULL", 2) FAILURE ("validation-failure", "NULL", 3),
    "9|5|4\n", "validation-failure|3\ncertificate-expired|1\n",
    "validation-failure|~|3\ncertificate-expired|~|2\n", NULL },

  { "summary-above-details",
    REPORT ("A") POLICY ("sts", "example.org", 5, 4) FAILURE ("certificate-expired", "NULL", 1),
    "9|5|4\n", "unspecified|3\ncertificate-expired|1\n", "unspecified|~|3\ncertificate-expired|~|1\n", NULL },

  { "summary-of-zero-with-details",
    REPORT ("A") POLICY ("sts", "example.org", 5, 0)
    FAILURE ("certificate-expired", "NULL", 1) FAILURE ("certificate-expired", "NULL", 2),
    "8|5|3\n", "certificate-expired|3\n", "certificate-expired|~|3\n", NULL },

  { "failures-without-details",
    REPORT ("A") POLICY ("sts", "example.org", 5, 4),
    "9|5|4\n", "unspecified|4\n", "unspecified|~|4\n", NULL },

  { "empty-result-type",
    REPORT ("A") POLICY ("sts", "example.org", 5, 4) FAILURE ("", "NULL", 4),
    "9|5|4\n", "unspecified|4\n", "unspecified|~|4\n", NULL },

  { "no-policy-domain",
    REPORT ("A") "SELECT known.policy('no-policy-found', NULL, 5, 0);",
    "5|5|0\n", "", "", NULL },

  { "foreign-policy-is-in-no-view",
    REPORT ("A") "SELECT known.policy('sts', 'example.net', 5, 2, is_foreign => true);"
    FAILURE ("certificate-expired", "NULL", 2),
    "~|~|~\n", "", "", NULL },

  { "counts-at-the-end-of-their-type",
    REPORT ("A") POLICY ("sts", "example.org", 9223372036854775807, 9223372036854775807)
    FAILURE ("certificate-expired", "NULL", 9223372036854775807)
    FAILURE ("certificate-expired", "NULL", 9223372036854775807)
    POLICY ("tlsa", "example.org", 9223372036854775807, 9223372036854775807),
    "18446744073709551614|9223372036854775807|9223372036854775807\n",
    "certificate-expired|9223372036854775807\nunspecified|0\n",
    "certificate-expired|~|9223372036854775807\nunspecified|~|9223372036854775807\n", NULL },
};
/* clang-format on */

static void
test_case (gconstpointer data)
{
  const Case *row = data;
  g_autofree char *conninfo = known_database (row->rows);

  cluster_assert_rows (conninfo,
                       "SELECT sum(sessions), sum(successful_sessions), sum(failed_sessions)"
                       " FROM tlsrpt.daily",
                       row->totals);
  cluster_assert_rows (conninfo,
                       "SELECT sum(sessions), sum(successful_sessions), sum(failed_sessions)"
                       " FROM tlsrpt.daily_total",
                       row->grand != NULL ? row->grand : row->totals);
  cluster_assert_rows (conninfo,
                       "SELECT result_type, sum(failed_sessions) FROM tlsrpt.daily"
                       " WHERE result_type IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1",
                       row->by_type);
  cluster_assert_rows (conninfo,
                       "SELECT result_type, receiving_mx, failed_sessions"
                       " FROM tlsrpt.daily_failure ORDER BY 3 DESC, 1",
                       row->by_mx);
}

static void
test_grain (void)
{
  g_autofree char *conninfo = known_database (
      REPORT ("A") POLICY ("sts", "example.org", 90, 10) FAILURE ("certificate-expired", "NULL", 10)
          REPORT ("B") POLICY ("sts", "example.org", 5, 0) REPORT ("B")
              POLICY ("sts", "example.org", 6, 0) POLICY ("sts", "example.net", 7, 0));

  cluster_assert_rows (conninfo,
                       "SELECT day, policy_domain, organization_name, policy_type, result_type,"
                       " sessions, successful_sessions, failed_sessions FROM tlsrpt.daily"
                       " ORDER BY 2, 3, 5 NULLS FIRST",
                       "2026-05-01|example.net|B|sts|~|7|7|0\n"
                       "2026-05-01|example.org|A|sts|~|90|90|0\n"
                       "2026-05-01|example.org|A|sts|certificate-expired|10|0|10\n"
                       "2026-05-01|example.org|B|sts|~|11|11|0\n");
}

/* The digest of all domains is of daily_total, that of one of daily; its parts agree with its total. */
static void
test_digest (void)
{
  g_autofree char *conninfo = known_database (
      REPORT ("A") POLICY ("sts", "example.org", 100, 0) POLICY ("tlsa", "mx.example.org", 90, 10)
          FAILURE ("tlsa-invalid", "NULL", 10) REPORT ("B") POLICY ("sts", "example.org", 7, 0));
  g_autofree char *reader = cluster_as (conninfo, "digest_reader", "tlsrpt_reader");
  g_autoptr (TlsrptPg) pg =
      tlsrpt_pg_connect (reader, g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND, NULL);
  TlsrptPeriod period = {
    .since = "2026-05-01", .until = "2026-05-01", .standing = "2026-05-02", .days = 1
  };
  g_autoptr (TlsrptDigest) all =
      tlsrpt_digest_load (pg, &period, NULL, &tlsrpt_threshold_defaults, NULL);
  g_autoptr (TlsrptDigest) one =
      tlsrpt_digest_load (pg, &period, "mx.example.org", &tlsrpt_threshold_defaults, NULL);
  g_autofree char *text = tlsrpt_text_digest (all, &(TlsrptTextStyle){ 0 });
  const TlsrptTable *days = all->tables->pdata[0];

  g_assert_cmpstr (all->reports, ==, "2");
  g_assert_cmpstr (all->sessions, ==, "107");
  g_assert_cmpstr (all->failed_sessions, ==, "10");
  g_assert_cmpstr (one->sessions, ==, "100");
  g_assert_cmpstr (tlsrpt_table_cell (days, 0, 1), ==, "107");
  g_assert_cmpstr (tlsrpt_table_cell (days, 0, 2), ==, "10");
  g_assert_nonnull (strstr (text, "\nA       2026-05-01       100      10  10.0 %\n"
                                  "B       2026-05-01         7       0     0 %\n"));
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

  g_assert_nonnull (strstr (plan, "policy_day_idx"));
  g_assert_null (strstr (plan, "Seq Scan on policy"));
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
  g_test_add_func ("/counting/one-row-a-day-domain-sender-and-type", test_grain);
  g_test_add_func ("/counting/the-digest-counts-each-session-once", test_digest);
  g_test_add_func ("/counting/a-period-is-found-by-index", test_index);
  return g_test_run ();
}
