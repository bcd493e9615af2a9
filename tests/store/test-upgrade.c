/* SPDX-License-Identifier: GPL-3.0-or-later
 * Databases with reports in them, brought up to date by migrations that are made up here: the schema
 * of today has one alone. */
#include "support/cluster.h"
#include "pg/pg.h"
#include "store/schema.h"
#include "store/script.h"

#include <string.h>

/* Columns by name, not by number: a column that was added later stands elsewhere in a new table. */
#define OBJECTS                                                                                    \
  "SELECT c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,"    \
  " pg_get_userbyid(c.relowner), c.relacl::text, a.attacl::text,"                                  \
  " col_description(c.oid, a.attnum), obj_description(c.oid)"                                      \
  " FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"               \
  " WHERE c.relnamespace = 'tlsrpt'::regnamespace AND NOT c.relispartition ORDER BY 1, a.attname"

#define DATA                                                                                       \
  "SELECT r.report_uid, r.report_id, r.evidence, r.stored_at, p.policy_domain, p.mx_host,"         \
  " f.result_type, f.sending_mta_ip, q.quarantine_uid, q.reason, q.raw, q.quarantined_at"          \
  " FROM tlsrpt.report r JOIN tlsrpt.policy p USING (report_uid)"                                  \
  " JOIN tlsrpt.failure f USING (report_uid, policy_no) CROSS JOIN tlsrpt.quarantine q ORDER BY 1"

static const char data[] =
    "INSERT INTO tlsrpt.report (report_uid, organization_name, report_id, start_datetime,"
    " end_datetime, document_bytes, evidence, reporter_domain, reporter_basis,"
    " is_verified, day, first_day, last_day, reported_sessions, content_digest)"
    " SELECT ('00004d89-0000-0000-0000-00000000000' || n)::uuid, 'Sender', 'r' || n,"
    " '2024-05-06T00:00:00Z', '2024-05-06T23:59:59Z', 1, n::text::bytea,"
    " 'sender.example', 'from', false, '2024-05-06', '2024-05-06', '2024-05-06', 6,"
    " sha256(n::text::bytea) FROM generate_series(1, 9) AS n;"
    "INSERT INTO tlsrpt.policy (report_uid, policy_no, policy_type, policy_domain, mx_host,"
    " total_successful_session_count, total_failure_session_count, day, first_day,"
    " last_day, reporter_domain, is_verified, is_counted, successful_sessions, validated_sessions, "
    "failed_sessions)"
    " SELECT report_uid, 0, 'sts', 'example.org', '{*.example.org}', 5, 1, day, first_day,"
    " last_day, reporter_domain, is_verified, true, 5, 5, 1 FROM tlsrpt.report;"
    "INSERT INTO tlsrpt.failure (report_uid, policy_no, failure_no, result_type, sending_mta_ip,"
    " failed_session_count, failed_sessions)"
    " SELECT report_uid, 0, 0, 'certificate-expired', '192.0.2.1', 1, 1 FROM tlsrpt.report;"
    "INSERT INTO tlsrpt.quarantine (quarantine_uid, reason, stage, detail, header_from, raw_bytes,"
    " raw) VALUES ('00000000-0000-0000-0000-000000000001', 'no-report', 'message', 'message: none',"
    " 'a@sender.example', 3, 'raw')";

#define VERSIONS "SELECT array_agg(version ORDER BY version) FROM tlsrpt.schema_version"

static const TlsrptScriptStep second = {
  .migration = 2,
  .sql =
      "ALTER TABLE tlsrpt.policy ADD COLUMN is_odd boolean NOT NULL DEFAULT false;"
      "COMMENT ON COLUMN tlsrpt.policy.is_odd IS 'Made up.';"
      "UPDATE tlsrpt.policy SET is_odd = right(report_uid::text, 1) IN ('1', '3', '5', '7', '9');"
      "INSERT INTO tlsrpt.schema_version (version) VALUES (2)",
};

