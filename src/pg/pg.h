/* SPDX-License-Identifier: GPL-3.0-or-later
 * libpq under one deadline: connect, statements with parameters, transactions that undo themselves,
 * SQLSTATE to TlsrptError. The one place that knows libpq's waiting. */
#pragma once

#include "core/errors.h"
#include "pg/connect.h"
#include "pg/session.h"

#include <glib.h>
#include <libpq-fe.h>

G_BEGIN_DECLS

/** TlsrptPg: an opaque connection with a deadline */
typedef struct _TlsrptPg TlsrptPg;

/**
 * tlsrpt_pg_connect:
 * @conninfo: (nullable): libpq connection string; %NULL or "" leaves all to libpq's environment
 * @deadline: g_get_monotonic_time() value by which everything on this connection must have ended
 * @error: return location
 *
 * Errors: %TLSRPT_ERROR_TEMPORARY, %TLSRPT_ERROR_DEADLINE, %TLSRPT_ERROR_OPERATOR. No text of them
 * holds a host, a user, a path or SQL: it may reach a stranger in a bounce.
 *
 * Returns: (transfer full): a connection, or %NULL with @error set
 */
TlsrptPg *tlsrpt_pg_connect (const char *conninfo, gint64 deadline, GError **error);

/**
 * tlsrpt_pg_connect_end:
 * @connecting: (transfer full): an attempt that was begun
 * @deadline: g_get_monotonic_time() value, as for tlsrpt_pg_connect()
 * @error: return location
 *
 * The second half of tlsrpt_pg_connect().
 *
 * Errors: as tlsrpt_pg_connect().
 *
 * Returns: (transfer full): a connection, or %NULL with @error set
 */
TlsrptPg *tlsrpt_pg_connect_end (TlsrptConnecting *connecting, gint64 deadline, GError **error);

/**
 * tlsrpt_pg_free:
 * @pg: (transfer full) (nullable): what to free
 */
void tlsrpt_pg_free (TlsrptPg *pg);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptPg, tlsrpt_pg_free)

/**
 * tlsrpt_pg_set_deadline:
 * @pg: a connection
 * @deadline: g_get_monotonic_time() value
 *
 * Moves the deadline: a batch program gives each batch its own.
 */
void tlsrpt_pg_set_deadline (TlsrptPg *pg, gint64 deadline);

/**
 * tlsrpt_pg_is_usable:
 * @pg: a connection
 *
 * Returns: %FALSE once the connection was lost or the deadline cut a statement short; a new one is
 *   needed then
 */
gboolean tlsrpt_pg_is_usable (const TlsrptPg *pg);

/**
 * tlsrpt_pg_sqlstate:
 * @pg: a connection
 *
 * Returns: (transfer none): SQLSTATE of the last statement's failure; "" if it did not fail or the
 *   server could not say
 */
const char *tlsrpt_pg_sqlstate (const TlsrptPg *pg);

/**
 * tlsrpt_pg_server_message:
 * @pg: a connection
 *
 * Returns: (transfer none) (nullable): what the server said of the last statement's failure; it may
 *   name users and objects: for a person at a terminal, never for a mail system
 */
const char *tlsrpt_pg_server_message (const TlsrptPg *pg);

/**
 * tlsrpt_pg_user:
 * @pg: a connection
 *
 * Returns: (transfer none): the role it logged in as; for a person at a terminal
 */
const char *tlsrpt_pg_user (const TlsrptPg *pg);

/**
 * tlsrpt_pg_has_role:
 * @pg: a connection
 * @role: name of a role
 *
 * Returns: %TRUE if the user has the privileges of @role; %FALSE also if that cannot be found out
 */
gboolean tlsrpt_pg_has_role (TlsrptPg *pg, const char *role);

/**
 * tlsrpt_pg_database:
 * @pg: a connection
 *
 * Returns: (transfer none): the database it is connected to; for a person at a terminal
 */
const char *tlsrpt_pg_database (const TlsrptPg *pg);

/* One writer of incidents at a time, through a pooler too: the bytes of "tlsinc". */
#define TLSRPT_PG_INCIDENT_LOCK "pg_catalog.pg_advisory_xact_lock(128009141579363)"

/** The day of the session. LIMIT has it computed before the tables are read, where Citus distributes them: a worker
 * does not know the session. */
#define TLSRPT_PG_TODAY "(SELECT tlsrpt.today() LIMIT 1)"

/**
 * TlsrptPgParam:
 * @type: OID, or 0 to let the server infer
 * @value: (nullable): bytes; NUL-terminated where @format is 0
 * @length: bytes in @value; ignored where @format is 0
 * @format: 0 text, 1 binary
 */
typedef struct {
  Oid type;
  const char *value;
  int length;
  int format;
} TlsrptPgParam;

/**
 * tlsrpt_pg_query:
 * @pg: a connection
 * @sql: one statement with `$n` parameters; in a TlsrptPgTransaction also several without any
 * @n_params: how many
 * @params: (array length=n_params) (nullable): them
 * @error: return location
 *
 * Runs @sql under the deadline; past it the statement is cancelled and the connection is dead.
 * Outside a TlsrptPgTransaction @sql is a transaction of its own, in one round trip: it has the
 * settings of session.h, the server itself ends it a second past the deadline, also where the client
 * is gone, and success means that it is on disk. Results are in text format.
 *
 * Errors: %TLSRPT_ERROR_TEMPORARY, %TLSRPT_ERROR_DEADLINE, %TLSRPT_ERROR_OPERATOR; where @sql stores,
 * also %TLSRPT_ERROR_REFUSED_VALUE and %TLSRPT_ERROR_FLOOD. sqlstate.c has the code of each SQLSTATE.
 *
 * Returns: (transfer full): the result, tuples or command; or %NULL with @error set
 */
