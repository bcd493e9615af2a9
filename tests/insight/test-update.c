/* SPDX-License-Identifier: GPL-3.0-or-later
 * Incidents are judged again where something is new to judge, and only there. */
#include "insight/judgement.h"
#include "insight/update.h"
#include "support/cluster.h"
#include "support/known.h"

#include <string.h>

#define DAY "2026-05-04"

static const char rows[] =
    "SELECT known.report('2026-05-01', 'Alpha'), known.policy('sts', 'example.org', 90, 10),"
    " known.failure('certificate-expired', 'mx2.example.org', 10);"
    "SELECT known.report('2026-05-02', 'Beta'), known.policy('sts', 'example.org', 100, 0);"
    "INSERT INTO tlsrpt.observation (at, mail_domain, place, kind, is_healthy, detail, good_until)"
    " VALUES ('2026-05-03', 'example.net', 'mx.example.net', 'mx', true, 'good', '2027-01-01')";

typedef struct {
  const char *name;
  const char *change;
  int days; /* between the judgements */
  gint32 more_gap_days;
  gboolean is_judged;
} Case;

/* clang-format off */
static const Case cases[] = {
  { "nothing-new", "SELECT 1", 0, 0, FALSE },
  { "the-day-before", "SELECT 1", -1, 0, FALSE },
  { "a-report-removed-and-the-day-before", "DELETE FROM tlsrpt.report WHERE day = '2026-05-02'", -1, 0, FALSE },
  { "the-next-day", "SELECT 1", 1, 0, TRUE },
  { "another-threshold", "SELECT 1", 0, 1, TRUE },
  { "a-new-report", "SELECT known.report('2026-05-02', 'Gamma'), known.policy('sts', 'example.org', 1, 0)", 0, 0, TRUE },
  { "a-report-of-long-ago", "SELECT known.report('2025-05-02', 'Alpha'), known.policy('sts', 'example.org', 1, 0)", 0, 0, TRUE },
  { "a-report-removed", "DELETE FROM tlsrpt.report WHERE day = '2026-05-02'", 0, 0, TRUE },
  { "all-reports-removed", "TRUNCATE tlsrpt.report CASCADE", 0, 0, TRUE },
  { "a-policy-changed", "UPDATE tlsrpt.policy SET total_successful_session_count = 1", 0, 0, TRUE },
  { "a-reporter-renamed", "UPDATE tlsrpt.reporter SET organization_name = 'Delta'", 0, 0, TRUE },
  { "an-observation", "INSERT INTO tlsrpt.observation (mail_domain, place, kind, is_healthy, detail)"
    " VALUES ('example.org', 'mx2.example.org', 'mx', true, '')", 0, 0, TRUE },
  { "an-observation-moved", "UPDATE tlsrpt.observation SET at = '2026-05-04'", 0, 0, TRUE },
  { "an-observation-turned", "UPDATE tlsrpt.observation SET is_healthy = false", 0, 0, TRUE },
  { "an-observation-that-ends-sooner", "UPDATE tlsrpt.observation SET good_until = '2026-05-06'", 0, 0, TRUE },
  { "an-observation-removed", "DELETE FROM tlsrpt.observation", 0, 0, TRUE },
  { "incidents-removed", "DELETE FROM tlsrpt.incident", 0, 0, TRUE },
  { "an-incident-changed", "UPDATE tlsrpt.incident SET state = 'expired'", 0, 0, TRUE },
};
/* clang-format on */

static void
update (const char *conninfo, int days, gint32 more_gap_days)
{
  g_autofree char *alerter = cluster_as (conninfo, "update_alerter", "tlsrpt_alerter");
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsrptPg) pg =
      tlsrpt_pg_connect (alerter, g_get_monotonic_time () + G_TIME_SPAN_HOUR, &error);
  TlsrptThresholds thresholds = tlsrpt_threshold_defaults;

  g_assert_no_error (error);
  thresholds.gap_days += more_gap_days;
  tlsrpt_update (pg, tlsrpt_judgement_day (DAY) + days, &thresholds, &error);
  g_assert_no_error (error);
}

/* A judgement copies the days that it reads. Their copy is not part of what it depends on. */
static void
test_case (gconstpointer data)
{
  const Case *row = data;
  g_autofree char *conninfo = known_database (rows);

  update (conninfo, 0, 0);
  cluster_assert_rows (conninfo, "SELECT cause FROM tlsrpt.incident", "certificate-expired\n");
  cluster_sql (conninfo, row->change);
  cluster_sql (conninfo, "TRUNCATE tlsrpt.session_day;"
                         "INSERT INTO tlsrpt.session_day SELECT '1990-01-01', '1990-01-01',"
                         " '1990-01-01', 'a', true, 'sts', NULL, '', NULL, '';"
                         "UPDATE tlsrpt.judged SET judged_at = '2026-01-01'");
  update (conninfo, row->days, row->more_gap_days);
  cluster_assert_rows (
      conninfo, "SELECT NOT EXISTS (SELECT FROM tlsrpt.session_day WHERE day = '1990-01-01')",
      row->is_judged ? "t\n" : "f\n");
  cluster_assert_rows (conninfo, "SELECT judged_at > '2026-01-01' FROM tlsrpt.judged", "t\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path =
        g_strconcat ("/update/", cases[i].is_judged ? "judges-after-" : "judges-nothing-after-",
                     cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  return g_test_run ();
}
