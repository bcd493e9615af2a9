/* SPDX-License-Identifier: GPL-3.0-or-later
 * A digest to HTML that Gmail and Outlook show as it is. */
#include "insight/html-mail.h"

#include "insight/html-card.h"
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
    "pre{white-space:pre-wrap;font-size:13px;margin:4px 0}\n"
    "th,td{text-align:left;padding:4px 16px 4px 0;vertical-align:top}th{color:#59636e}\n"
    ".n{text-align:right}\n";

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

static void
append_row (GString *html, const TlsrptTable *table, guint row, guint bar, double most)
{
  g_string_append (html, "<tr>");
  for (guint column = 0; column < table->n_columns; column++) {
    gboolean nameless = column == 0 && tlsrpt_table_cell (table, row, column) == NULL;
    TlsrptTableColumnKind kind = table->columns[column].kind;
    g_autofree char *shown = tlsrpt_table_shown (table, row, column);
    g_autofree char *cut = tlsrpt_text_elided (shown, CELL_CHARACTERS);

    g_string_append (html, kind == TLSRPT_COLUMN_NUMBER || kind == TLSRPT_COLUMN_SHARE
                               ? "<td class=\"n\" align=\"right\">"
                               : "<td>");
    tlsrpt_markup_append (html, nameless ? "not named" : cut);
    g_string_append (html, "</td>");
  }
  if (bar != 0)
    append_bar (html, tlsrpt_table_number (table, row, bar), most);
  g_string_append (html, "</tr>\n");
}

static void
append_table (GString *html, const TlsrptSection *section, const TlsrptTable *table)
{
  guint all = tlsrpt_table_rows (table);
  guint rows = MIN (all, TLSRPT_HTML_MAIL_ROWS);
  guint bar = section->by_day ? 2 : section->bar;
  guint first = section->by_day ? all - rows : 0;
  guint64 more = table->more + (section->by_day ? 0 : all - rows);
  double most = 0;

  tlsrpt_html_card_element (html, "h2", section->title);
  g_string_append (html, "<table cellpadding=\"0\" cellspacing=\"0\"><tr>");
  for (guint column = 0; column < table->n_columns; column++) {
    g_autofree char *lower = g_ascii_strdown (table->columns[column].title, -1);

    tlsrpt_html_card_element (html, "th", lower);
  }
  g_string_append (html, bar != 0 ? "<th></th></tr>\n" : "</tr>\n");
  for (guint row = first; bar != 0 && row < first + rows; row++)
    most = MAX (most, tlsrpt_table_number (table, row, bar));
  for (guint row = first; row < first + rows; row++)
    append_row (html, table, row, bar, most);
  g_string_append (html, "</table>\n");
  if (more > 0)
    g_string_append_printf (html, "<p class=\"dim\">and %" G_GUINT64_FORMAT " more</p>\n", more);
}

char *
tlsrpt_html_mail (const TlsrptDigest *digest)
{
  GString *html = g_string_new ("<!DOCTYPE html>\n<html lang=\"en\"><head>"
                                "<meta charset=\"utf-8\">\n"
                                "<meta name=\"viewport\" content=\"width=device-width\">\n");
  g_autofree char *title = tlsrpt_lead_title (digest);
  g_autofree char *total = tlsrpt_lead_total (digest);
  g_autofree char *doubt = tlsrpt_lead_doubt (digest);
  guint n;
  const TlsrptSection *sections = tlsrpt_sections (&n);

  tlsrpt_html_card_element (html, "title", title);
  g_string_append_printf (html, "<style>\n%s</style></head>\n<body>\n", style_sheet);
  tlsrpt_html_card_element (html, "h1", title);
  tlsrpt_html_card_all (html, digest, &(TlsrptCardStyle){ .remedies = REMEDIES });
  tlsrpt_html_card_element (html, "p", total);
  if (doubt != NULL) {
    g_string_append (html, "<p class=\"doubt\">");
    tlsrpt_markup_append (html, doubt);
    g_string_append (html, "</p>\n");
  }
  for (guint i = 0; i < n; i++) {
    g_autoptr (GString) section = g_string_new (NULL);

    if (tlsrpt_table_rows (digest->tables->pdata[i]) > 0)
      append_table (section, &sections[i], digest->tables->pdata[i]);
    if (html->len + section->len <= TLSRPT_HTML_MAIL_BYTES)
      g_string_append_len (html, section->str, (gssize)section->len);
  }
  g_string_append (html, "<p class=\"dim\">tlsrpt-ingest " TLSRPT_VERSION "</p>\n</body></html>\n");
  return g_string_free (html, FALSE);
}
