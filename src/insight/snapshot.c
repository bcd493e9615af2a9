/* SPDX-License-Identifier: GPL-3.0-or-later
 * Settings local to a transaction, as a pooler may give the connection to somebody else after it. */
#include "insight/snapshot.h"

static const char snapshot_sql[] = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";
/* Compiling plans of so many nodes takes longer than running them. */
static const char day_sql[] = "SELECT pg_catalog.set_config('tlsrpt.today', $1, true),"
                              " pg_catalog.set_config('jit', 'off', true)";

gboolean
tlsrpt_snapshot_stand_on (TlsrptPg *pg, const char *day, GError **error)
{
  g_autoptr (PGresult) result = tlsrpt_pg_query_text (pg, day_sql, error, day, TLSRPT_PG_END);

  return result != NULL;
}

TlsrptPgTransaction *
tlsrpt_snapshot_begin (TlsrptPg *pg, const char *day, GError **error)
{
  g_autoptr (TlsrptPgTransaction) transaction = tlsrpt_pg_begin (pg, error);
  g_autoptr (PGresult) snapshot = NULL;

  if (transaction == NULL)
    return NULL;
  snapshot = tlsrpt_pg_query (pg, snapshot_sql, 0, NULL, error);
  if (snapshot == NULL || !tlsrpt_snapshot_stand_on (pg, day, error))
    return NULL;
  return g_steal_pointer (&transaction);
}
