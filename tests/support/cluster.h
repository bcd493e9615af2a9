/* SPDX-License-Identifier: GPL-3.0-or-later
 * A real PostgreSQL for a test program: one private cluster, started when first asked for and
 * removed at exit however that comes, and a fresh database for each case. */
#pragma once

#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * cluster_connect:
 * @conninfo: connection string
 *
 * Returns: (transfer full): a connection for half a minute; a failure ends the test program
 */
TlsrptPg *cluster_connect (const char *conninfo);

/**
 * cluster_database:
 *
 * Returns: (transfer full): connection string of a new, empty database, as its superuser
 */
char *cluster_database (void);

/**
 * cluster_installed:
 *
 * Returns: (transfer full): connection string of a new database with schema tlsrpt in it
 */
char *cluster_installed (void);

/**
 * cluster_login:
 * @conninfo: a connection string
 * @group: `tlsrpt_writer`, `tlsrpt_reader` or `tlsrpt_alerter`
 *
 * Returns: (transfer full): @conninfo for a login that is a member of @group and of nothing else, as the
 *   manual recommends it, where it is what cluster_installed() returned; any other as it is
 */
char *cluster_login (const char *conninfo, const char *group);

/**
 * cluster_as:
 * @conninfo: a connection string
 * @role: a role; made with LOGIN, as a member of @group, if it is not there
 * @group: (nullable): a role
 *
 * Returns: (transfer full): @conninfo for @role
 */
char *cluster_as (const char *conninfo, const char *role, const char *group);

/** cluster_sql: runs @sql (one statement or several) as the connection string says; fails the test if it fails */
void cluster_sql (const char *conninfo, const char *sql);

/**
 * cluster_rows:
 * @conninfo: a connection string
 * @sql: a query
 *
 * Returns: (transfer full): its rows as psql -At prints them: `|` between columns, a newline after
 *   each row, `~` for null
 */
char *cluster_rows (const char *conninfo, const char *sql);

/** cluster_folder: (transfer none): the folder with the cluster's data and socket */
const char *cluster_folder (void);

/** cluster_postmaster: the process id of the server */
GPid cluster_postmaster (void);

/** cluster_stop: stops the server in @mode (`fast`, `immediate`) */
void cluster_stop (const char *mode);

/** cluster_start: starts it again */
void cluster_start (void);

/**
 * cluster_other:
 * @name: a name
 * @settings: (array zero-terminated=1): `SETTING=VALUE` without blanks
 *
 * Starts another server in `other-NAME` below cluster_folder(), with what is in `data` there, or with
 * a new cluster. It is removed as the first is.
 *
 * Returns: (transfer full): connection string of its superuser
 */
char *cluster_other (const char *name, const char *const *settings);

#define cluster_assert_rows(conninfo, sql, expected)                                               \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *cluster_rows_got = cluster_rows (conninfo, sql);                              \
    g_assert_cmpstr (cluster_rows_got, ==, expected);                                              \
  }                                                                                                \
  G_STMT_END

G_END_DECLS
