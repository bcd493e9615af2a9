/* SPDX-License-Identifier: GPL-3.0-or-later
 * Positions in archives to rows of replay_position and back. */
#include "store/positions.h"

#include "pg/array.h"

#include <string.h>

typedef enum {
  ARCHIVE,
  DONE,
  DIGEST,
  N_COLUMNS,
} Column;

static gboolean
set_bytes (guint8 *to, const char *hex)
{
  if (strlen (hex) != 2 * TLSRPT_POSITION_BYTES)
    return FALSE;
  for (gsize i = 0; i < TLSRPT_POSITION_BYTES; i++) {
    int high = g_ascii_xdigit_value (hex[2 * i]);
    int low = g_ascii_xdigit_value (hex[2 * i + 1]);

    if (high < 0 || low < 0)
      return FALSE;
    to[i] = (guint8)(high << 4 | low);
  }
  return TRUE;
}

TlsrptPositions *
tlsrpt_positions_load (TlsrptPg *pg, GError **error)
{
  static const char sql[] = "SELECT encode(archive, 'hex'), done, encode(check_digest, 'hex') "
                            "FROM tlsrpt.replay_position ORDER BY stored_at DESC LIMIT 100000";
  g_autoptr (PGresult) result = tlsrpt_pg_query (pg, sql, 0, NULL, error);
  TlsrptPositions *positions;

  if (result == NULL)
    return NULL;
  positions = tlsrpt_positions_new ();
  for (int row = 0; row < PQntuples (result); row++) {
    TlsrptPosition position = { .done =
                                    g_ascii_strtoull (PQgetvalue (result, row, DONE), NULL, 10) };

    if (set_bytes (position.archive, PQgetvalue (result, row, ARCHIVE)) &&
        set_bytes (position.check, PQgetvalue (result, row, DIGEST)))
      tlsrpt_positions_set (positions, &position);
  }
  return positions;
}

/* set_config() is for this statement's transaction alone, so that a pooled connection keeps nothing. */
static gboolean
run (TlsrptPg *pg, const char *sql, guint n_params, TlsrptPositions *positions, GError **error)
{
  TlsrptArray columns[N_COLUMNS];
  TlsrptPgParam params[N_COLUMNS];
  g_autoptr (PGresult) result = NULL;
  GHashTableIter iter;
  gpointer value;

  tlsrpt_array_init (&columns[ARCHIVE], &tlsrpt_array_bytea);
  tlsrpt_array_init (&columns[DONE], &tlsrpt_array_int8);
  tlsrpt_array_init (&columns[DIGEST], &tlsrpt_array_bytea);
  g_hash_table_iter_init (&iter, positions);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const TlsrptPosition *position = value;

    tlsrpt_array_add_bytes (&columns[ARCHIVE], position->archive, sizeof position->archive);
    tlsrpt_array_add_int8 (&columns[DONE], (gint64)position->done);
    tlsrpt_array_add_bytes (&columns[DIGEST], position->check, sizeof position->check);
  }
  for (guint i = 0; i < N_COLUMNS; i++)
    params[i] = tlsrpt_array_param (&columns[i]);
  result = tlsrpt_pg_query (pg, sql, (int)n_params, params, error);
  for (guint i = 0; i < N_COLUMNS; i++)
    tlsrpt_array_clear (&columns[i]);
  return result != NULL;
}

gboolean
tlsrpt_positions_save (TlsrptPg *pg, TlsrptPositions *positions, GError **error)
{
  return run (pg,
              "INSERT INTO tlsrpt.replay_position (archive, done, check_digest) "
              "SELECT v.archive, v.done, v.check_digest "
              "FROM set_config('synchronous_commit', 'off', true), "
              "unnest($1, $2, $3) AS v (archive, done, check_digest) ORDER BY v.archive "
              "ON CONFLICT (archive) DO UPDATE SET done = excluded.done, "
              "check_digest = excluded.check_digest, stored_at = now()",
              N_COLUMNS, positions, error);
}

gboolean
tlsrpt_positions_forget (TlsrptPg *pg, TlsrptPositions *positions, GError **error)
{
  return run (pg, "DELETE FROM tlsrpt.replay_position WHERE archive = ANY ($1)", 1, positions,
              error);
}
