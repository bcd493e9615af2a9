/* SPDX-License-Identifier: GPL-3.0-or-later
 * A digest to one HTML document: no script, no network, light and dark, wide and narrow. Every word
 * of a stranger is escaped. */
#include "insight/html.h"

#include "insight/digest.h"

#include <string.h>

static const char style[] =
    ":root{color-scheme:light dark;--bg:#fff;--fg:#1d2228;--dim:#5b6570;--line:#d9dee4;"
    "--card:#f5f7f9;--ok:#3a78b5;--bad:#c23b22;--warn:#8a5a00;--good:#2b6e3f}"
    "@media(prefers-color-scheme:dark){:root{--bg:#15191e;--fg:#e6e9ec;--dim:#9aa5b1;"
    "--line:#333b44;--card:#1d232a;--ok:#6ba5dd;--bad:#ff7a5c;--warn:#e0b050;--good:#7cc58f}}"
    "*{box-sizing:border-box}body{margin:0 auto;padding:1.25rem;max-width:60rem;"
    "background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif}"
    "h1{font-size:1.35rem;line-height:1.25;margin:0 0 1rem}h2{font-size:1.1rem;margin:2.2rem 0 "
    ".6rem}"
    "h3{font-size:1rem;margin:0 0 .3rem}p{margin:.4rem 0}"
    ".lead{border-left:.3rem solid var(--line);padding:.1rem 0 .1rem .8rem;margin:.7rem 0}"
    ".lead>p:first-child{font-weight:600}.broken{border-color:var(--bad)}"
    ".fine{border-color:var(--good)}.doubt{color:var(--warn)}.dim{color:var(--dim)}"
    "ul{margin:.3rem 0;padding-left:1.2rem}li{margin:.25rem 0;overflow-wrap:anywhere}"
    ".tag{font-size:.75rem;font-weight:700;letter-spacing:.04em}.critical{color:var(--bad)}"
    ".warning{color:var(--warn)}.scroll{overflow-x:auto}"
    "table{border-collapse:collapse;width:100%;font-size:.9rem}"
    "th,td{text-align:left;padding:.35rem .8rem .35rem 0;border-bottom:1px solid var(--line);"
    "vertical-align:top}th{color:var(--dim);font-weight:600;font-size:.8rem;white-space:nowrap}"
    "td{overflow-wrap:anywhere}.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-"
    "nums}"
    ".d{white-space:nowrap}"
    ".card{background:var(--card);border:1px solid var(--line);border-radius:.5rem;"
    "padding:.9rem 1rem;margin:.8rem 0;overflow-wrap:anywhere}"
    "pre{margin:.3rem 0;padding:.5rem .7rem;overflow-x:auto;background:var(--bg);"
    "border:1px solid var(--line);border-radius:.3rem;font-size:.82rem}"
    "svg{display:block;width:100%;height:auto;margin:.3rem 0 .8rem}"
    "svg text{fill:var(--dim);font:13px "
    "system-ui,sans-serif}.ok{fill:var(--ok)}.bad{fill:var(--bad)}"
    ".axis{stroke:var(--line)}.key{display:inline-block;width:.7rem;height:.7rem;border-radius:2px;"
    "margin:0 .3rem 0 .8rem}@media(max-width:40rem){svg text{font-size:21px}}"
    "footer{margin-top:2.5rem;color:var(--dim);font-size:.85rem}";

void
tlsrpt_html_append (GString *html, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_string_append (html, escaped);
}

static void
append_element (GString *html, const char *tag, const char *text)
{
  g_string_append_printf (html, "<%s>", tag);
  tlsrpt_html_append (html, text);
  g_string_append_printf (html, "</%s>\n", tag);
}

static void
append_lead (GString *html, const TlsrptDigest *digest, TlsrptDigestPart part)
{
  g_autoptr (GPtrArray) incidents = NULL;
  g_autofree char *line = tlsrpt_digest_lead (digest, part, &incidents);
  const char *class = part != TLSRPT_DIGEST_BROKEN         ? ""
                      : incidents->len > 0                 ? " broken"
                      : strcmp (digest->reports, "0") == 0 ? ""
                                                           : " fine";

  g_string_append_printf (html, "<div class=\"lead%s\">", class);
  append_element (html, "p", line);
  if (incidents->len > 0)
    g_string_append (html, "<ul>\n");
  for (guint i = 0; i < incidents->len; i++) {
    const TlsrptIncident *incident = incidents->pdata[i];
    g_autofree char *headline = tlsrpt_incident_headline (incident);
    g_autofree char *proof = tlsrpt_incident_proof (incident);

    g_string_append (html, "<li>");
    if (part == TLSRPT_DIGEST_BROKEN)
      g_string_append_printf (html, "<span class=\"tag %s\">%s</span> ", incident->severity,
                              strcmp (incident->severity, "critical") == 0 ? "CRITICAL"
                                                                           : "WARNING");
    g_string_append (html, "<b>");
    tlsrpt_html_append (html, headline);
    g_string_append (html, "</b><br><span class=\"dim\">");
    tlsrpt_html_append (html, proof);
    g_string_append (html, "</span></li>\n");
  }
  g_string_append (html, incidents->len > 0 ? "</ul></div>\n" : "</div>\n");
}

