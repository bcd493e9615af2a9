/* SPDX-License-Identifier: GPL-3.0-or-later
 * Databases of every older version, with reports in them, brought up to date. */
#include "support/cluster.h"
#include "pg/pg.h"
#include "support/sample.h"
#include "store/schema.h"
#include "store/script.h"

#include <string.h>

/* Columns by name, not by number: a column that was added later stands elsewhere in a new table. */
#define OBJECTS                                                                                    \
  "SELECT c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,"    \
  " pg_get_userbyid(c.relowner), c.relacl::text, a.attacl::text,"                                  \
  " col_description(c.oid, a.attnum), obj_description(c.oid)"                                      \
  " FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"               \
  " WHERE c.relnamespace = 'tlsrpt'::regnamespace ORDER BY 1, a.attname"

#define DATA                                                                                       \
  "SELECT r.report_uid, r.report_id, r.evidence, r.stored_at, p.policy_domain, p.mx_host,"         \
  " f.result_type, f.sending_mta_ip, q.quarantine_uid, q.reason, q.raw, q.quarantined_at"          \
  " FROM tlsrpt.report r JOIN tlsrpt.policy p USING (report_uid)"                                  \
  " JOIN tlsrpt.failure f USING (report_uid, policy_no) CROSS JOIN tlsrpt.quarantine q ORDER BY 1"

/* As version 1 stored it. */
static const char old_data[] =
    "INSERT INTO tlsrpt.report (report_uid, organization_name, report_id, start_datetime,"
    " end_datetime, document_digest, document_bytes, evidence)"
    " SELECT ('00004d89-0000-0000-0000-00000000000' || n)::uuid, 'Sender', 'r' || n,"
    " '2024-05-06T00:00:00Z', '2024-05-06T23:59:59Z', sha256(n::text::bytea), 1, n::text::bytea"
    " FROM generate_series(1, 9) AS n;"
    "INSERT INTO tlsrpt.policy (report_uid, policy_no, policy_type, policy_domain, mx_host,"
    " total_successful_session_count, total_failure_session_count)"
    " SELECT report_uid, 0, 'sts', 'example.org', '{*.example.org}', 5, 1 FROM tlsrpt.report;"
    "INSERT INTO tlsrpt.failure (report_uid, policy_no, failure_no, result_type, sending_mta_ip,"
    " failed_session_count)"
    " SELECT report_uid, 0, 0, 'certificate-expired', '192.0.2.1', 1 FROM tlsrpt.report;"
    "INSERT INTO tlsrpt.quarantine (quarantine_uid, reason, stage, detail, header_from, raw_bytes,"
    " raw) VALUES ('00000000-0000-0000-0000-000000000001', 'no-report', 'message', 'message: none',"
    " 'a@sender.example', 3, 'raw')";

/* A database as the program that knew @version alone left it. */
static char *
database_of_version (int version)
{
  char *conninfo = cluster_database ();
  g_auto (GStrv) files = tlsrpt_script_files ();
  g_autoptr (GString) script = g_string_new ("BEGIN;\n");

  for (guint i = 0; files[i] != NULL; i++) {
    int migration = tlsrpt_script_migration (files[i]);
    g_autofree char *text = NULL;

    if (migration > version || (migration == 0 && strcmp (files[i], "roles.sql") != 0 &&
                                strcmp (files[i], "schema.sql") != 0))
      continue;
    text = tlsrpt_script_text (files[i]);
    g_string_append (script, text);
  }
  g_string_append (script, "COMMIT;");
  cluster_sql (conninfo, script->str);
  cluster_sql (conninfo, old_data);
  return conninfo;
}

static void
upgrade (const char *conninfo, int expected_before)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsrptPg) pg =
      tlsrpt_pg_connect (conninfo, g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND, &error);
  int before;

  g_assert_no_error (error);
  if (!tlsrpt_schema_install (pg, &before, &error))
    g_error ("%s: %s", error->message, tlsrpt_pg_server_message (pg));
  if (expected_before >= 0)
    g_assert_cmpint (before, ==, expected_before);
}

