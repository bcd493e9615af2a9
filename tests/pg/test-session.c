/* SPDX-License-Identifier: GPL-3.0-or-later
 * Every transaction has the settings it needs, whatever server, database and role say. */
#include "pg/pg.h"
#include "support/cluster.h"

#include <string.h>

/* clang-format off */
/* A setting, what a role has it at, and what a statement of ours sees. */
static const char *const settings[][3] = {
  { "search_path", "hostile, pg_catalog", "pg_catalog, pg_temp" },
  { "DateStyle", "German", "ISO, YMD" },
  { "TimeZone", "Pacific/Kiritimati", "UTC" },
  { "IntervalStyle", "iso_8601", "postgres" },
  { "extra_float_digits", "-15", "1" },
  { "bytea_output", "escape", "hex" },
  { "standard_conforming_strings", "off", "on" },
  { "array_nulls", "off", "on" },
  { "transform_null_equals", "on", "off" },
  { "row_security", "off", "on" },
  { "jit", "on", "off" },
  { "default_transaction_isolation", "serializable", NULL },
  { "default_transaction_read_only", "on", NULL },
  { "client_encoding", "LATIN1", "UTF8" },
  { "synchronous_commit", "off", "on" },
};
/* clang-format on */

static TlsrptPg *
open_database (const char *conninfo)
{
  g_autoptr (GError) error = NULL;
  TlsrptPg *pg =
      tlsrpt_pg_connect (conninfo, g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND, &error);

  g_assert_no_error (error);
  return pg;
}

/* A database whose role @role has all of the above as its own; its search_path leads to functions and
 * operators that give wrong answers. */
static char *
hostile_database (const char *role)
{
  g_autofree char *conninfo = cluster_database ();
  g_autofree char *schema =
      g_strdup_printf ("CREATE SCHEMA hostile; GRANT USAGE ON SCHEMA hostile TO PUBLIC;"
                       "CREATE FUNCTION hostile.set_config(text, text, boolean) RETURNS text"
                       "  LANGUAGE sql RETURN 'hostile';"
                       "CREATE FUNCTION hostile.same(text, text) RETURNS boolean"
                       "  LANGUAGE plpgsql AS 'BEGIN RAISE ''hostile''; END';"
                       "CREATE OPERATOR hostile.= (LEFTARG = text, RIGHTARG = text,"
                       "  FUNCTION = hostile.same);"
                       "CREATE TABLE public.t (n integer)");
  char *as_role = cluster_as (conninfo, role, NULL);

  cluster_sql (conninfo, schema);
  cluster_sql (conninfo, "GRANT ALL ON public.t TO PUBLIC");
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++) {
    g_autofree char *sql =
        g_strdup_printf ("ALTER ROLE %s SET %s = %s%s%s", role, settings[i][0],
                         strchr (settings[i][1], ',') != NULL ? "" : "'", settings[i][1],
                         strchr (settings[i][1], ',') != NULL ? "" : "'");

    cluster_sql (conninfo, sql);
  }
  return as_role;
}

static void
assert_settings (TlsrptPg *pg)
{
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (PGresult) result =
        tlsrpt_pg_query_text (pg, "SELECT current_setting($1), $1::text = 'hostile'", &error,
                              settings[i][0], TLSRPT_PG_END);

    g_assert_no_error (error);
    if (settings[i][2] != NULL)
      g_assert_cmpstr (PQgetvalue (result, 0, 0), ==, settings[i][2]);
  }
}

static void
test_statement (void)
{
  g_autofree char *conninfo = hostile_database ("hostile_alone");
  g_autoptr (TlsrptPg) pg = open_database (conninfo);
  g_autoptr (GError) error = NULL;
  g_autoptr (PGresult) inserted = NULL;
  g_autoptr (PGresult) modes = NULL;

  assert_settings (pg);
  inserted = tlsrpt_pg_query (pg, "INSERT INTO public.t VALUES (1)", 0, NULL, &error);
  g_assert_no_error (error);
  modes = tlsrpt_pg_query (pg,
                           "SELECT current_setting('transaction_isolation'),"
                           " current_setting('transaction_read_only')",
                           0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (PQgetvalue (modes, 0, 0), ==, "read committed");
  g_assert_cmpstr (PQgetvalue (modes, 0, 1), ==, "off");
  /* Nothing of it outlives the transaction: behind a pooler the next is somebody else's. */
  cluster_assert_rows (conninfo, "SELECT current_setting('DateStyle'), n FROM public.t",
                       "German, DMY|1\n");
}

static void
test_transaction (void)
{
  g_autofree char *conninfo = hostile_database ("hostile_twice");
  g_autoptr (TlsrptPg) pg = open_database (conninfo);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) refused = NULL;

  {
    g_autoptr (TlsrptPgTransaction) transaction =
        tlsrpt_pg_begin (pg, TLSRPT_SESSION_WRITE, &error);
    g_autoptr (PGresult) inserted = NULL;

    g_assert_no_error (error);
    assert_settings (pg);
    inserted = tlsrpt_pg_query (pg, "INSERT INTO public.t VALUES (1)", 0, NULL, &error);
    g_assert_no_error (error);
    g_assert_true (tlsrpt_pg_commit (transaction, &error));
  }
  {
    g_autoptr (TlsrptPgTransaction) snapshot =
        tlsrpt_pg_begin (pg, TLSRPT_SESSION_SNAPSHOT, &error);

    g_assert_nonnull (snapshot);
    g_assert_no_error (error);
    assert_settings (pg);
    cluster_sql (conninfo, "SET default_transaction_read_only = off; BEGIN READ WRITE;"
                           "INSERT INTO public.t VALUES (2); COMMIT");
    {
      g_autoptr (PGresult) seen =
          tlsrpt_pg_query (pg, "SELECT count(*) FROM public.t", 0, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (PQgetvalue (seen, 0, 0), ==, "1");
    }
    g_assert_null (tlsrpt_pg_query (pg, "INSERT INTO public.t VALUES (3)", 0, NULL, &refused));
    g_assert_cmpstr (tlsrpt_pg_sqlstate (pg), ==, "25006");
  }
}

/* As long as our own deadline allows, and no longer: the server ends it a second past that. */
static void
test_statement_timeout (void)
{
  static const char bound[] =
      "SELECT extract(epoch FROM current_setting('statement_timeout')::interval) BETWEEN 18 AND 21,"
      " extract(epoch FROM current_setting('idle_in_transaction_session_timeout')::interval)"
      " BETWEEN 18 AND 21";
  g_autofree char *conninfo = cluster_database ();
  g_autofree char *as_role = cluster_as (conninfo, "hurried", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsrptPg) pg = NULL;
  g_autoptr (PGresult) slept = NULL;
  g_autoptr (PGresult) bounded = NULL;

  cluster_sql (conninfo, "ALTER ROLE hurried SET statement_timeout = '400ms';"
                         "ALTER ROLE hurried SET idle_in_transaction_session_timeout = '400ms'");
  pg = open_database (as_role);
  slept = tlsrpt_pg_query (pg, "SELECT pg_sleep(0.6)", 0, NULL, &error);
  g_assert_no_error (error);
  bounded = tlsrpt_pg_query (pg, bound, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (PQgetvalue (bounded, 0, 0), ==, "t");
  g_assert_cmpstr (PQgetvalue (bounded, 0, 1), ==, "t");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pg/session/statement-has-its-own-settings", test_statement);
  g_test_add_func ("/pg/session/transaction-has-its-own-settings", test_transaction);
  g_test_add_func ("/pg/session/statement-timeout-is-our-deadline", test_statement_timeout);
  return g_test_run ();
}
