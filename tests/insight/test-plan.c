/* SPDX-License-Identifier: GPL-3.0-or-later
 * Restrictions to a domain or days reach the indexes, through windows and all. */
#include "support/known.h"
#include "support/cluster.h"

#include <string.h>

/* Three years of a report a day on ten domains; one in fifty has 200 failure details. */
static const char years[] =
    "SELECT known.report('2020-01-01'::date + n, 'A'),"
    " known.policy('sts', 'd' || n % 10 || '.example.org', 1, (n % 50 = 0)::integer, '{mx: mx1}'),"
    " (SELECT count(known.failure('validation-failure', 'mx1', 1))"
    "  FROM generate_series(1, CASE WHEN n % 50 = 0 THEN 200 ELSE 0 END))"
    " FROM generate_series(0, 1095) n;"
    "UPDATE tlsrpt.policy SET has_failures = total_failure_session_count > 0;"
    "UPDATE tlsrpt.report SET stored_at = (day + 1)::timestamp AT TIME ZONE 'UTC';"
    "ANALYZE tlsrpt.report, tlsrpt.policy, tlsrpt.failure";

#define MONTH " WHERE day BETWEEN '2022-06-01' AND '2022-06-30' AND mail_domain = 'd0.example.org'"
#define POLICY_MONTH                                                                               \
  " WHERE day BETWEEN '2022-06-01' AND '2022-06-30' AND policy_domain = 'd0.example.org'"
#define WEEK " WHERE day BETWEEN '2022-06-01' AND '2022-06-07'"

typedef struct {
  const char *name;
  const char *query;
  const char *count;
} Case;

/* clang-format off */
static const Case cases[] = {
  { "session-count-month-of-a-domain", "tlsrpt.session_count" MONTH, "3\n" },
  { "daily-month-of-a-domain", "tlsrpt.daily" MONTH, "4\n" },
  { "daily-failure-month-of-a-domain", "tlsrpt.daily_failure" MONTH, "1\n" },
  { "failed-session-month-of-a-domain", "tlsrpt.failed_session" MONTH, "200\n" },
  { "sending-mta-month-of-a-domain", "tlsrpt.sending_mta" MONTH, "1\n" },
  { "policy-change-month-of-a-domain", "tlsrpt.policy_change" POLICY_MONTH, "3\n" },
  { "trust-month-of-a-domain", "tlsrpt.trust" MONTH, "3\n" },
  { "daily-week", "tlsrpt.daily" WEEK, "7\n" },
  { "daily-failure-week", "tlsrpt.daily_failure" WEEK, "0\n" },
  { "policy-change-week", "tlsrpt.policy_change" WEEK, "7\n" },
  { "coverage-month-of-a-domain",
    "tlsrpt.coverage WHERE month = '2022-06-01' AND mail_domain = 'd0.example.org'", "1\n" },
  { "late-reports-of-a-week",
    "tlsrpt.report_fact r JOIN tlsrpt.session_count s USING (report_uid)"
    " WHERE r.day BETWEEN '2022-05-01' AND '2022-05-31' AND r.stored_at >= '2022-06-01 00:00+00'"
    " AND r.stored_at < '2022-06-08 00:00+00'", "1\n" },
};
/* clang-format on */

static void
test_case (gconstpointer data)
{
  const Case *row = data;
  static char *conninfo;
  g_autofree char *explain = g_strconcat ("SET tlsrpt.today = '2023-01-01';"
                                          "EXPLAIN SELECT * FROM ",
                                          row->query, NULL);
  g_autofree char *count =
      g_strconcat ("SET tlsrpt.today = '2023-01-01'; SELECT count(*) FROM ", row->query, NULL);
  g_autofree char *plan = NULL;

  if (conninfo == NULL)
    conninfo = known_database (years);
  plan = cluster_rows (conninfo, explain);
  g_test_message ("%s", plan);
  g_assert_nonnull (strstr (plan, "_idx"));
  /* The rows of these years are in the tables, or in the default partitions; months are empty then. */
  g_assert_false (
      g_regex_match_simple ("Seq Scan on (report|policy|failure)(_default)?( |$)", plan, 0, 0));
  cluster_assert_rows (conninfo, count, row->count);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/plan/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  return g_test_run ();
}
