/* SPDX-License-Identifier: GPL-3.0-or-later
 * Statements and transactions. Refuses to commit a transaction that has failed, and to speak on a
 * connection that is out of step. */
#include "pg/pg.h"

#include "pg/exchange.h"
#include "pg/sqlstate.h"

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
  TlsrptExchange exchange;
  gboolean in_transaction; /* of a TlsrptPgTransaction */
  gboolean is_short;       /* it ends with tlsrpt_pg_finish() */
  gboolean is_begun;       /* the server knows of it */
  guint first; /* number of the first statement of tlsrpt_pg_send_first() in its pipeline */
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
  pg->exchange.connection = connection;
  pg->exchange.deadline = deadline;
  return pg;
}

void
tlsrpt_pg_free (TlsrptPg *pg)
{
  if (pg == NULL)
    return;
  PQfinish (pg->exchange.connection);
  g_free (pg->exchange.server_message);
  g_free (pg);
}

void
tlsrpt_pg_set_deadline (TlsrptPg *pg, gint64 deadline)
{
  pg->exchange.deadline = deadline;
}

gboolean
tlsrpt_pg_is_usable (const TlsrptPg *pg)
{
  return !pg->exchange.dead && PQstatus (pg->exchange.connection) == CONNECTION_OK;
}

const char *
tlsrpt_pg_sqlstate (const TlsrptPg *pg)
{
  return pg->exchange.sqlstate;
}

const char *
tlsrpt_pg_server_message (const TlsrptPg *pg)
{
  return pg->exchange.server_message;
}

const char *
tlsrpt_pg_user (const TlsrptPg *pg)
{
  return PQuser (pg->exchange.connection);
}

const char *
tlsrpt_pg_database (const TlsrptPg *pg)
{
  return PQdb (pg->exchange.connection);
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

  if (n_params == 0 && PQpipelineStatus (pg->exchange.connection) == PQ_PIPELINE_OFF)
    return PQsendQuery (pg->exchange.connection, sql);
  for (int i = 0; i < n_params; i++) {
    types[i] = params[i].type;
    values[i] = params[i].value;
    lengths[i] = params[i].length;
    formats[i] = params[i].format;
  }
  return PQsendQueryParams (pg->exchange.connection, sql, n_params, types, values, lengths, formats,
                            0);
}

/* Begins the transaction and its settings: two statements, and no round trip of their own. */
static gboolean
send_beginning (TlsrptPg *pg, TlsrptSessionMode mode)
{
  gint64 left = MAX (pg->exchange.deadline - g_get_monotonic_time (), 0) + SERVER_GRACE;
  g_autofree char *milliseconds =
      g_strdup_printf ("%" G_GINT64_FORMAT, MIN (left / 1000, G_MAXINT32));
  const TlsrptPgParam timeout = { .value = milliseconds };

  return send (pg, tlsrpt_session_begin (pg->exchange.connection, mode), 0, NULL) &&
         send (pg, tlsrpt_session_settings (pg->exchange.connection), 1, &timeout);
}

gboolean
tlsrpt_pg_send (TlsrptPg *pg, const char *sql, int n_params, const TlsrptPgParam *params,
                GError **error)
{
  if (pg->exchange.dead || !send (pg, sql, n_params, params)) {
    tlsrpt_exchange_fail_lost (&pg->exchange, error);
    return FALSE;
  }
  return tlsrpt_exchange_flush (&pg->exchange, error);
}

gboolean
tlsrpt_pg_send_first (TlsrptPg *pg, const char *sql, int n_params, const TlsrptPgParam *params,
                      GError **error)
{
  gboolean begins = !pg->in_transaction || !pg->is_begun;

  tlsrpt_exchange_forget_failure (&pg->exchange);
  pg->first = begins ? BEGINNING_STATEMENTS : 0;
  pg->is_begun = pg->in_transaction;
  if (!pg->exchange.dead && PQenterPipelineMode (pg->exchange.connection) &&
      (!begins || send_beginning (pg, TLSRPT_SESSION_WRITE)) && send (pg, sql, n_params, params))
    return TRUE;
  tlsrpt_exchange_fail_lost (&pg->exchange, error);
  return FALSE;
}

static PGresult *
run_alone (TlsrptPg *pg, const char *sql, int n_params, const TlsrptPgParam *params, GError **error)
{
  tlsrpt_exchange_forget_failure (&pg->exchange);
  if (pg->exchange.dead || !send (pg, sql, n_params, params)) {
    tlsrpt_exchange_fail_lost (&pg->exchange, error);
    return NULL;
  }
  return tlsrpt_exchange_flush (&pg->exchange, error)
             ? tlsrpt_exchange_collect (&pg->exchange, G_MAXUINT, error)
             : NULL;
}

/* The failure of the statement before it stays the one that is reported. */
static void
roll_back (TlsrptPg *pg)
{
  char *message = g_steal_pointer (&pg->exchange.server_message);
  g_autoptr (PGresult) undone = NULL;
  char sqlstate[sizeof pg->exchange.sqlstate];

  memcpy (sqlstate, pg->exchange.sqlstate, sizeof sqlstate);
  undone = run_alone (pg, "ROLLBACK", 0, NULL, NULL);
  if (undone == NULL)
    pg->exchange.dead = TRUE;
  g_free (pg->exchange.server_message);
  pg->exchange.server_message = message;
  memcpy (pg->exchange.sqlstate, sqlstate, sizeof sqlstate);
}

