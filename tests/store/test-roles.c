/* SPDX-License-Identifier: GPL-3.0-or-later
 * No role steps out of what it is for: every routine and trigger of the schema is tried by each of them,
 * with tables, types, casts and operators of its own. What comes to the schema later is tried too. */
#include "support/cluster.h"
#include "store/schema.h"

#include <glib.h>
#include <string.h>

static const char *const logins[] = { "tlsrpt_writer", "tlsrpt_reader", "tlsrpt_alerter",
                                      "stranger" };

#define ROUTINES "FROM pg_proc p WHERE p.pronamespace = 'tlsrpt'::regnamespace"

/* A login of @group; a stranger is in none, and may look into the schema all the same. */
static char *
login (const char *conninfo, const char *group)
{
  if (strcmp (group, "stranger") != 0)
    return cluster_login (conninfo, group);
  cluster_sql (conninfo, "GRANT USAGE ON SCHEMA tlsrpt TO PUBLIC");
  return cluster_as (conninfo, "case_stranger", NULL);
}

static void
test_public (void)
{
  g_autofree char *conninfo = cluster_installed ();

  cluster_assert_rows (conninfo,
                       "SELECT p.oid::regprocedure " ROUTINES
                       " AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl,"
                       " acldefault('f', p.proowner))) a WHERE a.grantee = 0)",
                       "");
  cluster_assert_rows (conninfo,
                       "SELECT p.oid::regprocedure " ROUTINES
                       " AND (p.prosecdef OR p.prorettype = 'trigger'::regtype)"
                       " AND (has_function_privilege('tlsrpt_writer', p.oid, 'EXECUTE')"
                       "  OR has_function_privilege('tlsrpt_reader', p.oid, 'EXECUTE')"
                       "  OR has_function_privilege('tlsrpt_alerter', p.oid, 'EXECUTE'))",
                       "");
  cluster_assert_rows (conninfo,
                       "SELECT p.oid::regprocedure " ROUTINES
                       " AND p.prosecdef AND NOT coalesce(p.proconfig @> "
                       "ARRAY['search_path=pg_catalog, pg_temp'], false)",
                       "");
}

/* Every function of the schema, with whose rights it runs and who may execute it: a new one stands here before
 * it is installed anywhere. */
typedef struct {
  const char *function;
  const char *kind; /* definer: runs with the rights of its owner */
  const char *roles;
} FunctionRow;

/* clang-format off */
static const FunctionRow functions[] = {
  { "failure_changed()",                         "definer trigger",  "~" },
  { "first_key(date)",                           "plain",            "alerter reader" },
  { "habit_days()",                              "plain",            "alerter reader" },
  { "incident_known_day(bigint[],date,integer)", "plain",            "alerter reader" },
  { "installed_version()",                       "plain",            "alerter reader writer" },
  { "is_dane(text)",                             "plain",            "alerter reader" },
  { "link_append(tlsrpt.document_link)",         "plain",            "alerter" },
  { "link_documents()",                          "plain",            "alerter" },
  { "link_prune(text,date)",                     "plain",            "~" },
  { "link_remove(uuid[],uuid[])",                "plain",            "~" },
  { "link_replay(uuid[])",                       "plain",            "~" },
  { "link_text(tlsrpt.document_link)",           "plain",            "alerter reader" },
  { "own_domains()",                             "plain",            "alerter reader" },
  { "partition_ahead()",                         "plain",            "~" },
  { "partition_analyze(text)",                   "plain",            "~" },
  { "partition_drop(date)",                      "plain",            "~" },
  { "partition_lock(text,text[])",               "plain",            "~" },
  { "partition_make(date)",                      "plain",            "~" },
  { "policy_changed()",                          "definer trigger",  "~" },
  { "policy_lines(text[])",                      "plain",            "alerter reader" },
  { "policy_patterns(text[],text[],date[],date)", "plain",           "alerter reader" },
  { "quarantine_added()",                        "definer trigger",  "~" },
  { "quarantine_drop_oldest(text,bigint)",       "plain",            "~" },
  { "quarantine_emptied()",                      "definer trigger",  "~" },
  { "quarantine_removed()",                      "definer trigger",  "~" },
  { "report_document(uuid,text)",                "plain",            "alerter reader" },
  { "report_supersedes()",                       "definer trigger",  "~" },
  { "sees_all()",                                "plain",            "alerter reader" },
  { "store_added()",                             "definer trigger",  "~" },
  { "store_changed()",                           "definer trigger",  "~" },
  { "store_emptied()",                           "definer trigger",  "~" },
  { "store_removed()",                           "definer trigger",  "~" },
  { "today()",                                   "plain",            "alerter reader" },
};
/* clang-format on */

