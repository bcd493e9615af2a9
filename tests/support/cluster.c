/* SPDX-License-Identifier: GPL-3.0-or-later
 * A private PostgreSQL under the temporary folder, run by tests/postgres. A guard process stops and
 * removes it when the test program is gone, however it went. */
#include "support/cluster.h"

#include "pg/pg.h"
#include "store/schema.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATIENCE (30 * G_TIME_SPAN_SECOND)

/* One login each, made with the cluster; the roles they are in come with the first schema. */
static const char *const groups[] = { "tlsrpt_writer", "tlsrpt_reader", "tlsrpt_alerter" };

static char *folder;
static char *server;
static guint n_databases;
static char *template; /* name of a database with the schema, to be copied */

/* Waits for the end of a pipe whose other end only the test program holds: a crash closes it too. */
static void
start_guard (const char *script)
{
  g_autofree char *command = NULL;
  int ends[2];

  g_assert_cmpint (pipe (ends), ==, 0);
  command = g_strdup_printf ("trap '' INT TERM HUP; cat >/dev/null; cd /;"
                             "for f in '%s' '%s'/other-*; do"
                             "  if [ -d \"$f/data\" ]; then '%s' stop \"$f\" immediate; fi; done;"
                             "umount '%s'/full; rm -rf '%s'",
                             folder, folder, script, folder, folder);
  if (fork () == 0) {
    int null;

    dup2 (ends[0], 0);
    close (ends[0]);
    close (ends[1]);
    null = g_open ("/dev/null", O_WRONLY);
    dup2 (null, 1);
    dup2 (null, 2);
    setsid ();
    execl ("/bin/sh", "sh", "-c", command, NULL);
    _exit (127);
  }
  close (ends[0]);
  g_assert_cmpint (fcntl (ends[1], F_SETFD, FD_CLOEXEC), ==, 0);
}

static char *
script_path (void)
{
  const char *root = g_getenv ("TESTED_SOURCE_ROOT");

  return g_build_filename (root != NULL ? root : ".", "tests", "postgres", NULL);
}

