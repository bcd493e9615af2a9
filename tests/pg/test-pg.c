/* SPDX-License-Identifier: GPL-3.0-or-later
 * Connections, deadlines, transactions, and the decision for every SQLSTATE. */
#include "support/cluster.h"
#include "pg/hosts.h"
#include "pg/pg.h"
#include "pg/sqlstate.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

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

typedef struct {
  const char *state;
  TlsrptError code;
} StateCase;

/* clang-format off */
static const StateCase state_cases[] = {
  { NULL,    TLSRPT_ERROR_TEMPORARY },
  { "08006", TLSRPT_ERROR_TEMPORARY },
  { "0A000", TLSRPT_ERROR_OPERATOR },
  { "22021", TLSRPT_ERROR_REFUSED_VALUE },
  { "22P05", TLSRPT_ERROR_REFUSED_VALUE },
  { "23505", TLSRPT_ERROR_REFUSED_VALUE },
  { "23514", TLSRPT_ERROR_REFUSED_VALUE },
  { "25006", TLSRPT_ERROR_TEMPORARY },
  { "25P03", TLSRPT_ERROR_TEMPORARY },
  { "28000", TLSRPT_ERROR_OPERATOR },
  { "28P01", TLSRPT_ERROR_OPERATOR },
  { "3D000", TLSRPT_ERROR_OPERATOR },
  { "3F000", TLSRPT_ERROR_OPERATOR },
  { "40001", TLSRPT_ERROR_TEMPORARY },
  { "40P01", TLSRPT_ERROR_TEMPORARY },
  { "42501", TLSRPT_ERROR_OPERATOR },
  { "42703", TLSRPT_ERROR_OPERATOR },
  { "42P01", TLSRPT_ERROR_OPERATOR },
  { "53100", TLSRPT_ERROR_TEMPORARY },
  { "53200", TLSRPT_ERROR_TEMPORARY },
  { "53300", TLSRPT_ERROR_TEMPORARY },
  { "54000", TLSRPT_ERROR_REFUSED_VALUE },
  { "55P03", TLSRPT_ERROR_TEMPORARY },
  { "57014", TLSRPT_ERROR_TEMPORARY },
  { "57P01", TLSRPT_ERROR_TEMPORARY },
  { "57P03", TLSRPT_ERROR_TEMPORARY },
  { "58030", TLSRPT_ERROR_TEMPORARY },
  { "XX000", TLSRPT_ERROR_TEMPORARY },
  { "TR001", TLSRPT_ERROR_OPERATOR },
  { "ZZZZZ", TLSRPT_ERROR_TEMPORARY },
};
/* clang-format on */

static void
test_sqlstate (gconstpointer data)
{
  const StateCase *row = data;
  g_autoptr (GError) error = tlsrpt_sqlstate_error (row->state);

  g_assert_error (error, TLSRPT_ERROR, (int)row->code);
  g_assert_true (g_str_has_prefix (error->message, "database: "));
}

