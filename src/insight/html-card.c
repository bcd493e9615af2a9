/* SPDX-License-Identifier: GPL-3.0-or-later
 * One card a cause, however many places and domains it has: each title is said once. */
#include "insight/html-card.h"

#include "insight/card.h"
#include "insight/lead.h"
#include "insight/link.h"
#include "insight/markup.h"
#include "insight/strip.h"
#include "insight/svg.h"

#include <string.h>

/* So many domains stand in the line; all of them are folded below it. */
#define DOMAINS_UNFOLDED 3

void
tlsrpt_html_card_element (GString *html, const char *tag, const char *text)
{
  g_string_append_printf (html, "<%s>", tag);
  tlsrpt_markup_append (html, text);
  g_string_append_printf (html, "</%s>\n", tag);
}

void
tlsrpt_html_card_dim (GString *html, const char *text)
{
  if (text == NULL)
    return;
  g_string_append (html, "<p class=\"dim\">");
  tlsrpt_markup_append (html, text);
  g_string_append (html, "</p>\n");
}

void
tlsrpt_html_card_link (GString *html, const char *address, const char *text)
{
  if (address != NULL) {
    g_string_append (html, "<a href=\"");
    tlsrpt_markup_append (html, address);
    g_string_append (html, "\">");
  }
  tlsrpt_markup_append (html, text);
  g_string_append (html, address != NULL ? "</a>" : "");
}

void
tlsrpt_html_card_list (GString *html, const char *heading, char **lines)
{
  tlsrpt_html_card_element (html, "h3", heading);
  g_string_append (html, "<ol>\n");
  for (guint i = 0; lines[i] != NULL; i++)
    tlsrpt_html_card_element (html, "li", lines[i]);
  g_string_append (html, "</ol>\n");
}

/* Without its style, which a mail may lose, `pre` would make a long command as wide as it is. */
static void
append_command (GString *html, const char *command, gboolean is_page)
{
  g_string_append (html, is_page ? "" : "<p>");
  tlsrpt_html_card_element (html, is_page ? "pre" : "code", command);
  g_string_append (html, is_page ? "" : "</p>\n");
}

/* Likewise names in front of what is said would stand in the middle. */
static const char *
heading_of (const TlsrptCardStyle *style)
{
  return style->is_page ? "<tr><th scope=\"row\">"
                        : "<tr><th scope=\"row\" align=\"left\" valign=\"top\">";
}

static void
append_remedy (GString *html, const TlsrptAdvice *advice, gboolean folds)
{
  const TlsrptRemedy *remedy = ((TlsrptIncident *)advice->incidents->pdata[0])->remedy;

  g_string_append (html, folds ? "<details><summary>What to do</summary>\n" : "");
  tlsrpt_html_card_element (html, "p", remedy->meaning);
  if (advice->words != NULL) {
    g_autofree char *words = g_strconcat ("The reporters' own words: ", advice->words, NULL);

    tlsrpt_html_card_dim (html, words);
  }
  tlsrpt_html_card_list (html, "Likely causes", remedy->causes);
  tlsrpt_html_card_element (html, "h3", "What to check");
  for (guint i = 0; advice->commands[i] != NULL; i++)
    append_command (html, advice->commands[i], folds);
  tlsrpt_html_card_list (html,
                         advice->places != NULL
                             ? "What to change, at the first and likewise at the others"
                             : "What to change",
                         remedy->changes);
  g_string_append (html, folds ? "</details>\n" : "");
}

/* A mail has no class of its own. */
static void
append_text (GString *html, const char *text, const TlsrptCardStyle *style)
{
  if (style->is_page)
    tlsrpt_markup_append_dates (html, text);
  else
    tlsrpt_markup_append (html, text);
}

