/* SPDX-License-Identifier: GPL-3.0-or-later
 * SQLSTATE to TlsrptError. Whole codes stand before their class; the first row that fits counts. */
#include "pg/sqlstate.h"

#include <string.h>

#define INSTALL "run `tlsrpt-ingest schema install`"

/* A whole SQLSTATE (5 characters) or its class (2), and what the operator can mend. */
typedef struct {
  const char *state;
  TlsrptError code;
  const char *text;
} Row;

/* clang-format off */
static const Row table[] = {
  /* The connection. */
  { "08",    TLSRPT_ERROR_TEMPORARY,     "the connection failed" },
  { "28",    TLSRPT_ERROR_OPERATOR,      "the server did not let this user in: check role, "
                                         "password and pg_hba.conf" },
  { "3D000", TLSRPT_ERROR_OPERATOR,      "the database does not exist: create it, or name another" },

  /* The schema and its grants. */
  { "3F000", TLSRPT_ERROR_OPERATOR,      "schema tlsrpt is missing: " INSTALL },
  { "42P01", TLSRPT_ERROR_OPERATOR,      "a table of schema tlsrpt is missing: " INSTALL },
  { "42703", TLSRPT_ERROR_OPERATOR,      "a column of schema tlsrpt is missing: " INSTALL },
  { "42883", TLSRPT_ERROR_OPERATOR,      "a function is missing: " INSTALL },
  { "42501", TLSRPT_ERROR_OPERATOR,      "a privilege is missing: grant role tlsrpt_writer to "
                                         "the user that delivers or replays; `tlsrpt-ingest "
                                         "schema status` says whether more is wrong" },
  { "42",    TLSRPT_ERROR_OPERATOR,      "tables and program do not match: " INSTALL },
  { "0A",    TLSRPT_ERROR_OPERATOR,      "the server lacks a feature: PostgreSQL 15 or later is "
                                         "needed" },
  { "F0",    TLSRPT_ERROR_OPERATOR,      "the server's configuration file is wrong" },
  /* Raised by sql/ itself. */
  { "TR",    TLSRPT_ERROR_OPERATOR,      "the installation refused: see `tlsrpt-ingest schema "
                                         "status`" },

  { "TQ002", TLSRPT_ERROR_FLOOD,         "the store has no more room for reports of this signing "
                                         "domain, or of this day: see view store_usage and table store_limit" },
  { "TQ",    TLSRPT_ERROR_TEMPORARY,     "quarantine is full: `tlsrpt-ingest quarantine drop`, or "
                                         "raise table quarantine_limit" },

  /* The message. 54 is a value too large for an index or a row: no later try will fit it. */
  { "22",    TLSRPT_ERROR_REFUSED_VALUE, "the server refused a value" },
  { "23",    TLSRPT_ERROR_REFUSED_VALUE, "a value breaks a constraint" },
  { "54",    TLSRPT_ERROR_REFUSED_VALUE, "a value is too large for the server" },

  /* What passes. */
  { "25006", TLSRPT_ERROR_TEMPORARY,     "the server is read-only" },
  { "25",    TLSRPT_ERROR_TEMPORARY,     "the transaction was ended by the server" },
  { "40P01", TLSRPT_ERROR_TEMPORARY,     "a deadlock was detected" },
  { "40",    TLSRPT_ERROR_TEMPORARY,     "the transaction collided with another one" },
  { "53100", TLSRPT_ERROR_TEMPORARY,     "the server's disk is full" },
  { "53200", TLSRPT_ERROR_TEMPORARY,     "the server is out of memory" },
  { "53300", TLSRPT_ERROR_TEMPORARY,     "the server has too many connections" },
  { "53",    TLSRPT_ERROR_TEMPORARY,     "the server is out of resources" },
  { "55P03", TLSRPT_ERROR_TEMPORARY,     "a lock could not be taken" },
  { "55",    TLSRPT_ERROR_TEMPORARY,     "an object is in use" },
  { "57014", TLSRPT_ERROR_TEMPORARY,     "the statement was cancelled or timed out" },
  { "57P01", TLSRPT_ERROR_TEMPORARY,     "the server is shutting down" },
  { "57P02", TLSRPT_ERROR_TEMPORARY,     "the server crashed" },
  { "57P03", TLSRPT_ERROR_TEMPORARY,     "the server is starting, stopping or in recovery" },
  { "57",    TLSRPT_ERROR_TEMPORARY,     "the server's operator intervened" },
  { "58",    TLSRPT_ERROR_TEMPORARY,     "the server has trouble with its files" },
};

static const Row unknown = { "",   TLSRPT_ERROR_TEMPORARY, "the server failed" };
static const Row lost    = { NULL, TLSRPT_ERROR_TEMPORARY, "the connection was lost" };

/* Worth another try at once, within the deadline. */
static const char *const transient[] = { "08", "40001", "40P01", "57P01", "57P02", "57P03" };
/* clang-format on */

static const Row *
lookup (const char *state)
{
  if (state == NULL || *state == '\0')
    return &lost;
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    if (strncmp (state, table[i].state, strlen (table[i].state)) == 0)
      return &table[i];
  return &unknown;
}

gboolean
tlsrpt_sqlstate_is_transient (const char *state)
{
  if (state == NULL || *state == '\0')
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (transient); i++)
    if (g_str_has_prefix (state, transient[i]))
      return TRUE;
  return FALSE;
}

GError *
tlsrpt_sqlstate_error (const char *state)
{
  const Row *row = lookup (state);

  if (row->state == NULL)
    return g_error_new (TLSRPT_ERROR, (int)row->code, "database: %s", row->text);
  return g_error_new (TLSRPT_ERROR, (int)row->code, "database: %s (SQLSTATE %.5s)", row->text,
                      state);
}
