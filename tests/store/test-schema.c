/* SPDX-License-Identifier: GPL-3.0-or-later
 * The schema in a database: installed, repeated, by psql and by the program, by whom, and what the
 * roles may do. */
#include "support/cluster.h"
#include "pg/pg.h"
#include "store/schema.h"
#include "store/script.h"
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

#define OBJECTS                                                                                    \
  "SELECT c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,"    \
  " pg_get_userbyid(c.relowner), c.relacl::text, a.attacl::text,"                                  \
  " col_description(c.oid, a.attnum), obj_description(c.oid)"                                      \
  " FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"               \
  " WHERE c.relnamespace = 'tlsrpt'::regnamespace ORDER BY 1, a.attnum"

/* Every migration up to the last, each booked once; what stores reports finds the same version. */
#define VERSIONS_ONCE                                                                              \
  "SELECT array_agg(version ORDER BY version) = array(SELECT generate_series(1, " G_STRINGIFY (    \
      TLSRPT_SCHEMA_VERSION) ")) AND tlsrpt.installed_version() = " G_STRINGIFY (TLSRPT_SCHEMA_VERSION) " FROM tlsrpt.schema_version"

static gboolean
try_install (const char *conninfo, char **server_message, GError **error)
{
  g_autoptr (TlsrptPg) pg =
      tlsrpt_pg_connect (conninfo, g_get_monotonic_time () + 30 * G_TIME_SPAN_SECOND, error);
  int before;
  gboolean installed = pg != NULL && tlsrpt_schema_install (pg, NULL, &before, error);

  if (server_message != NULL)
    *server_message = g_strdup (pg != NULL ? tlsrpt_pg_server_message (pg) : NULL);
  return installed;
}

static void
test_known_version (void)
{
  g_autoptr (GArray) steps = tlsrpt_script_steps ();
  int highest = 0;

  for (guint i = 0; i < steps->len; i++) {
    int migration = g_array_index (steps, TlsrptScriptStep, i).migration;

    if (migration != 0) {
      g_assert_cmpint (migration, ==, highest + 1);
      highest++;
    }
  }
  g_assert_cmpint (highest, ==, TLSRPT_SCHEMA_VERSION);
}

/* Each file below views/ makes the view of its name and nothing else, and so do functions. */
static void
test_one_a_file (gconstpointer data)
{
  const char *kind = data;
  g_autofree char *folder = g_strdup_printf ("%ss", kind);
  g_autofree char *install = g_build_filename (folder, "install.sql", NULL);
  g_auto (GStrv) files = tlsrpt_script_files (install);
  g_autofree char *upper = g_ascii_strup (kind, -1);
  g_autoptr (GRegex) made =
      g_regex_new ("^CREATE (?!OR REPLACE TRIGGER).*$", G_REGEX_MULTILINE, 0, NULL);

  g_assert_cmpuint (g_strv_length (files), >, 5);
  for (guint i = 0; files[i] != NULL; i++) {
    g_autofree char *text = tlsrpt_script_text (files[i]);
    g_autofree char *base = g_path_get_basename (files[i]);
    g_autofree char *name = g_strndup (base, strlen (base) - strlen (".sql"));
    g_autofree char *expected = g_strdup_printf ("CREATE OR REPLACE %s tlsrpt.%s%s", upper, name,
                                                 strcmp (kind, "view") == 0 ? " " : "(");
    g_autoptr (GMatchInfo) match = NULL;
    g_autofree char *first = NULL;

    g_assert_true (g_regex_match (made, text, 0, &match));
    first = g_match_info_fetch (match, 0);
    g_assert_true (g_str_has_prefix (first, expected));
    g_assert_false (g_match_info_next (match, NULL));
  }
}

static void
test_repeat (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autofree char *once = cluster_rows (conninfo, OBJECTS);
  g_autoptr (GError) error = NULL;

  g_assert_true (try_install (conninfo, NULL, &error));
  g_assert_no_error (error);
  cluster_assert_rows (conninfo, OBJECTS, once);
  cluster_assert_rows (conninfo, VERSIONS_ONCE, "t\n");
}

