/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where the views stand: the day that is today to them, and the state of the database they see. */
#pragma once

#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/** Expression that gives the transaction memory to sort 60 days' failures or a month's sessions (10 to 40 MB)
 * without a file on disk; it leaves more where there is more */
#define TLSRPT_SNAPSHOT_MEMORY                                                                     \
  "CASE WHEN pg_catalog.pg_size_bytes(pg_catalog.current_setting('work_mem'))"                     \
  " OPERATOR(pg_catalog.<) 67108864 THEN pg_catalog.set_config('work_mem', '64MB', true) END"

/**
 * tlsrpt_snapshot_stand_on:
 * @pg: a connection, in a transaction
 * @day: a date as `YYYY-MM-DD`; "" for today, whatever the user's own settings say
 * @error: return location
 *
 * Until the end of the transaction @day is today to the views, and they have memory to sort.
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
