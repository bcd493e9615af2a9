/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows to tables with links. */
#include "site/listing.h"

#include "core/limits.h"
#include "insight/html-card.h"
#include "insight/markup.h"
#include "insight/svg.h"
#include "insight/table.h"

#include <string.h>

/* Characters of a name or word; a host name is longer only if somebody made it so. */
#define SHOWN_MAX 120

void
tlsrpt_listing_link (GString *html, TlsrptSheet sheet, const char *name, const char *shown,
                     const TlsrptAtlas *atlas, const char *up)
{
  g_autofree char *path = tlsrpt_atlas_path (atlas, sheet, name);
  g_autofree char *printable = tlsrpt_text_elided (shown, SHOWN_MAX);

  if (path != NULL) {
    g_string_append (html, "<a href=\"");
    g_string_append (html, up);
    g_string_append (html, path);
    g_string_append (html, "\">");
  }
  tlsrpt_markup_append (html, printable);
  if (path != NULL)
    g_string_append (html, "</a>");
}

/* The key of a report says nothing to a person but which one it is. */
static void
append_link (GString *html, const TlsrptCell *cell, const char *name, const TlsrptAtlas *atlas,
             const char *up)
{
  g_autofree char *shown = NULL;

  if (cell->sheet == TLSRPT_SHEET_INCIDENT)
    shown = g_strconcat ("#", name, NULL);
  if (cell->sheet == TLSRPT_SHEET_REPORT)
    shown = g_strdup_printf ("report %.8s", name + strlen (name) - MIN (strlen (name), 8));
  tlsrpt_listing_link (html, cell->sheet, name, shown != NULL ? shown : name, atlas, up);
}

static const char *
tag_class (const char *word)
{
  static const char *const known[] = { "critical", "warning", "ok" };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (strcmp (word, known[i]) == 0)
      return known[i];
  return "plain";
}

static void
append_cell (GString *html, const TlsrptCell *cell, const char *value, const TlsrptAtlas *atlas,
             const char *up)
{
  g_autofree char *shown = NULL;

  if (value == NULL) {
    g_string_append (html, cell->kind == TLSRPT_CELL_LINK ? "not named" : "-");
  } else if (cell->kind == TLSRPT_CELL_LINK) {
    append_link (html, cell, value, atlas, up);
  } else if (cell->kind == TLSRPT_CELL_TAG) {
    g_string_append_printf (html, "<span class=\"tag %s\">", tag_class (value));
    tlsrpt_markup_append (html, value);
    g_string_append (html, "</span>");
  } else {
    shown = cell->kind == TLSRPT_CELL_NUMBER  ? tlsrpt_digits_shown (value)
            : cell->kind == TLSRPT_CELL_SHARE ? tlsrpt_share_shown (g_ascii_strtod (value, NULL))
            : cell->kind == TLSRPT_CELL_FLAG  ? g_strdup (*value == 't' ? "yes" : "no")
                                              : tlsrpt_text_elided (value, SHOWN_MAX);
    tlsrpt_markup_append (html, shown);
  }
}

static const char *
cell_class (const TlsrptCell *cell)
{
  if (cell->kind == TLSRPT_CELL_NUMBER || cell->kind == TLSRPT_CELL_SHARE)
    return "n";
  return cell->kind == TLSRPT_CELL_LINK && cell->sheet == TLSRPT_SHEET_DAY ? "d" : "t";
}

void
tlsrpt_listing_fact (GString *html, const TlsrptCell *cell, const char *value,
                     const TlsrptAtlas *atlas, const char *up)
{
  g_string_append_printf (html, "<dt>%s</dt><dd%s>", cell->title,
                          *cell_class (cell) == 'd' ? " class=\"d\"" : "");
  append_cell (html, cell, value, atlas, up);
  g_string_append (html, "</dd>\n");
}

static void
append_body (GString *html, char letter)
{
  if (letter == '\0')
    g_string_append (html, "<tbody>\n");
  else
    g_string_append_printf (html, "<tbody id=\"at-%c\">\n", letter);
}