static void
run_psql (const char *conninfo, const char *file)
{
  const char *argv[] = { "psql", "-X", "-q", conninfo, "-f", file, NULL };
  g_autofree char *err = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &err, &status,
                &error);
  g_assert_no_error (error);
  g_assert_cmpstr (err, ==, "");
  g_assert_cmpint (status, ==, 0);
}

static void
test_same_by_psql (void)
{
  g_autofree char *by_program = cluster_installed ();
  g_autofree char *by_psql = cluster_database ();
  g_autofree char *expected = cluster_rows (by_program, OBJECTS);
  g_autofree char *file =
      g_build_filename (g_getenv ("TESTED_SOURCE_ROOT"), "sql", "install.sql", NULL);

  run_psql (by_psql, file);
  cluster_assert_rows (by_psql, OBJECTS, expected);
  run_psql (by_psql, file);
  cluster_assert_rows (by_psql, OBJECTS, expected);
}

static void
test_same_by_print (void)
{
  g_autofree char *by_program = cluster_installed ();
  g_autofree char *by_print = cluster_database ();
  g_autofree char *expected = cluster_rows (by_program, OBJECTS);
  g_autofree char *script = tlsrpt_script_text ("install.sql");
  g_autofree char *path = g_build_filename (cluster_folder (), "print.sql", NULL);

  g_assert_true (g_file_set_contents (path, script, -1, NULL));
  run_psql (by_print, path);
  cluster_assert_rows (by_print, OBJECTS, expected);
}

static void
test_comments (void)
{
  g_autofree char *conninfo = cluster_installed ();

  cluster_assert_rows (conninfo,
                       "SELECT c.relname, a.attname FROM pg_class c"
                       " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
                       " WHERE c.relnamespace = 'tlsrpt'::regnamespace AND c.relkind IN ('r', 'v')"
                       " AND (col_description(c.oid, a.attnum) IS NULL"
                       "      OR obj_description(c.oid, 'pg_class') IS NULL)",
                       "");
}

static gpointer
install_in_thread (gpointer conninfo)
{
  GError *error = NULL;

  try_install (conninfo, NULL, &error);
  return error;
}

static void
test_two_at_once (void)
{
  g_autofree char *conninfo = cluster_database ();
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("install", install_in_thread, conninfo);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    g_autoptr (GError) error = g_thread_join (threads[i]);

    g_assert_no_error (error);
  }
  cluster_assert_rows (conninfo, VERSIONS_ONCE, "t\n");
}

static void
test_newer (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autoptr (GError) error = NULL;

  cluster_sql (conninfo, "INSERT INTO tlsrpt.schema_version VALUES (99)");
  g_assert_false (try_install (conninfo, NULL, &error));
  g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_OPERATOR);
  g_assert_nonnull (strstr (error->message, "version 99"));
}

/* A delivery leaves columns out that it has no value for. */
static void
test_no_default_but_null (void)
{
  g_autofree char *conninfo = cluster_installed ();

  cluster_assert_rows (conninfo,
                       "SELECT attrelid::regclass, attname FROM pg_attribute WHERE attrelid IN"
                       " ('tlsrpt.report'::regclass, 'tlsrpt.policy'::regclass, "
                       "'tlsrpt.failure'::regclass, 'tlsrpt.reporter'::regclass, "
                       "'tlsrpt.reporter_name'::regclass)"
                       " AND attnum > 0 AND atthasdef AND NOT attnotnull AND attgenerated = ''",
                       "");
}

static void
test_failed_changes_nothing (void)
{
  g_autofree char *conninfo = cluster_database ();
  g_autoptr (GError) error = NULL;

  /* In the way of the last table of the first migration. */
  cluster_sql (conninfo, "CREATE SCHEMA tlsrpt; CREATE TABLE tlsrpt.quarantine (n integer);"
                         "ALTER SCHEMA tlsrpt OWNER TO tlsrpt_owner");
  g_assert_false (try_install (conninfo, NULL, &error));
  g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_OPERATOR);
  cluster_assert_rows (conninfo,
                       "SELECT relname FROM pg_class WHERE relnamespace = 'tlsrpt'::regnamespace",
                       "quarantine\n");
}

