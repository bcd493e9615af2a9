/* SPDX-License-Identifier: GPL-3.0-or-later
 * Head, navigation and foot of each page, and the style of all. */
#include "site/frame.h"

#include "insight/html-style.h"
#include "insight/markup.h"
#include "insight/table.h"

#include <string.h>

/* `'self'` has no meaning for a page that is opened as a file. */
#define POLICY "default-src 'none'; style-src 'self' file:; base-uri 'none'; form-action 'none'"

static const struct {
  const char *path;
  const char *name;
} places[] = {
  { "index.html", "Overview" },      { "domains.html", "Domains" },     { "mx.html", "MX hosts" },
  { "incidents.html", "Incidents" }, { "reporters.html", "Reporters" }, { "days.html", "Days" },
};

/* Beside the digest's own style, for what only the site has: links, navigation, anchors. */
static const char site_style[] =
    ":root{--link:#0b57a4;--mark:#fff3c4}\n"
    "@media(prefers-color-scheme:dark){:root{--link:#8cbcf2;--mark:#4a3c00}}\n"
    "a{color:var(--link);text-underline-offset:.15em}\n"
    "a:focus-visible,summary:focus-visible,.scroll:focus-visible,pre:focus-visible{outline:3px "
    "solid var(--link);"
    "outline-offset:2px;border-radius:.2rem}\n"
    ":target{background:var(--mark);scroll-margin-top:1rem}\n"
    ".skip{position:absolute;left:-100vw}.skip:focus{position:static}\n"
    "nav ul{list-style:none;padding:0;margin:0 0 1rem;display:flex;flex-wrap:wrap;gap:.25rem "
    "1.1rem}\n"
    "nav li{margin:0}nav a{display:inline-block;padding:.2rem 0}\n"
    "nav a[aria-current]{color:var(--fg);font-weight:700;text-decoration:none}\n"
    ".letters a{min-width:1.5rem;text-align:center}\n"
    ".kind{margin:0;color:var(--dim);font-size:.85rem}.kind+h1{margin-top:0}\n"
    "h2 .dim{font-weight:400;font-size:.85rem}\n"
    "pre.document{text-indent:0;padding:.6rem .8rem;white-space:pre-wrap;max-height:none}\n"
    ".tag.ok{color:var(--good)}\n"
    "dl{display:grid;grid-template-columns:fit-content(45%) 1fr;gap:.2rem 1rem;margin:.6rem 0}\n"
    "dt{color:var(--dim)}dd{margin:0;min-width:0}\n"
    "@media print{nav,.skip{display:none}}\n";

char *
tlsrpt_frame_style (void)
{
  return g_strconcat (tlsrpt_html_style, site_style, NULL);
}

static void
append_navigation (GString *html, const TlsrptFrame *frame)
{
  g_string_append (html, "<a class=\"skip\" href=\"#contents\">Skip to the contents</a>\n"
                         "<nav aria-label=\"Site\"><ul>\n");
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    g_string_append_printf (html, "<li><a href=\"%s%s\"%s>%s</a></li>\n", frame->up, places[i].path,
                            g_strcmp0 (frame->here, places[i].path) == 0 ? " aria-current=\"true\""
                                                                         : "",
                            places[i].name);
  g_string_append (html, "</ul></nav>\n");
}

void
tlsrpt_frame_open (GString *html, const TlsrptFrame *frame)
{
  g_autofree char *title = tlsrpt_text_shown (frame->title);

  g_string_append_printf (
      html,
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<meta name=\"robots\" content=\"noindex\"><meta name=\"referrer\" content=\"no-referrer\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"%s\">\n<title>",
      POLICY);
  tlsrpt_markup_append (html, title);
  g_string_append_printf (html,
                          " - TLS reports</title>\n<link rel=\"stylesheet\" href=\"%sstyle.css\">"
                          "</head>\n<body>\n",
                          frame->up);
  append_navigation (html, frame);
  g_string_append (html, "<main id=\"contents\">\n");
  if (frame->kind != NULL)
    g_string_append_printf (html, "<p class=\"kind\">%s</p>\n", frame->kind);
  g_string_append (html, "<h1>");
  tlsrpt_markup_append (html, title);
  g_string_append (html, "</h1>\n");
}

GBytes *
tlsrpt_frame_close (GString *html)
{
  g_string_append (html, "</main>\n<footer>tlsrpt-ingest " TLSRPT_VERSION
                         "; days are UTC</footer>\n</body></html>\n");
  return g_string_free_to_bytes (html);
}