static void
test_list (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autoptr (GString) expected = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (functions); i++)
    g_string_append_printf (expected, "%s|%s|%s\n", functions[i].function, functions[i].kind,
                            functions[i].roles);
  cluster_assert_rows (
      conninfo,
      "SELECT substring(p.oid::regprocedure::text FROM 8),"
      " CASE WHEN p.prosecdef THEN 'definer ' ELSE '' END"
      " || CASE WHEN p.prorettype = 'trigger'::regtype THEN 'trigger'"
      "         WHEN p.prosecdef THEN 'function' ELSE 'plain' END,"
      " (SELECT string_agg(substr(r, 8), ' ' ORDER BY r) FROM unnest(ARRAY['tlsrpt_writer',"
      "  'tlsrpt_reader', 'tlsrpt_alerter']) AS r WHERE has_function_privilege(r, p.oid, "
      "'EXECUTE'))"
      " " ROUTINES " ORDER BY p.oid::regprocedure::text COLLATE \"C\"",
      expected->str);
}

/* A function that runs with the owner's rights asks first what fired it, whatever is granted later. */
static void
test_definers (void)
{
  g_autofree char *conninfo = cluster_installed ();

  cluster_assert_rows (conninfo,
                       "SELECT p.oid::regprocedure " ROUTINES " AND p.prosecdef AND ("
                       " p.prorettype <> 'trigger'::regtype"
                       " OR p.prosrc !~ 'BEGIN\\n  IF "
                       "(TG_RELID|coalesce[(]pg_partition_root[(]TG_RELID[)], TG_RELID[)]) <> "
                       "''tlsrpt[.][a-z]+''::regclass(::oid)? THEN"
                       "\\n    RAISE EXCEPTION')",
                       "");
}

/* A function that is made later, as an upgrade or the owner does, is not PUBLIC's either. */
static void
test_later (void)
{
  g_autofree char *conninfo = cluster_installed ();

  cluster_sql (conninfo, "SET ROLE tlsrpt_owner; CREATE FUNCTION tlsrpt.later() RETURNS integer"
                         " LANGUAGE sql RETURN 1");
  cluster_assert_rows (
      conninfo, "SELECT has_function_privilege('public', 'tlsrpt.later()', 'EXECUTE')", "f\n");
}

/* A table of the login's own whose columns have a type of its own, made by every name that a trigger of
 * the schema may look for; a cast of it to text, bigint and the rest runs the login's code. As whom it
 * ran is written down. */
static const char trap[] =
    "CREATE TYPE pg_temp.bait AS (text text);"
    "CREATE TABLE pg_temp.caught AS SELECT NULL::text AS who WHERE false;"
    "GRANT INSERT ON pg_temp.caught TO PUBLIC;"
    "CREATE FUNCTION pg_temp.spring(bait pg_temp.bait) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN"
    "  INSERT INTO caught VALUES (current_user); RETURN 1; END $$;"
    "CREATE FUNCTION pg_temp.spring_text(bait pg_temp.bait) RETURNS text LANGUAGE plpgsql AS $$ "
    "BEGIN"
    "  INSERT INTO caught VALUES (current_user); RETURN 'x'; END $$;"
    "CREATE CAST (pg_temp.bait AS bigint) WITH FUNCTION pg_temp.spring(pg_temp.bait) AS IMPLICIT;"
    "CREATE CAST (pg_temp.bait AS text) WITH FUNCTION pg_temp.spring_text(pg_temp.bait) AS "
    "IMPLICIT;"
    "CREATE TABLE pg_temp.quarantine (quarantine_uid pg_temp.bait, quarantined_at pg_temp.bait,"
    "  sender_domain pg_temp.bait, authenticated_domain pg_temp.bait, charged_bytes pg_temp.bait,"
    "  raw_bytes pg_temp.bait, report_uid pg_temp.bait, document_bytes pg_temp.bait);";

