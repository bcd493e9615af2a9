/* SPDX-License-Identifier: GPL-3.0-or-later
 * A digest to one HTML document: no script, no network, light and dark, wide and narrow. Every word
 * of a stranger is escaped. */
#include "insight/html.h"

#include "insight/html-card.h"
#include "insight/html-page.h"
#include "insight/lead.h"
#include "insight/svg.h"

#include <string.h>

#define ROWS_UNFOLDED 20

typedef struct {
  const TlsrptTable *table;
  const TlsrptSection *section;
  const char *site;
} Shown;

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

  TlsrptHtmlRows part = { shown->table, shown->section->title, shown->site, 0,
                          shown->section->by_day ? rows : ROWS_UNFOLDED };

  tlsrpt_html_page_rows (html, &part);
  if (!shown->section->by_day && rows > ROWS_UNFOLDED) {
    g_autofree char *folded = tlsrpt_count_shown (rows - ROWS_UNFOLDED);

    g_string_append_printf (html, "<details><summary class=\"dim\">%s more</summary>\n", folded);
    part.first = ROWS_UNFOLDED;
    part.end = rows;
    tlsrpt_html_page_rows (html, &part);
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

  tlsrpt_html_page_open (html, title);
  tlsrpt_html_card_all (
      html, digest,
      &(TlsrptCardStyle){ .is_page = TRUE, .remedies = TLSRPT_DIGEST_LEAD, .site = digest->site });
  append_navigation (html, digest);
  for (guint i = 0; i < n; i++)
    append_section (html, &sections[i], digest->tables->pdata[i], digest);
  return tlsrpt_html_page_close (html);
}
