/* SPDX-License-Identifier: GPL-3.0-or-later
 * A digest to text for a terminal: the answer first, then tables that fit its width. */
#include "insight/text.h"

#include "insight/card.h"
#include "insight/lead.h"
#include "insight/link.h"
#include "insight/strip.h"
#include "insight/text-table.h"
#include "insight/wrap.h"

#include <string.h>

#define NUMBERS_NAMED 12

#define BOLD "\x1b[1m"
#define RED "\x1b[1;31m"
#define YELLOW "\x1b[1;33m"
#define PLAIN "\x1b[0m"

/* Names in front of what is said stand in a column of their own. */
#define STRIP_NAME "16"
#define LINE_NAME "13"

static const char *
colored (const TlsrptTextStyle *style, const char *color)
{
  return style->color ? color : "";
}

static void
append_heading (GString *text, const char *heading, const TlsrptTextStyle *style)
{
  g_string_append_printf (text, "\n%s%s%s\n", colored (style, BOLD), heading,
                          colored (style, PLAIN));
}

static void
append_strip (GString *text, const TlsrptDigest *digest, const TlsrptTextStyle *style)
{
  for (int kind = 0; kind < TLSRPT_N_STRIP; kind++) {
    g_auto (TlsrptStripItem) item = tlsrpt_strip_item (digest, (TlsrptStripKind)kind);
    g_autofree char *mark = NULL;
    g_autofree char *words = NULL;

    if (item.name == NULL)
      continue;
    mark = g_strdup_printf ("  %-" STRIP_NAME "s  ", item.name);
    words = item.note != NULL ? g_strdup_printf ("%s (%s)", item.value, item.note)
                              : g_strdup (item.value);
    tlsrpt_wrap_append (text, words, mark, style->width);
  }
}

/* An address is never wrapped. */
static void
append_address (GString *text, const TlsrptDigest *digest, const TlsrptAdvice *advice)
{
  const TlsrptIncident *first = advice->incidents->pdata[0];
  g_autofree char *address = tlsrpt_link_incident (digest->site, first->judgement->number);

  if (address != NULL)
    g_string_append_printf (text, "  %s\n", address);
}

static void
append_card (GString *text, const TlsrptDigest *digest, const TlsrptAdvice *advice,
             const TlsrptTextStyle *style)
{
  g_autoptr (TlsrptCard) card = tlsrpt_card_new (advice);
  gboolean critical = card->severity == TLSRPT_SEVERITY_CRITICAL;
  g_autofree char *mark = g_strconcat (tlsrpt_card_tag (card), card->is_new ? " NEW " : " ", NULL);

  g_string_append_c (text, '\n');
  g_string_append (text, colored (style, critical ? RED : YELLOW));
  tlsrpt_wrap_append (text, advice->title, mark, style->width);
  g_string_append (text, colored (style, PLAIN));
  tlsrpt_wrap_append (text, card->effect, "  ", style->width);
  for (guint i = 0; i < card->lines->len; i++) {
    const TlsrptCardLine *line = card->lines->pdata[i];
    g_autofree char *name = g_strdup_printf ("  %-" LINE_NAME "s  ", line->name);

    tlsrpt_wrap_append (text, line->text, name, style->width);
  }
  append_address (text, digest, advice);
}

static void
append_broken (GString *text, const TlsrptDigest *digest, const GPtrArray *causes,
               const TlsrptTextStyle *style)
{
  g_autofree char *more = tlsrpt_lead_more_causes (digest);
  g_autofree char *minor = tlsrpt_lead_minor (digest);

  for (guint i = 0; i < MIN (causes->len, TLSRPT_DIGEST_LEAD); i++)
    append_card (text, digest, causes->pdata[i], style);
  if (more != NULL || minor != NULL)
    g_string_append_c (text, '\n');
  if (more != NULL)
    tlsrpt_wrap_append (text, more, "", style->width);
  if (minor != NULL)
    tlsrpt_wrap_append (text, minor, "", style->width);
}

static void
append_ended (GString *text, const TlsrptDigest *digest, const TlsrptTextStyle *style)
{
  g_autoptr (GPtrArray) incidents = NULL;
  g_autofree char *line = tlsrpt_lead (digest, TLSRPT_DIGEST_ENDED, &incidents);
  g_autofree char *more = tlsrpt_lead_more (digest, TLSRPT_DIGEST_ENDED);

  append_heading (text, line, style);
  for (guint i = 0; i < MIN (incidents->len, TLSRPT_DIGEST_LEAD); i++) {
    g_autofree char *ended = tlsrpt_card_ended (incidents->pdata[i]);

    tlsrpt_wrap_append (text, ended, "  ", style->width);
  }
  if (more != NULL)
    tlsrpt_wrap_append (text, more, "  ", style->width);
}

