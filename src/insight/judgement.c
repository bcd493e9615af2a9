/* SPDX-License-Identifier: GPL-3.0-or-later
 * Judgements as plain data, and the words for what they hold. */
#include "insight/judgement.h"

#include <stdio.h>
#include <string.h>

const char *const tlsrpt_place_names[TLSRPT_N_PLACES] = {
  [TLSRPT_PLACE_MX] = "mx",         [TLSRPT_PLACE_POLICY_HOST] = "policy-host",
  [TLSRPT_PLACE_ZONE] = "zone",     [TLSRPT_PLACE_POLICY_MX] = "policy-mx",
  [TLSRPT_PLACE_DOMAIN] = "domain", [TLSRPT_PLACE_REPORTER] = "reporter",
  [TLSRPT_PLACE_INTAKE] = "intake",
};

const char *const tlsrpt_mechanism_names[TLSRPT_N_MECHANISMS] = {
  [TLSRPT_MECHANISM_STS] = "sts",
  [TLSRPT_MECHANISM_TLSA] = "tlsa",
  [TLSRPT_MECHANISM_NONE] = "no-policy-found",
  [TLSRPT_MECHANISM_OTHER] = "other",
};

const char *const tlsrpt_mode_names[TLSRPT_N_MODES] = {
  [TLSRPT_MODE_UNKNOWN] = "unknown",
  [TLSRPT_MODE_ENFORCE] = "enforce",
  [TLSRPT_MODE_TESTING] = "testing",
  [TLSRPT_MODE_NONE] = "none",
};

const char *const tlsrpt_effect_names[TLSRPT_N_EFFECTS] = {
  [TLSRPT_EFFECT_NOTHING] = "nothing",
  [TLSRPT_EFFECT_UNKNOWN] = "unknown",
  [TLSRPT_EFFECT_UNPROTECTED] = "unprotected",
  [TLSRPT_EFFECT_REFUSED] = "refused",
};

const char *const tlsrpt_severity_names[TLSRPT_N_SEVERITIES] = {
  [TLSRPT_SEVERITY_MINOR] = "minor",
  [TLSRPT_SEVERITY_WARNING] = "warning",
  [TLSRPT_SEVERITY_CRITICAL] = "critical",
};

const char *const tlsrpt_fault_names[TLSRPT_N_FAULTS] = {
  [TLSRPT_FAULT_UNCLEAR] = "unclear",
  [TLSRPT_FAULT_OURS] = "ours",
  [TLSRPT_FAULT_THEIRS] = "theirs",
  [TLSRPT_FAULT_BETWEEN] = "between",
};

const char *const tlsrpt_state_names[TLSRPT_N_STATES] = {
  [TLSRPT_STATE_OPEN] = "open",
  [TLSRPT_STATE_FLAPPING] = "flapping",
  [TLSRPT_STATE_RECOVERING] = "recovering",
  [TLSRPT_STATE_CLOSED] = "closed",
  [TLSRPT_STATE_UNPROVEN] = "unproven",
  [TLSRPT_STATE_EXPIRED] = "expired",
  [TLSRPT_STATE_MERGED] = "merged",
};

static void
tally_free (gpointer data)
{
  TlsrptTally *tally = data;

  g_free (tally->name);
  g_free (tally);
}

static void
witness_free (gpointer data)
{
  TlsrptWitness *witness = data;

  g_free (witness->domain);
  g_free (witness->organization_name);
  g_free (witness->contact_info);
  g_free (witness);
}

TlsrptJudgement *
tlsrpt_judgement_new (void)
{
  TlsrptJudgement *judgement = g_new0 (TlsrptJudgement, 1);

  judgement->mail_domains = g_ptr_array_new_with_free_func (tally_free);
  judgement->policy_domains = g_ptr_array_new_with_free_func (tally_free);
  judgement->result_types = g_ptr_array_new_with_free_func (tally_free);
  judgement->reasons = g_ptr_array_new_with_free_func (tally_free);
  judgement->receiving_mx = g_ptr_array_new_with_free_func (tally_free);
  judgement->receiving_ips = g_new0 (char *, 1);
  judgement->witnesses = g_ptr_array_new_with_free_func (witness_free);
  return judgement;
}

void
tlsrpt_judgement_free (TlsrptJudgement *judgement)
{
  if (judgement == NULL)
    return;
  g_free (judgement->place);
  g_free (judgement->cause);
  g_ptr_array_unref (judgement->mail_domains);
  g_ptr_array_unref (judgement->policy_domains);
  g_ptr_array_unref (judgement->result_types);
  g_ptr_array_unref (judgement->reasons);
  g_ptr_array_unref (judgement->receiving_mx);
  g_strfreev (judgement->receiving_ips);
  g_ptr_array_unref (judgement->witnesses);
  g_free (judgement);
}

