/* SPDX-License-Identifier: GPL-3.0-or-later
 * Settings of a transaction. The startup packet could carry them without a statement of their own,
 * but a pooler refuses it. */
#include "pg/session.h"

#include <string.h>

/* Parsed under the caller's search_path, so each function and operator names its schema. A list of rows and
 * one call take the server a third of the time of a call for each. If `synchronous_commit` is off, COMMIT
 * would return before the rows are on disk; any other value of the operator is stricter and is kept.
 * `transaction_timeout` exists since PostgreSQL 17. */
/* clang-format off */
#define SETTINGS(more)                                                                                    \
  "SELECT pg_catalog.set_config(setting.name, setting.value, true) FROM (VALUES"                          \
  " ('search_path', 'pg_catalog, pg_temp'),"      /* which schema's names count */                        \
  " ('datestyle', 'ISO, YMD'),"                   /* dates as text, both ways */                          \
  " ('timezone', 'UTC'),"                         /* times as text, and which day they are of */          \
  " ('intervalstyle', 'postgres'),"                                                                       \
  " ('extra_float_digits', '1'),"                                                                         \
  " ('bytea_output', 'hex'),"                                                                             \
  " ('standard_conforming_strings', 'on'),"       /* a backslash in a literal is one */                   \
  " ('array_nulls', 'on'),"                                                                               \
  " ('transform_null_equals', 'off'),"                                                                    \
  " ('row_security', 'on'),"                      /* off: row security raises an error */                 \
  " ('jit', 'off'),"                              /* compiling such plans takes longer than running them */ \
  " ('statement_timeout', $1),"                                                                           \
  " ('idle_in_transaction_session_timeout', $1),"                                                         \
  more                                                                                                    \
  " ('synchronous_commit', CASE WHEN pg_catalog.current_setting('synchronous_commit')"                    \
  "   OPERATOR(pg_catalog.=) 'off' THEN 'on' ELSE pg_catalog.current_setting('synchronous_commit') END)"  \
  ") AS setting (name, value)"
/* clang-format on */

const char *
tlsrpt_session_settings (PGconn *connection)
{
  static const char settings[] = SETTINGS ("");
  static const char settings_since_17[] = SETTINGS (" ('transaction_timeout', '0'),");

  return PQserverVersion (connection) >= 170000 ? settings_since_17 : settings;
}

const char *
tlsrpt_session_begin (PGconn *connection, TlsrptSessionMode mode)
{
  const char *standby = PQparameterStatus (connection, "in_hot_standby");

  if (mode == TLSRPT_SESSION_SNAPSHOT)
    return "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
  if (standby != NULL && strcmp (standby, "on") == 0)
    return "BEGIN ISOLATION LEVEL READ COMMITTED";
  return "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE";
}
