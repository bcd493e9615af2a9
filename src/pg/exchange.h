/* SPDX-License-Identifier: GPL-3.0-or-later
 * What goes over a connection under its deadline, and what came of it. For pg.c. */
#pragma once

#include "pg/connect.h"

#include <glib.h>
#include <libpq-fe.h>

G_BEGIN_DECLS

/**
 * TlsrptExchange:
 * @connection: a connection in non-blocking mode
 * @deadline: g_get_monotonic_time() value by which everything on it must have ended
 * @dead: %TRUE once it was lost, or is out of step because the deadline cut a statement short
 * @sqlstate: of the last failure; empty if there was none, or none from the server
 * @server_message: (nullable): the server's words for it
 */
typedef struct {
  PGconn *connection;
  gint64 deadline;
  gboolean dead;
  char sqlstate[6];
  char *server_message;
} TlsrptExchange;

/**
 * tlsrpt_exchange_forget_failure:
 * @exchange: a connection
 *
 * Forgets SQLSTATE and message of the last failure. Call it before each statement or transaction.
 */
void tlsrpt_exchange_forget_failure (TlsrptExchange *exchange);

/**
 * tlsrpt_exchange_fail_lost:
 * @exchange: a connection that is of no use any more
 * @error: return location
 *
 * Errors: %TLSRPT_ERROR_TEMPORARY, always set.
 */
void tlsrpt_exchange_fail_lost (TlsrptExchange *exchange, GError **error);

/**
 * tlsrpt_exchange_flush:
 * @exchange: a connection
 * @error: return location
 *
 * Writes what is still to be sent. A connection that is lost is told by the results.
 *
 * Errors: %TLSRPT_ERROR_DEADLINE.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_exchange_flush (TlsrptExchange *exchange, GError **error);

/**
 * tlsrpt_exchange_collect:
 * @exchange: a connection on which statements were sent
 * @wanted: number of a statement, from 0; the last there is if it is higher
 * @error: return location
 *
 * Takes the results of all statements, in a pipeline up to its next synchronisation.
 *
 * Errors: as the table of sqlstate.c says, of the first statement that failed;
 * %TLSRPT_ERROR_DEADLINE.
 *
 * Returns: (transfer full): the result of statement @wanted, or %NULL with @error set
 */
PGresult *tlsrpt_exchange_collect (TlsrptExchange *exchange, guint wanted, GError **error);

G_END_DECLS