/* A name and what there is to say; a table, as a mail has no other two columns. */
static void
append_line (GString *html, const TlsrptCard *card, const TlsrptCardLine *line,
             const TlsrptCardStyle *style)
{
  gboolean is_history = strcmp (line->name, TLSRPT_CARD_HISTORY) == 0;

  g_string_append (html, heading_of (style));
  tlsrpt_markup_append (html, line->name);
  g_string_append (html, "</th><td>");
  if (is_history && style->is_page) {
    g_autofree char *words = tlsrpt_history_words (&card->history, "dotted");

    tlsrpt_svg_history (html, &card->history);
    g_string_append (html, "<span class=\"dim\">");
    tlsrpt_markup_append_dates (html, words);
    g_string_append (html, "</span>");
  } else {
    append_text (html, line->text, style);
  }
  g_string_append (html, "</td></tr>\n");
}

static void
append_domains (GString *html, const TlsrptCard *card, const TlsrptCardStyle *style)
{
  if (card->domains->len <= DOMAINS_UNFOLDED)
    return;
  g_string_append_printf (html, "<details><summary>All %u domains</summary>\n<p>",
                          card->domains->len);
  for (guint i = 0; i < card->domains->len; i++) {
    const TlsrptTally *tally = card->domains->pdata[i];
    gboolean has_page = style->has_domain == NULL || style->has_domain (style->data, tally->name);
    g_autofree char *address = has_page ? tlsrpt_link_domain (style->site, tally->name) : NULL;
    g_autofree char *shown = tlsrpt_text_shown (tally->name);

    g_string_append (html, i > 0 ? ",\n" : "");
    tlsrpt_html_card_link (html, address, shown);
  }
  g_string_append (html, "</p></details>\n");
}

void
tlsrpt_html_card_cause (GString *html, const TlsrptAdvice *advice, const TlsrptCardStyle *style,
                        guint number)
{
  g_autoptr (TlsrptCard) card = tlsrpt_card_new (advice);
  const TlsrptIncident *first = advice->incidents->pdata[0];
  g_autofree char *address = tlsrpt_link_incident (style->site, first->judgement->number);

  g_string_append_printf (html, "<div class=\"card %s\"><p><span class=\"tag %s\">%s</span> ",
                          tlsrpt_severity_names[card->severity],
                          tlsrpt_severity_names[card->severity], tlsrpt_card_tag (card));
  if (card->is_new)
    g_string_append (html, "<span class=\"tag new\">NEW</span> ");
  g_string_append (html, "<b>");
  tlsrpt_html_card_link (html, address, advice->title);
  g_string_append (html, "</b></p>\n<p class=\"effect\">");
  tlsrpt_markup_append (html, card->effect);
  g_string_append (html, "</p>\n<table class=\"facts\" aria-label=\"What is known of it\">\n");
  for (guint i = 0; i < card->lines->len; i++)
    append_line (html, card, card->lines->pdata[i], style);
  g_string_append (html, "</table>\n");
  if (style->is_page)
    append_domains (html, card, style);
  if (number < style->remedies)
    append_remedy (html, advice, style->is_page);
  g_string_append (html, "</div>\n");
}

/* Where the page says more of it. */
static const char *const anchors[TLSRPT_N_STRIP] = {
  [TLSRPT_STRIP_CAUSES] = "#causes",      [TLSRPT_STRIP_AFFECTED] = "#domains",
  [TLSRPT_STRIP_FAILED] = "#days",        [TLSRPT_STRIP_DATA] = "#reporters",
  [TLSRPT_STRIP_QUARANTINE] = "#remarks",
};

static void
append_item (GString *html, const TlsrptStripItem *item, const char *anchor,
             const TlsrptCardStyle *style)
{
  g_string_append (html, heading_of (style));
  tlsrpt_html_card_link (html, anchor, item->name);
  g_string_append (html, "</th><td><b>");
  append_text (html, item->value, style);
  g_string_append (html, "</b>");
  if (item->note != NULL) {
    g_string_append (html, " <span class=\"dim\">(");
    append_text (html, item->note, style);
    g_string_append (html, ")</span>");
  }
  g_string_append (html, "</td></tr>\n");
}

