/* SPDX-License-Identifier: GPL-3.0-or-later
 * What every transaction begins with, so that no setting of the server, the database or the role
 * changes a result. */
#pragma once

#include <glib.h>
#include <libpq-fe.h>

G_BEGIN_DECLS

/**
 * TlsrptSessionMode:
 * @TLSRPT_SESSION_WRITE: each statement sees what others have committed before it; may write
 * @TLSRPT_SESSION_SNAPSHOT: all statements see the database at one moment; may not write
 */
typedef enum {
  TLSRPT_SESSION_WRITE,
  TLSRPT_SESSION_SNAPSHOT,
} TlsrptSessionMode;

/**
 * tlsrpt_session_begin:
 * @connection: a connection that stands
 * @mode: what the transaction is for
 *
 * Names isolation and access, as `default_transaction_isolation` and `default_transaction_read_only`
 * may be anything. A standby accepts no word on writing: there the mode of the server stands.
 *
 * Returns: (transfer none): the statement that begins a transaction
 */
const char *tlsrpt_session_begin (PGconn *connection, TlsrptSessionMode mode);

/**
 * tlsrpt_session_settings:
 * @connection: a connection that stands
 *
 * All that it sets ends with the transaction, as a pooler in transaction mode gives the connection to
 * somebody else then.
 *
 * Returns: (transfer none): the statement after that. Its only parameter is how long the server may run
 *   a statement, or wait for the next, in milliseconds.
 */
const char *tlsrpt_session_settings (PGconn *connection);

G_END_DECLS
