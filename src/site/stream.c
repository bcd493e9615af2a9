/* SPDX-License-Identifier: GPL-3.0-or-later
 * A cursor, read in batches. */
#include "site/stream.h"

#include <string.h>

#define BATCH "5000"

struct _TlsrptStream {
  TlsrptPg *pg;
  char *fetch;
  PGresult *result;
  int row;
};

TlsrptStream *
tlsrpt_stream_open (TlsrptPg *pg, const char *sql, const char *since, const char *until,
                    GError **error)
{
  static guint64 n_opened;
  g_autoptr (TlsrptStream) stream = g_new0 (TlsrptStream, 1);
  guint64 number = n_opened++;
  g_autofree char *declare =
      g_strdup_printf ("DECLARE tlsrpt_%" G_GUINT64_FORMAT " NO SCROLL CURSOR FOR %s", number, sql);
  const TlsrptPgParam params[] = { { .value = since }, { .value = until } };
  g_autoptr (PGresult) declared = NULL;

  stream->pg = pg;
  stream->fetch = g_strdup_printf ("FETCH " BATCH " FROM tlsrpt_%" G_GUINT64_FORMAT, number);
  declared = tlsrpt_pg_query (pg, declare, G_N_ELEMENTS (params), params, error);
  return declared != NULL ? g_steal_pointer (&stream) : NULL;
}

void
tlsrpt_stream_free (TlsrptStream *stream)
{
  if (stream == NULL)
    return;
  PQclear (stream->result);
  g_free (stream->fetch);
  g_free (stream);
}

/* Whether there is a row to look at. */
static gboolean
fill (TlsrptStream *stream, GError **error)
{
  if (stream->result != NULL &&
      (stream->row < PQntuples (stream->result) || PQntuples (stream->result) == 0))
    return stream->row < PQntuples (stream->result);
  PQclear (stream->result);
  stream->row = 0;
  stream->result = tlsrpt_pg_query (stream->pg, stream->fetch, 0, NULL, error);
  return stream->result != NULL && PQntuples (stream->result) > 0;
}

gboolean
tlsrpt_stream_next (TlsrptStream *stream, const char *key, TlsrptStreamRow *row, GError **error)
{
  while (fill (stream, error)) {
    int order = key != NULL ? strcmp (PQgetvalue (stream->result, stream->row, 0), key) : 0;

    if (order > 0)
      return FALSE;
    *row = (TlsrptStreamRow){ stream->result, stream->row++ };
    if (order == 0)
      return TRUE;
  }
  return FALSE;
}

const char *
tlsrpt_stream_cell (const TlsrptStreamRow *row, int column)
{
  return PQgetisnull (row->result, row->row, column) ? NULL
                                                     : PQgetvalue (row->result, row->row, column);
}
