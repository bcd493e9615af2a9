/* SPDX-License-Identifier: GPL-3.0-or-later
 * Compares pauses between reports with earlier ones. */
#include "insight/silence.h"

#include "insight/found.h"

#include <string.h>

static int
compare_days (gconstpointer left, gconstpointer right)
{
  gint32 a = *(const gint32 *)left;
  gint32 b = *(const gint32 *)right;

  return a < b ? -1 : a > b;
}

/* Days from one report to the next, learnt from the first @n days; 0 where there are too few. Nine of
 * ten pauses are no longer: 1 for a reporter that reports daily, 3 on weekdays, 7 weekly. */
static gint32
rhythm_of (const GArray *days, guint n, const TlsrptThresholds *thresholds)
{
  g_autoptr (GArray) pauses = NULL;

  if (n < MAX (thresholds->rhythm_reports, 2))
    return 0;
  pauses = g_array_new (FALSE, FALSE, sizeof (gint32));
  for (guint i = 1; i < n; i++) {
    gint32 pause = g_array_index (days, gint32, i) - g_array_index (days, gint32, i - 1);

    g_array_append_val (pauses, pause);
  }
  g_array_sort (pauses, compare_days);
  return g_array_index (pauses, gint32, (pauses->len * 9 + 9) / 10 - 1);
}

static void
add_days (GArray *days, const TlsrptReportFact *report, gint32 first, gint32 today)
{
  for (gint32 day = MAX (report->first_day, first); day <= MIN (report->last_day, today); day++)
    if (days->len == 0 || day > g_array_index (days, gint32, days->len - 1))
      g_array_append_val (days, day);
}

/* How many of the days between were days on which nobody reported. */
static gint32
mute_days (const GArray *all, gint32 after, gint32 before)
{
  gint32 mute = before - after - 1;

  for (guint i = 0; i < all->len; i++) {
    gint32 day = g_array_index (all, gint32, i);

    mute -= day > after && day < before;
  }
  return mute;
}

static void
add_finding (GPtrArray *findings, const char *reporter, const TlsrptReporterFact *known,
             gint32 last_report, gint32 next_report, gint32 today)
{
  TlsrptFound *finding = tlsrpt_found_new ();
  TlsrptJudgement *judgement = finding->judgement;

  judgement->place_kind = TLSRPT_PLACE_INTAKE;
  judgement->place = g_strdup (reporter);
  judgement->cause =
      g_strdup (reporter != NULL ? TLSRPT_CAUSE_REPORTER_SILENT : TLSRPT_CAUSE_NO_REPORTS);
  judgement->severity = TLSRPT_SEVERITY_WARNING;
  judgement->first_day = last_report + 1;
  judgement->last_day = (next_report != 0 ? next_report : today) - 1;
  judgement->failed_days = (guint)(judgement->last_day - judgement->first_day + 1);
  judgement->last_word_day = next_report != 0 ? next_report : last_report;
  judgement->over_day = next_report;
  judgement->state = next_report != 0 ? TLSRPT_STATE_CLOSED : TLSRPT_STATE_OPEN;
  if (reporter != NULL) {
    TlsrptWitness *witness = g_new0 (TlsrptWitness, 1);

    witness->domain = g_strdup (reporter);
    witness->organization_name = g_strdup (known != NULL ? known->organization_name : NULL);
    witness->contact_info = g_strdup (known != NULL ? known->contact_info : NULL);
    witness->last_day = last_report;
    g_ptr_array_add (judgement->witnesses, witness);
  }
  g_ptr_array_add (findings, finding);
}

static const TlsrptReporterFact *
find_reporter (const TlsrptFacts *facts, const char *reporter)
{
  for (guint i = 0; reporter != NULL && i < facts->reporters->len; i++) {
    const TlsrptReporterFact *known = &g_array_index (facts->reporters, TlsrptReporterFact, i);

    if (known->reporter == reporter)
      return known;
  }
  return NULL;
}

/* @all is %NULL for the intake as a whole, where every silent day counts. */
static void
find_pauses (GPtrArray *findings, const TlsrptFacts *facts, const char *reporter,
             const GArray *days, const GArray *all, gint32 today,
             const TlsrptThresholds *thresholds)
{
  for (guint i = 0; i < days->len; i++) {
    gint32 last = g_array_index (days, gint32, i);
    gint32 next = i + 1 < days->len ? g_array_index (days, gint32, i + 1) : 0;
    gint32 until = next != 0 ? next : today;
    gint32 silent = until - last - 1 - (all != NULL ? mute_days (all, last, until) : 0);
    gint32 rhythm = rhythm_of (days, i + 1, thresholds);
    gint32 bearable = rhythm + thresholds->grace_days;

    if (all == NULL)
      bearable = MAX (thresholds->silence_days, rhythm > 0 ? bearable : 0);
    if ((all != NULL && rhythm == 0) || silent < bearable)
      continue;
    add_finding (findings, reporter, find_reporter (facts, reporter), last, next, today);
  }
}

static int
compare_reports (gconstpointer left, gconstpointer right)
{
  const TlsrptReportFact *a = left;
  const TlsrptReportFact *b = right;

  return a->first_day != b->first_day ? (a->first_day < b->first_day ? -1 : 1)
                                      : (a->last_day > b->last_day) - (a->last_day < b->last_day);
}

static GArray *
days_of_all (const TlsrptFacts *facts, gint32 first, gint32 today)
{
  g_autoptr (GArray) reports = g_array_copy (facts->reports);
  GArray *days = g_array_new (FALSE, FALSE, sizeof (gint32));

  g_array_sort (reports, compare_reports);
  for (guint i = 0; i < reports->len; i++)
    add_days (days, &g_array_index (reports, TlsrptReportFact, i), first, today);
  return days;
}

void
tlsrpt_silence_find (GPtrArray *findings, const TlsrptFacts *facts, gint32 today,
                     const TlsrptThresholds *thresholds)
{
  gint32 first = today - thresholds->window_days;
  g_autoptr (GArray) all = days_of_all (facts, first, today);
  g_autoptr (GArray) days = g_array_new (FALSE, FALSE, sizeof (gint32));

  find_pauses (findings, facts, NULL, all, NULL, today, thresholds);
  for (guint i = 0; i < facts->reports->len; i++) {
    const TlsrptReportFact *report = &g_array_index (facts->reports, TlsrptReportFact, i);

    add_days (days, report, first, today);
    if (i + 1 == facts->reports->len || report[1].reporter != report->reporter) {
      find_pauses (findings, facts, report->reporter, days, all, today, thresholds);
      g_array_set_size (days, 0);
    }
  }
}