static const TlsrptScriptStep third = {
  .migration = 3,
  .sql = "CREATE TABLE tlsrpt.odd (report_uid uuid NOT NULL);"
         "COMMENT ON TABLE tlsrpt.odd IS 'Made up.';"
         "COMMENT ON COLUMN tlsrpt.odd.report_uid IS 'Made up.';"
         "INSERT INTO tlsrpt.odd SELECT report_uid FROM tlsrpt.policy WHERE is_odd;"
         "INSERT INTO tlsrpt.schema_version (version) VALUES (3)",
};

/* Makes its table, and then has no comment on it. */
static const TlsrptScriptStep third_without_comment = {
  .migration = 3,
  .sql = "CREATE TABLE tlsrpt.odd (report_uid uuid NOT NULL);"
         "INSERT INTO tlsrpt.schema_version (version) VALUES (3)",
};

/* The steps of install.sql with @more after its migrations, as the program that has them knows it. */
static GArray *
steps_with (const TlsrptScriptStep *const *more)
{
  GArray *steps = tlsrpt_script_steps ();
  guint at = 0;

  for (guint i = 0; i < steps->len; i++)
    if (g_array_index (steps, TlsrptScriptStep, i).migration != 0)
      at = i + 1;
  for (guint i = 0; more[i] != NULL; i++) {
    const TlsrptScriptStep step = { more[i]->migration, g_strdup (more[i]->sql) };

    g_array_insert_val (steps, at + i, step);
  }
  return steps;
}

static gboolean
try_upgrade (const char *conninfo, const TlsrptScriptStep *const *more, int *before, GError **error)
{
  g_autoptr (GArray) steps = steps_with (more);
  g_autoptr (TlsrptPg) pg =
      tlsrpt_pg_connect (conninfo, g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND, error);

  return pg != NULL && tlsrpt_schema_run (pg, (const TlsrptScriptStep *)(gpointer)steps->data,
                                          steps->len, before, error);
}

/* Returns the version that was there. */
static int
upgrade (const char *conninfo, const TlsrptScriptStep *const *more)
{
  g_autoptr (GError) error = NULL;
  int before = -1;

  g_assert_true (try_upgrade (conninfo, more, &before, &error));
  g_assert_no_error (error);
  return before;
}

static const TlsrptScriptStep *const up_to_2[] = { &second, NULL };
static const TlsrptScriptStep *const up_to_3[] = { &second, &third, NULL };

static char *
database_with_data (void)
{
  char *conninfo = cluster_installed ();

  cluster_sql (conninfo, data);
  return conninfo;
}

static void
assert_third (const char *conninfo, const char *data_before)
{
  cluster_assert_rows (conninfo, VERSIONS, "{1,2,3}\n");
  cluster_assert_rows (conninfo, DATA, data_before);
  cluster_assert_rows (conninfo, "SELECT count(*) FROM tlsrpt.odd", "5\n");
}

static void
test_two_at_a_time (void)
{
  g_autofree char *conninfo = database_with_data ();
  g_autofree char *before = cluster_rows (conninfo, DATA);

  g_assert_cmpint (upgrade (conninfo, up_to_3), ==, 1);
  assert_third (conninfo, before);
}

static void
test_one_after_another (void)
{
  g_autofree char *conninfo = database_with_data ();
  g_autofree char *before = cluster_rows (conninfo, DATA);

  g_assert_cmpint (upgrade (conninfo, up_to_2), ==, 1);
  cluster_assert_rows (conninfo, VERSIONS, "{1,2}\n");
  g_assert_cmpint (upgrade (conninfo, up_to_3), ==, 2);
  assert_third (conninfo, before);
}

static void
test_repeat (void)
{
  g_autofree char *conninfo = database_with_data ();
  g_autofree char *before = cluster_rows (conninfo, DATA);
  g_autofree char *objects = NULL;

  upgrade (conninfo, up_to_3);
  objects = cluster_rows (conninfo, OBJECTS);
  g_assert_cmpint (upgrade (conninfo, up_to_3), ==, 3);
  assert_third (conninfo, before);
  cluster_assert_rows (conninfo, OBJECTS, objects);
}

/* One that has it from the start has the same as one that was upgraded. */
static void
test_same_as_fresh (void)
{
  g_autofree char *upgraded = database_with_data ();
  g_autofree char *fresh = cluster_database ();
  g_autofree char *objects = NULL;

  upgrade (upgraded, up_to_3);
  g_assert_cmpint (upgrade (fresh, up_to_3), ==, 0);
  objects = cluster_rows (fresh, OBJECTS);
  cluster_assert_rows (upgraded, OBJECTS, objects);
}