static void
assert_current (const char *conninfo)
{
  g_autofree char *fresh = cluster_installed ();
  g_autofree char *expected = cluster_rows (fresh, OBJECTS);
  g_autofree char *version = g_strdup_printf ("%d\n", TLSRPT_SCHEMA_VERSION);
  g_autoptr (TlsrptBatchItem) item = sample_item ("new", sample_full_report (), NULL);
  g_autoptr (GError) error = NULL;

  cluster_assert_rows (conninfo, "SELECT max(version) FROM tlsrpt.schema_version", version);
  cluster_assert_rows (conninfo, OBJECTS, expected);
  g_assert_true (sample_put (conninfo, &error, item, NULL));
  g_assert_no_error (error);
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "10|12|12|1\n");
}

static void
test_upgrade (gconstpointer data)
{
  int version = GPOINTER_TO_INT (data);
  g_autofree char *conninfo = database_of_version (version);
  g_autofree char *before = cluster_rows (conninfo, DATA);

  upgrade (conninfo, version);
  cluster_assert_rows (conninfo, DATA, before);
  assert_current (conninfo);
}

/* Migration 9 marks policies without failures; a detail counts, whatever the summary says. */
static void
test_marks_failures (void)
{
  g_autofree char *conninfo = database_of_version (8);

  cluster_sql (conninfo,
               "DELETE FROM tlsrpt.report WHERE report_uid::text NOT LIKE '%1';"
               "INSERT INTO tlsrpt.policy (report_uid, policy_no, policy_type, policy_domain,"
               " total_successful_session_count, total_failure_session_count)"
               " SELECT report_uid, n, 'sts', 'example.org', 5, 0 FROM tlsrpt.report,"
               " generate_series(1, 2) n;"
               "INSERT INTO tlsrpt.failure (report_uid, policy_no, failure_no, result_type,"
               " failed_session_count) SELECT report_uid, 2, 0, 'validation-failure', 1"
               " FROM tlsrpt.report");
  upgrade (conninfo, 8);
  cluster_assert_rows (conninfo,
                       "SELECT policy_no, has_failures FROM tlsrpt.policy ORDER BY policy_no",
                       "0|t\n1|f\n2|t\n");
}

static gpointer
upgrade_in_thread (gpointer conninfo)
{
  upgrade (conninfo, -1);
  return NULL;
}

static void
test_four_at_once (void)
{
  g_autofree char *conninfo = database_of_version (1);
  g_autofree char *before = cluster_rows (conninfo, DATA);
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("upgrade", upgrade_in_thread, conninfo);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  cluster_assert_rows (conninfo, DATA, before);
  assert_current (conninfo);
}

/* The last migration fails: the version, the tables and the data are those from before. */
static void
test_failed_upgrade (void)
{
  g_autofree char *conninfo = database_of_version (1);
  g_autofree char *objects = NULL;
  g_autofree char *before = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsrptPg) pg = NULL;
  int installed;

  cluster_sql (conninfo, "CREATE TABLE tlsrpt.quarantine_limit (in_the_way integer)");
  objects = cluster_rows (conninfo, OBJECTS);
  before = cluster_rows (conninfo, DATA);
  pg = tlsrpt_pg_connect (conninfo, g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND, &error);
  g_assert_no_error (error);
  g_assert_false (tlsrpt_schema_install (pg, &installed, &error));
  g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_OPERATOR);
  cluster_assert_rows (conninfo, "SELECT version FROM tlsrpt.schema_version", "1\n");
  cluster_assert_rows (conninfo, OBJECTS, objects);
  cluster_assert_rows (conninfo, DATA, before);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (int version = 1; version < TLSRPT_SCHEMA_VERSION; version++) {
    g_autofree char *path = g_strdup_printf ("/upgrade/from-version-%d-with-data", version);

    g_test_add_data_func (path, GINT_TO_POINTER (version), test_upgrade);
  }
  g_test_add_func ("/upgrade/marks-policies-without-failures", test_marks_failures);
  g_test_add_func ("/upgrade/four-at-once", test_four_at_once);
  g_test_add_func ("/upgrade/failed-one-changes-nothing", test_failed_upgrade);
  return g_test_run ();
}
