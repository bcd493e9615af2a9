/* SPDX-License-Identifier: GPL-3.0-or-later
 * One card a cause, however many places and domains it has: each title is said once. */
#include "insight/html-card.h"

#include "insight/advice.h"
#include "insight/lead.h"
#include "insight/markup.h"

#include <string.h>

void
tlsrpt_html_card_element (GString *html, const char *tag, const char *text)
{
  g_string_append_printf (html, "<%s>", tag);
  tlsrpt_markup_append (html, text);
  g_string_append_printf (html, "</%s>\n", tag);
}

static void
append_dim (GString *html, const char *text)
{
  g_string_append (html, "<p class=\"dim\">");
  tlsrpt_markup_append (html, text);
  g_string_append (html, "</p>\n");
}

static void
append_list (GString *html, const char *heading, char **lines)
{
  tlsrpt_html_card_element (html, "h3", heading);
  g_string_append (html, "<ol>\n");
  for (guint i = 0; lines[i] != NULL; i++)
    tlsrpt_html_card_element (html, "li", lines[i]);
  g_string_append (html, "</ol>\n");
}

static void
append_remedy (GString *html, const TlsrptAdvice *advice, gboolean folds)
{
  const TlsrptRemedy *remedy = ((TlsrptIncident *)advice->incidents->pdata[0])->remedy;

  if (folds)
    g_string_append (html, "<details><summary>What to do</summary>\n");
  tlsrpt_html_card_element (html, "p", remedy->meaning);
  if (advice->words != NULL) {
    g_autofree char *words = g_strconcat ("The reporters' own words: ", advice->words, NULL);

    append_dim (html, words);
  }
  append_list (html, "Likely causes", remedy->causes);
  tlsrpt_html_card_element (html, "h3", "What to check");
  for (guint i = 0; advice->commands[i] != NULL; i++)
    tlsrpt_html_card_element (html, "pre", advice->commands[i]);
  append_list (html,
               advice->places != NULL ? "What to change, at the first and likewise at the others"
                                      : "What to change",
               remedy->changes);
  if (folds)
    g_string_append (html, "</details>\n");
}

static void
append_domains (GString *html, const TlsrptAdvice *advice)
{
  const TlsrptIncident *first = advice->incidents->pdata[0];
  g_autofree char *names = NULL;
  g_autofree char *line = NULL;

  if (advice->incidents->len > 1 || first->judgement->mail_domains->len < 2)
    return;
  names = tlsrpt_incident_names (first->judgement->mail_domains);
  line = g_strconcat ("Domains: ", names, NULL);
  append_dim (html, line);
}

static gboolean
is_any_new (const TlsrptAdvice *advice)
{
  for (guint i = 0; i < advice->incidents->len; i++)
    if (((TlsrptIncident *)advice->incidents->pdata[i])->is_new)
      return TRUE;
  return FALSE;
}

static void
append_card (GString *html, const TlsrptAdvice *advice, const TlsrptCardStyle *style, guint number)
{
  const TlsrptIncident *first = advice->incidents->pdata[0];
  gboolean critical = first->judgement->severity == TLSRPT_SEVERITY_CRITICAL;
  g_autofree char *proof = tlsrpt_incident_proof (first);
  g_autofree char *held = tlsrpt_incident_held (first);
  g_autofree char *shown =
      advice->places != NULL ? g_strconcat ("The first: ", proof, NULL) : g_strdup (proof);

  g_string_append_printf (html, "<div class=\"card\"><p><span class=\"tag %s\">%s</span> ",
                          tlsrpt_severity_names[first->judgement->severity],
                          critical ? "CRITICAL" : "WARNING");
  if (is_any_new (advice))
    g_string_append (html, "<span class=\"tag\">NEW</span> ");
  g_string_append (html, "<b>");
  tlsrpt_markup_append (html, advice->title);
  g_string_append (html, "</b></p>\n");
  if (advice->places != NULL)
    append_dim (html, advice->places);
  append_dim (html, shown);
  append_domains (html, advice);
  if (held != NULL)
    append_dim (html, held);
  if (number < style->remedies)
    append_remedy (html, advice, style->folds);
  g_string_append (html, "</div>\n");
}

static void
append_line (GString *html, const TlsrptDigest *digest, TlsrptDigestPart part, const char *class)
{
  g_autoptr (GPtrArray) incidents = NULL;
  g_autofree char *line = tlsrpt_lead (digest, part, &incidents);

  g_string_append_printf (html, "<div class=\"lead%s\">", class);
  tlsrpt_html_card_element (html, "p", line);
  if (part == TLSRPT_DIGEST_BROKEN && digest->minor > 0)
    g_string_append_printf (html,
                            "<p class=\"dim\">and %u minor in this period:"
                            " tlsrpt-ingest incident list --all</p>\n",
                            digest->minor);
  g_string_append (html, "</div>\n");
}

static void
append_more (GString *html, const TlsrptDigest *digest, TlsrptDigestPart part)
{
  g_autofree char *more = tlsrpt_lead_more (digest, part);

  if (more != NULL)
    append_dim (html, more);
}

static void
append_broken (GString *html, const TlsrptDigest *digest, const TlsrptCardStyle *style)
{
  g_autoptr (GPtrArray) all =
      tlsrpt_advice_of (digest->incidents, digest->incidents->len < TLSRPT_DIGEST_INCIDENTS);
  gboolean no_reports = strcmp (digest->reports, "0") == 0;

  append_line (html, digest, TLSRPT_DIGEST_BROKEN,
               all->len > 0 ? " broken"
               : no_reports ? ""
                            : " fine");
  for (guint i = 0; i < MIN (all->len, TLSRPT_DIGEST_LEAD); i++)
    append_card (html, all->pdata[i], style, i);
  if (all->len > TLSRPT_DIGEST_LEAD)
    g_string_append_printf (html,
                            "<p class=\"dim\">and %u causes more: tlsrpt-ingest incident list"
                            " has them all</p>\n",
                            all->len - TLSRPT_DIGEST_LEAD);
}

/* A line each. */
static void
append_ended (GString *html, const TlsrptDigest *digest)
{
  g_autoptr (GPtrArray) incidents = NULL;
  g_autofree char *line = tlsrpt_lead (digest, TLSRPT_DIGEST_ENDED, &incidents);

  g_string_append (html, "<div class=\"lead\">");
  tlsrpt_html_card_element (html, "p", line);
  if (incidents->len > 0)
    g_string_append (html, "<ul>\n");
  for (guint i = 0; i < MIN (incidents->len, TLSRPT_DIGEST_LEAD); i++) {
    g_autofree char *proof = NULL;
    g_autofree char *item = tlsrpt_lead_item (incidents->pdata[i], TLSRPT_DIGEST_ENDED, &proof);

    g_string_append (html, "<li>");
    tlsrpt_markup_append (html, item);
    g_string_append (html, "<br><span class=\"dim\">");
    tlsrpt_markup_append (html, proof);
    g_string_append (html, "</span></li>\n");
  }
  if (incidents->len > 0)
    g_string_append (html, "</ul>\n");
  append_more (html, digest, TLSRPT_DIGEST_ENDED);
  g_string_append (html, "</div>\n");
}

void
tlsrpt_html_card_all (GString *html, const TlsrptDigest *digest, const TlsrptCardStyle *style)
{
  append_broken (html, digest, style);
  append_line (html, digest, TLSRPT_DIGEST_NEW, " new");
  append_ended (html, digest);
}
