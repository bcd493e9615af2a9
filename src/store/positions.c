/* SPDX-License-Identifier: GPL-3.0-or-later
 * Positions in archives to rows of replay_position and back. */
#include "store/positions.h"

#include "pg/columns.h"

#include <string.h>

typedef struct {
  GBytes *archive;
  gint64 done;
  GBytes *check;
} Row;

static const TlsrptColumn columns[] = {
  { "archive", &tlsrpt_array_bytea, .offset = G_STRUCT_OFFSET (Row, archive) },
  { "done", &tlsrpt_array_int8, .offset = G_STRUCT_OFFSET (Row, done) },
  { "check_digest", &tlsrpt_array_bytea, .offset = G_STRUCT_OFFSET (Row, check) },
};

static const TlsrptRelation relation = TLSRPT_RELATION ("tlsrpt.replay_position", columns);

static void
row_clear (Row *row)
{
  g_clear_pointer (&row->archive, g_bytes_unref);
  g_clear_pointer (&row->check, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Row, row_clear)

static gboolean
copy_bytes (guint8 *to, GBytes *from)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (from, &length);

  if (length != TLSRPT_POSITION_BYTES)
    return FALSE;
  memcpy (to, bytes, length);
  return TRUE;
}

TlsrptPositions *
tlsrpt_positions_load (TlsrptPg *pg, GError **error)
{
  g_autofree char *list = tlsrpt_columns_list (&relation);
  g_autofree char *sql = g_strconcat ("SELECT ", list,
                                      " FROM tlsrpt.replay_position"
                                      " ORDER BY stored_at DESC LIMIT 100000",
                                      NULL);
  g_autoptr (PGresult) result = tlsrpt_pg_query (pg, sql, 0, NULL, error);
  TlsrptPositions *positions;

  if (result == NULL)
    return NULL;
  positions = tlsrpt_positions_new ();
  for (int number = 0; number < PQntuples (result); number++) {
    g_auto (Row) row = { 0 };
    TlsrptPosition position;

    tlsrpt_columns_read (&relation, result, number, &row);
    position.done = (guint64)row.done;
    if (copy_bytes (position.archive, row.archive) && copy_bytes (position.check, row.check))
      tlsrpt_positions_set (positions, &position);
  }
  return positions;
}

/* Runs @before, the rows of @positions as `v`, and @after. */
static gboolean
run (TlsrptPg *pg, const char *before, TlsrptPositions *positions, const char *after,
     GError **error)
{
  g_autofree char *unnest = tlsrpt_columns_unnest (&relation, 1);
  g_autofree char *sql = g_strconcat (before, unnest, after, NULL);
  g_auto (TlsrptColumns) rows = { 0 };
  TlsrptPgParam params[G_N_ELEMENTS (columns)];
  g_autoptr (PGresult) result = NULL;
  GHashTableIter iter;
  gpointer value;

  tlsrpt_columns_init (&rows, &relation);
  g_hash_table_iter_init (&iter, positions);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const TlsrptPosition *position = value;
    g_auto (Row) row = {
      .archive = g_bytes_new_static (position->archive, TLSRPT_POSITION_BYTES),
      .done = (gint64)position->done,
      .check = g_bytes_new_static (position->check, TLSRPT_POSITION_BYTES),
    };

    tlsrpt_columns_add (&rows, NULL, &row);
  }
  tlsrpt_columns_params (&rows, params);
  result = tlsrpt_pg_query (pg, sql, G_N_ELEMENTS (params), params, error);
  return result != NULL;
}

/* set_config() is for this statement's transaction alone, so that a pooled connection keeps nothing. */
gboolean
tlsrpt_positions_save (TlsrptPg *pg, TlsrptPositions *positions, GError **error)
{
  return run (pg,
              "INSERT INTO tlsrpt.replay_position (archive, done, check_digest) "
              "SELECT v.archive, v.done, v.check_digest "
              "FROM set_config('synchronous_commit', 'off', true), ",
              positions,
              "ORDER BY v.archive ON CONFLICT (archive) DO UPDATE SET done = excluded.done, "
              "check_digest = excluded.check_digest, stored_at = now()",
              error);
}

gboolean
tlsrpt_positions_forget (TlsrptPg *pg, TlsrptPositions *positions, GError **error)
{
  return run (pg, "DELETE FROM tlsrpt.replay_position AS old USING ", positions,
              "WHERE old.archive = v.archive", error);
}
