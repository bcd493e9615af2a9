/* SPDX-License-Identifier: GPL-3.0-or-later
 * SQLSTATE to TlsrptError: the one table that says whose fault a refusal of the server is. */
#pragma once

#include "core/errors.h"

#include <glib.h>

G_BEGIN_DECLS

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
