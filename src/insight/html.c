/* SPDX-License-Identifier: GPL-3.0-or-later
 * A digest to one HTML document: no script, no network, light and dark, wide and narrow. Every word
 * of a stranger is escaped. */
#include "insight/html.h"

#include "insight/html-card.h"
#include "insight/html-style.h"
#include "insight/lead.h"
#include "insight/link.h"
#include "insight/markup.h"
#include "insight/svg.h"

#include <string.h>

#define ROWS_UNFOLDED 20

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

static void
append_row (GString *html, const TlsrptTable *table, guint row, const char *site)
{
  g_string_append (html, "<tr>");
  for (guint column = 0; column < table->n_columns; column++) {
    const char *cell = tlsrpt_table_cell (table, row, column);
    g_autofree char *shown = tlsrpt_table_shown (table, row, column);
    g_autofree char *address = NULL;

    if (table->columns[column].title == NULL)
      continue;
    if (strcmp (table->columns[column].name, "mail_domain") == 0)
      address = tlsrpt_link_domain (site, cell);
    append_cell (html, &table->columns[column], address,
                 column == 0 && cell == NULL ? "not named" : shown);
  }
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

typedef struct {
  const TlsrptTable *table;
  const TlsrptSection *section;
  const char *site;
} Shown;

static void
append_rows (GString *html, const Shown *shown, guint first, guint end)
{
  g_string_append_printf (html, "<div class=\"scroll\"><table class=\"stack\" aria-label=\"%s\">",
                          shown->section->title);
  append_titles (html, shown->table);
  if (first == 0 && shown->table->total != NULL)
    append_total (html, shown->table);
  g_string_append (html, "<tbody>\n");
  for (guint row = first; row < MIN (end, tlsrpt_table_rows (shown->table)); row++)
    append_row (html, shown->table, row, shown->site);
  g_string_append (html, "</tbody></table></div>\n");
}

static void
append_more (GString *html, guint64 more)
{
  g_autofree char *shown = tlsrpt_count_shown (more);
  g_autofree char *line = g_strdup_printf ("and %s more", shown);

  if (more > 0)
    tlsrpt_html_card_dim (html, line);
}

/* Past some rows the rest is folded. */
static void
append_table (GString *html, const Shown *shown)
{
  guint rows = tlsrpt_table_rows (shown->table);

  append_rows (html, shown, 0, shown->section->by_day ? rows : ROWS_UNFOLDED);
  if (!shown->section->by_day && rows > ROWS_UNFOLDED) {
    g_autofree char *folded = tlsrpt_count_shown (rows - ROWS_UNFOLDED);

    g_string_append_printf (html, "<details><summary class=\"dim\">%s more</summary>\n", folded);
    append_rows (html, shown, ROWS_UNFOLDED, rows);
    g_string_append (html, "</details>\n");
  }
  append_more (html, shown->table->more);
}

static gboolean
is_shown (const TlsrptSection *section, const TlsrptTable *table, const TlsrptDigest *digest)
{
  gboolean has_reports = strcmp (digest->reports, "0") != 0;

  if (section->by_day)
    return has_reports;
  return tlsrpt_table_rows (table) > 0 || (section->empty != NULL && has_reports);
}

static void
append_section (GString *html, const TlsrptSection *section, const TlsrptTable *table,
                const TlsrptDigest *digest)
{
  guint rows = tlsrpt_table_rows (table);

  if (!is_shown (section, table, digest))
    return;
  g_string_append_printf (html, "<h2 id=\"%s\">%s</h2>\n", section->name, section->title);
  if (rows == 0) {
    tlsrpt_html_card_element (html, "p",
                              section->empty != NULL ? section->empty : "No day is over yet.");
    return;
  }
  if (section->by_day) {
    const char *last = tlsrpt_table_cell (table, rows - 1, TLSRPT_DAYS_IS_COMPLETE);

    tlsrpt_svg_days (html, table, section->title, g_strcmp0 (last, "f") == 0);
    g_string_append (html, "<details><summary class=\"dim\">The numbers</summary>\n");
  } else if (section->bar != 0) {
    tlsrpt_svg_bars (html, table, section->bar, section->title);
  }
  append_table (html, &(Shown){ table, section, digest->site });
  if (section->by_day)
    g_string_append (html, "</details>\n");
}

static void
append_head (GString *html, const char *title)
{
  g_string_append (html,
                   "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<meta name=\"color-scheme\" content=\"light dark\">\n"
                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
                   " style-src 'unsafe-inline'\">\n");
  tlsrpt_html_card_element (html, "title", title);
  g_string_append_printf (html, "<style>\n%s</style></head>\n<body><main>\n", tlsrpt_html_style);
}

static void
append_navigation (GString *html, const TlsrptDigest *digest)
{
  guint n;
  const TlsrptSection *sections = tlsrpt_sections (&n);
  gboolean is_first = TRUE;

  g_string_append (html, "<nav aria-label=\"On this page\"><p class=\"dim\">");
  if (digest->site != NULL) {
    g_autofree char *address = g_strconcat (digest->site, "/", NULL);

    tlsrpt_html_card_link (html, address, "The site, with every report");
    is_first = FALSE;
  }
  for (guint i = 0; i < n; i++)
    if (is_shown (&sections[i], digest->tables->pdata[i], digest)) {
      g_string_append_printf (html, "%s<a href=\"#%s\">%s</a>", is_first ? "" : " · ",
                              sections[i].name, sections[i].title);
      is_first = FALSE;
    }
  g_string_append (html, "</p></nav>\n");
}

char *
tlsrpt_html_digest (const TlsrptDigest *digest)
{
  GString *html = g_string_new (NULL);
  g_autofree char *title = tlsrpt_lead_title (digest);
  guint n;
  const TlsrptSection *sections = tlsrpt_sections (&n);

  append_head (html, title);
  tlsrpt_html_card_element (html, "h1", title);
  tlsrpt_html_card_all (html, digest,
                        &(TlsrptCardStyle){ .is_page = TRUE, .remedies = TLSRPT_DIGEST_LEAD });
  append_navigation (html, digest);
  for (guint i = 0; i < n; i++)
    append_section (html, &sections[i], digest->tables->pdata[i], digest);
  g_string_append (html,
                   "</main>\n<footer>tlsrpt-ingest " TLSRPT_VERSION "</footer>\n</body></html>\n");
  return g_string_free (html, FALSE);
}
