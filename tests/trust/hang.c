/* SPDX-License-Identifier: GPL-3.0-or-later
 * Preloaded before libpq: a connection attempt that never returns, as in a resolver that hangs. Only a
 * signal gets past it. */
#include <libpq-fe.h>
#include <unistd.h>

PGconn *
PQconnectStart (const char *conninfo)
{
  (void)conninfo;
  for (;;)
    pause ();
}

PGconn *
PQconnectStartParams (const char *const *keywords, const char *const *values, int expand_dbname)
{
  (void)keywords;
  (void)values;
  (void)expand_dbname;
  for (;;)
    pause ();
}
