/* SPDX-License-Identifier: GPL-3.0-or-later
 * A small language for what reporters said. */
#include "support/history.h"

#include "insight/place.h"

#include <stdio.h>
#include <string.h>

typedef struct {
  TlsrptFacts *facts;
  TlsrptScope scope;
  const char *policy_mx;
  gboolean is_unusable;
} Line;

/* Cuts @text at the last @mark and returns what follows. */
static char *
cut (char *text, char mark)
{
  char *at = strrchr (text, mark);

  if (at == NULL)
    return NULL;
  *at = '\0';
  return at + 1;
}

static void
read_policy (Line *line, char *word)
{
  char *patterns;
  char *domain;
  char *mode;

  line->is_unusable = g_str_has_suffix (word, "!");
  if (line->is_unusable)
    word[strlen (word) - 1] = '\0';
  patterns = cut (word, '=');
  domain = cut (word, '>');
  mode = cut (word, '/');
  line->policy_mx = NULL;
  if (patterns != NULL)
    line->policy_mx = tlsrpt_facts_word (line->facts, g_strdelimit (patterns, ",", ' '));
  line->scope.policy_domain =
      domain != NULL ? tlsrpt_facts_word (line->facts, domain) : line->scope.mail_domain;
  line->scope.mode = TLSRPT_MODE_UNKNOWN;
  for (guint i = 0; mode != NULL && i < TLSRPT_N_MODES; i++)
    if (strcmp (tlsrpt_mode_names[i], mode) == 0)
      line->scope.mode = (TlsrptPolicyMode)i;
  line->scope.mechanism = strcmp (word, "sts") == 0    ? TLSRPT_MECHANISM_STS
                          : strcmp (word, "tlsa") == 0 ? TLSRPT_MECHANISM_TLSA
                                                       : TLSRPT_MECHANISM_NONE;
}

static guint64
add_failure (const Line *line, const char *word)
{
  g_autofree char *copy = g_strdup (word);
  TlsrptFailureFact failure = { .scope = line->scope,
                                .policy_mx = line->policy_mx,
                                .is_unusable = line->is_unusable };
  char *reason = cut (copy, '~');
  char *mx = cut (copy, '@');
  char *type = strchr (copy, ':');

  *type++ = '\0';
  failure.failed_sessions = g_ascii_strtoull (copy, NULL, 10);
  failure.result_type = strcmp (type, "-") != 0 ? tlsrpt_facts_word (line->facts, type) : NULL;
  failure.receiving_mx = tlsrpt_facts_word (line->facts, mx);
  if (reason != NULL)
    failure.reason = tlsrpt_facts_word (line->facts, g_strdelimit (reason, "%", ' '));
  failure.misses_policy = failure.receiving_mx != NULL && line->policy_mx != NULL &&
                          !tlsrpt_place_is_named (failure.receiving_mx, line->policy_mx);
  g_array_append_val (line->facts->failures, failure);
  return failure.failed_sessions;
}

static void
add_policy (const Line *line)
{
  TlsrptPolicyFact fact = { line->scope.policy_domain, line->policy_mx, line->scope.day,
                            line->scope.day };

  for (guint i = 0; i < line->facts->policies->len; i++) {
    TlsrptPolicyFact *known = &g_array_index (line->facts->policies, TlsrptPolicyFact, i);

    if (known->policy_domain == fact.policy_domain && known->policy_mx == fact.policy_mx) {
      known->first_day = MIN (known->first_day, fact.first_day);
      known->last_day = MAX (known->last_day, fact.last_day);
      return;
    }
  }
  g_array_append_val (line->facts->policies, fact);
}

static void
add_report (Line *line, gint32 first, gint32 last, char **words)
{
  TlsrptSessionFact session = { .successful_sessions = g_ascii_strtoull (words[4], NULL, 10) };
  TlsrptReportFact report = { line->scope.reporter, first, last };

  line->scope.day = first + (last - first) / 2;
  line->scope.first_day = first;
  line->scope.last_day = last;
  for (guint i = 5; words[i] != NULL; i++)
    session.failed_sessions += add_failure (line, words[i]);
  session.scope = line->scope;
  g_array_append_val (line->facts->sessions, session);
  g_array_append_val (line->facts->reports, report);
  if (line->policy_mx != NULL)
    add_policy (line);
}

static void
read_line (TlsrptFacts *facts, char **words)
{
  Line line = { .facts = facts };
  int first = 0;
  int last = 0;
  int length = 1;

  if (sscanf (words[0], "%d-%d", &first, &last) < 2)
    last = first;
  sscanf (words[0], "%d+%d", &first, &length);
  line.scope.is_verified = !g_str_has_suffix (words[1], "?");
  if (!line.scope.is_verified)
    words[1][strlen (words[1]) - 1] = '\0';
  line.scope.reporter = tlsrpt_facts_word (facts, words[1]);
  line.scope.mail_domain = tlsrpt_facts_word (facts, words[2]);
  read_policy (&line, words[3]);
  for (int day = first; day <= last; day++)
    add_report (&line, HISTORY_ORIGIN + day, HISTORY_ORIGIN + day + length - 1, words);
}