static gpointer
upgrade_in_thread (gpointer conninfo)
{
  upgrade (conninfo, up_to_3);
  return NULL;
}

static void
test_four_at_once (void)
{
  g_autofree char *conninfo = database_with_data ();
  g_autofree char *before = cluster_rows (conninfo, DATA);
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("upgrade", upgrade_in_thread, conninfo);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  assert_third (conninfo, before);
}

/* The last migration fails: version, tables and data are those from before, the second's too. */
static void
test_failed_upgrade (void)
{
  static const TlsrptScriptStep *const faulty[] = { &second, &third_without_comment, NULL };
  g_autofree char *conninfo = database_with_data ();
  g_autofree char *objects = cluster_rows (conninfo, OBJECTS);
  g_autofree char *before = cluster_rows (conninfo, DATA);
  g_autoptr (GError) error = NULL;
  int installed;

  g_assert_false (try_upgrade (conninfo, faulty, &installed, &error));
  g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_OPERATOR);
  cluster_assert_rows (conninfo, VERSIONS, "{1}\n");
  cluster_assert_rows (conninfo, OBJECTS, objects);
  cluster_assert_rows (conninfo, DATA, before);
}

/* A program of before the migrations finds the database that has them. */
static void
test_older_program (void)
{
  static const TlsrptScriptStep *const none[] = { NULL };
  g_autofree char *conninfo = database_with_data ();
  g_autofree char *objects = NULL;
  g_autoptr (GError) error = NULL;
  int installed;

  upgrade (conninfo, up_to_2);
  objects = cluster_rows (conninfo, OBJECTS);
  g_assert_false (try_upgrade (conninfo, none, &installed, &error));
  g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_OPERATOR);
  g_assert_nonnull (strstr (error->message, "version 2"));
  cluster_assert_rows (conninfo, OBJECTS, objects);
}

/* A step that collides with deliveries as often as is tried less one, and once more. */
static void
test_collisions (void)
{
  static const TlsrptScriptStep steps[] = {
    { .migration = 1, .sql = (char *)"SELECT 1" },
    { .migration = 0,
      .sql = (char *)"DO $$ BEGIN IF nextval('public.tries') < (SELECT n FROM public.wanted)"
                     " THEN RAISE 'met' USING ERRCODE = 'deadlock_detected'; END IF; END $$" },
  };

  for (guint wanted = 10; wanted <= 11; wanted++) {
    g_autofree char *conninfo = cluster_installed ();
    g_autofree char *made = g_strdup_printf (
        "CREATE SEQUENCE public.tries; CREATE TABLE public.wanted AS SELECT %u AS n", wanted);
    g_autoptr (GError) error = NULL;
    g_autoptr (TlsrptPg) pg = NULL;
    int before;

    cluster_sql (conninfo, made);
    pg = tlsrpt_pg_connect (conninfo, g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND, &error);
    g_assert_no_error (error);
    g_assert_cmpint (tlsrpt_schema_run (pg, steps, G_N_ELEMENTS (steps), &before, &error), ==,
                     wanted == 10);
    if (wanted == 11)
      g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY);
    cluster_assert_rows (conninfo, "SELECT last_value FROM public.tries", "10\n");
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/upgrade/two-migrations-at-a-time", test_two_at_a_time);
  g_test_add_func ("/upgrade/one-migration-after-another", test_one_after_another);
  g_test_add_func ("/upgrade/runs-a-migration-once", test_repeat);
  g_test_add_func ("/upgrade/ends-where-a-fresh-database-begins", test_same_as_fresh);
  g_test_add_func ("/upgrade/four-at-once", test_four_at_once);
  g_test_add_func ("/upgrade/failed-one-changes-nothing", test_failed_upgrade);
  g_test_add_func ("/upgrade/tries-ten-times-where-deliveries-are-in-the-way", test_collisions);
  g_test_add_func ("/upgrade/older-program-refuses", test_older_program);
  return g_test_run ();
}
