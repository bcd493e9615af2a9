/* SPDX-License-Identifier: GPL-3.0-or-later
 * Every way in which a server refuses, provoked on a real one: what the mail system sees is 75 and a
 * line that says what to do, and once the trouble is over the same mail is stored once. */
#include "support/program.h"
#include "support/cluster.h"
#include "pg/pg.h"
#include "support/sample.h"

#include <gio/gio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  const char *name;
  /* On the database, or %NULL; the first %s of it is the database's name. */
  const char *trouble;
  const char *over;
  /* Added to the connection string. */
  const char *conninfo;
  const char *says;
  /* Another session holds the table meanwhile. */
  gboolean locked;
} StatusCase;

#define DIE                                                                                        \
  "CREATE FUNCTION public.die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"                      \
  "  PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;"                         \
  "CREATE TRIGGER die AFTER INSERT ON tlsrpt.failure"                                              \
  " FOR EACH ROW EXECUTE FUNCTION public.die()"

#define LOCK "LOCK TABLE tlsrpt.report IN ACCESS EXCLUSIVE MODE"

#define RAISE(state)                                                                               \
  "CREATE FUNCTION public.raise() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"                    \
  "  RAISE 'raised' USING ERRCODE = '" state "'; END $$;"                                          \
  "CREATE TRIGGER raise BEFORE INSERT ON tlsrpt.report"                                            \
  " FOR EACH ROW EXECUTE FUNCTION public.raise()"

/* clang-format off */
static const StatusCase cases[] = {
  { "3D000-no-such-database", NULL, NULL, "dbname=no_such", "SQLSTATE 3D000", FALSE },
  { "28000-no-such-role", NULL, NULL, "user=no_such_role", "SQLSTATE 28000", FALSE },
  { "53300-too-many-connections", "ALTER DATABASE %s CONNECTION LIMIT 0",
    "ALTER DATABASE %s CONNECTION LIMIT -1", "", "SQLSTATE 53300", FALSE },
  { "25006-read-only", RAISE ("25006"), "DROP TRIGGER raise ON tlsrpt.report", "", "SQLSTATE 25006", FALSE },
  { "57P01-admin-shutdown", DIE, "DROP TRIGGER die ON tlsrpt.failure", "", "SQLSTATE 57P01", FALSE },
  { "42501-grant", "REVOKE INSERT ON tlsrpt.policy FROM tlsrpt_writer",
    "GRANT INSERT ON tlsrpt.policy TO tlsrpt_writer", "", "grant role tlsrpt_writer", FALSE },
  { "42P01-table", "ALTER TABLE tlsrpt.failure RENAME TO gone", "ALTER TABLE tlsrpt.gone RENAME TO failure",
    "", "tlsrpt-ingest schema install", FALSE },
  { "newer-schema", SAMPLE_SET_VERSION ("99"), SAMPLE_SET_VERSION ("1"), "", "upgrade the program", FALSE },
  { "older-schema", SAMPLE_SET_VERSION ("0"), SAMPLE_SET_VERSION ("1"), "", "schema upgrade", FALSE },
  { "55P03-lock", NULL, NULL, "options='-c lock_timeout=200ms'", "SQLSTATE 55P03", TRUE },
  { "57014-cancelled", RAISE ("57014"), "DROP TRIGGER raise ON tlsrpt.report", "", "SQLSTATE 57014", FALSE },
  { "our-deadline", NULL, NULL, "", "before the deadline", TRUE },
  { "40001-serialisation", RAISE ("40001"), "DROP TRIGGER raise ON tlsrpt.report", "", "SQLSTATE 40001", FALSE },
};
/* clang-format on */

/* One line, the program's name first, and nothing of ours in it that a stranger should not read. */
static void
assert_line (const Program *program, const char *says)
{
  g_assert_true (g_str_has_prefix (program->err, "tlsrpt-ingest: "));
  g_assert_true (strchr (program->err, '\n') == program->err + strlen (program->err) - 1);
  if (strstr (program->err, says) == NULL)
    g_error ("'%s' does not say '%s'", program->err, says);
  g_assert_null (strstr (program->err, "/tmp"));
  g_assert_null (strstr (program->err, "status_writer"));
  g_assert_null (strstr (program->err, "INSERT"));
  g_assert_cmpstr (program->out, ==, "");
}

static void
run_on (const char *conninfo, const char *sql)
{
  g_autofree char *name = NULL;
  g_auto (GStrv) pieces = NULL;
  g_autofree char *text = NULL;

  if (sql == NULL)
    return;
  name = cluster_rows (conninfo, "SELECT current_database()");
  g_strstrip (name);
  pieces = g_strsplit (sql, "%s", -1);
  text = g_strjoinv (name, pieces);
  cluster_sql (conninfo, text);
}