/* Each trigger function as a trigger of that table, by row and by statement, one at a time. */
static const char spring[] =
    "DO $$ DECLARE f regprocedure; event text; denied integer := 0; BEGIN"
    "  FOR f IN SELECT p.oid " ROUTINES " AND p.prorettype = 'trigger'::regtype LOOP"
    "    FOREACH event IN ARRAY ARRAY['INSERT', 'DELETE', 'UPDATE'] LOOP"
    "      BEGIN"
    "        EXECUTE format('CREATE TRIGGER bait AFTER %s ON pg_temp.quarantine FOR EACH ROW"
    "          EXECUTE FUNCTION %s', event, f);"
    "        INSERT INTO pg_temp.quarantine SELECT b, b, b, b, b, b, b, b FROM"
    "          (SELECT ROW('x')::pg_temp.bait) AS s(b);"
    "        UPDATE pg_temp.quarantine SET raw_bytes = raw_bytes;"
    "        DELETE FROM pg_temp.quarantine;"
    "        RAISE EXCEPTION '% ran for %', f, current_user;"
    "      EXCEPTION WHEN insufficient_privilege THEN denied := denied + 1; END;"
    "    END LOOP;"
    "  END LOOP;"
    "  IF denied = 0 THEN RAISE EXCEPTION 'no trigger function was tried'; END IF;"
    "END $$;";

static void
test_triggers (gconstpointer data)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autofree char *as = login (conninfo, data);
  g_autofree char *all = g_strconcat (trap, spring, NULL);
  /* In one session, as all of it is temporary. */
  g_autofree char *caught = g_strconcat (all, "SELECT who FROM pg_temp.caught", NULL);

  cluster_assert_rows (as, caught, "");
}

/* The trigger that the schema itself has is fired by what the writer may insert; what stands in the row
 * is data, and what stands in his search_path is not looked at. */
static void
test_search_path (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autofree char *writer = cluster_login (conninfo, "tlsrpt_writer");
  static const char insert[] =
      "CREATE TABLE pg_temp.caught AS SELECT NULL::text AS who WHERE false;"
      "GRANT INSERT ON pg_temp.caught TO PUBLIC;"
      "CREATE FUNCTION pg_temp.greatest(bigint, bigint) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN"
      "  INSERT INTO caught VALUES (current_user); RETURN 0; END $$;"
      "CREATE FUNCTION pg_temp.plus(bigint, bigint) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN"
      "  INSERT INTO caught VALUES (current_user); RETURN 0; END $$;"
      "CREATE OPERATOR pg_temp.+ (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = pg_temp.plus);"
      "SET search_path = pg_temp, pg_catalog;"
      "INSERT INTO tlsrpt.quarantine (quarantine_uid, reason, stage, detail, raw_bytes, raw)"
      " VALUES ('00000000-0000-0000-0000-000000000001', 'limit', 'message', 'x', 1, 'x');"
      "SELECT who FROM pg_temp.caught";

  cluster_assert_rows (writer, insert, "");
}

/* What each role may not, one statement each: denied, and by the rights. */
typedef struct {
  const char *login;
  const char *sql;
} DeniedCase;