/* Ends the pipeline and returns the result of its statement number pg->first. */
static PGresult *
end_pipeline (TlsrptPg *pg, GError **error)
{
  PGresult *result;

  if (!PQpipelineSync (pg->exchange.connection)) {
    tlsrpt_exchange_fail_lost (&pg->exchange, error);
    return NULL;
  }
  if (!tlsrpt_exchange_flush (&pg->exchange, error))
    return NULL;
  result = tlsrpt_exchange_collect (&pg->exchange, pg->first, error);
  if (!pg->exchange.dead && !PQexitPipelineMode (pg->exchange.connection))
    pg->exchange.dead = TRUE;
  if (result == NULL && !pg->in_transaction && !pg->exchange.dead)
    roll_back (pg);
  return result;
}

PGresult *
tlsrpt_pg_finish (TlsrptPg *pg, GError **error)
{
  gboolean commits = !pg->in_transaction || pg->is_short;
  PGresult *result;

  if (commits && !send (pg, "COMMIT", 0, NULL)) {
    tlsrpt_exchange_fail_lost (&pg->exchange, error);
    return NULL;
  }
  result = end_pipeline (pg, error);
  if (commits && result != NULL)
    pg->in_transaction = FALSE;
  return result;
}

PGresult *
tlsrpt_pg_query (TlsrptPg *pg, const char *sql, int n_params, const TlsrptPgParam *params,
                 GError **error)
{
  if (pg->in_transaction && pg->is_begun)
    return run_alone (pg, sql, n_params, params, error);
  if (!tlsrpt_pg_send_first (pg, sql, n_params, params, error))
    return NULL;
  return pg->in_transaction ? end_pipeline (pg, error) : tlsrpt_pg_finish (pg, error);
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
  /* Not MEMBER: that includes one who may grant the role but has none of its privileges. */
  static const char sql[] =
      "SELECT pg_has_role(oid, 'USAGE') FROM pg_catalog.pg_roles WHERE rolname = $1";
  g_autoptr (PGresult) result = tlsrpt_pg_query_text (pg, sql, NULL, role, TLSRPT_PG_END);

  return result != NULL && PQntuples (result) == 1 && *PQgetvalue (result, 0, 0) == 't';
}

static TlsrptPgTransaction *
transaction_new (TlsrptPg *pg, gboolean is_short)
{
  TlsrptPgTransaction *transaction = g_new0 (TlsrptPgTransaction, 1);

  pg->in_transaction = TRUE;
  pg->is_short = is_short;
  pg->is_begun = !is_short;
  transaction->pg = pg;
  return transaction;
}

gboolean
tlsrpt_pg_is_in_transaction (const TlsrptPg *pg)
{
  return pg->in_transaction;
}

TlsrptPgTransaction *
tlsrpt_pg_begin_short (TlsrptPg *pg)
{
  g_return_val_if_fail (!pg->in_transaction, NULL);
  return transaction_new (pg, TRUE);
}

TlsrptPgTransaction *
tlsrpt_pg_begin (TlsrptPg *pg, TlsrptSessionMode mode, GError **error)
{
  g_autoptr (PGresult) begun = NULL;

  g_return_val_if_fail (!pg->in_transaction, NULL);
  tlsrpt_exchange_forget_failure (&pg->exchange);
  if (pg->exchange.dead || !PQenterPipelineMode (pg->exchange.connection) ||
      !send_beginning (pg, mode)) {
    tlsrpt_exchange_fail_lost (&pg->exchange, error);
    return NULL;
  }
  pg->first = BEGINNING_STATEMENTS - 1;
  begun = end_pipeline (pg, error);
  return begun != NULL ? transaction_new (pg, FALSE) : NULL;
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
                         "database: tried to commit a failed transaction");
    return FALSE;
  }
  return TRUE;
}

void
tlsrpt_pg_transaction_free (TlsrptPgTransaction *transaction)
{
  TlsrptPg *pg = transaction != NULL ? transaction->pg : NULL;

  if (pg != NULL && pg->in_transaction && pg->is_begun && !pg->exchange.dead)
    roll_back (pg);
  if (pg != NULL)
    pg->in_transaction = FALSE;
  g_free (transaction);
}

gboolean
tlsrpt_pg_may (TlsrptPg *pg, const char *relation, const char *privilege, gboolean *may,
               GError **error)
{
  g_autoptr (PGresult) result =
      tlsrpt_pg_query_text (pg,
                            "SELECT pg_catalog.has_table_privilege($1, $2)"
                            " AND ($2 = 'SELECT' OR NOT pg_catalog.pg_is_in_recovery())",
                            error, relation, privilege, TLSRPT_PG_END);

  if (result == NULL)
    return FALSE;
  *may = *PQgetvalue (result, 0, 0) == 't';
  return TRUE;
}