/* Returns what the script prints: a connection string. */
static char *
start_in (const char *where, const char *const *settings)
{
  g_autofree char *script = script_path ();
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *out = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  g_ptr_array_add (argv, script);
  g_ptr_array_add (argv, (gpointer) "start");
  g_ptr_array_add (argv, (gpointer)where);
  for (gsize i = 0; settings[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer)settings[i]);
  g_ptr_array_add (argv, NULL);
  g_spawn_sync (NULL, (char **)argv->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  return g_strstrip (g_steal_pointer (&out));
}

void
cluster_start (void)
{
  static const char *const settings[] = { "fsync=off", "max_connections=40", NULL };

  g_free (server);
  server = start_in (folder, settings);
}

char *
cluster_other (const char *name, const char *const *settings)
{
  g_autofree char *other = g_strdup_printf ("%s/other-%s", cluster_folder (), name);

  g_assert_cmpint (g_mkdir_with_parents (other, 0755), ==, 0);
  return start_in (other, settings);
}

void
cluster_stop (const char *mode)
{
  g_autofree char *script = script_path ();
  const char *argv[] = { script, "stop", folder, mode, NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

static void
make_logins (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++) {
    g_autofree char *create =
        g_strdup_printf ("CREATE ROLE case_%s LOGIN", groups[i] + strlen ("tlsrpt_"));

    cluster_sql (server, create);
  }
}

/* Not under TMPDIR: the server's user must be able to enter, and a socket's path is short. */
static void
ensure_cluster (void)
{
  g_autofree char *script = script_path ();

  if (folder != NULL)
    return;
  folder = g_strdup ("/tmp/tlsrpt-test-XXXXXX");
  g_assert_nonnull (g_mkdtemp_full (folder, 0755));
  start_guard (script);
  cluster_start ();
  make_logins ();
}

const char *
cluster_folder (void)
{
  ensure_cluster ();
  return folder;
}

GPid
cluster_postmaster (void)
{
  g_autofree char *path = g_build_filename (folder, "data", "postmaster.pid", NULL);
  g_autofree char *content = NULL;

  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  return atoi (content);
}

TlsrptPg *
cluster_connect (const char *conninfo)
{
  g_autoptr (GError) error = NULL;
  TlsrptPg *pg = tlsrpt_pg_connect (conninfo, g_get_monotonic_time () + PATIENCE, &error);

  g_assert_no_error (error);
  return pg;
}

/* Straight by libpq: the settings that the program gives its own statements are not wanted here. */
static PGresult *
query (const char *conninfo, const char *sql)
{
  PGconn *connection = PQconnectdb (conninfo);
  PGresult *result = PQexec (connection, sql);
  ExecStatusType status = PQresultStatus (result);

  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
    g_error ("%s: %s", sql, PQerrorMessage (connection));
  PQfinish (connection);
  return result;
}

void
cluster_sql (const char *conninfo, const char *sql)
{
  g_autoptr (PGresult) result = query (conninfo, sql);

  g_assert_nonnull (result);
}

char *
cluster_rows (const char *conninfo, const char *sql)
{
  g_autoptr (PGresult) result = query (conninfo, sql);
  GString *text = g_string_new (NULL);

  for (int row = 0; row < PQntuples (result); row++)
    for (int column = 0; column < PQnfields (result); column++) {
      gboolean null = PQgetisnull (result, row, column);

      g_string_append (text, null ? "~" : PQgetvalue (result, row, column));
      g_string_append_c (text, column + 1 < PQnfields (result) ? '|' : '\n');
    }
  return g_string_free (text, FALSE);
}

static char *
copy_of (const char *name)
{
  g_autofree char *sql = NULL;

  ensure_cluster ();
  sql = g_strdup_printf ("CREATE DATABASE case%u TEMPLATE %s", ++n_databases, name);
  cluster_sql (server, sql);
  return g_strdup_printf ("host=%s/socket user=postgres dbname=case%u", folder, n_databases);
}

char *
cluster_database (void)
{
  return copy_of ("template1");
}

static void
make_template (void)
{
  g_autofree char *conninfo = cluster_database ();
  g_autoptr (TlsrptPg) pg = cluster_connect (conninfo);
  g_autoptr (GError) error = NULL;
  int before;

  if (!tlsrpt_schema_install (pg, NULL, &before, &error))
    g_error ("%s: %s", error->message, tlsrpt_pg_server_message (pg));
  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++) {
    g_autofree char *grant =
        g_strdup_printf ("SET client_min_messages = warning; GRANT %s TO case_%s", groups[i],
                         groups[i] + strlen ("tlsrpt_"));

    cluster_sql (conninfo, grant);
  }
  template = g_strdup_printf ("case%u", n_databases);
}

char *
cluster_installed (void)
{
  if (template == NULL)
    make_template ();
  return copy_of (template);
}

char *
cluster_login (const char *conninfo, const char *group)
{
  if (!g_regex_match_simple ("^host=[^ ]+ user=postgres dbname=case[0-9]+( host=[^ ]+)?$", conninfo,
                             0, 0))
    return g_strdup (conninfo);
  return g_strdup_printf ("%s user=case_%s", conninfo, group + strlen ("tlsrpt_"));
}

char *
cluster_as (const char *conninfo, const char *role, const char *group)
{
  g_autofree char *exists = g_strdup_printf ("SELECT FROM pg_roles WHERE rolname = '%s'", role);
  g_autoptr (PGresult) found = query (conninfo, exists);

  if (PQntuples (found) == 0) {
    g_autofree char *create =
        g_strdup_printf ("CREATE ROLE %s LOGIN %s %s", role, group != NULL ? "IN ROLE" : "",
                         group != NULL ? group : "");

    cluster_sql (conninfo, create);
  }
  return g_strdup_printf ("%s user=%s", conninfo, role);
}
