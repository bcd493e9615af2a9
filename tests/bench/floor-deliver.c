/* SPDX-License-Identifier: GPL-3.0-or-later
 * The floor under `deliver`: the same libraries are loaded, and a message is read, one row inserted
 * and committed. CONNINFO is the one argument; the table bench_floor must be there. */
#include <glib.h>
#include <libpq-fe.h>

#include <stdio.h>

int
main (int argc, char **argv)
{
  static char message[1 << 20];
  const char *values[] = { message };
  PGconn *connection;
  PGresult *result;

  if (argc != 2)
    return 2;
  message[fread (message, 1, 4096, stdin)] = '\0';
  connection = PQconnectdb (argv[1]);
  if (PQstatus (connection) != CONNECTION_OK)
    return 1;
  result = PQexecParams (connection, "INSERT INTO bench_floor VALUES ($1)", 1, NULL, values, NULL,
                         NULL, 0);
  if (PQresultStatus (result) != PGRES_COMMAND_OK)
    return 1;
  PQclear (result);
  PQfinish (connection);
  return 0;
}