void
tlsrpt_listing_head (GString *html, const TlsrptListing *listing, char letter)
{
  g_string_append_printf (html,
                          "<div class=\"scroll\"><table class=\"stack\" aria-label=\"%s\">"
                          "<thead><tr>",
                          listing->title);
  for (const TlsrptCell *cell = listing->cells; cell->title != NULL; cell++)
    g_string_append_printf (html, "<th scope=\"col\"%s>%s</th>",
                            *cell_class (cell) == 'n' ? " class=\"n\"" : "", cell->title);
  g_string_append (html, "</tr></thead>");
  append_body (html, letter);
}

void
tlsrpt_listing_letter (GString *html, char letter)
{
  g_string_append (html, "</tbody>");
  append_body (html, letter);
}

void
tlsrpt_listing_row (GString *html, const TlsrptListing *listing, const TlsrptStreamRow *row,
                    int first, const TlsrptAtlas *atlas, const char *up)
{
  g_string_append (html, "<tr>");
  for (int i = 0; listing->cells[i].title != NULL; i++) {
    const TlsrptCell *cell = &listing->cells[i];

    g_string_append (html, "<td class=\"");
    g_string_append (html, cell_class (cell));
    g_string_append (html, "\" data-name=\"");
    g_string_append (html, cell->title);
    g_string_append (html, "\">");
    append_cell (html, cell, tlsrpt_stream_cell (row, first + i), atlas, up);
    g_string_append (html, "</td>");
  }
  g_string_append (html, "</tr>\n");
}

void
tlsrpt_listing_end (GString *html)
{
  g_string_append (html, "</tbody></table></div>\n");
}

static const TlsrptTableColumn chart_columns[] = {
  { "day", "Day", TLSRPT_COLUMN_DAY },
  { "sessions", "Sessions", TLSRPT_COLUMN_NUMBER },
  { "failed_sessions", "Failed", TLSRPT_COLUMN_NUMBER },
};

static TlsrptTable *
chart_new (void)
{
  TlsrptTable *table = g_new0 (TlsrptTable, 1);

  table->columns = chart_columns;
  table->n_columns = G_N_ELEMENTS (chart_columns);
  table->cells = g_ptr_array_new_with_free_func (g_free);
  return table;
}

static void
chart_add (TlsrptTable *chart, const TlsrptStreamRow *row, int first)
{
  for (int i = 0; i < (int)G_N_ELEMENTS (chart_columns); i++)
    g_ptr_array_add (chart->cells, g_strdup (tlsrpt_stream_cell (row, first + i)));
}

void
tlsrpt_listing_chart (GString *html, const TlsrptListing *listing, const PGresult *result,
                      int first)
{
  g_autoptr (TlsrptTable) chart = chart_new ();

  for (int row = 0; row < PQntuples (result); row++)
    chart_add (chart, &(TlsrptStreamRow){ result, row }, first);
  tlsrpt_svg_days (html, chart, listing->title, FALSE);
}

gboolean
tlsrpt_listing_append (GString *html, const TlsrptListing *listing, TlsrptStream *stream,
                       const char *key, const TlsrptAtlas *atlas, const char *up, GError **error)
{
  g_autoptr (GString) rows = g_string_new (NULL);
  g_autoptr (TlsrptTable) chart = listing->is_chart ? chart_new () : NULL;
  g_autoptr (GError) failure = NULL;
  TlsrptStreamRow row;
  guint n = 0;

  for (; tlsrpt_stream_next (stream, key, &row, &failure); n++) {
    if (n < TLSRPT_SITE_ROWS_MAX)
      tlsrpt_listing_row (rows, listing, &row, 1, atlas, up);
    if (chart != NULL)
      chart_add (chart, &row, 1);
  }
  if (failure != NULL) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
  }
  if (n == 0)
    return TRUE;
  tlsrpt_html_card_element (html, "h2", listing->title);
  if (chart != NULL)
    tlsrpt_svg_days (html, chart, listing->title, FALSE);
  tlsrpt_listing_head (html, listing, '\0');
  g_string_append_len (html, rows->str, (gssize)rows->len);
  tlsrpt_listing_end (html);
  if (n > TLSRPT_SITE_ROWS_MAX)
    g_string_append_printf (html, "<p class=\"dim\">and %u more</p>\n", n - TLSRPT_SITE_ROWS_MAX);
  return TRUE;
}
