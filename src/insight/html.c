/* SPDX-License-Identifier: GPL-3.0-or-later
 * A digest to one HTML document: no script, no network, light and dark, wide and narrow. Every word
 * of a stranger is escaped. */
#include "insight/html.h"

#include "insight/html-card.h"
#include "insight/html-style.h"
#include "insight/lead.h"
#include "insight/markup.h"
#include "insight/svg.h"

#include <string.h>

#define ROWS_UNFOLDED 20

static void
append_row (GString *html, const TlsrptTable *table, guint row)
{
  static const char *const classes[] = { "t", "n", "n", "d" };

  g_string_append (html, "<tr>");
  for (guint column = 0; column < table->n_columns; column++) {
    gboolean nameless = column == 0 && tlsrpt_table_cell (table, row, column) == NULL;
    g_autofree char *shown = tlsrpt_table_shown (table, row, column);
    g_autofree char *lower = g_ascii_strdown (table->columns[column].title, -1);

    g_string_append_printf (html, "<td class=\"%s\" data-name=\"%s\">",
                            classes[table->columns[column].kind], lower);
    tlsrpt_markup_append (html, nameless ? "not named" : shown);
    g_string_append (html, "</td>");
  }
  g_string_append (html, "</tr>\n");
}

static void
append_rows (GString *html, const TlsrptTable *table, const TlsrptSection *section, guint first,
             guint end)
{
  static const char *const classes[] = { "", " class=\"n\"", " class=\"n\"", " class=\"d\"" };

  g_string_append_printf (html, "<div class=\"scroll\"><table%s aria-label=\"%s\"><thead><tr>",
                          section->by_day ? "" : " class=\"stack\"", section->title);
  for (guint column = 0; column < table->n_columns; column++) {
    g_autofree char *lower = g_ascii_strdown (table->columns[column].title, -1);

    g_string_append_printf (html, "<th scope=\"col\"%s>%s</th>",
                            classes[table->columns[column].kind], lower);
  }
  g_string_append (html, "</tr></thead><tbody>\n");
  for (guint row = first; row < MIN (end, tlsrpt_table_rows (table)); row++)
    append_row (html, table, row);
  g_string_append (html, "</tbody></table></div>\n");
}

/* Past some rows the rest is folded. */
static void
append_table (GString *html, const TlsrptTable *table, const TlsrptSection *section)
{
  guint rows = tlsrpt_table_rows (table);

  append_rows (html, table, section, 0, section->by_day ? rows : ROWS_UNFOLDED);
  if (!section->by_day && rows > ROWS_UNFOLDED) {
    g_string_append_printf (html, "<details><summary class=\"dim\">%u more</summary>\n",
                            rows - ROWS_UNFOLDED);
    append_rows (html, table, section, ROWS_UNFOLDED, rows);
    g_string_append (html, "</details>\n");
  }
  if (table->more > 0)
    g_string_append_printf (html, "<p class=\"dim\">and %" G_GUINT64_FORMAT " more</p>\n",
                            table->more);
}

static void
append_section (GString *html, const TlsrptSection *section, const TlsrptTable *table,
                const TlsrptDigest *digest)
{
  gboolean no_reports = strcmp (digest->reports, "0") == 0;
  gboolean is_incomplete = digest->period.is_incomplete;

  if (tlsrpt_table_rows (table) == 0 && (section->empty == NULL || no_reports))
    return;
  tlsrpt_html_card_element (html, "h2", section->title);
  if (tlsrpt_table_rows (table) == 0) {
    tlsrpt_html_card_element (html, "p", section->empty);
    return;
  }
  if (section->by_day) {
    tlsrpt_svg_days (html, table, section->title, is_incomplete);
    g_string_append (html, "<details><summary class=\"dim\">The numbers</summary>\n");
  } else if (section->bar != 0) {
    tlsrpt_svg_bars (html, table, section->bar, section->title);
  }
  append_table (html, table, section);
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

char *
tlsrpt_html_digest (const TlsrptDigest *digest)
{
  GString *html = g_string_new (NULL);
  g_autofree char *title = tlsrpt_lead_title (digest);
  g_autofree char *total = tlsrpt_lead_total (digest);
  g_autofree char *doubt = tlsrpt_lead_doubt (digest);
  guint n;
  const TlsrptSection *sections = tlsrpt_sections (&n);

  append_head (html, title);
  tlsrpt_html_card_element (html, "h1", title);
  tlsrpt_html_card_all (html, digest,
                        &(TlsrptCardStyle){ .folds = TRUE, .remedies = TLSRPT_DIGEST_LEAD });
  tlsrpt_html_card_element (html, "p", total);
  if (doubt != NULL) {
    g_string_append (html, "<p class=\"doubt\">");
    tlsrpt_markup_append (html, doubt);
    g_string_append (html, "</p>\n");
  }
  for (guint i = 0; i < n; i++)
    append_section (html, &sections[i], digest->tables->pdata[i], digest);
  g_string_append (html,
                   "</main>\n<footer>tlsrpt-ingest " TLSRPT_VERSION "</footer>\n</body></html>\n");
  return g_string_free (html, FALSE);
}
