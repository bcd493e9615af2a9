/* SPDX-License-Identifier: GPL-3.0-or-later
 * What was seen to its table: each member has its own column, and what is seen again moves the last row. */
#include "doctor/record.h"

#include "doctor/sight.h"
#include "support/cluster.h"

static void
record (TlsrptPg *pg, const TlsrptSight *sight)
{
  g_autoptr (GPtrArray) sights = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (sights, (gpointer)sight);
  tlsrpt_record_sights (pg, sights, &error);
  g_assert_no_error (error);
}

static void
test_every_member (void)
{
  static const char rows[] =
      "SELECT kind, place, mail_domain, is_healthy, detail, extract(epoch FROM good_until)::bigint"
      " FROM tlsrpt.observation ORDER BY observation_no";
  g_autofree char *conninfo = cluster_installed ();
  g_autoptr (TlsrptPg) pg = cluster_connect (conninfo);
  g_autoptr (GDateTime) end = g_date_time_new_from_unix_utc (1900000000);
  char place[] = "mx.example", domain[] = "a.example", detail[] = "sound";
  const TlsrptSight healthy = { "mx", place, domain, TRUE, detail, end };
  const TlsrptSight broken = { .kind = "mx", .place = place, .detail = detail };

  for (guint i = 0; i < 3; i++)
    record (pg, &healthy);
  record (pg, &broken);
  cluster_assert_rows (conninfo, rows,
                       "mx|mx.example|a.example|t|sound|1900000000\n"
                       "mx|mx.example|a.example|t|sound|1900000000\n"
                       "mx|mx.example|~|f|sound|~\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/doctor/record/every-member-has-its-column", test_every_member);
  return g_test_run ();
}
