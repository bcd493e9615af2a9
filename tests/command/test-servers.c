/* SPDX-License-Identifier: GPL-3.0-or-later
 * Servers as people run them: a standby before the primary, a service file, TLS that is verified with
 * a passfile, PgBouncer in transaction mode, a disk that fills. */
#include "support/program.h"
#include "support/cluster.h"
#include "support/sample.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Runs @command in the cluster's folder; FALSE where it fails. */
static gboolean
try_shell (const char *command)
{
  g_autofree char *text =
      g_strdup_printf ("cd '%s' && { %s\n} >>shell.log 2>&1", cluster_folder (), command);
  const char *argv[] = { "/bin/sh", "-ec", text, NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  return status == 0;
}

static void
shell (const char *command)
{
  if (!try_shell (command)) {
    g_autofree char *path = g_build_filename (cluster_folder (), "shell.log", NULL);
    g_autofree char *log = NULL;

    g_file_get_contents (path, &log, NULL, NULL);
    g_error ("%s: %s", command, log);
  }
}

static void
deliver (const char *conninfo, const char *report_id, int status, const char *says)
{
  g_autofree char *mail = program_mail (report_id, "example.org", "x");
  g_auto (Program) program =
      program_run (mail, "deliver", "--set", "deadline=10", "--database", conninfo, NULL);

  program_assert (program, status);
  if (strstr (program.err, says) == NULL)
    g_error ("'%s' does not say '%s'", program.err, says);
}

static void
read_on (const char *conninfo, const char *command, const char *word)
{
  g_auto (Program) program = program_run ("", command, word, "--database", conninfo, NULL);

  program_assert (program, 0);
}

static int
free_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();

  return g_socket_listener_add_any_inet_port (listener, NULL, NULL);
}

/* A copy of the server that follows and takes no writes. */
static void
make_standby (const char *name)
{
  g_autofree char *command = g_strdup_printf (
      "mkdir -p other-%s; pg_basebackup -D other-%s/data -h \"$PWD/socket\" -U postgres -c fast;"
      "touch other-%s/data/standby.signal;"
      "if [ \"$(id -u)\" = 0 ]; then chown -R postgres: other-%s; fi",
      name, name, name, name);

  shell (command);
}

static char *
start_standby (const char *name, const char *hot_standby)
{
  g_autofree char *sockets =
      g_strdup_printf ("unix_socket_directories=%s/other-%s/socket", cluster_folder (), name);
  const char *settings[] = { sockets, hot_standby, "fsync=off", "max_connections=40", NULL };

  return cluster_other (name, settings);
}

static void
test_standby (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autofree char *database = cluster_rows (conninfo, "SELECT current_database()");
  g_autofree char *standby = NULL;
  g_autofree char *on_standby = NULL;
  g_autofree char *both = NULL;
  g_autofree char *standby_only = NULL;

  g_strchomp (database);
  make_standby ("hot");
  standby = start_standby ("hot", "hot_standby=on");
  on_standby = g_strdup_printf ("%s dbname=%s", standby, database);
  deliver (on_standby, "on-standby", 75, "SQLSTATE 25006");
  /* What only reads runs there: the words READ WRITE would be refused. */
  read_on (on_standby, "schema", "status");
  read_on (on_standby, "quarantine", "list");
  read_on (on_standby, "digest", "--until=2024-05-07");
  standby_only = g_strdup_printf ("%s target_session_attrs=read-write", on_standby);
  deliver (standby_only, "on-standby", 75, "no server takes writes");
  both = g_strdup_printf ("host=/tmp/no/such,%s/other-hot/socket,%s/socket user=postgres dbname=%s"
                          " target_session_attrs=read-write",
                          cluster_folder (), cluster_folder (), database);
  deliver (both, "on-primary", 0, "stored");
  cluster_assert_rows (conninfo, "SELECT report_id FROM tlsrpt.report", "on-primary\n");
}