/* What is worth another try at once, and what stands next to it in number. */
static void
test_transient (void)
{
  static const char *const transient[] = { "08000", "08006", "40001", "40P01",
                                           "57P01", "57P02", "57P03" };
  static const char *const not_transient[] = { "07000", "0A000", "40000", "40002", "40003",
                                               "57014", "57000", "57P04", "25006", "XX000" };

  g_assert_true (tlsrpt_sqlstate_is_transient (NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (transient); i++)
    g_assert_true (tlsrpt_sqlstate_is_transient (transient[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (not_transient); i++)
    g_assert_false (tlsrpt_sqlstate_is_transient (not_transient[i]));
}

/* libpq waits two seconds where one is asked for. */
static void
test_connect_timeout (void)
{
  static const struct {
    const char *conninfo;
    gint64 seconds;
  } cases[] = {
    { "host=/tmp/no/such connect_timeout=0", 0 },  { "host=/tmp/no/such connect_timeout=1", 2 },
    { "host=/tmp/no/such connect_timeout=2", 2 },  { "host=/tmp/no/such connect_timeout=3", 3 },
    { "host=/tmp/no/such connect_timeout=-1", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    PGconn *connection = PQconnectStart (cases[i].conninfo);

    g_assert_cmpint (tlsrpt_hosts_timeout (connection), ==, cases[i].seconds * G_TIME_SPAN_SECOND);
    PQfinish (connection);
  }
}

static void
test_parameters (void)
{
  g_autofree char *conninfo = cluster_database ();
  g_autoptr (TlsrptPg) pg = open_database (conninfo, 20);
  g_autoptr (GError) error = NULL;
  g_autoptr (PGresult) result = tlsrpt_pg_query_text (
      pg, "SELECT $1::text, $2::text IS NULL, current_setting('application_name')", &error, "it's",
      NULL, TLSRPT_PG_END);

  g_assert_no_error (error);
  g_assert_cmpstr (PQgetvalue (result, 0, 0), ==, "it's");
  g_assert_cmpstr (PQgetvalue (result, 0, 1), ==, "t");
  g_assert_cmpstr (PQgetvalue (result, 0, 2), ==, "tlsrpt-ingest");
}

/* More than both sockets' buffers hold, there and back. */
static void
test_large (void)
{
  g_autofree char *conninfo = cluster_database ();
  g_autoptr (TlsrptPg) pg = open_database (conninfo, 30);
  g_autofree char *text = g_strnfill (8 * 1024 * 1024, 'x');
  g_autoptr (GError) error = NULL;
  g_autoptr (PGresult) result =
      tlsrpt_pg_query_text (pg, "SELECT $1::text", &error, text, TLSRPT_PG_END);

  g_assert_no_error (error);
  g_assert_cmpint (PQgetlength (result, 0, 0), ==, 8 * 1024 * 1024);
}

static void
test_transaction (void)
{
  g_autofree char *conninfo = cluster_database ();
  g_autoptr (TlsrptPg) pg = open_database (conninfo, 20);
  g_autoptr (GError) error = NULL;

  cluster_sql (conninfo, "CREATE TABLE t (n integer)");
  {
    g_autoptr (TlsrptPgTransaction) left = tlsrpt_pg_begin (pg, TLSRPT_SESSION_WRITE, &error);
    g_autoptr (PGresult) row =
        tlsrpt_pg_query (pg, "INSERT INTO public.t VALUES (1)", 0, NULL, &error);

    g_assert_no_error (error);
    g_assert_nonnull (left);
    g_assert_nonnull (row);
  }
  {
    g_autoptr (TlsrptPgTransaction) kept = tlsrpt_pg_begin (pg, TLSRPT_SESSION_WRITE, &error);
    g_autoptr (PGresult) row =
        tlsrpt_pg_query (pg, "INSERT INTO public.t VALUES (2)", 0, NULL, &error);

    g_assert_nonnull (row);
    g_assert_true (tlsrpt_pg_commit (kept, &error));
    g_assert_no_error (error);
  }
  cluster_assert_rows (conninfo, "SELECT n FROM t", "2\n");
}

static void
test_commit_of_failed (void)
{
  g_autofree char *conninfo = cluster_database ();
  g_autoptr (TlsrptPg) pg = open_database (conninfo, 20);
  g_autoptr (TlsrptPgTransaction) transaction = tlsrpt_pg_begin (pg, TLSRPT_SESSION_WRITE, NULL);
  g_autoptr (GError) first = NULL;
  g_autoptr (GError) second = NULL;

  g_assert_null (tlsrpt_pg_query (pg, "SELECT 1/0", 0, NULL, &first));
  g_assert_error (first, TLSRPT_ERROR, TLSRPT_ERROR_REFUSED_VALUE);
  g_assert_false (tlsrpt_pg_commit (transaction, &second));
  g_assert_error (second, TLSRPT_ERROR, TLSRPT_ERROR_INTERNAL);
}

static void
test_deadline_of_statement (void)
{
  g_autofree char *conninfo = cluster_database ();
  g_autoptr (TlsrptPg) pg = open_database (conninfo, 20);
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  tlsrpt_pg_set_deadline (pg, seconds_from_now (0.3));
  g_assert_null (tlsrpt_pg_query (pg, "SELECT pg_sleep(30)", 0, NULL, &error));
  g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_DEADLINE);
  g_assert_false (tlsrpt_pg_is_usable (pg));
  g_assert_cmpint (g_get_monotonic_time () - start, <, 3 * G_TIME_SPAN_SECOND);
  /* Cancelled, not only given up. */
  g_usleep (G_USEC_PER_SEC / 5);
  cluster_assert_rows (conninfo,
                       "SELECT count(*) FROM pg_stat_activity"
                       " WHERE state = 'active' AND query LIKE '%pg_sleep(3%'"
                       " AND pid <> pg_backend_pid()",
                       "0\n");
}

static void
test_stopped_server (void)
{
  g_autofree char *conninfo = cluster_database ();
  g_autoptr (TlsrptPg) pg = open_database (conninfo, 20);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) connect_error = NULL;
  g_autoptr (PGresult) pid = tlsrpt_pg_query (pg, "SELECT pg_backend_pid()", 0, NULL, &error);
  GPid process = atoi (PQgetvalue (pid, 0, 0));
  gint64 start = g_get_monotonic_time ();

  kill (process, SIGSTOP);
  kill (cluster_postmaster (), SIGSTOP);
  tlsrpt_pg_set_deadline (pg, seconds_from_now (0.3));
  g_assert_null (tlsrpt_pg_query (pg, "SELECT 1", 0, NULL, &error));
  g_assert_null (tlsrpt_pg_connect (conninfo, seconds_from_now (0.3), &connect_error));
  kill (cluster_postmaster (), SIGCONT);
  kill (process, SIGCONT);
  g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_DEADLINE);
  g_assert_error (connect_error, TLSRPT_ERROR, TLSRPT_ERROR_DEADLINE);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_TIME_SPAN_SECOND);
}

