/* SPDX-License-Identifier: GPL-3.0-or-later
 * SQLSTATE to TlsrptError: the one table that says whose fault a refusal of the server is. */
#pragma once

#include "core/errors.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptSqlstateRow:
 * @state: a whole SQLSTATE (5 characters) or its class (2)
 * @code: what it comes to
 * @text: what to tell, and what to mend where it is the operator's to mend
 */
typedef struct {
  const char *state;
  TlsrptError code;
  const char *text;
} TlsrptSqlstateRow;

/**
 * tlsrpt_sqlstate_lookup:
 * @state: (nullable): SQLSTATE; %NULL where the connection was lost before the server could say
 *
 * Returns: (transfer none): the row for @state, else for its class, else the row for the unknown
 */
const TlsrptSqlstateRow *tlsrpt_sqlstate_lookup (const char *state);

/**
 * tlsrpt_sqlstate_is_transient:
 * @state: (nullable): SQLSTATE, or %NULL for a lost connection
 *
 * Returns: %TRUE if the same statement, or the same on a new connection, may well succeed at once:
 *   serialisation failure, deadlock, shutdown or loss of the server
 */
gboolean tlsrpt_sqlstate_is_transient (const char *state);

/**
 * tlsrpt_sqlstate_error:
 * @state: (nullable): SQLSTATE, or %NULL for a lost connection
 *
 * Returns: (transfer full): an error of %TLSRPT_ERROR that a stranger may read: no SQL, path, host
 *   or connection string
 */
GError *tlsrpt_sqlstate_error (const char *state);

G_END_DECLS
