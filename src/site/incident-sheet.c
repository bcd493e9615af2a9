/* SPDX-License-Identifier: GPL-3.0-or-later
 * The top of an incident's page. */
#include "site/incident-sheet.h"

#include "insight/html-card.h"
#include "insight/markup.h"

static void
append_list (GString *html, const char *heading, char **lines)
{
  if (lines[0] != NULL)
    tlsrpt_html_card_list (html, heading, lines);
}

static void
append_remedy (GString *html, const TlsrptRemedy *remedy)
{
  tlsrpt_html_card_element (html, "h2", "What to do");
  tlsrpt_html_card_element (html, "p", remedy->meaning);
  append_list (html, "The reporters' own words", remedy->words);
  append_list (html, "Likely causes", remedy->causes);
  if (remedy->commands[0] != NULL)
    tlsrpt_html_card_element (html, "h3", "What to check");
  for (guint i = 0; remedy->commands[i] != NULL; i++)
    tlsrpt_html_card_element (html, "pre", remedy->commands[i]);
  append_list (html, "What to change", remedy->changes);
  if (remedy->draft != NULL) {
    g_string_append (html, "<details><summary>A mail to the reporter, in case nobody else sees it"
                           "</summary>\n<pre class=\"document\">");
    tlsrpt_markup_append (html, remedy->draft);
    g_string_append (html, "</pre></details>\n");
  }
}

void
tlsrpt_incident_sheet_append (GString *html, const TlsrptIncident *incident,
                              const char *merged_into)
{
  g_autofree char *proof = tlsrpt_incident_proof (incident);
  g_autofree char *held = tlsrpt_incident_held (incident);
  gboolean is_over = tlsrpt_incident_is_over (incident);

  if (merged_into != NULL)
    g_string_append_printf (
        html,
        "<p class=\"doubt\">This is part of incident <a href=\"%s.html\">#%s</a>"
        " and is no longer counted alone.</p>\n",
        merged_into, merged_into);
  g_string_append_printf (html, "<div class=\"lead%s\">", is_over ? " fine" : " broken");
  tlsrpt_html_card_element (html, "p", proof);
  if (held != NULL)
    tlsrpt_html_card_element (html, "p", held);
  g_string_append (html, "</div>\n");
  if (!is_over)
    append_remedy (html, incident->remedy);
}
