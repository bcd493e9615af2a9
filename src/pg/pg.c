/* SPDX-License-Identifier: GPL-3.0-or-later
 * Statements under a deadline: sent without blocking, awaited by poll(2), cancelled when time is up.
 * Refuses to commit a transaction that has failed, and to speak on a connection that is out of step. */
#include "pg/pg.h"

#include "pg/cancel.h"
#include "pg/sqlstate.h"

#include <poll.h>
#include <stdarg.h>
#include <string.h>

#define MAX_TEXT_PARAMS 16
/* How long past the deadline the server goes on by itself, should nobody cancel, in microseconds. */
#define SERVER_GRACE G_TIME_SPAN_SECOND

const char tlsrpt_pg_end[] = "end of parameters";

struct _TlsrptPg {
  PGconn *connection;
  gint64 deadline;
  gboolean dead;
  char sqlstate[6];
  char *server_message;
};

struct _TlsrptPgTransaction {
  TlsrptPg *pg;
  gboolean ended;
};

TlsrptPg *
tlsrpt_pg_connect (const char *conninfo, gint64 deadline, GError **error)
{
  return tlsrpt_pg_connect_end (tlsrpt_connect_begin (conninfo), deadline, error);
}

TlsrptPg *
tlsrpt_pg_connect_end (TlsrptConnecting *connecting, gint64 deadline, GError **error)
{
  PGconn *connection = tlsrpt_connect_end (connecting, deadline, error);
  TlsrptPg *pg;

  if (connection == NULL)
    return NULL;
  pg = g_new0 (TlsrptPg, 1);
  pg->connection = connection;
  pg->deadline = deadline;
  return pg;
}

void
tlsrpt_pg_free (TlsrptPg *pg)
{
  if (pg == NULL)
    return;
  PQfinish (pg->connection);
  g_free (pg->server_message);
  g_free (pg);
}

void
tlsrpt_pg_set_deadline (TlsrptPg *pg, gint64 deadline)
{
  pg->deadline = deadline;
}

gboolean
tlsrpt_pg_is_usable (const TlsrptPg *pg)
{
  return !pg->dead && PQstatus (pg->connection) == CONNECTION_OK;
}

const char *
tlsrpt_pg_sqlstate (const TlsrptPg *pg)
{
  return pg->sqlstate;
}

const char *
tlsrpt_pg_server_message (const TlsrptPg *pg)
{
  return pg->server_message;
}

static gboolean
fail_deadline (TlsrptPg *pg, GError **error)
{
  tlsrpt_cancel (pg->connection);
  pg->dead = TRUE;
  g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_DEADLINE,
                       "database: no answer before the deadline");
  return FALSE;
}

static void
fail_lost (TlsrptPg *pg, GError **error)
{
  pg->dead = TRUE;
  g_propagate_error (error, tlsrpt_sqlstate_error (NULL));
}

/* Reads while it writes, so that neither side's buffer can fill and stop both. What a failed write
 * means is told by the results. */
static gboolean
flush (TlsrptPg *pg, GError **error)
{
  while (PQflush (pg->connection) == 1) {
    short ready = tlsrpt_wait_socket (PQsocket (pg->connection), POLLIN | POLLOUT, pg->deadline);

    if (ready == 0)
      return fail_deadline (pg, error);
    if ((ready & ~POLLOUT) != 0 && !PQconsumeInput (pg->connection))
      break;
  }
  return TRUE;
}

static gboolean
await (TlsrptPg *pg, GError **error)
{
  while (PQisBusy (pg->connection)) {
    if (tlsrpt_wait_socket (PQsocket (pg->connection), POLLIN, pg->deadline) == 0)
      return fail_deadline (pg, error);
    if (!PQconsumeInput (pg->connection))
      break;
  }
  return TRUE;
}