PGresult *tlsrpt_pg_query (TlsrptPg *pg, const char *sql, int n_params, const TlsrptPgParam *params,
                           GError **error);

/**
 * tlsrpt_pg_send_first:
 * @pg: a connection
 * @sql: one statement with `$n` parameters
 * @n_params: how many
 * @params: (array length=n_params) (nullable): them
 * @error: return location
 *
 * The first half of tlsrpt_pg_query(): more statements of the same transaction may follow by
 * tlsrpt_pg_send(), then tlsrpt_pg_finish(). Where one of these fails, nothing is done.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_pg_send_first (TlsrptPg *pg, const char *sql, int n_params,
                               const TlsrptPgParam *params, GError **error);

/**
 * tlsrpt_pg_send:
 * @pg: a connection on which tlsrpt_pg_send_first() succeeded
 * @sql: one statement with `$n` parameters
 * @n_params: how many
 * @params: (array length=n_params) (nullable): them
 * @error: return location
 *
 * Returns once the server's side has taken all bytes, so that however much is sent, no more than
 * one statement stands in memory. tlsrpt_pg_finish() returns what became of it.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_pg_send (TlsrptPg *pg, const char *sql, int n_params, const TlsrptPgParam *params,
                         GError **error);

/**
 * tlsrpt_pg_finish:
 * @pg: a connection on which statements were sent
 * @error: return location
 *
 * Ends the transaction that tlsrpt_pg_send_first() began, or that of tlsrpt_pg_begin_short().
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full): the result of the first statement, committed with all that was sent
 *   after it; or %NULL with @error set
 */
PGresult *tlsrpt_pg_finish (TlsrptPg *pg, GError **error);

/**
 * tlsrpt_pg_query_text:
 * @pg: a connection
 * @sql: one statement with `$n` parameters
 * @error: return location
 * @...: (nullable): `const char *` text parameters, as many as @sql has `$n`; ended by
 *   %TLSRPT_PG_END, a %NULL in between is SQL NULL
 *
 * tlsrpt_pg_query() for the common case of text parameters.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full): the result, or %NULL with @error set
 */
PGresult *tlsrpt_pg_query_text (TlsrptPg *pg, const char *sql, GError **error, ...);

extern const char tlsrpt_pg_end[];
#define TLSRPT_PG_END tlsrpt_pg_end

/**
 * TlsrptPgTransaction:
 *
 * A transaction as a type: one that leaves scope uncommitted is rolled back.
 */
typedef struct _TlsrptPgTransaction TlsrptPgTransaction;

/**
 * tlsrpt_pg_begin:
 * @pg: a connection without a transaction
 * @mode: what the transaction is for
 * @error: return location
 *
 * One round trip, the settings of session.h included.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full): a transaction, or %NULL with @error set
 */
TlsrptPgTransaction *tlsrpt_pg_begin (TlsrptPg *pg, TlsrptSessionMode mode, GError **error);

/**
 * tlsrpt_pg_is_in_transaction:
 * @pg: a connection
 *
 * Returns: %TRUE between the beginning and the end of a transaction that a caller holds
 */
gboolean tlsrpt_pg_is_in_transaction (const TlsrptPg *pg);

/**
 * tlsrpt_pg_begin_short:
 * @pg: a connection without a transaction
 *
 * A transaction of a few queries and one tlsrpt_pg_send_first() ... tlsrpt_pg_finish(), in as many round
 * trips: it begins, for writing and with the settings of session.h, with the first of them, and
 * tlsrpt_pg_finish() commits it.
 *
 * Returns: (transfer full): the transaction, to be freed in any case
 */
TlsrptPgTransaction *tlsrpt_pg_begin_short (TlsrptPg *pg);

/**
 * tlsrpt_pg_commit:
 * @transaction: a transaction
 * @error: return location
 *
 * Commits it. Free it with tlsrpt_pg_transaction_free() in either case.
 *
 * Errors: as tlsrpt_pg_query(); %TLSRPT_ERROR_INTERNAL if a statement of it had failed.
 *
 * Returns: %FALSE with @error set, and then nothing of it is stored
 */
gboolean tlsrpt_pg_commit (TlsrptPgTransaction *transaction, GError **error);

/**
 * tlsrpt_pg_transaction_free:
 * @transaction: (transfer full) (nullable): a transaction
 *
 * Rolls it back unless it was committed, and frees it.
 */
void tlsrpt_pg_transaction_free (TlsrptPgTransaction *transaction);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptPgTransaction, tlsrpt_pg_transaction_free)

/**
 * tlsrpt_pg_may:
 * @pg: a connection
 * @relation: a table or view, with its schema
 * @privilege: `SELECT`, or privileges to write, one of which is enough, e.g. `INSERT, UPDATE`
 * @may: (out): whether its user has it; to write, also whether the server takes writes
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_pg_may (TlsrptPg *pg, const char *relation, const char *privilege, gboolean *may,
                        GError **error);

G_END_DECLS
