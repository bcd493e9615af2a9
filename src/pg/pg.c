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
/* Statements of session.h that come before the first statement of a transaction. */
#define BEGINNING_STATEMENTS 2
/* How long after the deadline the server itself ends a statement that nobody cancelled, in
 * microseconds. */
#define SERVER_GRACE G_TIME_SPAN_SECOND

const char tlsrpt_pg_end[] = "end of parameters";

struct _TlsrptPg {
  PGconn *connection;
  gint64 deadline;
  gboolean dead;
  gboolean in_transaction; /* of a TlsrptPgTransaction */
  char sqlstate[6];
  char *server_message;
};

struct _TlsrptPgTransaction {
  TlsrptPg *pg;
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

const char *
tlsrpt_pg_user (const TlsrptPg *pg)
{
  return PQuser (pg->connection);
}

const char *
tlsrpt_pg_database (const TlsrptPg *pg)
{
  return PQdb (pg->connection);
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

/* Reads while it writes, so that the two buffers cannot fill and block both sides. The results
 * show what a failed write means. */
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
  /* No statement here uses COPY; the results of one that did would never end. */
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

/* Several statements in one string, as in a script, use the simple protocol; a pipeline needs
 * the extended one. */
static int
send (TlsrptPg *pg, const char *sql, int n_params, const TlsrptPgParam *params)
{
  g_autofree Oid *types = g_new (Oid, (gsize)n_params + 1);
  g_autofree const char **values = g_new (const char *, (gsize)n_params + 1);
  g_autofree int *lengths = g_new (int, (gsize)n_params + 1);
  g_autofree int *formats = g_new (int, (gsize)n_params + 1);

  if (n_params == 0 && PQpipelineStatus (pg->connection) == PQ_PIPELINE_OFF)
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

/* Begins the transaction and its settings: two statements, and no round trip of their own. */
static gboolean
send_beginning (TlsrptPg *pg, TlsrptSessionMode mode)
{
  gint64 left = MAX (pg->deadline - g_get_monotonic_time (), 0) + SERVER_GRACE;
  g_autofree char *milliseconds =
      g_strdup_printf ("%" G_GINT64_FORMAT, MIN (left / 1000, G_MAXINT32));
  const TlsrptPgParam timeout = { .value = milliseconds };

  return send (pg, tlsrpt_session_begin (pg->connection, mode), 0, NULL) &&
         send (pg, tlsrpt_session_settings, 1, &timeout);
}

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
tlsrpt_pg_send_first (TlsrptPg *pg, const char *sql, int n_params, const TlsrptPgParam *params,
                      GError **error)
{
  forget_failure (pg);
  if (!pg->dead && PQenterPipelineMode (pg->connection) &&
      (pg->in_transaction || send_beginning (pg, TLSRPT_SESSION_WRITE)) &&
      send (pg, sql, n_params, params))
    return TRUE;
  fail_lost (pg, error);
  return FALSE;
}

static PGresult *
run_alone (TlsrptPg *pg, const char *sql, int n_params, const TlsrptPgParam *params, GError **error)
{
  forget_failure (pg);
  if (pg->dead || !send (pg, sql, n_params, params)) {
    fail_lost (pg, error);
    return NULL;
  }
  return flush (pg, error) ? collect (pg, G_MAXUINT, error) : NULL;
}

/* The failure of the statement before it stays the one that is reported. */
static void
roll_back (TlsrptPg *pg)
{
  char *message = g_steal_pointer (&pg->server_message);
  g_autoptr (PGresult) undone = NULL;
  char sqlstate[sizeof pg->sqlstate];

  memcpy (sqlstate, pg->sqlstate, sizeof sqlstate);
  undone = run_alone (pg, "ROLLBACK", 0, NULL, NULL);
  if (undone == NULL)
    pg->dead = TRUE;
  g_free (pg->server_message);
  pg->server_message = message;
  memcpy (pg->sqlstate, sqlstate, sizeof sqlstate);
}

/* Ends the pipeline; @wanted is the number of the statement whose result is returned. */
static PGresult *
end_pipeline (TlsrptPg *pg, guint wanted, GError **error)
{
  PGresult *result;

  if (!PQpipelineSync (pg->connection)) {
    fail_lost (pg, error);
    return NULL;
  }
  if (!flush (pg, error))
    return NULL;
  result = collect (pg, wanted, error);
  if (!pg->dead && !PQexitPipelineMode (pg->connection))
    pg->dead = TRUE;
  if (result == NULL && !pg->in_transaction && !pg->dead)
    roll_back (pg);
  return result;
}

PGresult *
tlsrpt_pg_finish (TlsrptPg *pg, GError **error)
{
  if (pg->in_transaction)
    return end_pipeline (pg, 0, error);
  if (!send (pg, "COMMIT", 0, NULL)) {
    fail_lost (pg, error);
    return NULL;
  }
  return end_pipeline (pg, BEGINNING_STATEMENTS, error);
}

PGresult *
tlsrpt_pg_query (TlsrptPg *pg, const char *sql, int n_params, const TlsrptPgParam *params,
                 GError **error)
{
  if (pg->in_transaction)
    return run_alone (pg, sql, n_params, params, error);
  if (!tlsrpt_pg_send_first (pg, sql, n_params, params, error))
    return NULL;
  return tlsrpt_pg_finish (pg, error);
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

gboolean
tlsrpt_pg_has_role (TlsrptPg *pg, const char *role)
{
  static const char sql[] =
      "SELECT pg_has_role(oid, 'MEMBER') FROM pg_catalog.pg_roles WHERE rolname = $1";
  g_autoptr (PGresult) result = tlsrpt_pg_query_text (pg, sql, NULL, role, TLSRPT_PG_END);

  return result != NULL && PQntuples (result) == 1 && *PQgetvalue (result, 0, 0) == 't';
}

TlsrptPgTransaction *
tlsrpt_pg_begin (TlsrptPg *pg, TlsrptSessionMode mode, GError **error)
{
  g_autoptr (PGresult) begun = NULL;
  TlsrptPgTransaction *transaction;

  g_return_val_if_fail (!pg->in_transaction, NULL);
  forget_failure (pg);
  if (pg->dead || !PQenterPipelineMode (pg->connection) || !send_beginning (pg, mode)) {
    fail_lost (pg, error);
    return NULL;
  }
  begun = end_pipeline (pg, BEGINNING_STATEMENTS - 1, error);
  if (begun == NULL)
    return NULL;
  pg->in_transaction = TRUE;
  transaction = g_new0 (TlsrptPgTransaction, 1);
  transaction->pg = pg;
  return transaction;
}

/* COMMIT of a failed transaction succeeds with the tag ROLLBACK: success is the tag COMMIT alone. */
gboolean
tlsrpt_pg_commit (TlsrptPgTransaction *transaction, GError **error)
{
  g_autoptr (PGresult) committed = NULL;

  g_return_val_if_fail (transaction->pg->in_transaction, FALSE);
  committed = run_alone (transaction->pg, "COMMIT", 0, NULL, error);
  if (committed == NULL)
    return FALSE;
  transaction->pg->in_transaction = FALSE;
  if (strcmp (PQcmdStatus (committed), "COMMIT") != 0) {
    g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_INTERNAL,
                         "database: a failed transaction was to be committed");
    return FALSE;
  }
  return TRUE;
}

void
tlsrpt_pg_transaction_free (TlsrptPgTransaction *transaction)
{
  TlsrptPg *pg = transaction != NULL ? transaction->pg : NULL;

  if (pg != NULL && pg->in_transaction && !pg->dead)
    roll_back (pg);
  if (pg != NULL)
    pg->in_transaction = FALSE;
  g_free (transaction);
}