static void
test_recovery (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autofree char *standby = NULL;

  make_standby ("cold");
  standby = start_standby ("cold", "hot_standby=off");
  deliver (standby, "in-recovery", 75, "SQLSTATE 57P03");
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "0|0|0|0\n");
}

static void
test_service_file (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autofree char *database = cluster_rows (conninfo, "SELECT current_database()");
  g_autofree char *path = g_build_filename (cluster_folder (), "services", NULL);
  g_autofree char *text = g_strdup_printf ("[reports]\nhost=%s/socket\nuser=postgres\ndbname=%s",
                                           cluster_folder (), database);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_setenv ("PGSERVICEFILE", path, TRUE);
  deliver ("service=reports", "by-service", 0, "stored");
  deliver ("service=others", "by-service", 75, "service is not defined");
  g_setenv ("PGSERVICE", "reports", TRUE);
  deliver ("application_name=x", "by-environment", 0, "stored");
  g_unsetenv ("PGSERVICE");
  g_unsetenv ("PGSERVICEFILE");
  cluster_assert_rows (conninfo, "SELECT report_id FROM tlsrpt.report ORDER BY 1",
                       "by-environment\nby-service\n");
}

#define CERTIFICATES                                                                               \
  "mkdir -p other-tls; cd other-tls;"                                                              \
  "for ca in ca stranger; do openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "             \
  "\"/CN=$ca\""                                                                                    \
  "  -keyout $ca.key -out $ca.pem 2>/dev/null; done;"                                              \
  "openssl req -newkey rsa:2048 -nodes -subj /CN=db.example -keyout server.key -out "              \
  "server.csr;"                                                                                    \
  "printf 'subjectAltName=DNS:db.example\\n' >server.ext;"                                         \
  "openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2"              \
  "  -extfile server.ext -out server.pem 2>/dev/null;"                                             \
  "chmod 600 server.key; if [ \"$(id -u)\" = 0 ]; then chown postgres: server.key; fi"

static void
install (const char *conninfo)
{
  g_auto (Program) program = program_run (NULL, "schema", "install", "--database", conninfo, NULL);

  program_assert (program, 0);
}

/* Nobody else on this machine gets in by the port: it takes a password, out of a passfile. */
#define PASSWORD                                                                                   \
  "psql -Xq \"host=$PWD/other-tls/socket port=$PORT user=postgres\""                               \
  "  -c \"ALTER ROLE postgres PASSWORD '$(openssl rand -hex 16 | tee other-tls/password)'\";"      \
  "(umask 077; echo \"*:*:*:*:$(cat other-tls/password)\" >other-tls/passfile);"                   \
  "sed -i 's/^host .*/hostssl all all 127.0.0.1\\/32 scram-sha-256/' other-tls/data/pg_hba.conf;"  \
  "\"$TESTED_SOURCE_ROOT/tests/postgres\" stop other-tls"

static char *
start_tls_server (int port)
{
  g_autofree char *port_setting = g_strdup_printf ("port=%d", port);
  g_autofree char *certificate =
      g_strdup_printf ("ssl_cert_file=%s/other-tls/server.pem", cluster_folder ());
  g_autofree char *key =
      g_strdup_printf ("ssl_key_file=%s/other-tls/server.key", cluster_folder ());
  const char *silent[] = { port_setting, NULL };
  const char *listening[] = { port_setting, "listen_addresses=127.0.0.1",
                              "ssl=on",     certificate,
                              key,          NULL };
  g_autofree char *first = NULL;
  g_autofree char *protect = g_strdup_printf ("PORT=%d; %s", port, PASSWORD);

  shell (CERTIFICATES);
  first = cluster_other ("tls", silent);
  shell (protect);
  return cluster_other ("tls", listening);
}