static void
test_silent_socket (void)
{
  g_autofree char *folder = g_strdup ("/tmp/tlsrpt-silent-XXXXXX");
  g_autofree char *path = NULL;
  g_autofree char *conninfo = NULL;
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (g_mkdtemp (folder));
  path = g_build_filename (folder, ".s.PGSQL.5432", NULL);
  address = g_unix_socket_address_new (path);
  g_assert_true (g_socket_listener_add_address (listener, address, G_SOCKET_TYPE_STREAM,
                                                G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, &error));
  conninfo = g_strdup_printf ("host=%s", folder);
  g_assert_null (tlsrpt_pg_connect (conninfo, seconds_from_now (0.3), &error));
  g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_DEADLINE);
  g_unlink (path);
  g_rmdir (folder);
}

/* A socket that accepts and says nothing, before a server that answers: each host has its time. */
static void
test_silent_host_is_passed (void)
{
  g_autofree char *conninfo = cluster_database ();
  g_autofree char *folder = g_strdup ("/tmp/tlsrpt-silent-XXXXXX");
  g_autofree char *path = NULL;
  g_autofree char *both = NULL;
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (TlsrptPg) pg = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (g_mkdtemp (folder));
  path = g_build_filename (folder, ".s.PGSQL.5432", NULL);
  address = g_unix_socket_address_new (path);
  g_assert_true (g_socket_listener_add_address (listener, address, G_SOCKET_TYPE_STREAM,
                                                G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, &error));
  both = g_strdup_printf ("%s host=/tmp/no/such,%s,%s/socket target_session_attrs=read-write",
                          conninfo, folder, cluster_folder ());
  pg = tlsrpt_pg_connect (both, seconds_from_now (4), &error);
  g_assert_no_error (error);
  g_assert_true (tlsrpt_pg_is_usable (pg));
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_no_host_takes_writes (void)
{
  g_autofree char *conninfo = cluster_database ();
  g_autofree char *reader = cluster_as (conninfo, "read_only_user", NULL);
  g_autofree char *alone = g_strconcat (reader, " target_session_attrs=read-write", NULL);
  g_autoptr (GError) error = NULL;

  cluster_sql (conninfo, "ALTER ROLE read_only_user SET default_transaction_read_only = on");
  g_assert_null (tlsrpt_pg_connect (alone, seconds_from_now (10), &error));
  g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY);
  g_assert_nonnull (strstr (error->message, "no server takes writes"));
}

typedef struct {
  const char *name;
  const char *conninfo;
  TlsrptError code;
  const char *says;
} ConnectCase;

/* clang-format off */
static const ConnectCase connect_cases[] = {
  { "no-socket",       "host=/tmp/no/such dbname=x",    TLSRPT_ERROR_TEMPORARY, "no server at the socket" },
  { "refused-port",    "host=127.0.0.1 port=1",         TLSRPT_ERROR_TEMPORARY, "connection refused" },
  { "bad-syntax",      "host='/tmp",                    TLSRPT_ERROR_OPERATOR,  "cannot be read" },
  { "unknown-keyword", "hots=/tmp",                     TLSRPT_ERROR_OPERATOR,  "cannot be read" },
  { "bad-value",       "host=/tmp sslmode=sometimes",   TLSRPT_ERROR_OPERATOR,  "libpq does not know" },
  { "unknown-service", "service=no-such-service",       TLSRPT_ERROR_OPERATOR,  "service" },
};
/* clang-format on */

