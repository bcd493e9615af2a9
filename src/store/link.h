/* SPDX-License-Identifier: GPL-3.0-or-later
 * The store's connection: begun early, made again where it is lost, with a deadline for each batch or
 * for the whole run. */
#pragma once

#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptLink:
 * @pg: (nullable): the connection; %NULL until tlsrpt_link_ensure() made one
 * @connecting: (nullable): the first attempt, until it is needed
 * @conninfo: (nullable): libpq connection string
 * @deadline_seconds: time of each batch, in seconds
 * @run_deadline: g_get_monotonic_time() value for all of them together instead; 0 for none
 * @deadline: g_get_monotonic_time() value that holds now
 */
typedef struct {
  TlsrptPg *pg;
  TlsrptConnecting *connecting;
  char *conninfo;
  guint deadline_seconds;
  gint64 run_deadline;
  gint64 deadline;
} TlsrptLink;

/**
 * tlsrpt_link_init:
 * @link: (out): a link
 * @conninfo: (nullable): libpq connection string
 * @deadline_seconds: time of each batch, in seconds
 * @run_deadline: g_get_monotonic_time() value for all of them together instead; 0 for none
 *
 * Begins to connect, without waiting.
 */
void tlsrpt_link_init (TlsrptLink *link, const char *conninfo, guint deadline_seconds,
                       gint64 run_deadline);

/**
 * tlsrpt_link_clear:
 * @link: what to clear
 *
 * Frees all that @link owns, but not @link itself.
 */
void tlsrpt_link_clear (TlsrptLink *link);

/**
 * tlsrpt_link_start_clock:
 * @link: a link
 *
 * Begins a batch: its deadline is counted from now, unless there is one for the whole run.
 */
void tlsrpt_link_start_clock (TlsrptLink *link);

/**
 * tlsrpt_link_ensure:
 * @link: a link
 * @error: return location
 *
 * Errors: as tlsrpt_pg_connect().
 *
 * Returns: %TRUE once there is a connection, or %FALSE with @error set
 */
gboolean tlsrpt_link_ensure (TlsrptLink *link, GError **error);

/**
 * tlsrpt_link_rest:
 * @link: a link
 * @n: how often it has rested since something failed, from 0
 *
 * Waits before another try, twice as long each time and a second at most.
 *
 * Returns: %FALSE, at once, if the deadline leaves no time for that
 */
gboolean tlsrpt_link_rest (const TlsrptLink *link, guint n);

/**
 * tlsrpt_link_sqlstate:
 * @link: a link
 *
 * Returns: (transfer none): SQLSTATE of the last statement's failure; "" if there is none
 */
const char *tlsrpt_link_sqlstate (const TlsrptLink *link);

/**
 * tlsrpt_link_query:
 * @link: a link
 * @sql: one statement that reads, with the parameter `$1`
 * @param: its value
 * @error: return location
 *
 * Errors: as tlsrpt_pg_connect() and tlsrpt_pg_query().
 *
 * Returns: (transfer full): the result, or %NULL with @error set
 */
PGresult *tlsrpt_link_query (TlsrptLink *link, const char *sql, const TlsrptPgParam *param,
                             GError **error);

G_END_DECLS