static void
test_tls (void)
{
  int port = free_port ();
  g_autofree char *local = start_tls_server (port);
  g_autofree char *verified =
      g_strdup_printf ("host=db.example hostaddr=127.0.0.1 port=%d user=postgres dbname=postgres "
                       "passfile=%s/other-tls"
                       "/passfile sslmode=verify-full sslrootcert=%s/other-tls/ca.pem",
                       port, cluster_folder (), cluster_folder ());
  g_autofree char *stranger =
      g_strdup_printf ("%s sslrootcert=%s/other-tls/stranger.pem", verified, cluster_folder ());
  g_autofree char *other_name = g_strdup_printf ("%s host=other.example", verified);
  g_autofree char *no_root = g_strdup_printf ("%s sslrootcert=/no/such.pem", verified);
  g_autofree char *no_password = g_strdup_printf ("%s passfile=/no/such", verified);
  g_autofree char *plain = g_strdup_printf ("%s port=%d", local, port);

  install (verified);
  deliver (verified, "over-tls", 0, "stored");
  deliver (stranger, "over-tls", 75, "check the certificates");
  deliver (other_name, "over-tls", 75, "check the certificates");
  deliver (no_root, "over-tls", 75, "check the certificates");
  deliver (no_password, "over-tls", 75, "asks for a password");
  cluster_assert_rows (plain,
                       "SELECT r.report_id, s.ssl FROM tlsrpt.report r,"
                       " pg_stat_ssl s WHERE s.pid = pg_backend_pid()",
                       "over-tls|f\n");
}

#define N_AT_ONCE 8

static gpointer
deliver_in_thread (gpointer data)
{
  g_autofree char *id = g_strdup_printf ("pooled-%d", g_random_int_range (0, 3));

  deliver (data, id, 0, ": ");
  return NULL;
}

static GSubprocess *
start_pooler (const char *database, char **conninfo)
{
  g_autofree char *folder = g_build_filename (cluster_folder (), "pooler", NULL);
  g_autofree char *text = g_strdup_printf (
      "[databases]\n%s = host=%s/socket\n[pgbouncer]\nlisten_addr =\nunix_socket_dir = %s\n"
      "listen_port = 6432\npool_mode = transaction\nauth_type = trust\nauth_file = %s/users\n"
      "default_pool_size = 2\nunix_socket_mode = 0777\n%s",
      database, cluster_folder (), folder, folder, getuid () == 0 ? "user = postgres\n" : "");
  g_autofree char *config = g_build_filename (folder, "pgbouncer.ini", NULL);
  g_autofree char *users = g_build_filename (folder, "users", NULL);
  g_autofree char *socket = g_build_filename (folder, ".s.PGSQL.6432", NULL);
  g_autoptr (GError) error = NULL;
  GSubprocess *pooler;

  g_assert_cmpint (g_mkdir (folder, 0755), ==, 0);
  g_assert_true (g_file_set_contents (config, text, -1, NULL));
  g_assert_true (g_file_set_contents (users, "\"postgres\" \"\"\n", -1, NULL));
  shell ("chmod 644 pooler/*; if [ \"$(id -u)\" = 0 ]; then chown -R postgres: pooler; fi");
  pooler = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE,
                             &error, "/usr/sbin/pgbouncer", config, NULL);
  g_assert_no_error (error);
  for (guint i = 0; !g_file_test (socket, G_FILE_TEST_EXISTS); i++) {
    g_assert_cmpuint (i, <, 1000);
    g_usleep (G_USEC_PER_SEC / 100);
  }
  *conninfo = g_strdup_printf ("host=%s port=6432 user=postgres dbname=%s", folder, database);
  return pooler;
}

