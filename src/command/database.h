/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the commands for a person at a terminal share: a connection, the server's own words where
 * something fails, and a number of days on the command line. */
#pragma once

#include "settings.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_database_open:
 * @settings: settings
 * @seconds: until everything must have ended; 0 for the setting `deadline`
 * @error: return location
 *
 * Errors: as tlsrpt_pg_connect().
 *
 * Returns: (transfer full): a connection, or %NULL with @error set
 */
TlsrptPg *tlsrpt_database_open (const TlsrptSettings *settings, guint seconds, GError **error);

/**
 * tlsrpt_database_add_target:
 * @settings: settings
 * @error: (inout): why there is no connection
 *
 * Adds which user, database and server were tried: the reader is the operator.
 */
void tlsrpt_database_add_target (const TlsrptSettings *settings, GError **error);

/**
 * tlsrpt_database_explain:
 * @pg: a connection whose last statement failed
 * @role: the role that the command needs
 * @error: (inout): what it came to
 *
 * Adds what the server said, which may name users and objects: the reader is the operator. Where a
 * privilege is missing, says who lacks it, where, and the statement that gives it.
 */
void tlsrpt_database_explain (TlsrptPg *pg, const char *role, GError **error);

/**
 * tlsrpt_days_parse:
 * @text: `N` or `Nd`, N from 0 to 36500
 * @option: option that it belongs to, for the error
 * @days: (out): N
 * @error: return location
 *
 * Errors: %TLSRPT_ERROR_USAGE.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_days_parse (const char *text, const char *option, guint *days, GError **error);

G_END_DECLS
