/* SPDX-License-Identifier: GPL-3.0-or-later
 * An index and its pages: one pass over each query serves them all. */
#include "site/pages.h"

#include "insight/html-card.h"
#include "site/frame.h"
#include "site/incident-sheet.h"

#include <stdlib.h>
#include <string.h>

#define UP "../"

/* Rows past the cap have no page. */
static int
rows_of (const TlsrptKind *kind, const PGresult *index)
{
  return (int)MIN ((guint)PQntuples (index), kind->most);
}

PGresult *
tlsrpt_pages_index (const TlsrptPages *pages, const TlsrptKind *kind, GError **error)
{
  PGresult *index = tlsrpt_pg_query_text (pages->pg, kind->index.sql, error, pages->since,
                                          pages->until, TLSRPT_PG_END);

  for (int row = 0; index != NULL && row < rows_of (kind, index); row++)
    tlsrpt_atlas_add (pages->atlas, kind->sheet, PQgetvalue (index, row, 0));
  return index;
}

/* Letters and digits stand for themselves; what begins otherwise shares one anchor. */
static char
letter_of (const char *name)
{
  char c = g_ascii_tolower (*name);

  return g_ascii_isalnum (c) ? c : '_';
}

static gboolean
has_letters (const TlsrptKind *kind)
{
  return kind->sheet == TLSRPT_SHEET_DOMAIN || kind->sheet == TLSRPT_SHEET_MX ||
         kind->sheet == TLSRPT_SHEET_REPORTER;
}

static void
append_letters (GString *html, const TlsrptKind *kind, const PGresult *index)
{
  guint counts[256] = { 0 };

  for (int row = 0; row < rows_of (kind, index); row++)
    counts[(guchar)letter_of (PQgetvalue (index, row, 0))]++;
  g_string_append (html, "<nav aria-label=\"By first letter\" class=\"letters\"><ul>\n");
  for (guint c = 0; c < G_N_ELEMENTS (counts); c++)
    if (counts[c] > 0)
      g_string_append_printf (html, "<li><a href=\"#at-%c\">%s%c</a></li>\n", (char)c,
                              c == '_' ? "other " : "", c == '_' ? ' ' : (char)c);
  g_string_append (html, "</ul></nav>\n");
}

/* The first of each letter has an anchor. Where a letter comes again, as one in capitals may, it has none. */
static void
append_index_rows (GString *html, const TlsrptPages *pages, const TlsrptKind *kind,
                   const PGresult *index)
{
  gboolean seen[256] = { FALSE };

  for (int row = 0; row < rows_of (kind, index); row++) {
    char letter = has_letters (kind) ? letter_of (PQgetvalue (index, row, 0)) : '\0';

    if (row == 0)
      tlsrpt_listing_head (html, &kind->index, letter);
    else if (!seen[(guchar)letter] && letter != '\0')
      tlsrpt_listing_letter (html, letter);
    seen[(guchar)letter] = TRUE;
    tlsrpt_listing_row (html, &kind->index, &(TlsrptStreamRow){ index, row }, 1, pages->atlas, "");
  }
  tlsrpt_listing_end (html);
}

static gboolean
make_index (const TlsrptPages *pages, const TlsrptKind *kind, const PGresult *index, GError **error)
{
  g_autoptr (GString) html = g_string_new (NULL);
  g_autoptr (GBytes) page = NULL;
  int rows = rows_of (kind, index);

  tlsrpt_frame_open (html,
                     &(TlsrptFrame){ .title = kind->index.title, .up = "", .here = kind->path });
  if (kind->index.is_chart)
    tlsrpt_listing_chart (html, &kind->index, index, 1);
  if (rows == 0) {
    g_string_append (html, "<p>None.</p>\n");
  } else {
    if (has_letters (kind))
      append_letters (html, kind, index);
    append_index_rows (html, pages, kind, index);
  }
  if (rows < PQntuples (index))
    g_string_append_printf (html, "<p class=\"dim\">and %d more, without a page</p>\n",
                            PQntuples (index) - rows);
  page = tlsrpt_frame_close (g_steal_pointer (&html));
  return tlsrpt_publish_put (pages->publish, kind->path, NULL, page, error);
}

/* A page in the making: the queries of its kind, side by side. */
typedef struct {
  TlsrptStream *streams[TLSRPT_KIND_LISTINGS_MAX];
} Streams;