/* More deliveries than the pool has connections, and what is set for one statement stays with it. */
static void
test_pooler (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autofree char *database = cluster_rows (conninfo, "SELECT current_database()");
  g_autofree char *pooled = NULL;
  g_autofree char *hostile = NULL;
  g_autoptr (GSubprocess) pooler = NULL;
  GThread *threads[N_AT_ONCE];

  if (!g_file_test ("/usr/sbin/pgbouncer", G_FILE_TEST_IS_EXECUTABLE)) {
    g_test_skip ("no /usr/sbin/pgbouncer: apt-get install pgbouncer");
    return;
  }
  pooler = start_pooler (g_strchomp (database), &pooled);
  hostile = g_strdup_printf ("ALTER DATABASE %s SET DateStyle = German;"
                             "ALTER DATABASE %s SET search_path = public;"
                             "ALTER DATABASE %s SET default_transaction_read_only = on",
                             database, database, database);
  cluster_sql (conninfo, hostile);
  deliver (pooled, "pooled-0", 0, "stored");
  for (guint i = 0; i < N_AT_ONCE; i++)
    threads[i] = g_thread_new ("deliver", deliver_in_thread, pooled);
  for (guint i = 0; i < N_AT_ONCE; i++)
    g_thread_join (threads[i]);
  cluster_assert_rows (conninfo,
                       "SELECT count(*) BETWEEN 1 AND 3, count(*) ="
                       " (SELECT count(*) FROM tlsrpt.failure) FROM tlsrpt.report",
                       "t|t\n");
  cluster_assert_rows (pooled,
                       "SELECT current_setting('statement_timeout'), current_setting('jit'),"
                       " current_setting('synchronous_commit'), current_setting('DateStyle')",
                       "0|on|on|German, DMY\n");
  read_on (pooled, "digest", "--until=2024-05-07");
  g_subprocess_force_exit (pooler);
  deliver (pooled, "pooled-9", 75, "connection refused");
  g_subprocess_wait (pooler, NULL, NULL);
}

/* The database's files lie on 24 MB, of which the ballast leaves nothing. */
static void
test_disk_full (void)
{
  g_autofree char *conninfo = NULL;
  g_autofree char *text = NULL;
  g_autofree char *full = NULL;

  cluster_folder ();
  if (!try_shell ("mkdir full; mount -t tmpfs -o size=24m tmpfs full; chown postgres: full")) {
    g_test_skip ("no tmpfs may be mounted here, so no disk can be filled");
    return;
  }
  conninfo = cluster_database ();
  text = g_strdup_printf ("CREATE TABLESPACE small LOCATION '%s/full'", cluster_folder ());
  cluster_sql (conninfo, text);
  cluster_sql (conninfo, "CREATE DATABASE small TABLESPACE small");
  full = g_strconcat (conninfo, " dbname=small", NULL);
  install (full);
  cluster_sql (full, "CHECKPOINT");
  shell ("if dd if=/dev/zero of=full/ballast bs=8k; then exit 1; fi");
  {
    /* New to the heap and its indexes, so that pages are wanted. */
    g_autofree char *reason = g_strnfill (60000, 'x');
    g_autofree char *filled = g_strdup_printf ("r\", \"noise\": \"%s", reason);
    g_autofree char *mail = program_mail ("full", "example.org", filled);
    g_auto (Program) program =
        program_run (mail, "deliver", "--set", "deadline=10", "--database", full, NULL);

    program_assert (program, 75);
    g_assert_nonnull (strstr (program.err, "SQLSTATE 53100"));
  }
  shell ("rm full/ballast");
  deliver (full, "full", 0, "stored");
  cluster_assert_rows (full, SAMPLE_COUNTS, "1|1|1|0\n");
  cluster_sql (conninfo, "DROP DATABASE small");
  cluster_sql (conninfo, "DROP TABLESPACE small");
  shell ("umount full");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/servers/standby-before-the-primary", test_standby);
  g_test_add_func ("/servers/in-recovery", test_recovery);
  g_test_add_func ("/servers/service-file", test_service_file);
  g_test_add_func ("/servers/tls-is-verified", test_tls);
  g_test_add_func ("/servers/pgbouncer-in-transaction-mode", test_pooler);
  g_test_add_func ("/servers/disk-is-full", test_disk_full);
  return g_test_run ();
}
