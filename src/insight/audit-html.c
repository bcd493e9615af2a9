/* SPDX-License-Identifier: GPL-3.0-or-later
 * Evidence to one HTML document, which can be printed: nothing in it is folded. */
#include "insight/audit-html.h"

#include "insight/html-card.h"
#include "insight/html-page.h"

static void
append_part (GString *html, const TlsrptAuditPart *part, const TlsrptTable *table)
{
  guint rows = tlsrpt_table_rows (table);

  g_string_append_printf (html, "<h2 id=\"%s\">%s</h2>\n", part->name, part->title);
  if (rows > 0)
    tlsrpt_html_page_rows (html,
                           &(TlsrptHtmlRows){ .table = table, .title = part->title, .end = rows });
  else
    tlsrpt_html_card_element (html, "p", part->empty);
}

static void
append_list (GString *html, const char *name, const char *title, const char *const *lines)
{
  g_string_append_printf (html, "<h2 id=\"%s\">%s</h2>\n<ul>\n", name, title);
  for (guint i = 0; lines[i] != NULL; i++)
    tlsrpt_html_card_element (html, "li", lines[i]);
  g_string_append (html, "</ul>\n");
}

char *
tlsrpt_audit_html (const TlsrptAudit *audit)
{
  GString *html = g_string_new (NULL);
  g_autofree char *title = tlsrpt_audit_title (audit);
  g_autofree char *made = tlsrpt_period_made (&audit->period);
  g_autofree char *line = g_strdup_printf ("Made %s; days are UTC", made);
  g_auto (GStrv) lines = tlsrpt_audit_chain_lines (audit);

  tlsrpt_html_page_open (html, title);
  tlsrpt_html_card_dim (html, line);
  for (guint i = 0; i < TLSRPT_AUDIT_PARTS; i++)
    append_part (html, &tlsrpt_audit_parts[i], audit->tables[i]);
  append_list (html, "limits", "What reports cannot prove", tlsrpt_audit_limits);
  append_list (html, "chain", "Chain of digests", (const char *const *)lines);
  if (audit->chain->head != NULL) {
    g_string_append_printf (html, "<p>Head, %s:</p>\n", audit->chain->linked_at);
    tlsrpt_html_card_element (html, "pre", audit->chain->head);
  }
  return tlsrpt_html_page_close (html);
}