static void
streams_clear (Streams *streams)
{
  for (guint i = 0; i < TLSRPT_KIND_LISTINGS_MAX; i++)
    g_clear_pointer (&streams->streams[i], tlsrpt_stream_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Streams, streams_clear)

static gboolean
open_streams (Streams *streams, const TlsrptPages *pages, const TlsrptKind *kind, GError **error)
{
  for (guint i = 0; i < kind->n_listings; i++) {
    if (kind->listings[i].is_listed && !pages->may_list)
      continue;
    streams->streams[i] =
        tlsrpt_stream_open (pages->pg, kind->listings[i].sql, pages->since, pages->until, error);
    if (streams->streams[i] == NULL)
      return FALSE;
  }
  return TRUE;
}

/* What the index says of it, beside its name. */
static void
append_facts (GString *html, const TlsrptPages *pages, const TlsrptKind *kind,
              const TlsrptStreamRow *row)
{
  g_string_append (html, "<dl>\n");
  for (int i = 1; kind->index.cells[i].title != NULL; i++) {
    const TlsrptCell *cell = &kind->index.cells[i];

    if (tlsrpt_stream_cell (row, 1 + i) == NULL)
      continue;
    tlsrpt_listing_fact (html, cell, tlsrpt_stream_cell (row, 1 + i), pages->atlas, UP);
  }
  g_string_append (html, "</dl>\n");
}

static gboolean
append_listing (GString *html, const TlsrptPages *pages, const TlsrptListing *listing,
                TlsrptStream *stream, const char *name, GError **error)
{
  if (stream != NULL)
    return tlsrpt_listing_append (html, listing, stream, name, pages->atlas, UP, error);
  tlsrpt_html_card_element (html, "h2", listing->title);
  tlsrpt_html_card_element (html, "p", "The database user that made this page may not list these.");
  return TRUE;
}

static gboolean
make_page (const TlsrptPages *pages, const TlsrptKind *kind, Streams *streams,
           const TlsrptStreamRow *row, GError **error)
{
  const char *name = PQgetvalue (row->result, row->row, 0);
  const TlsrptIncident *incident =
      kind->sheet == TLSRPT_SHEET_INCIDENT ? g_hash_table_lookup (pages->incidents, name) : NULL;
  g_autofree char *path = tlsrpt_atlas_path (pages->atlas, kind->sheet, name);
  g_autofree char *title = incident != NULL ? tlsrpt_incident_headline (incident) : g_strdup (name);
  g_autoptr (GString) html = g_string_new (NULL);
  g_autoptr (GBytes) page = NULL;

  tlsrpt_frame_open (html, &(TlsrptFrame){ title, kind->word, UP, kind->path });
  if (incident != NULL)
    tlsrpt_incident_sheet_append (html, incident, g_hash_table_lookup (pages->merged, name));
  append_facts (html, pages, kind, row);
  for (guint i = 0; i < kind->n_listings; i++)
    if (!append_listing (html, pages, &kind->listings[i], streams->streams[i], name, error))
      return FALSE;
  page = tlsrpt_frame_close (g_steal_pointer (&html));
  return tlsrpt_publish_put (pages->publish, path, NULL, page, error);
}

static int
compare_keys (gconstpointer a, gconstpointer b, gpointer data)
{
  const PGresult *index = data;

  return strcmp (PQgetvalue (index, *(const int *)a, 0), PQgetvalue (index, *(const int *)b, 0));
}

/* Rows of @index in the order of the streams. */
static int *
sorted_rows (const PGresult *index, int n)
{
  int *rows = g_new (int, (gsize)n + 1);

  for (int row = 0; row < n; row++)
    rows[row] = row;
  g_qsort_with_data (rows, n, sizeof *rows, compare_keys, (gpointer)index);
  return rows;
}

gboolean
tlsrpt_pages_make (const TlsrptPages *pages, const TlsrptKind *kind, const PGresult *index,
                   GError **error)
{
  int n = rows_of (kind, index);
  g_autofree int *rows = sorted_rows (index, n);
  g_auto (Streams) streams = { 0 };

  if (!make_index (pages, kind, index, error) || !open_streams (&streams, pages, kind, error))
    return FALSE;
  for (int i = 0; i < n; i++)
    if (!make_page (pages, kind, &streams, &(TlsrptStreamRow){ index, rows[i] }, error))
      return FALSE;
  return TRUE;
}