static void
note_failure (TlsrptPg *pg, const PGresult *result, GError **error)
{
  const char *state = PQresultErrorField (result, PG_DIAG_SQLSTATE);

  const char *message = PQresultErrorField (result, PG_DIAG_MESSAGE_PRIMARY);
  const char *hint = PQresultErrorField (result, PG_DIAG_MESSAGE_HINT);

  g_free (pg->server_message);
  pg->server_message =
      hint != NULL ? g_strdup_printf ("%s. %s", message, hint) : g_strdup (message);
  g_strlcpy (pg->sqlstate, state != NULL ? state : "", sizeof pg->sqlstate);
  if (state == NULL)
    fail_lost (pg, error);
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
take_result (TlsrptPg *pg, PGresult *result, PGresult **kept, GError **failure)
{
  g_autoptr (PGresult) taken = result;
  ExecStatusType status = PQresultStatus (result);

  if (!is_success (result) && status != PGRES_PIPELINE_ABORTED && *failure == NULL)
    note_failure (pg, result, failure);
  if (kept != NULL) {
    g_clear_pointer (kept, PQclear);
    *kept = g_steal_pointer (&taken);
  }
  /* No statement here copies; one that did would never be out of results. */
  if (PQstatus (pg->connection) == CONNECTION_BAD || status == PGRES_COPY_IN ||
      status == PGRES_COPY_OUT) {
    pg->dead = TRUE;
    return FALSE;
  }
  return TRUE;
}

/* The result of statement number @wanted, or of the last there is, or the first failure. libpq wants
 * all results taken before the next statement. In a pipeline each statement's results end with NULL
 * and the whole with PGRES_PIPELINE_SYNC. */
static PGresult *
collect (TlsrptPg *pg, guint wanted, GError **error)
{
  gboolean in_pipeline = PQpipelineStatus (pg->connection) != PQ_PIPELINE_OFF;
  g_autoptr (PGresult) last = NULL;
  g_autoptr (GError) failure = NULL;
  gboolean ended = FALSE;
  guint number = 0;

  for (;;) {
    PGresult *result;

    if (!await (pg, error))
      return NULL;
    result = PQgetResult (pg->connection);
    if (PQresultStatus (result) == PGRES_PIPELINE_SYNC) {
      PQclear (result);
      break;
    }
    if (result == NULL && (!in_pipeline || ended || PQstatus (pg->connection) == CONNECTION_BAD))
      break;
    ended = result == NULL;
    if (ended)
      number++;
    else if (!take_result (pg, result, number <= wanted ? &last : NULL, &failure))
      break;
  }
  if (failure != NULL || last == NULL) {
    if (failure == NULL)
      fail_lost (pg, &failure);
    g_propagate_error (error, g_steal_pointer (&failure));
    return NULL;
  }
  return g_steal_pointer (&last);
}

/* Always by the extended protocol where @n_params is not 0; a pipeline knows no other. */
static int
send (TlsrptPg *pg, const char *sql, int n_params, const TlsrptPgParam *params)
{
  g_autofree Oid *types = g_new (Oid, (gsize)n_params + 1);
  g_autofree const char **values = g_new (const char *, (gsize)n_params + 1);
  g_autofree int *lengths = g_new (int, (gsize)n_params + 1);
  g_autofree int *formats = g_new (int, (gsize)n_params + 1);

  if (n_params == 0)
    return PQsendQuery (pg->connection, sql);
  for (int i = 0; i < n_params; i++) {
    types[i] = params[i].type;
    values[i] = params[i].value;
    lengths[i] = params[i].length;
    formats[i] = params[i].format;
  }
  return PQsendQueryParams (pg->connection, sql, n_params, types, values, lengths, formats, 0);
}

static void
forget_failure (TlsrptPg *pg)
{
  pg->sqlstate[0] = '\0';
  g_clear_pointer (&pg->server_message, g_free);
}

PGresult *
tlsrpt_pg_query (TlsrptPg *pg, const char *sql, int n_params, const TlsrptPgParam *params,
                 GError **error)
{
  forget_failure (pg);
  if (pg->dead || !send (pg, sql, n_params, params)) {
    fail_lost (pg, error);
    return NULL;
  }
  if (!flush (pg, error))
    return NULL;
  return collect (pg, G_MAXUINT, error);
}

/* Local to the transaction, so that it stays no longer behind a pooler than the statement does. What
 * the operator has set is left alone, but for a COMMIT that returns before it is on disk. */
static const char guard[] =
    "SELECT CASE pg_catalog.current_setting('statement_timeout') WHEN '0' THEN"
    "   pg_catalog.set_config('statement_timeout', $1, true) END,"
    " CASE pg_catalog.current_setting('synchronous_commit') WHEN 'off' THEN"
    "   pg_catalog.set_config('synchronous_commit', 'on', true) END";

/* Number of the statement behind the guard. */
#define GUARDED 1

gboolean
tlsrpt_pg_send (TlsrptPg *pg, const char *sql, int n_params, const TlsrptPgParam *params,
                GError **error)
{
  if (pg->dead || !send (pg, sql, n_params, params)) {
    fail_lost (pg, error);
    return FALSE;
  }
  return flush (pg, error);
}

gboolean
tlsrpt_pg_send_guarded (TlsrptPg *pg, const char *sql, int n_params, const TlsrptPgParam *params,
                        GError **error)
{
  gint64 left = MAX (pg->deadline - g_get_monotonic_time (), 0) + SERVER_GRACE;
  g_autofree char *milliseconds =
      g_strdup_printf ("%" G_GINT64_FORMAT, MIN (left / 1000, G_MAXINT32));
  const TlsrptPgParam timeout = { .value = milliseconds };

  g_return_val_if_fail (n_params > 0, FALSE);
  forget_failure (pg);
  if (!pg->dead && PQenterPipelineMode (pg->connection) && send (pg, guard, 1, &timeout) &&
      send (pg, sql, n_params, params))
    return TRUE;
  fail_lost (pg, error);
  return FALSE;
}

PGresult *
tlsrpt_pg_finish_guarded (TlsrptPg *pg, GError **error)
{
  PGresult *result;

  if (!PQpipelineSync (pg->connection)) {
    fail_lost (pg, error);
    return NULL;
  }
  if (!flush (pg, error))
    return NULL;
  result = collect (pg, GUARDED, error);
  if (!pg->dead && !PQexitPipelineMode (pg->connection))
    pg->dead = TRUE;
  return result;
}

PGresult *
tlsrpt_pg_query_guarded (TlsrptPg *pg, const char *sql, int n_params, const TlsrptPgParam *params,
                         GError **error)
{
  if (!tlsrpt_pg_send_guarded (pg, sql, n_params, params, error))
    return NULL;
  return tlsrpt_pg_finish_guarded (pg, error);
}

PGresult *
tlsrpt_pg_query_text (TlsrptPg *pg, const char *sql, GError **error, ...)
{
  TlsrptPgParam params[MAX_TEXT_PARAMS] = { { 0 } };
  int n = 0;
  va_list arguments;

  va_start (arguments, error);
  for (const char *value; (value = va_arg (arguments, const char *)) != tlsrpt_pg_end;) {
    g_assert (n < MAX_TEXT_PARAMS);
    params[n++].value = value;
  }
  va_end (arguments);
  return tlsrpt_pg_query (pg, sql, n, params, error);
}

TlsrptPgTransaction *
tlsrpt_pg_begin (TlsrptPg *pg, GError **error)
{
  g_autoptr (PGresult) begun = tlsrpt_pg_query (pg, "BEGIN", 0, NULL, error);
  TlsrptPgTransaction *transaction;

  if (begun == NULL)
    return NULL;
  transaction = g_new0 (TlsrptPgTransaction, 1);
  transaction->pg = pg;
  return transaction;
}

/* COMMIT of a failed transaction succeeds with the tag ROLLBACK: success is the tag COMMIT alone. */
gboolean
tlsrpt_pg_commit (TlsrptPgTransaction *transaction, GError **error)
{
  g_autoptr (PGresult) committed = NULL;

  g_return_val_if_fail (!transaction->ended, FALSE);
  committed = tlsrpt_pg_query (transaction->pg, "COMMIT", 0, NULL, error);
  if (committed == NULL)
    return FALSE;
  transaction->ended = TRUE;
  if (strcmp (PQcmdStatus (committed), "COMMIT") != 0) {
    g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_INTERNAL,
                         "database: a failed transaction was to be committed");
    return FALSE;
  }
  return TRUE;
}

/* Undoing says nothing about why: what the last statement failed of stays what is told. */
static void
roll_back (TlsrptPg *pg)
{
  char *message = g_steal_pointer (&pg->server_message);
  g_autoptr (PGresult) undone = NULL;
  char sqlstate[sizeof pg->sqlstate];

  memcpy (sqlstate, pg->sqlstate, sizeof sqlstate);
  undone = tlsrpt_pg_query (pg, "ROLLBACK", 0, NULL, NULL);
  if (undone == NULL)
    pg->dead = TRUE;
  g_free (pg->server_message);
  pg->server_message = message;
  memcpy (pg->sqlstate, sqlstate, sizeof sqlstate);
}

void
tlsrpt_pg_transaction_free (TlsrptPgTransaction *transaction)
{
  if (transaction == NULL)
    return;
  if (!transaction->ended && !transaction->pg->dead)
    roll_back (transaction->pg);
  g_free (transaction);
}