/* clang-format off */
static const DeniedCase denied_cases[] = {
  { "tlsrpt_writer", "SELECT evidence FROM tlsrpt.report" },
  { "tlsrpt_writer", "SELECT raw FROM tlsrpt.quarantine" },
  { "tlsrpt_writer", "DELETE FROM tlsrpt.report" },
  { "tlsrpt_writer", "DELETE FROM tlsrpt.quarantine" },
  { "tlsrpt_writer", "TRUNCATE tlsrpt.quarantine" },
  { "tlsrpt_writer", "UPDATE tlsrpt.quarantine_limit SET total_bytes = NULL" },
  { "tlsrpt_writer", "SELECT * FROM tlsrpt.daily" },
  { "tlsrpt_reader", "SELECT * FROM tlsrpt.report" },
  { "tlsrpt_reader", "INSERT INTO tlsrpt.quarantine DEFAULT VALUES" },
  { "tlsrpt_reader", "UPDATE tlsrpt.quarantine_limit SET total_bytes = NULL" },
  { "tlsrpt_alerter", "SELECT raw FROM tlsrpt.quarantine" },
  { "tlsrpt_alerter", "INSERT INTO tlsrpt.report DEFAULT VALUES" },
  { "tlsrpt_alerter", "DELETE FROM tlsrpt.report" },
  { "tlsrpt_alerter", "DELETE FROM tlsrpt.document_link" },
  { "tlsrpt_alerter", "UPDATE tlsrpt.document_link SET link_no = link_no" },
  { "tlsrpt_writer", "SELECT tlsrpt.link_documents()" },
  { "tlsrpt_reader", "SELECT tlsrpt.link_documents()" },
  { "stranger",       "SELECT * FROM tlsrpt.daily" },
  { "stranger",       "SELECT tlsrpt.today()" },
};
/* clang-format on */

static void
test_denied (gconstpointer data)
{
  const DeniedCase *row = data;
  g_autofree char *conninfo = cluster_installed ();
  g_autofree char *as = login (conninfo, row->login);
  g_autofree char *sql =
      g_strdup_printf ("DO $$ BEGIN EXECUTE $sql$%s$sql$; RAISE EXCEPTION 'was done';"
                       " EXCEPTION WHEN insufficient_privilege THEN NULL; END $$",
                       row->sql);

  cluster_sql (as, sql);
}

/* A reader reads every view, and so does the alerter: functions that a view calls are called as they. */
static void
test_views (gconstpointer data)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autofree char *as = login (conninfo, data);
  g_autofree char *names =
      cluster_rows (conninfo, "SELECT viewname FROM pg_views WHERE schemaname = 'tlsrpt'");
  g_auto (GStrv) views = g_strsplit (names, "\n", 0);

  g_assert_cmpuint (g_strv_length (views), >, 10);
  for (guint i = 0; views[i] != NULL && *views[i] != '\0'; i++) {
    g_autofree char *sql = g_strdup_printf ("SELECT * FROM tlsrpt.%s", views[i]);

    cluster_sql (as, sql);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/roles/nobody-executes-a-function-by-default", test_public);
  g_test_add_func ("/store/roles/every-function-is-in-the-list", test_list);
  g_test_add_func ("/store/roles/a-function-as-owner-asks-what-fired-it", test_definers);
  g_test_add_func ("/store/roles/a-function-made-later-is-not-public", test_later);
  for (gsize i = 0; i < G_N_ELEMENTS (logins); i++) {
    g_autofree char *path = g_strconcat ("/store/roles/triggers-run-no-code-of/", logins[i], NULL);
    g_test_add_data_func (path, logins[i], test_triggers);
  }
  g_test_add_func ("/store/roles/search-path-of-the-writer-is-not-looked-at", test_search_path);
  for (gsize i = 0; i < G_N_ELEMENTS (denied_cases); i++) {
    g_autofree char *path =
        g_strdup_printf ("/store/roles/%s-may-not/%s", denied_cases[i].login, denied_cases[i].sql);
    g_test_add_data_func (path, &denied_cases[i], test_denied);
  }
  g_test_add_data_func ("/store/roles/every-view-is-read-by/tlsrpt_reader", "tlsrpt_reader",
                        test_views);
  g_test_add_data_func ("/store/roles/every-view-is-read-by/tlsrpt_alerter", "tlsrpt_alerter",
                        test_views);
  return g_test_run ();
}
