/* SPDX-License-Identifier: GPL-3.0-or-later
 * Settings local to a transaction, as a pooler may give the connection to somebody else after it. */
#include "insight/snapshot.h"

static const char day_sql[] =
    "SELECT pg_catalog.set_config('tlsrpt.today', $1, true), " TLSRPT_SNAPSHOT_MEMORY;

gboolean
tlsrpt_snapshot_stand_on (TlsrptPg *pg, const char *day, GError **error)
{
  g_autoptr (PGresult) result = tlsrpt_pg_query_text (pg, day_sql, error, day, TLSRPT_PG_END);

  return result != NULL;
}

TlsrptPgTransaction *
tlsrpt_snapshot_begin (TlsrptPg *pg, const char *day, GError **error)
{
  g_autoptr (TlsrptPgTransaction) transaction =
      tlsrpt_pg_begin (pg, TLSRPT_SESSION_SNAPSHOT, error);

  if (transaction == NULL || !tlsrpt_snapshot_stand_on (pg, day, error))
    return NULL;
  return g_steal_pointer (&transaction);
}
