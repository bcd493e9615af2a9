/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is around the contents of an HTML document, and rows of a table. Every word of a stranger is escaped. */
#include "insight/html-page.h"

#include "insight/html-card.h"
#include "insight/html-style.h"
#include "insight/link.h"

#include <string.h>

static const char *
class_of (TlsrptTableColumnKind kind)
{
  switch (kind) {
  case TLSRPT_COLUMN_NUMBER:
  case TLSRPT_COLUMN_SHARE:
    return "n";
  case TLSRPT_COLUMN_TEXT:
    return "t";
  case TLSRPT_COLUMN_DAY:
  case TLSRPT_COLUMN_WORD:
  case TLSRPT_COLUMN_FLAG:
    break;
  }
  return "d";
}

static void
append_cell (GString *html, const TlsrptTableColumn *column, const char *address, const char *text)
{
  g_autofree char *lower = g_ascii_strdown (column->title, -1);

  g_string_append_printf (html, "<td class=\"%s\" data-name=\"%s\">", class_of (column->kind),
                          lower);
  tlsrpt_html_card_link (html, address, text);
  g_string_append (html, "</td>");
}

void
tlsrpt_html_page_cells (GString *html, const TlsrptTable *table, guint row, const char *site,
                        TlsrptHtmlCell append)
{
  for (guint column = 0; column < table->n_columns; column++) {
    const char *cell = tlsrpt_table_cell (table, row, column);
    g_autofree char *shown = tlsrpt_table_shown (table, row, column);
    g_autofree char *address = NULL;

    if (table->columns[column].title == NULL)
      continue;
    if (strcmp (table->columns[column].name, "mail_domain") == 0)
      address = tlsrpt_link_domain (site, cell);
    append (html, &table->columns[column], address,
            column == 0 && cell == NULL ? "not named" : shown);
  }
}

static void
append_row (GString *html, const TlsrptTable *table, guint row, const char *site)
{
  g_string_append (html, "<tr>");
  tlsrpt_html_page_cells (html, table, row, site, append_cell);
  g_string_append (html, "</tr>\n");
}

static void
append_total (GString *html, const TlsrptTable *table)
{
  g_string_append (html, "<tfoot><tr>");
  for (guint column = 0; column < table->n_columns; column++) {
    g_autofree char *shown = tlsrpt_table_total (table, column);

    if (table->columns[column].title != NULL)
      append_cell (html, &table->columns[column], NULL, shown);
  }
  g_string_append (html, "</tr></tfoot>\n");
}

static void
append_titles (GString *html, const TlsrptTable *table)
{
  g_string_append (html, "<thead><tr>");
  for (guint column = 0; column < table->n_columns; column++) {
    const char *title = table->columns[column].title;
    g_autofree char *lower = title != NULL ? g_ascii_strdown (title, -1) : NULL;

    if (title != NULL)
      g_string_append_printf (html, "<th scope=\"col\" class=\"%s\">%s</th>",
                              class_of (table->columns[column].kind), lower);
  }
  g_string_append (html, "</tr></thead>\n");
}

void
tlsrpt_html_page_rows (GString *html, const TlsrptHtmlRows *shown)
{
  g_string_append_printf (html, "<div class=\"scroll\"><table class=\"stack\" aria-label=\"%s\">",
                          shown->title);
  append_titles (html, shown->table);
  if (shown->first == 0 && shown->table->total != NULL)
    append_total (html, shown->table);
  g_string_append (html, "<tbody>\n");
  for (guint row = shown->first; row < MIN (shown->end, tlsrpt_table_rows (shown->table)); row++)
    append_row (html, shown->table, row, shown->site);
  g_string_append (html, "</tbody></table></div>\n");
}

void
tlsrpt_html_page_open (GString *html, const char *title)
{
  g_string_append (html,
                   "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<meta name=\"color-scheme\" content=\"light dark\">\n"
                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
                   " style-src 'unsafe-inline'\">\n");
  tlsrpt_html_card_element (html, "title", title);
  g_string_append_printf (html, "<style>\n%s</style></head>\n<body><main>\n", tlsrpt_html_style);
  tlsrpt_html_card_element (html, "h1", title);
}

char *
tlsrpt_html_page_close (GString *html)
{
  g_string_append (html,
                   "</main>\n<footer>tlsrpt-ingest " TLSRPT_VERSION "</footer>\n</body></html>\n");
  return g_string_free (html, FALSE);
}