static void
append_list (GString *html, const char *heading, char **lines)
{
  append_element (html, "p", heading);
  g_string_append (html, "<ol>\n");
  for (guint i = 0; lines[i] != NULL; i++)
    append_element (html, "li", lines[i]);
  g_string_append (html, "</ol>\n");
}

static void
append_remedy (GString *html, const TlsrptIncident *incident)
{
  g_autofree char *headline = tlsrpt_incident_headline (incident);
  g_autofree char *commands = g_strjoinv ("\n", incident->command);

  g_string_append (html, "<section class=\"card\">");
  append_element (html, "h3", headline);
  append_element (html, "p", incident->meaning);
  if (incident->failure_reason_code != NULL) {
    g_autofree char *reason = tlsrpt_text_shown (incident->failure_reason_code);

    g_string_append (html, "<p class=\"dim\">The sender's own words: ");
    tlsrpt_html_append (html, reason);
    g_string_append (html, "</p>\n");
  }
  append_list (html, "Likely causes", incident->cause);
  append_element (html, "p", "To look");
  append_element (html, "pre", commands);
  append_list (html, "To change", incident->change);
  g_string_append (html, "</section>\n");
}

static void
append_table (GString *html, const TlsrptTable *table, const char *title)
{
  static const char *const classes[] = { "", " class=\"n\"", " class=\"n\"", " class=\"d\"" };
  guint rows = tlsrpt_table_rows (table);

  g_string_append (html, "<div class=\"scroll\"><table aria-label=\"");
  tlsrpt_html_append (html, title);
  g_string_append (html, "\"><thead><tr>");
  for (guint column = 0; column < table->n_columns; column++) {
    g_autofree char *lower = g_ascii_strdown (table->columns[column].title, -1);

    g_string_append_printf (html, "<th scope=\"col\"%s>%s</th>",
                            classes[table->columns[column].kind], lower);
  }
  g_string_append (html, "</tr></thead><tbody>\n");
  for (guint row = 0; row < rows; row++) {
    g_string_append (html, "<tr>");
    for (guint column = 0; column < table->n_columns; column++) {
      g_autofree char *shown = tlsrpt_table_shown (table, row, column);

      g_string_append_printf (html, "<td%s>", classes[table->columns[column].kind]);
      tlsrpt_html_append (html, shown);
      g_string_append (html, "</td>");
    }
    g_string_append (html, "</tr>\n");
  }
  g_string_append (html, "</tbody></table></div>\n");
}

static void
append_section (GString *html, const TlsrptSection *section, const TlsrptTable *table)
{
  if (tlsrpt_table_rows (table) == 0 && section->empty == NULL)
    return;
  append_element (html, "h2", section->title);
  if (tlsrpt_table_rows (table) == 0) {
    append_element (html, "p", section->empty);
    return;
  }
  if (section->by_day) {
    tlsrpt_svg_days (html, table);
    g_string_append (html, "<details><summary class=\"dim\">the numbers</summary>");
  } else if (section->bar != 0) {
    tlsrpt_svg_bars (html, table, section->bar);
  }
  append_table (html, table, section->title);
  if (section->by_day)
    g_string_append (html, "</details>\n");
}

static void
append_remedies (GString *html, const TlsrptDigest *digest)
{
  g_autoptr (GPtrArray) broken = NULL;
  g_autofree char *line G_GNUC_UNUSED = tlsrpt_digest_lead (digest, TLSRPT_DIGEST_BROKEN, &broken);

  if (broken->len > 0)
    append_element (html, "h2", "What to do");
  for (guint i = 0; i < broken->len; i++)
    append_remedy (html, broken->pdata[i]);
}

char *
tlsrpt_digest_html (const TlsrptDigest *digest)
{
  GString *html = g_string_new (NULL);
  g_autofree char *title = tlsrpt_digest_title (digest);
  g_autofree char *total = tlsrpt_digest_total (digest);
  g_autofree char *doubt = tlsrpt_digest_doubt (digest);
  guint n;
  const TlsrptSection *sections = tlsrpt_sections (&n);

  g_string_append (html,
                   "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
                   " style-src 'unsafe-inline'\">\n");
  append_element (html, "title", title);
  g_string_append_printf (html, "<style>%s</style></head>\n<body>\n", style);
  append_element (html, "h1", title);
  for (int part = 0; part < TLSRPT_N_DIGEST_PARTS; part++)
    append_lead (html, digest, (TlsrptDigestPart)part);
  append_element (html, "p", total);
  if (doubt != NULL) {
    g_string_append (html, "<p class=\"doubt\">");
    tlsrpt_html_append (html, doubt);
    g_string_append (html, "</p>\n");
  }
  append_remedies (html, digest);
  for (guint i = 0; i < n; i++)
    append_section (html, &sections[i], digest->tables->pdata[i]);
  g_string_append (html, "<footer>tlsrpt-ingest " TLSRPT_VERSION "</footer>\n</body></html>\n");
  return g_string_free (html, FALSE);
}
