/* SPDX-License-Identifier: GPL-3.0-or-later
 * The statement that mail depends on: bounded by the server too, and on disk before it succeeds. */
#include "support/cluster.h"
#include "pg/pg.h"
#include "support/sample.h"

static gint64
seconds_from_now (double seconds)
{
  return g_get_monotonic_time () + (gint64)(seconds * G_TIME_SPAN_SECOND);
}

static TlsrptPg *
open_database (const char *conninfo, double seconds)
{
  g_autoptr (GError) error = NULL;
  TlsrptPg *pg = tlsrpt_pg_connect (conninfo, seconds_from_now (seconds), &error);

  g_assert_no_error (error);
  return pg;
}

/* What the operator asks beyond our needs stays: a COMMIT that waits for the replica. */
static void
test_stricter_commit (void)
{
  g_autofree char *conninfo = cluster_database ();
  g_autofree char *strict =
      g_strconcat (conninfo, " options='-c synchronous_commit=remote_apply'", NULL);
  g_autoptr (TlsrptPg) pg = open_database (strict, 20);
  g_autoptr (GError) error = NULL;
  g_autoptr (PGresult) kept =
      tlsrpt_pg_query (pg, "SELECT current_setting('synchronous_commit')", 0, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (PQgetvalue (kept, 0, 0), ==, "remote_apply");
}

/* Failure, loss and lateness in a pipeline are told as elsewhere, and a failure leaves it usable. */
static void
test_guarded_failures (void)
{
  const TlsrptPgParam param = { .value = "1" };
  g_autofree char *conninfo = cluster_database ();
  g_autoptr (TlsrptPg) pg = open_database (conninfo, 20);
  g_autoptr (TlsrptPg) lost = open_database (conninfo, 20);
  g_autoptr (TlsrptPg) late = open_database (conninfo, 20);
  g_autoptr (GError) refused = NULL;
  g_autoptr (GError) gone = NULL;
  g_autoptr (GError) deadline = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PGresult) next = NULL;

  g_assert_null (tlsrpt_pg_query (pg, "SELECT 1 / ($1::int - 1)", 1, &param, &refused));
  g_assert_error (refused, TLSRPT_ERROR, TLSRPT_ERROR_REFUSED_VALUE);
  g_assert_cmpstr (tlsrpt_pg_sqlstate (pg), ==, "22012");
  next = tlsrpt_pg_query (pg, "SELECT $1::int", 1, &param, &error);
  g_assert_no_error (error);
  g_assert_null (tlsrpt_pg_query (lost, "SELECT pg_terminate_backend(pg_backend_pid()), $1::int", 1,
                                  &param, &gone));
  g_assert_error (gone, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY);
  g_assert_false (tlsrpt_pg_is_usable (lost));
  tlsrpt_pg_set_deadline (late, seconds_from_now (0.2));
  g_assert_null (tlsrpt_pg_query (late, "SELECT pg_sleep(30 * $1::int)", 1, &param, &deadline));
  g_assert_error (deadline, TLSRPT_ERROR, TLSRPT_ERROR_DEADLINE);
  g_assert_false (tlsrpt_pg_is_usable (late));
}

/* The server that acknowledges before it writes, and crashes then: what was told to be stored is. */
static void
test_lax_server_crashes (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autoptr (TlsrptItem) item = sample_item ("i", sample_report ("i", "i"), NULL);
  g_autoptr (GError) error = NULL;

  cluster_sql (conninfo, "ALTER SYSTEM SET synchronous_commit = off");
  cluster_sql (conninfo, "ALTER SYSTEM SET wal_writer_delay = '10s'");
  cluster_sql (conninfo, "SELECT pg_reload_conf()");
  cluster_stop ("fast");
  cluster_start ();
  g_assert_true (sample_put (conninfo, &error, item, NULL));
  g_assert_no_error (error);
  cluster_stop ("immediate");
  cluster_start ();
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "1|1|1|0\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pg/guarded/stricter-commit-stays", test_stricter_commit);
  g_test_add_func ("/pg/guarded/tells-failure-loss-and-lateness", test_guarded_failures);
  g_test_add_func ("/pg/guarded/is-on-disk-where-the-server-is-lax", test_lax_server_crashes);
  return g_test_run ();
}