static void
test_installing_user (void)
{
  g_autofree char *conninfo = cluster_database ();
  g_autofree char *plain = cluster_as (conninfo, "plain_user", NULL);
  g_autofree char *manager = cluster_as (conninfo, "role_manager", NULL);
  g_autofree char *message = NULL;
  g_autofree char *grant = NULL;
  g_autofree char *database = cluster_rows (conninfo, "SELECT current_database()");
  g_autoptr (GError) refused = NULL;
  g_autoptr (GError) no_create = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (try_install (plain, &message, &refused));
  g_assert_error (refused, TLSRPT_ERROR, TLSRPT_ERROR_OPERATOR);
  g_assert_nonnull (message);
  g_assert_nonnull (strstr (message, "GRANT tlsrpt_owner TO plain_user"));
  cluster_sql (conninfo, "ALTER ROLE role_manager CREATEROLE");
  g_clear_pointer (&message, g_free);
  g_assert_false (try_install (manager, &message, &no_create));
  g_assert_error (no_create, TLSRPT_ERROR, TLSRPT_ERROR_OPERATOR);
  g_assert_nonnull (message);
  g_assert_nonnull (strstr (message, "GRANT CREATE ON DATABASE"));
  grant = g_strdup_printf ("GRANT CREATE ON DATABASE %s TO role_manager", g_strstrip (database));
  cluster_sql (conninfo, grant);
  g_assert_true (try_install (manager, NULL, &error));
  g_assert_no_error (error);
  cluster_assert_rows (conninfo,
                       "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class"
                       " WHERE relnamespace = 'tlsrpt'::regnamespace",
                       "tlsrpt_owner\n");
}

static void
test_missing_encoding (void)
{
  g_autofree char *conninfo = cluster_database ();
  g_autofree char *latin = g_strconcat (conninfo, " dbname=latin", NULL);
  g_autofree char *message = NULL;
  g_autoptr (GError) error = NULL;

  cluster_sql (conninfo, "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
  g_assert_false (try_install (latin, &message, &error));
  g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_OPERATOR);
  g_assert_nonnull (message);
  g_assert_nonnull (strstr (message, "LATIN1"));
}

/* A view of an older version, with other columns, is replaced; one that somebody else's view stands
 * on stays, and so does theirs. */
static void
test_views_replaced (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autoptr (GError) first = NULL;
  g_autoptr (GError) second = NULL;

  cluster_sql (conninfo, "SET ROLE tlsrpt_owner;"
                         "CREATE VIEW tlsrpt.gone AS SELECT 1 AS a;"
                         "CREATE VIEW tlsrpt.above AS SELECT a FROM tlsrpt.gone");
  g_assert_true (try_install (conninfo, NULL, &first));
  g_assert_no_error (first);
  cluster_assert_rows (conninfo, "SELECT to_regclass('tlsrpt.gone'), to_regclass('tlsrpt.above')",
                       "~|~\n");
  cluster_sql (conninfo, "CREATE VIEW tlsrpt.kept AS SELECT 1 AS a;"
                         "COMMENT ON VIEW tlsrpt.kept IS 'kept';"
                         "CREATE VIEW public.mine AS SELECT a FROM tlsrpt.kept;"
                         "ALTER VIEW tlsrpt.kept OWNER TO tlsrpt_owner");
  g_assert_true (try_install (conninfo, NULL, &second));
  g_assert_no_error (second);
  cluster_assert_rows (conninfo, "SELECT a FROM public.mine", "1\n");
}

typedef struct {
  const char *name;
  const char *group;
  const char *sql;
} DeniedCase;