/* Without a reason, or with an unknown word, the failure may be at any place of the domain. */
static gboolean
is_at_some_mx (const TlsrptJudgement *judgement)
{
  return judgement->place_kind == TLSRPT_PLACE_DOMAIN && judgement->cause != NULL &&
         strcmp (judgement->cause, TLSRPT_CAUSE_UNSPECIFIED) != 0 &&
         strcmp (judgement->cause, TLSRPT_CAUSE_UNKNOWN) != 0;
}

char *
tlsrpt_judgement_place_words (const TlsrptJudgement *judgement)
{
  const char *place = judgement->place;
  g_autoptr (GString) words = g_string_new (place);

  if (place == NULL && judgement->place_kind == TLSRPT_PLACE_INTAKE)
    return g_strdup ("our intake");
  if (place == NULL && judgement->mail_domains->len == 0)
    return g_strdup ("mail");
  if (place == NULL)
    g_string_assign (words, ((TlsrptTally *)judgement->mail_domains->pdata[0])->name);
  g_string_replace (words, " ", ", ", 0);
  if (is_at_some_mx (judgement))
    g_string_prepend (words, strpbrk (words->str, " *") != NULL ? "one of " : "an MX of ");
  return g_strdup (words->str);
}

gboolean
tlsrpt_judgement_is_looming (const TlsrptJudgement *judgement)
{
  return g_strcmp0 (judgement->cause, TLSRPT_CAUSE_FOUND_WRONG) == 0 ||
         g_strcmp0 (judgement->cause, TLSRPT_CAUSE_ENDS_SOON) == 0;
}

char *
tlsrpt_judgement_numbers (const GPtrArray *judgements)
{
  GString *text = g_string_new ("{");

  for (guint i = 0; i < judgements->len; i++)
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT, i > 0 ? "," : "",
                            ((const TlsrptJudgement *)judgements->pdata[i])->number);
  return g_string_free (g_string_append_c (text, '}'), FALSE);
}

gboolean
tlsrpt_judgement_is_over (const TlsrptJudgement *judgement)
{
  return judgement->state >= TLSRPT_STATE_CLOSED;
}

void
tlsrpt_judgement_tally (GPtrArray *tallies, const char *name, guint64 failed_sessions)
{
  TlsrptTally *tally = NULL;

  for (guint i = 0; i < tallies->len && tally == NULL; i++)
    if (strcmp (((TlsrptTally *)tallies->pdata[i])->name, name) == 0)
      tally = tallies->pdata[i];
  if (tally == NULL) {
    tally = g_new0 (TlsrptTally, 1);
    tally->name = g_strdup (name);
    g_ptr_array_add (tallies, tally);
  }
  tally->failed_sessions += failed_sessions;
}

static int
compare_tallies (gconstpointer left, gconstpointer right)
{
  const TlsrptTally *a = *(TlsrptTally *const *)left;
  const TlsrptTally *b = *(TlsrptTally *const *)right;

  if (a->failed_sessions != b->failed_sessions)
    return a->failed_sessions > b->failed_sessions ? -1 : 1;
  return strcmp (a->name, b->name);
}

void
tlsrpt_judgement_sort (GPtrArray *tallies)
{
  g_ptr_array_sort (tallies, compare_tallies);
}

/* The proleptic Gregorian calendar, as GDate has it: its day 719163 is 1970-01-01. */
#define JULIAN_OF_1970 719163

char *
tlsrpt_judgement_day_text (gint32 day)
{
  GDate date;

  g_date_clear (&date, 1);
  g_date_set_julian (&date, (guint32)(day + JULIAN_OF_1970));
  return g_strdup_printf ("%04d-%02d-%02d", g_date_get_year (&date), (int)g_date_get_month (&date),
                          g_date_get_day (&date));
}

gint32
tlsrpt_judgement_day (const char *text)
{
  unsigned year, month, day;
  GDate date;

  if (sscanf (text, "%4u-%2u-%2u", &year, &month, &day) != 3 ||
      !g_date_valid_dmy ((GDateDay)day, (GDateMonth)month, (GDateYear)year))
    return 0;
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
  return (gint32)g_date_get_julian (&date) - JULIAN_OF_1970;
}

guint
tlsrpt_judgement_word (const char *const *names, guint n, const char *word, guint other)
{
  for (guint i = 0; i < n; i++)
    if (strcmp (names[i], word) == 0)
      return i;
  return other;
}
