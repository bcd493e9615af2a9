/* SPDX-License-Identifier: GPL-3.0-or-later
 * An entry of the tables, with the names and facts of one incident in it. */
#include "insight/remedy/remedy.h"

#include "core/errors.h"
#include "insight/remedy/choose.h"
#include "insight/remedy/draft.h"
#include "insight/remedy/effect.h"
#include "insight/remedy/entry.h"
#include "insight/remedy/fill.h"
#include "insight/remedy/reason.h"

#include <string.h>

/* A reporter may send a thousand differing words; the first few say it. */
#define WORDS_SHOWN 5

static const char *
place_words (const TlsrptJudgement *judgement)
{
  if (judgement->place_kind == TLSRPT_PLACE_INTAKE && judgement->witnesses->len == 0)
    return "our intake";
  if (judgement->place != NULL)
    return judgement->place;
  return judgement->mail_domains->len > 0 ? ((TlsrptTally *)judgement->mail_domains->pdata[0])->name
                                          : "mail";
}

static char *
title_of (const TlsrptJudgement *judgement, const TlsrptRemedyEntry *entry)
{
  g_autofree char *place = tlsrpt_quote (place_words (judgement));
  guint n = judgement->mail_domains->len;

  return n > 1 ? g_strdup_printf ("%s: %s, for %u domains", place, entry->title, n)
               : g_strdup_printf ("%s: %s", place, entry->title);
}

static void
add_lines (GStrvBuilder *builder, const TlsrptRemedyLine *lines, guint facts,
           const TlsrptFill *fill, gboolean for_shell)
{
  for (guint i = 0; i < TLSRPT_REMEDY_LINES && lines[i].text != NULL; i++)
    if ((lines[i].when & facts) == lines[i].when) {
      g_autofree char *line = tlsrpt_fill_text (fill, lines[i].text, for_shell);

      g_strv_builder_add (builder, line);
    }
}

/* Where no report names the MX, the first command finds the names to put in. */
static char **
commands_of (const TlsrptRemedyEntry *entry, guint facts, const TlsrptFill *fill)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gboolean needs_mx = FALSE;

  for (guint i = 0; i < TLSRPT_REMEDY_LINES && entry->commands[i].text != NULL; i++)
    needs_mx = needs_mx || strstr (entry->commands[i].text, "{mx}") != NULL;
  if (needs_mx && fill->mx == NULL && fill->domain != NULL) {
    g_autofree char *line = g_strdup_printf (
        "dig +short MX %s   # put each name in place of MX-HOST below", fill->domain);

    g_strv_builder_add (builder, line);
  }
  add_lines (builder, entry->commands, facts, fill, TRUE);
  return g_strv_builder_end (builder);
}

static char **
causes_of (const TlsrptRemedyEntry *entry, guint facts, const TlsrptFill *fill)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  add_lines (builder, entry->causes, facts, fill, FALSE);
  return g_strv_builder_end (builder);
}

/* What one reporter alone sees is mostly not ours to change. */
static char **
changes_of (const TlsrptRemedyEntry *entry, guint facts, const TlsrptFill *fill)
{
  static const TlsrptRemedyLine alone[TLSRPT_REMEDY_LINES] = {
    { "where the commands show nothing wrong, change nothing here: write to {reporter}",
      TLSRPT_REMEDY_ALONE }
  };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (entry->effect != TLSRPT_REMEDY_EFFECT_REPORTS)
    add_lines (builder, alone, facts, fill, FALSE);
  add_lines (builder, entry->changes, facts, fill, FALSE);
  return g_strv_builder_end (builder);
}

static char **
words_of (const TlsrptJudgement *judgement)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < MIN (judgement->reasons->len, WORDS_SHOWN); i++) {
    const char *sent = ((TlsrptTally *)judgement->reasons->pdata[i])->name;
    const TlsrptReason *reason = tlsrpt_reason_read (sent);
    g_autofree char *code = tlsrpt_quote (sent);
    g_autofree char *line =
        reason == NULL ? g_strdup (code) : g_strdup_printf ("%s: %s", code, reason->reading);

    g_strv_builder_add (builder, line);
  }
  return g_strv_builder_end (builder);
}

TlsrptRemedy *
tlsrpt_remedy_new (const TlsrptJudgement *judgement)
{
  const TlsrptRemedyEntry *entry = tlsrpt_choose_entry (judgement);
  guint facts = tlsrpt_choose_facts (judgement);
  g_autoptr (TlsrptFill) fill = tlsrpt_fill_new (judgement);
  TlsrptRemedy *remedy = g_new0 (TlsrptRemedy, 1);

  remedy->finding = entry->finding;
  remedy->title = title_of (judgement, entry);
  remedy->meaning =
      g_strconcat (entry->meaning, " ", tlsrpt_effect_text (entry->effect, judgement), NULL);
  remedy->words = words_of (judgement);
  remedy->causes = causes_of (entry, facts, fill);
  remedy->commands = commands_of (entry, facts, fill);
  remedy->changes = changes_of (entry, facts, fill);
  remedy->is_security = judgement->is_security;
  if (!remedy->is_security)
    remedy->draft = tlsrpt_draft_new (judgement);
  return remedy;
}

void
tlsrpt_remedy_free (TlsrptRemedy *remedy)
{
  if (remedy == NULL)
    return;
  g_free (remedy->title);
  g_free (remedy->meaning);
  g_strfreev (remedy->words);
  g_strfreev (remedy->causes);
  g_strfreev (remedy->commands);
  g_strfreev (remedy->changes);
  g_free (remedy->draft);
  g_free (remedy);
}

const char *
tlsrpt_remedy_title (const char *finding)
{
  const TlsrptRemedyEntry *entry = tlsrpt_choose_named (finding);

  return entry != NULL ? entry->title : tlsrpt_choose_named ("unknown")->title;
}