/* clang-format off */
static const DeniedCase denied_cases[] = {
  { "writer-reads-report",       "tlsrpt_writer", "SELECT organization_name FROM tlsrpt.report" },
  { "writer-reads-evidence",     "tlsrpt_writer", "SELECT evidence FROM tlsrpt.report" },
  { "writer-reads-policy",       "tlsrpt_writer", "SELECT * FROM tlsrpt.policy" },
  { "writer-reads-failure",      "tlsrpt_writer", "SELECT * FROM tlsrpt.failure" },
  { "writer-reads-quarantine",   "tlsrpt_writer", "SELECT raw FROM tlsrpt.quarantine" },
  { "writer-updates-policy",     "tlsrpt_writer", "UPDATE tlsrpt.policy SET policy_no = 1" },
  { "writer-updates-quarantine", "tlsrpt_writer", "UPDATE tlsrpt.quarantine SET reason = ''" },
  { "writer-deletes-policy",     "tlsrpt_writer", "DELETE FROM tlsrpt.policy" },
  { "writer-deletes-failure",    "tlsrpt_writer", "DELETE FROM tlsrpt.failure" },
  { "writer-updates-report",     "tlsrpt_writer", "UPDATE tlsrpt.report SET report_id = ''" },
  { "writer-deletes-report",     "tlsrpt_writer", "DELETE FROM tlsrpt.report" },
  { "writer-deletes-quarantine", "tlsrpt_writer", "DELETE FROM tlsrpt.quarantine" },
  { "writer-truncates-failure",  "tlsrpt_writer", "TRUNCATE tlsrpt.failure" },
  { "writer-sets-version",       "tlsrpt_writer", "INSERT INTO tlsrpt.schema_version VALUES (7)" },
  { "writer-creates",            "tlsrpt_writer", "CREATE TABLE tlsrpt.t (n integer)" },
  { "reader-reads-report",       "tlsrpt_reader", "SELECT report_id FROM tlsrpt.report" },
  { "reader-reads-quarantine",   "tlsrpt_reader", "SELECT quarantine_uid FROM tlsrpt.quarantine" },
  { "reader-inserts",            "tlsrpt_reader", "INSERT INTO tlsrpt.schema_version VALUES (7)" },
  { "stranger-reads-report",     NULL,            "SELECT report_uid FROM tlsrpt.report" },
};
/* clang-format on */

static void
test_denied (gconstpointer data)
{
  const DeniedCase *row = data;
  static char *conninfo;
  g_autofree char *role = NULL;
  g_autofree char *as_role = NULL;
  g_autoptr (TlsrptPg) pg = NULL;
  g_autoptr (GError) error = NULL;

  if (conninfo == NULL)
    conninfo = cluster_installed ();
  role = g_strconcat ("only_", row->group != NULL ? row->group : "stranger", NULL);
  as_role = cluster_as (conninfo, role, row->group);
  pg = tlsrpt_pg_connect (as_role, g_get_monotonic_time () + 10 * G_TIME_SPAN_SECOND, &error);
  g_assert_no_error (error);
  g_assert_null (tlsrpt_pg_query (pg, row->sql, 0, NULL, &error));
  g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_OPERATOR);
  g_assert_cmpstr (tlsrpt_pg_sqlstate (pg), ==, "42501");
}

/* Every grant of the writer, whole tables and columns; a table that comes later is not his by chance. */
static void
test_writer_grants (void)
{
  g_autofree char *conninfo = cluster_installed ();

  cluster_assert_rows (
      conninfo,
      "SELECT c.relname, a.privilege_type FROM pg_class c,"
      " LATERAL aclexplode(c.relacl) a WHERE c.relnamespace = 'tlsrpt'::regnamespace"
      " AND a.grantee IN ('tlsrpt_writer'::regrole, 0) ORDER BY 1, 2",
      "accepted_domain|SELECT\n"
      "failure|INSERT\n"
      "partition|SELECT\n"
      "policy|INSERT\n"
      "quarantine|INSERT\n"
      "replay_position|DELETE\n"
      "replay_position|INSERT\n"
      "replay_position|SELECT\n"
      "replay_position|UPDATE\n"
      "report|INSERT\n"
      "reporter|INSERT\n"
      "reporter|SELECT\n"
      "reporter|UPDATE\n"
      "reporter_name|INSERT\n"
      "reporter_name|SELECT\n"
      "schema_fault|SELECT\n"
      "schema_version|SELECT\n");
  cluster_assert_rows (conninfo,
                       "SELECT c.relname, t.attname, a.privilege_type FROM pg_class c"
                       " JOIN pg_attribute t ON t.attrelid = c.oid, LATERAL aclexplode(t.attacl) a"
                       " WHERE c.relnamespace = 'tlsrpt'::regnamespace"
                       " AND a.grantee IN ('tlsrpt_writer'::regrole, 0) ORDER BY 1, 2, 3",
                       "quarantine|quarantine_uid|SELECT\n"
                       "report|report_uid|SELECT\n"
                       "report|xmin|SELECT\n"
                       "report_key|claim_uid|SELECT\n"
                       "report_key|content_digest|SELECT\n"
                       "report_key|day|SELECT\n"
                       "report_key|is_impersonating|SELECT\n"
                       "report_key|is_repeat|SELECT\n"
                       "report_key|is_verified|SELECT\n"
                       "report_key|report_uid|SELECT\n"
                       "report_key|reported_sessions|SELECT\n"
                       "report_key|reporter_basis|SELECT\n"
                       "report_key|reporter_domain|SELECT\n"
                       "report_key|sums_agree|SELECT\n");
}

