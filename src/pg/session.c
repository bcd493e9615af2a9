/* SPDX-License-Identifier: GPL-3.0-or-later
 * Settings of a transaction. The startup packet could carry them without a statement of their own,
 * but a pooler refuses it. */
#include "pg/session.h"

#include <string.h>

#define SET(name, value) " pg_catalog.set_config('" name "', '" value "', true),"

/* Parsed under the caller's search_path, so each function and operator names its schema. If
 * `synchronous_commit` is off, COMMIT would return before the rows are on disk; any other value
 * of the operator is stricter and is kept. `transaction_timeout` exists since PostgreSQL 17. */
/* clang-format off */
const char tlsrpt_session_settings[] =
    "SELECT"
    SET ("search_path", "pg_catalog, pg_temp")     /* which schema's names count */
    SET ("datestyle", "ISO, YMD")                  /* dates as text, both ways */
    SET ("timezone", "UTC")                        /* times as text, and which day they are of */
    SET ("intervalstyle", "postgres")
    SET ("extra_float_digits", "1")
    SET ("bytea_output", "hex")
    SET ("standard_conforming_strings", "on")      /* a backslash in a literal is one */
    SET ("array_nulls", "on")
    SET ("transform_null_equals", "off")
    SET ("row_security", "on")                     /* off: row security raises an error */
    SET ("jit", "off")                             /* compiling such plans takes longer than running them */
    " pg_catalog.set_config('statement_timeout', $1, true),"
    " pg_catalog.set_config('idle_in_transaction_session_timeout', $1, true),"
    " CASE WHEN pg_catalog.current_setting('synchronous_commit') OPERATOR(pg_catalog.=) 'off' THEN"
    "   pg_catalog.set_config('synchronous_commit', 'on', true) END,"
    " CASE WHEN pg_catalog.current_setting('transaction_timeout', true) IS NOT NULL THEN"
    "   pg_catalog.set_config('transaction_timeout', '0', true) END";
/* clang-format on */

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
