/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where the views stand: the day that is today to them, and the state of the database they see. */
#pragma once

#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_snapshot_stand_on:
 * @pg: a connection, in a transaction
 * @day: a date as `YYYY-MM-DD`; "" for today, whatever the user's own settings say
 * @error: return location
 *
 * Until the end of the transaction @day is today to the views, and their plans are not compiled.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_snapshot_stand_on (TlsrptPg *pg, const char *day, GError **error);

/**
 * tlsrpt_snapshot_begin:
 * @pg: a connection
 * @day: as tlsrpt_snapshot_stand_on()
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full): a transaction that only reads, all of it from one state of the
 *   database; or %NULL with @error set
 */
TlsrptPgTransaction *tlsrpt_snapshot_begin (TlsrptPg *pg, const char *day, GError **error);

G_END_DECLS
