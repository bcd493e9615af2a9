/* SPDX-License-Identifier: GPL-3.0-or-later
 * The floors under `deliver`: the same libraries are loaded, and what stands on stdin is stored in one
 * transaction.
 *   bench-floor-deliver CONNINFO       as one row of the table bench_floor, which must be there
 *   bench-floor-deliver CONNINFO sql   as the statements that it consists of: rows prepared by hand */
#include <glib.h>
#include <libpq-fe.h>

#include <stdio.h>
#include <string.h>

int
main (int argc, char **argv)
{
  static char text[1 << 20];
  const char *values[] = { text };
  gboolean is_sql = argc == 3 && strcmp (argv[2], "sql") == 0;
  PGconn *connection;
  PGresult *result;

  if (argc != 2 && !is_sql)
    return 2;
  text[fread (text, 1, is_sql ? sizeof text - 1 : 4096, stdin)] = '\0';
  connection = PQconnectdb (argv[1]);
  if (PQstatus (connection) != CONNECTION_OK)
    return 1;
  if (is_sql)
    result = PQexec (connection, text);
  else
    result = PQexecParams (connection, "INSERT INTO bench_floor VALUES ($1)", 1, NULL, values, NULL,
                           NULL, 0);
  if (PQresultStatus (result) != PGRES_COMMAND_OK)
    return 1;
  PQclear (result);
  PQfinish (connection);
  return 0;
}
