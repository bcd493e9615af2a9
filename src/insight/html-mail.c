/* SPDX-License-Identifier: GPL-3.0-or-later
 * A digest to HTML that Gmail and Outlook show as it is. */
#include "insight/html-mail.h"

#include "insight/html-card.h"
#include "insight/html-page.h"
#include "insight/lead.h"
#include "insight/markup.h"

#include <string.h>

/* What a mail of 100 KB has room for. */
#define REMEDIES 5
#define CELL_CHARACTERS 80

static const char style_sheet[] =
    "body{margin:0;padding:16px;color:#1d2228;background:#ffffff;font:16px/1.5 sans-serif}\n"
    "h1{font-size:21px}h2{font-size:18px;margin:28px 0 8px}h3{font-size:14px;margin:12px 0 2px}\n"
    "p{margin:6px 0}.lead p{font-weight:bold}.lead p.dim{font-weight:normal}\n"
    ".card{background:#f5f7f9;border:1px solid #d9dee4;padding:12px 16px;margin:10px 0}\n"
    ".dim{color:#59636e}.doubt{color:#835500}.tag{font-size:12px;font-weight:bold}\n"
    ".critical{color:#b93520}.warning{color:#835500}\n"
    "code{font-size:13px}\n"
    "th,td{text-align:left;padding:4px 16px 4px 0;vertical-align:top}th{color:#59636e}\n"
    ".n{text-align:right}\n";

/**
 * Shown:
 * @table: the table
 * @site: (nullable): address of the site
 * @bar: column whose numbers are bars; 0 for none
 * @most: the largest of them
 *
 * How a table is shown.
 */
typedef struct {
  const TlsrptTable *table;
  const char *site;
  guint bar;
  double most;
} Shown;

/* A bar of two cells: the sheet above may be gone, attributes stay. */
static void
append_bar (GString *html, double value, double most)
{
  int width = most > 0 ? (int)(value / most * 100) : 0;

  if (value > 0)
    width = CLAMP (width, 1, 100);
  g_string_append (html,
                   "<td width=\"120\"><table width=\"120\" cellpadding=\"0\" cellspacing=\"0\""
                   " role=\"presentation\"><tr>");
  if (width > 0)
    g_string_append_printf (html, "<td bgcolor=\"#b93520\" width=\"%d%%\" height=\"12\"></td>",
                            width);
  if (width < 100)
    g_string_append_printf (html, "<td bgcolor=\"#e8ecef\" width=\"%d%%\" height=\"12\"></td>",
                            100 - width);
  g_string_append (html, "</tr></table></td>");
}

static gboolean
is_number (const TlsrptTableColumn *column)
{
  return column->kind == TLSRPT_COLUMN_NUMBER || column->kind == TLSRPT_COLUMN_SHARE;
}

static void
append_cell (GString *html, const TlsrptTableColumn *column, const char *address, const char *text)
{
  g_autofree char *cut = tlsrpt_text_elided (text, CELL_CHARACTERS);

  g_string_append (html, is_number (column) ? "<td class=\"n\" align=\"right\">" : "<td>");
  tlsrpt_html_card_link (html, address, cut);
  g_string_append (html, "</td>");
}

static void
append_row (GString *html, const Shown *shown, guint row)
{
  const TlsrptTable *table = shown->table;

  g_string_append (html, "<tr>");
  tlsrpt_html_page_cells (html, table, row, shown->site, append_cell);
  if (shown->bar != 0)
    append_bar (html, tlsrpt_table_number (table, row, shown->bar), shown->most);
  g_string_append (html, "</tr>\n");
}

static void
append_titles (GString *html, const Shown *shown)
{
  g_string_append (html, "<table cellpadding=\"4\" cellspacing=\"0\"><tr>");
  for (guint column = 0; column < shown->table->n_columns; column++) {
    const TlsrptTableColumn *of = &shown->table->columns[column];
    g_autofree char *lower = of->title != NULL ? g_ascii_strdown (of->title, -1) : NULL;

    if (lower != NULL)
      g_string_append_printf (html, "<th align=\"%s\"%s>%s</th>", is_number (of) ? "right" : "left",
                              is_number (of) ? " class=\"n\"" : "", lower);
  }
  g_string_append (html, shown->bar != 0 ? "<th></th></tr>\n" : "</tr>\n");
}

