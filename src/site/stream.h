/* SPDX-License-Identifier: GPL-3.0-or-later
 * The rows of a query in the order of a key, some thousands in memory at a time. Several that are sorted by
 * one key are read side by side: one pass over the database serves any number of pages. */
#pragma once

#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/** TlsrptStream: opaque: a query that is being read */
typedef struct _TlsrptStream TlsrptStream;

/**
 * TlsrptStreamRow:
 * @result: where the row is
 * @row: its number there
 *
 * One row, good until the next call.
 */
typedef struct {
  const PGresult *result;
  int row;
} TlsrptStreamRow;

/**
 * tlsrpt_stream_open:
 * @pg: a connection in a transaction
 * @sql: a SELECT whose first column is the key, sorted by it, in bytes (COLLATE "C")
 * @since: parameter `$1`
 * @until: parameter `$2`
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full): the query before its first row, or %NULL with @error set
 */
TlsrptStream *tlsrpt_stream_open (TlsrptPg *pg, const char *sql, const char *since,
                                  const char *until, GError **error);

/**
 * tlsrpt_stream_free:
 * @stream: (transfer full) (nullable): what to free; the server's side ends with the transaction
 */
void tlsrpt_stream_free (TlsrptStream *stream);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptStream, tlsrpt_stream_free)

/**
 * tlsrpt_stream_next:
 * @stream: a query
 * @key: (nullable): rows of a lower key are passed over, and none of a higher one is returned; %NULL
 *   for any
 * @row: (out): the next row
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %TRUE, or %FALSE if no row of @key is left, or with @error set
 */
gboolean tlsrpt_stream_next (TlsrptStream *stream, const char *key, TlsrptStreamRow *row,
                             GError **error);

/**
 * tlsrpt_stream_cell:
 * @row: a row
 * @column: number of a column, from 0, the key's
 *
 * Returns: (transfer none) (nullable): its text; %NULL for SQL NULL
 */
const char *tlsrpt_stream_cell (const TlsrptStreamRow *row, int column);

G_END_DECLS