static void
test_status (gconstpointer data)
{
  const StatusCase *row = data;
  g_autofree char *conninfo = cluster_installed ();
  g_autofree char *writer = cluster_as (conninfo, "status_writer", "tlsrpt_writer");
  g_autofree char *troubled = g_strdup_printf ("%s %s", writer, row->conninfo);
  g_autofree char *mail = program_mail ("r1", "example.org", "x");
  g_autoptr (TlsrptPg) holder = NULL;
  g_autoptr (TlsrptPgTransaction) holding = NULL;
  g_autoptr (PGresult) held = NULL;

  if (row->locked) {
    holder = tlsrpt_pg_connect (conninfo, G_MAXINT64, NULL);
    holding = tlsrpt_pg_begin (holder, TLSRPT_SESSION_WRITE, NULL);
    held = tlsrpt_pg_query (holder, LOCK, 0, NULL, NULL);
    g_assert_nonnull (holding);
    g_assert_nonnull (held);
  }
  run_on (conninfo, row->trouble);
  {
    g_auto (Program) deferred =
        program_run (mail, "deliver", "--set", "deadline=3", "--database", troubled, NULL);

    program_assert (deferred, 75);
    assert_line (&deferred, row->says);
  }
  g_clear_pointer (&holding, tlsrpt_pg_transaction_free);
  run_on (conninfo, row->over);
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "0|0|0|0\n");
  {
    g_auto (Program) again = program_run (mail, "deliver", "--database", writer, NULL);

    program_assert (again, 0);
  }
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "1|1|1|0\n");
}

static void
test_stopped_server (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autofree char *mail = program_mail ("r1", "example.org", "x");
  gint64 start = g_get_monotonic_time ();
  GPid postmaster = cluster_postmaster ();

  kill (postmaster, SIGSTOP);
  {
    g_auto (Program) deferred =
        program_run (mail, "deliver", "--set", "deadline=1", "--database", conninfo, NULL);

    kill (postmaster, SIGCONT);
    program_assert (deferred, 75);
    assert_line (&deferred, "before the deadline");
  }
  g_assert_cmpint (g_get_monotonic_time () - start, <, 30 * G_TIME_SPAN_SECOND);
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "0|0|0|0\n");
}

/* A delivery is killed while it waits for a lock: the server does not wait for ever in its place. */
static void
test_killed_while_waiting (void)
{
  static const char waiting[] = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type ="
                                " 'Lock' AND datname = current_database()";
  g_autofree char *conninfo = cluster_installed ();
  g_autofree char *program =
      g_build_filename (g_getenv ("TESTED_BUILD_ROOT"), "src", "tlsrpt-ingest", NULL);
  g_autofree char *mail = program_mail ("r1", "example.org", "x");
  const char *argv[] = { program, "deliver", "--set", "deadline=2", "--database", conninfo, NULL };
  g_autoptr (TlsrptPg) holder = tlsrpt_pg_connect (conninfo, G_MAXINT64, NULL);
  g_autoptr (TlsrptPgTransaction) holding = tlsrpt_pg_begin (holder, TLSRPT_SESSION_WRITE, NULL);
  g_autoptr (PGresult) held = tlsrpt_pg_query (holder, LOCK, 0, NULL, NULL);
  g_autoptr (GSubprocess) process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDIN_PIPE, NULL);
  gboolean seen = FALSE;

  g_assert_nonnull (holding);
  g_assert_nonnull (held);
  g_assert_true (g_output_stream_write_all (g_subprocess_get_stdin_pipe (process), mail,
                                            strlen (mail), NULL, NULL, NULL));
  g_output_stream_close (g_subprocess_get_stdin_pipe (process), NULL, NULL);
  for (;;) {
    g_autofree char *count = cluster_rows (conninfo, waiting);

    if (strcmp (count, "1\n") == 0 && !seen) {
      seen = TRUE;
      g_subprocess_force_exit (process);
    }
    if (strcmp (count, "0\n") == 0 && seen)
      break;
    g_usleep (G_USEC_PER_SEC / 100);
  }
  cluster_assert_rows (conninfo, "SELECT 1", "1\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/status/is-75-for-", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_status);
  }
  g_test_add_func ("/status/is-75-for-a-stopped-server", test_stopped_server);
  g_test_add_func ("/status/server-gives-up-for-a-killed-delivery", test_killed_while_waiting);
  return g_test_run ();
}