static void
append_total (GString *html, const TlsrptTable *table)
{
  g_string_append (html, "<tr>");
  for (guint column = 0; column < table->n_columns; column++) {
    g_autofree char *text = tlsrpt_table_total (table, column);

    if (table->columns[column].title == NULL)
      continue;
    g_string_append (html, is_number (&table->columns[column])
                               ? "<td class=\"n\" align=\"right\"><b>"
                               : "<td><b>");
    tlsrpt_markup_append (html, text);
    g_string_append (html, "</b></td>");
  }
  g_string_append (html, "</tr>\n");
}

/* The last days, and the first of all other rows. */
static void
append_table (GString *html, const TlsrptSection *section, const TlsrptTable *table,
              const char *site)
{
  guint all = tlsrpt_table_rows (table);
  guint rows = MIN (all, TLSRPT_HTML_MAIL_ROWS);
  guint first = section->by_day ? all - rows : 0;
  guint64 more = table->more + (section->by_day ? 0 : all - rows);
  Shown shown = { table, site, section->by_day ? TLSRPT_DAYS_FAILED : section->bar, 0 };

  tlsrpt_html_card_element (html, "h2", section->title);
  for (guint row = first; shown.bar != 0 && row < first + rows; row++)
    shown.most = MAX (shown.most, tlsrpt_table_number (table, row, shown.bar));
  append_titles (html, &shown);
  for (guint row = first; row < first + rows; row++)
    append_row (html, &shown, row);
  if (table->total != NULL)
    append_total (html, table);
  g_string_append (html, "</table>\n");
  if (more > 0) {
    g_autofree char *count = tlsrpt_count_shown (more);
    g_autofree char *line = g_strdup_printf ("and %s more", count);

    tlsrpt_html_card_dim (html, line);
  }
}

static void
append_site (GString *html, const char *site)
{
  g_autofree char *address = NULL;

  if (site == NULL)
    return;
  address = g_strconcat (site, "/", NULL);
  g_string_append (html, "<p>");
  tlsrpt_html_card_link (html, address, "The site, with every domain and every report");
  g_string_append (html, "</p>\n");
}

/* What does not fit is said to be left out: a mail that is too long is cut in the middle of a table. */
static void
append_sections (GString *html, const TlsrptDigest *digest)
{
  guint n, left_out = 0;
  const TlsrptSection *sections = tlsrpt_sections (&n);

  for (guint i = 0; i < n; i++) {
    g_autoptr (GString) section = g_string_new (NULL);

    if (tlsrpt_table_rows (digest->tables->pdata[i]) > 0)
      append_table (section, &sections[i], digest->tables->pdata[i], digest->site);
    if (html->len + section->len <= TLSRPT_HTML_MAIL_BYTES)
      g_string_append_len (html, section->str, (gssize)section->len);
    else
      left_out++;
  }
  if (left_out > 0)
    g_string_append_printf (html,
                            "<p class=\"dim\">%u table%s left out, as the mail would be too long: "
                            "tlsrpt-ingest digest --format=html has all</p>\n",
                            left_out, left_out == 1 ? "" : "s");
}

char *
tlsrpt_html_mail (const TlsrptDigest *digest)
{
  GString *html = g_string_new ("<!DOCTYPE html>\n<html lang=\"en\"><head>"
                                "<meta charset=\"utf-8\">\n"
                                "<meta name=\"viewport\" content=\"width=device-width\">\n");
  g_autofree char *title = tlsrpt_lead_title (digest);

  tlsrpt_html_card_element (html, "title", title);
  g_string_append_printf (html, "<style>\n%s</style></head>\n<body>\n", style_sheet);
  tlsrpt_html_card_element (html, "h1", title);
  append_site (html, digest->site);
  tlsrpt_html_card_all (html, digest,
                        &(TlsrptCardStyle){ .remedies = REMEDIES, .site = digest->site });
  append_sections (html, digest);
  g_string_append (html, "<p class=\"dim\">tlsrpt-ingest " TLSRPT_VERSION "</p>\n</body></html>\n");
  return g_string_free (html, FALSE);
}
