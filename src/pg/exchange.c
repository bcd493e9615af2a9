/* SPDX-License-Identifier: GPL-3.0-or-later
 * Statements are sent without blocking, awaited by poll(2), and cancelled when time is up. */
#include "pg/exchange.h"

#include "core/errors.h"
#include "pg/cancel.h"
#include "pg/sqlstate.h"

#include <poll.h>

static gboolean
fail_deadline (TlsrptExchange *exchange, GError **error)
{
  tlsrpt_cancel (exchange->connection);
  exchange->dead = TRUE;
  g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_DEADLINE,
                       "database: no answer before the deadline");
  return FALSE;
}

void
tlsrpt_exchange_fail_lost (TlsrptExchange *exchange, GError **error)
{
  exchange->dead = TRUE;
  g_propagate_error (error, tlsrpt_sqlstate_error (NULL));
}

/* Reads while it writes, so that the two buffers cannot fill and block both sides. The results
 * show what a failed write means. */
gboolean
tlsrpt_exchange_flush (TlsrptExchange *exchange, GError **error)
{
  while (PQflush (exchange->connection) == 1) {
    short ready =
        tlsrpt_wait_socket (PQsocket (exchange->connection), POLLIN | POLLOUT, exchange->deadline);

    if (ready == 0)
      return fail_deadline (exchange, error);
    if ((ready & ~POLLOUT) != 0 && !PQconsumeInput (exchange->connection))
      break;
  }
  return TRUE;
}

static gboolean
await (TlsrptExchange *exchange, GError **error)
{
  while (PQisBusy (exchange->connection)) {
    if (tlsrpt_wait_socket (PQsocket (exchange->connection), POLLIN, exchange->deadline) == 0)
      return fail_deadline (exchange, error);
    if (!PQconsumeInput (exchange->connection))
      break;
  }
  return TRUE;
}

static void
note_failure (TlsrptExchange *exchange, const PGresult *result, GError **error)
{
  const char *state = PQresultErrorField (result, PG_DIAG_SQLSTATE);

  const char *message = PQresultErrorField (result, PG_DIAG_MESSAGE_PRIMARY);
  const char *hint = PQresultErrorField (result, PG_DIAG_MESSAGE_HINT);

  g_free (exchange->server_message);
  exchange->server_message =
      hint != NULL ? g_strdup_printf ("%s. %s", message, hint) : g_strdup (message);
  g_strlcpy (exchange->sqlstate, state != NULL ? state : "", sizeof exchange->sqlstate);
  if (state == NULL)
    tlsrpt_exchange_fail_lost (exchange, error);
  else
    g_propagate_error (error, tlsrpt_sqlstate_error (state));
}

static gboolean
is_success (const PGresult *result)
{
  ExecStatusType status = PQresultStatus (result);

  return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY;
}

/* Takes one result: @kept (nullable) is replaced by it, @failure keeps the first failure. FALSE where
 * no more can come. */
static gboolean
take_result (TlsrptExchange *exchange, PGresult *result, PGresult **kept, GError **failure)
{
  g_autoptr (PGresult) taken = result;
  ExecStatusType status = PQresultStatus (result);

  if (!is_success (result) && status != PGRES_PIPELINE_ABORTED && *failure == NULL)
    note_failure (exchange, result, failure);
  if (kept != NULL) {
    g_clear_pointer (kept, PQclear);
    *kept = g_steal_pointer (&taken);
  }
  /* No statement here uses COPY; the results of one that did would never end. */
  if (PQstatus (exchange->connection) == CONNECTION_BAD || status == PGRES_COPY_IN ||
      status == PGRES_COPY_OUT) {
    exchange->dead = TRUE;
    return FALSE;
  }
  return TRUE;
}

/* The result of statement number @wanted, or of the last there is, or the first failure. libpq wants
 * all results taken before the next statement. In a pipeline each statement's results end with NULL
 * and the whole with PGRES_PIPELINE_SYNC. */
PGresult *
tlsrpt_exchange_collect (TlsrptExchange *exchange, guint wanted, GError **error)
{
  gboolean in_pipeline = PQpipelineStatus (exchange->connection) != PQ_PIPELINE_OFF;
  g_autoptr (PGresult) last = NULL;
  g_autoptr (GError) failure = NULL;
  gboolean ended = FALSE;
  guint number = 0;

  for (;;) {
    PGresult *result;

    if (!await (exchange, error))
      return NULL;
    result = PQgetResult (exchange->connection);
    if (PQresultStatus (result) == PGRES_PIPELINE_SYNC) {
      PQclear (result);
      break;
    }
    if (result == NULL &&
        (!in_pipeline || ended || PQstatus (exchange->connection) == CONNECTION_BAD))
      break;
    ended = result == NULL;
    if (ended)
      number++;
    else if (!take_result (exchange, result, number <= wanted ? &last : NULL, &failure))
      break;
  }
  if (failure != NULL || last == NULL) {
    if (failure == NULL)
      tlsrpt_exchange_fail_lost (exchange, &failure);
    g_propagate_error (error, g_steal_pointer (&failure));
    return NULL;
  }
  return g_steal_pointer (&last);
}

void
tlsrpt_exchange_forget_failure (TlsrptExchange *exchange)
{
  exchange->sqlstate[0] = '\0';
  g_clear_pointer (&exchange->server_message, g_free);
}