static void
test_connect_failure (gconstpointer data)
{
  const ConnectCase *row = data;
  g_autoptr (GError) error = NULL;

  g_assert_null (tlsrpt_pg_connect (row->conninfo, seconds_from_now (5), &error));
  g_assert_error (error, TLSRPT_ERROR, (int)row->code);
  g_assert_nonnull (strstr (error->message, row->says));
  g_assert_null (strstr (error->message, "/tmp"));
  g_assert_null (strstr (error->message, "127.0.0.1"));
}

static void
test_refused_by_server (void)
{
  g_autofree char *conninfo = cluster_database ();
  g_autofree char *no_database = g_strconcat (conninfo, " dbname=nothing_here", NULL);
  g_autofree char *no_role = g_strconcat (conninfo, " user=nobody_here", NULL);
  g_autofree char *full = g_strconcat (conninfo, " user=limited", NULL);
  g_autoptr (GError) database_error = NULL;
  g_autoptr (GError) role_error = NULL;
  g_autoptr (GError) full_error = NULL;

  cluster_sql (conninfo, "CREATE ROLE limited LOGIN CONNECTION LIMIT 0");
  g_assert_null (tlsrpt_pg_connect (no_database, seconds_from_now (5), &database_error));
  g_assert_error (database_error, TLSRPT_ERROR, TLSRPT_ERROR_OPERATOR);
  g_assert_null (strstr (database_error->message, "nothing_here"));
  g_assert_null (tlsrpt_pg_connect (no_role, seconds_from_now (5), &role_error));
  g_assert_error (role_error, TLSRPT_ERROR, TLSRPT_ERROR_OPERATOR);
  g_assert_nonnull (strstr (role_error->message, "28000"));
  g_assert_null (tlsrpt_pg_connect (full, seconds_from_now (5), &full_error));
  g_assert_error (full_error, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY);
  g_assert_nonnull (strstr (full_error->message, "too many connections"));
}

static void
test_lost (void)
{
  g_autofree char *conninfo = cluster_database ();
  g_autoptr (TlsrptPg) pg = open_database (conninfo, 20);
  g_autoptr (GError) error = NULL;

  g_assert_null (
      tlsrpt_pg_query (pg, "SELECT pg_terminate_backend(pg_backend_pid())", 0, NULL, &error));
  g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY);
  g_assert_cmpstr (tlsrpt_pg_sqlstate (pg), ==, "57P01");
  g_assert_false (tlsrpt_pg_is_usable (pg));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (state_cases); i++) {
    const char *state = state_cases[i].state != NULL ? state_cases[i].state : "none";
    g_autofree char *path = g_strconcat ("/pg/sqlstate/decides-", state, NULL);

    g_test_add_data_func (path, &state_cases[i], test_sqlstate);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (connect_cases); i++) {
    g_autofree char *path = g_strconcat ("/pg/connect/tells-", connect_cases[i].name, NULL);

    g_test_add_data_func (path, &connect_cases[i], test_connect_failure);
  }
  g_test_add_func ("/pg/connect/deadline-holds-where-socket-is-silent", test_silent_socket);
  g_test_add_func ("/pg/connect/tells-what-the-server-refused", test_refused_by_server);
  g_test_add_func ("/pg/connect/passes-a-silent-host", test_silent_host_is_passed);
  g_test_add_func ("/pg/connect/tells-that-no-host-takes-writes", test_no_host_takes_writes);
  g_test_add_func ("/pg/sqlstate/says-what-is-worth-another-try", test_transient);
  g_test_add_func ("/pg/connect/times-out-as-libpq-does", test_connect_timeout);
  g_test_add_func ("/pg/query/passes-text-and-null", test_parameters);
  g_test_add_func ("/pg/query/passes-8-megabytes-both-ways", test_large);
  g_test_add_func ("/pg/query/deadline-cancels-statement", test_deadline_of_statement);
  g_test_add_func ("/pg/query/deadline-holds-where-server-is-stopped", test_stopped_server);
  g_test_add_func ("/pg/query/tells-lost-connection", test_lost);
  g_test_add_func ("/pg/transaction/left-is-rolled-back", test_transaction);
  g_test_add_func ("/pg/transaction/failed-is-not-committed", test_commit_of_failed);
  return g_test_run ();
}