static void
append_list (GString *text, const char *heading, char **lines, guint width)
{
  g_string_append_printf (text, "  %s\n", heading);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_autofree char *mark = g_strdup_printf ("    %u. ", i + 1);

    tlsrpt_wrap_append (text, lines[i], mark, width);
  }
}

/* A command is never wrapped: it is there to be copied. */
static void
append_commands (GString *text, char **commands)
{
  g_string_append (text, "  What to check:\n");
  for (guint i = 0; commands[i] != NULL; i++)
    g_string_append_printf (text, "    $ %s\n", commands[i]);
}

/* By number: what is wrong is said above. */
static char *
numbers_of (const TlsrptAdvice *advice)
{
  GString *text = g_string_new ("For ");

  for (guint i = 0; i < MIN (advice->incidents->len, NUMBERS_NAMED); i++)
    g_string_append_printf (
        text, "%s#%" G_GINT64_FORMAT, i > 0 ? ", " : "",
        ((const TlsrptIncident *)advice->incidents->pdata[i])->judgement->number);
  if (advice->incidents->len > NUMBERS_NAMED)
    g_string_append_printf (text, " and %u more", advice->incidents->len - NUMBERS_NAMED);
  return g_string_free (text, FALSE);
}

static void
append_advice (GString *text, const TlsrptAdvice *advice, const TlsrptTextStyle *style)
{
  const TlsrptIncident *first = advice->incidents->pdata[0];
  g_autofree char *numbers = numbers_of (advice);

  append_heading (text, numbers, style);
  tlsrpt_wrap_append (text, first->remedy->meaning, "  ", style->width);
  if (advice->words != NULL) {
    tlsrpt_wrap_append (text, "The reporters' own words:", "  ", 0);
    tlsrpt_wrap_append (text, advice->words, "    ", style->width);
  }
  append_list (text, "Likely causes:", first->remedy->causes, style->width);
  append_commands (text, advice->commands);
  append_list (text,
               advice->places != NULL ? "What to change, at the first and likewise at the others:"
                                      : "What to change:",
               first->remedy->changes, style->width);
}

static void
append_sections (GString *text, const TlsrptDigest *digest, const TlsrptTextStyle *style)
{
  guint n;
  const TlsrptSection *sections = tlsrpt_sections (&n);
  gboolean none = strcmp (digest->reports, "0") == 0;

  for (guint i = 0; i < n; i++) {
    const TlsrptTable *table = digest->tables->pdata[i];

    if (sections[i].by_day ||
        (tlsrpt_table_rows (table) == 0 && (sections[i].empty == NULL || none)))
      continue;
    append_heading (text, sections[i].title, style);
    if (tlsrpt_table_rows (table) == 0)
      g_string_append_printf (text, "%s\n", sections[i].empty);
    else
      tlsrpt_text_table_append (text, table, style->width, style->rows);
  }
}

static void
append_remarks (GString *text, const TlsrptDigest *digest, const TlsrptTextStyle *style)
{
  g_auto (GStrv) remarks = tlsrpt_lead_remarks (digest);

  g_string_append_c (text, '\n');
  for (guint i = 0; remarks[i] != NULL; i++)
    tlsrpt_wrap_append (text, remarks[i], "", style->width);
}

char *
tlsrpt_text_digest (const TlsrptDigest *digest, const TlsrptTextStyle *style)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GPtrArray) broken = NULL;
  g_autoptr (GPtrArray) causes =
      tlsrpt_advice_of (digest->incidents, digest->incidents->len < TLSRPT_DIGEST_INCIDENTS);
  g_autofree char *title = tlsrpt_lead_title (digest);
  g_autofree char *line = tlsrpt_lead (digest, TLSRPT_DIGEST_BROKEN, &broken);

  tlsrpt_wrap_append (text, title, "", style->width);
  g_string_append (text, colored (style, causes->len > 0 ? RED : BOLD));
  g_string_append_printf (text, "%s%s\n", line, colored (style, PLAIN));
  append_strip (text, digest, style);
  if (digest->site != NULL)
    g_string_append_printf (text, "  %s/\n", digest->site);
  append_broken (text, digest, causes, style);
  append_ended (text, digest, style);
  append_remarks (text, digest, style);
  append_sections (text, digest, style);
  if (causes->len > 0)
    append_heading (text, "What to do", style);
  for (guint i = 0; i < causes->len; i++)
    append_advice (text, causes->pdata[i], style);
  return g_string_free (text, FALSE);
}