static void
append_strip (GString *html, const TlsrptDigest *digest, const TlsrptCardStyle *style)
{
  gboolean has_sections = strcmp (digest->reports, "0") != 0;

  g_string_append (html, "<table class=\"facts strip\" aria-label=\"First facts\">\n");
  for (int kind = 0; kind < TLSRPT_N_STRIP; kind++) {
    g_auto (TlsrptStripItem) item = tlsrpt_strip_item (digest, (TlsrptStripKind)kind);

    if (item.name != NULL)
      append_item (html, &item, style->is_page && has_sections ? anchors[kind] : NULL, style);
  }
  g_string_append (html, "</table>\n");
}

static void
append_causes (GString *html, const TlsrptDigest *digest, const GPtrArray *causes,
               const TlsrptCardStyle *style)
{
  g_autofree char *more = tlsrpt_lead_more_causes (digest);
  g_autofree char *minor = tlsrpt_lead_minor (digest);

  g_string_append (html, style->is_page ? "<section id=\"causes\" aria-label=\"Causes\">\n" : "");
  for (guint i = 0; i < MIN (causes->len, TLSRPT_DIGEST_LEAD); i++)
    tlsrpt_html_card_cause (html, causes->pdata[i], style, i);
  tlsrpt_html_card_dim (html, more);
  tlsrpt_html_card_dim (html, minor);
  g_string_append (html, style->is_page ? "</section>\n" : "");
}

/* A line each. */
static void
append_ended (GString *html, const TlsrptDigest *digest)
{
  g_autoptr (GPtrArray) incidents = NULL;
  g_autofree char *line = tlsrpt_lead (digest, TLSRPT_DIGEST_ENDED, &incidents);
  g_autofree char *more = tlsrpt_lead_more (digest, TLSRPT_DIGEST_ENDED);

  g_string_append (html, "<div class=\"lead\">");
  tlsrpt_html_card_element (html, "p", line);
  g_string_append (html, incidents->len > 0 ? "<ul>\n" : "");
  for (guint i = 0; i < MIN (incidents->len, TLSRPT_DIGEST_LEAD); i++) {
    const TlsrptIncident *incident = incidents->pdata[i];
    g_autofree char *ended = tlsrpt_card_ended (incident);
    g_autofree char *address = tlsrpt_link_incident (digest->site, incident->judgement->number);

    g_string_append (html, "<li>");
    tlsrpt_html_card_link (html, address, ended);
    g_string_append (html, "</li>\n");
  }
  g_string_append (html, incidents->len > 0 ? "</ul>\n" : "");
  tlsrpt_html_card_dim (html, more);
  g_string_append (html, "</div>\n");
}

static void
append_remarks (GString *html, const TlsrptDigest *digest, const TlsrptCardStyle *style)
{
  g_auto (GStrv) remarks = tlsrpt_lead_remarks (digest);

  g_string_append (html, style->is_page ? "<div id=\"remarks\">\n" : "");
  for (guint i = 0; remarks[i] != NULL; i++)
    tlsrpt_html_card_dim (html, remarks[i]);
  g_string_append (html, style->is_page ? "</div>\n" : "");
}

void
tlsrpt_html_card_all (GString *html, const TlsrptDigest *digest, const TlsrptCardStyle *style)
{
  g_autoptr (GPtrArray) broken = NULL;
  g_autoptr (GPtrArray) causes =
      tlsrpt_advice_of (digest->incidents, digest->incidents->len < TLSRPT_DIGEST_INCIDENTS);
  g_autofree char *line = tlsrpt_lead (digest, TLSRPT_DIGEST_BROKEN, &broken);
  gboolean is_unknown = digest->judged_on == NULL || strcmp (digest->reports, "0") == 0;

  g_string_append_printf (html, "<div class=\"lead%s\">",
                          causes->len > 0 ? " broken"
                          : is_unknown    ? ""
                                          : " fine");
  tlsrpt_html_card_element (html, "p", line);
  g_string_append (html, "</div>\n");
  append_strip (html, digest, style);
  append_causes (html, digest, causes, style);
  append_ended (html, digest);
  append_remarks (html, digest, style);
}