static void
read_sight (TlsrptFacts *facts, char **words)
{
  TlsrptObservationFact seen = { .day =
                                     HISTORY_ORIGIN + (gint32)g_ascii_strtoll (words[0], NULL, 10),
                                 .place = tlsrpt_facts_word (facts, words[3]),
                                 .mail_domain = tlsrpt_facts_word (facts, words[5]),
                                 .is_healthy = strcmp (words[4], "broken") != 0,
                                 .is_use = strcmp (words[4], "use") == 0 };

  while (strcmp (tlsrpt_place_names[seen.kind], words[2]) != 0)
    seen.kind++;
  g_array_append_val (facts->observations, seen);
}

void
history_add (TlsrptFacts *facts, const char *lines)
{
  g_auto (GStrv) all = g_strsplit_set (lines, "\n;", -1);

  for (guint i = 0; all[i] != NULL; i++) {
    g_auto (GStrv) words = g_strsplit (g_strstrip (all[i]), " ", -1);

    if (g_strv_length (words) >= 5 && strcmp (words[1], "see") == 0)
      read_sight (facts, words);
    else if (g_strv_length (words) >= 5)
      read_line (facts, words);
  }
}

static TlsrptScope
scope_copy (TlsrptFacts *facts, const TlsrptScope *scope)
{
  TlsrptScope copy = *scope;

  copy.reporter = tlsrpt_facts_word (facts, scope->reporter);
  copy.mail_domain = tlsrpt_facts_word (facts, scope->mail_domain);
  copy.policy_domain = tlsrpt_facts_word (facts, scope->policy_domain);
  return copy;
}

static void
copy_failures (TlsrptFacts *copy, const TlsrptFacts *facts, gint32 day)
{
  for (guint i = 0; i < facts->failures->len; i++) {
    TlsrptFailureFact failure = g_array_index (facts->failures, TlsrptFailureFact, i);

    if (failure.scope.last_day >= day)
      continue;
    failure.scope = scope_copy (copy, &failure.scope);
    failure.result_type = tlsrpt_facts_word (copy, failure.result_type);
    failure.receiving_mx = tlsrpt_facts_word (copy, failure.receiving_mx);
    failure.reason = tlsrpt_facts_word (copy, failure.reason);
    failure.policy_mx = tlsrpt_facts_word (copy, failure.policy_mx);
    g_array_append_val (copy->failures, failure);
  }
}

TlsrptFacts *
history_until (const TlsrptFacts *facts, gint32 day)
{
  TlsrptFacts *copy = tlsrpt_facts_new ();

  copy_failures (copy, facts, day);
  for (guint i = 0; i < facts->sessions->len; i++) {
    TlsrptSessionFact session = g_array_index (facts->sessions, TlsrptSessionFact, i);

    if (session.scope.last_day >= day)
      continue;
    session.scope = scope_copy (copy, &session.scope);
    g_array_append_val (copy->sessions, session);
  }
  for (guint i = 0; i < facts->policies->len; i++) {
    TlsrptPolicyFact policy = g_array_index (facts->policies, TlsrptPolicyFact, i);

    if (policy.first_day >= day)
      continue;
    policy.policy_domain = tlsrpt_facts_word (copy, policy.policy_domain);
    policy.policy_mx = tlsrpt_facts_word (copy, policy.policy_mx);
    policy.last_day = MIN (policy.last_day, day - 1);
    g_array_append_val (copy->policies, policy);
  }
  for (guint i = 0; i < facts->reports->len; i++) {
    TlsrptReportFact report = g_array_index (facts->reports, TlsrptReportFact, i);

    if (report.last_day >= day)
      continue;
    report.reporter = tlsrpt_facts_word (copy, report.reporter);
    g_array_append_val (copy->reports, report);
  }
  for (guint i = 0; i < facts->observations->len; i++) {
    TlsrptObservationFact seen = g_array_index (facts->observations, TlsrptObservationFact, i);

    if (seen.day > day)
      continue;
    seen.place = tlsrpt_facts_word (copy, seen.place);
    seen.mail_domain = tlsrpt_facts_word (copy, seen.mail_domain);
    g_array_append_val (copy->observations, seen);
  }
  return copy;
}

char *
history_line (const TlsrptJudgement *judgement)
{
  g_autofree char *domains = judgement->mail_domains->len > 1
                                 ? g_strdup_printf (" domains=%u", judgement->mail_domains->len)
                                 : g_strdup ("");
  g_autofree char *unplaced =
      judgement->unplaced_sessions > 0
          ? g_strdup_printf (" unplaced=%" G_GUINT64_FORMAT, judgement->unplaced_sessions)
          : g_strdup ("");

  return g_strdup_printf (
      "%s %s %s %s %s %s %s %d-%d %" G_GUINT64_FORMAT "%s%s",
      tlsrpt_place_names[judgement->place_kind], judgement->place != NULL ? judgement->place : "-",
      judgement->cause, tlsrpt_state_names[judgement->state],
      tlsrpt_severity_names[judgement->severity], tlsrpt_fault_names[judgement->fault],
      tlsrpt_effect_names[judgement->effect], judgement->first_day - HISTORY_ORIGIN,
      judgement->last_day - HISTORY_ORIGIN, judgement->failed_sessions, domains, unplaced);
}
