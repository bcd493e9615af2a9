/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows of a query to structs in one block. Their strings are the result's, which is kept beside. */
#include "pg/records.h"

struct _TlsrptRecords {
  const TlsrptRelation *relation;
  PGresult *result;
  gsize size;
  guint length;
  char *rows;
};

TlsrptRecords *
tlsrpt_records_query (TlsrptPg *pg, const TlsrptRelation *relation, gsize size, const char *sql,
                      int n_params, const TlsrptPgParam *params, GError **error)
{
  g_autofree char *list = tlsrpt_columns_list (relation);
  g_auto (GStrv) parts = g_strsplit (sql, "{columns}", 2);
  g_autofree char *statement = g_strjoinv (list, parts);
  PGresult *result = tlsrpt_pg_query (pg, statement, n_params, params, error);
  TlsrptRecords *records;

  if (result == NULL)
    return NULL;
  records = g_new0 (TlsrptRecords, 1);
  records->relation = relation;
  records->result = result;
  records->size = size;
  records->length = (guint)PQntuples (result);
  records->rows = g_malloc0_n (MAX (records->length, 1), size);
  for (guint i = 0; i < records->length; i++)
    tlsrpt_columns_read (relation, result, (int)i, records->rows + i * size);
  return records;
}

void
tlsrpt_records_free (TlsrptRecords *records)
{
  if (records == NULL)
    return;
  for (guint i = 0; i < records->relation->n_columns; i++) {
    const TlsrptColumn *column = &records->relation->columns[i];

    for (guint row = 0; column->type == &tlsrpt_array_bytea && row < records->length; row++)
      g_bytes_unref (*(GBytes **)(gpointer)(records->rows + row * records->size + column->offset));
  }
  PQclear (records->result);
  g_free (records->rows);
  g_free (records);
}

guint
tlsrpt_records_length (const TlsrptRecords *records)
{
  return records->length;
}

gconstpointer
tlsrpt_records_get (const TlsrptRecords *records, guint row)
{
  g_return_val_if_fail (row < records->length, NULL);
  return records->rows + row * records->size;
}