/* The reader has views, all of them to read, and of tables only the columns that views read as he. */
static void
test_reader_grants (void)
{
  g_autofree char *conninfo = cluster_installed ();

  cluster_assert_rows (conninfo,
                       "SELECT c.relkind, string_agg(DISTINCT a.privilege_type, ',')"
                       " FROM pg_class c, LATERAL aclexplode(c.relacl) a"
                       " WHERE c.relnamespace = 'tlsrpt'::regnamespace"
                       " AND a.grantee = 'tlsrpt_reader'::regrole GROUP BY 1",
                       "v|SELECT\n");
  cluster_assert_rows (
      conninfo,
      "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'tlsrpt'::regnamespace"
      " AND c.relkind = 'v' AND NOT has_table_privilege('tlsrpt_reader', c.oid, 'SELECT')",
      "");
  cluster_assert_rows (
      conninfo,
      "SELECT r, t.attname, t.attrelid::regclass FROM pg_attribute t,"
      " unnest(ARRAY['tlsrpt_reader', 'tlsrpt_domain_reader', 'tlsrpt_alerter']) AS r"
      " WHERE t.attrelid IN ('tlsrpt.report'::regclass, 'tlsrpt.quarantine'::regclass)"
      " AND has_column_privilege(r, t.attrelid, t.attnum, 'SELECT')"
      " AND t.attname IN ('evidence', 'raw', 'detail', 'report_id', 'message_id', 'extra')",
      "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schema/knows-its-last-migration", test_known_version);
  g_test_add_data_func ("/schema/one-view-a-file", "view", test_one_a_file);
  g_test_add_data_func ("/schema/one-function-a-file", "function", test_one_a_file);
  g_test_add_func ("/schema/install-repeats-without-change", test_repeat);
  g_test_add_func ("/schema/psql-makes-the-same", test_same_by_psql);
  g_test_add_func ("/schema/print-makes-the-same", test_same_by_print);
  g_test_add_func ("/schema/everything-has-a-comment", test_comments);
  g_test_add_func ("/schema/four-installations-at-once", test_two_at_once);
  g_test_add_func ("/schema/refuses-a-newer-one", test_newer);
  g_test_add_func ("/schema/column-that-may-be-null-has-no-other-default",
                   test_no_default_but_null);
  g_test_add_func ("/schema/failed-installation-changes-nothing", test_failed_changes_nothing);
  g_test_add_func ("/schema/tells-what-the-installing-user-lacks", test_installing_user);
  g_test_add_func ("/schema/refuses-a-database-that-is-not-utf8", test_missing_encoding);
  g_test_add_func ("/schema/replaces-views-and-keeps-those-of-others", test_views_replaced);
  g_test_add_func ("/schema/writer-has-these-grants-alone", test_writer_grants);
  g_test_add_func ("/schema/reader-has-views-alone", test_reader_grants);
  for (gsize i = 0; i < G_N_ELEMENTS (denied_cases); i++) {
    g_autofree char *path = g_strconcat ("/schema/denied/", denied_cases[i].name, NULL);

    g_test_add_data_func (path, &denied_cases[i], test_denied);
  }
  return g_test_run ();
}
