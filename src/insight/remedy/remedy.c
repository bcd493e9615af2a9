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

/* A reporter may send a thousand different words; the first few are enough. */
#define WORDS_SHOWN 5

static char *
title_of (const TlsrptJudgement *judgement, const TlsrptRemedyEntry *entry)
{
  g_autofree char *words = tlsrpt_judgement_place_words (judgement);
  g_autofree char *place = tlsrpt_quote (words);
  guint n = judgement->mail_domains->len;

  return n > 1 ? g_strdup_printf ("%s: %s, for %u domains", place, entry->title, n)
               : g_strdup_printf ("%s: %s", place, entry->title);
}

static void
add_lines (GStrvBuilder *builder, const TlsrptRemedyLine *lines, guint facts,
           const TlsrptFill *fill)
{
  for (guint i = 0; i < TLSRPT_REMEDY_LINES && lines[i].text != NULL; i++)
    if ((lines[i].when & facts) == lines[i].when) {
      g_autofree char *line = tlsrpt_fill_text (fill, lines[i].text, FALSE);

      g_strv_builder_add (builder, line);
    }
}

/* Hosts of the MX records, without priority and final dot; a domain without one is its own (RFC 5321
 * section 5.1). */
#define EACH_MX                                                                                    \
  "for mx in $(dig +short MX {domain} | sed -nE 's/^[0-9]+ "                                       \
  "([A-Za-z0-9][A-Za-z0-9_.-]*)\\.$/\\1/p' "                                                       \
  "| grep . || echo {domain}); do echo \"= $mx\"; "

/* @command for each MX of the domain, where no report names the one that fails. */
static char *
for_each_mx (const char *command)
{
  const char *comment = strstr (command, "   # ");
  g_autofree char *body =
      comment != NULL ? g_strndup (command, (gsize)(comment - command)) : g_strdup (command);
  g_autoptr (GString) line = g_string_new (body);

  g_string_replace (line, "{mx}", "$mx", 0);
  g_string_prepend (line, EACH_MX);
  g_string_append_printf (line, "; done%s", comment != NULL ? comment : "");
  return g_strdup (line->str);
}

static char **
commands_of (const TlsrptRemedyEntry *entry, guint facts, const TlsrptFill *fill)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gboolean looks_up = fill->mx == NULL && fill->domain != NULL;

  for (guint i = 0; i < TLSRPT_REMEDY_LINES && entry->commands[i].text != NULL; i++) {
    const TlsrptRemedyLine *line = &entry->commands[i];
    gboolean needs_mx = strstr (line->text, "{mx}") != NULL;
    g_autofree char *text = needs_mx && looks_up ? for_each_mx (line->text) : g_strdup (line->text);
    g_autofree char *filled = tlsrpt_fill_text (fill, text, TRUE);

    if ((line->when & facts) == line->when)
      g_strv_builder_add (builder, filled);
  }
  return g_strv_builder_end (builder);
}

static char **
causes_of (const TlsrptRemedyEntry *entry, guint facts, const TlsrptFill *fill)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  add_lines (builder, entry->causes, facts, fill);
  return g_strv_builder_end (builder);
}

/* What only one reporter sees can seldom be mended by us. */
static char **
changes_of (const TlsrptRemedyEntry *entry, guint facts, const TlsrptFill *fill)
{
  static const TlsrptRemedyLine alone[TLSRPT_REMEDY_LINES] = {
    { "where the commands show nothing wrong, change nothing here: write to {reporter}",
      TLSRPT_REMEDY_ALONE }
  };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (entry->effect != TLSRPT_REMEDY_EFFECT_REPORTS)
    add_lines (builder, alone, facts, fill);
  add_lines (builder, entry->changes, facts, fill);
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
