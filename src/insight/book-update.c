/* SPDX-License-Identifier: GPL-3.0-or-later
 * Brings the known incidents up to date, and makes events of what changed. */
#include "insight/book-update.h"

#include "insight/match.h"

#include <string.h>

void
tlsrpt_book_update_tell (TlsrptBook *book, TlsrptBookEntry *entry, TlsrptEventKind kind,
                         gint32 today)
{
  const TlsrptJudgement *judgement = entry->judgement;
  TlsrptEvent event = { kind, judgement->number, today, judgement->severity };

  if (kind == TLSRPT_EVENT_OPENED || kind == TLSRPT_EVENT_WORSENED ||
      kind == TLSRPT_EVENT_FLAPPING || kind == TLSRPT_EVENT_KNOWN_LATE) {
    entry->told_severity = judgement->severity;
    entry->told_effect = judgement->effect;
    entry->told_domains = judgement->mail_domains->len;
  }
  entry->was_told = TRUE;
  entry->is_changed = TRUE;
  g_array_append_val (book->events, event);
}

/* Adds the members that @finding has and @entry has not; returns how many sessions are new. Days
 * older than the facts are kept. */
static guint64
take_members (TlsrptBook *book, TlsrptBookEntry *entry, const TlsrptFound *finding,
              gint32 window_start)
{
  g_autoptr (GArray) old = g_steal_pointer (&entry->members);
  guint64 before = 0;
  guint64 after = 0;
  gboolean same = TRUE;

  entry->members = g_array_new (FALSE, FALSE, sizeof (TlsrptMember));
  for (guint i = 0; i < old->len; i++) {
    const TlsrptMember *member = &g_array_index (old, TlsrptMember, i);

    before += member->failed_sessions;
    if (member->day >= window_start)
      continue;
    g_array_append_vals (entry->members, member, 1);
    after += member->failed_sessions;
  }
  for (guint i = 0; i < finding->members->len; i++) {
    const TlsrptMember *member = &g_array_index (finding->members, TlsrptMember, i);
    guint at = entry->members->len;

    same = same && at < old->len &&
           tlsrpt_member_equal (&g_array_index (old, TlsrptMember, at), member) &&
           g_array_index (old, TlsrptMember, at).failed_sessions == member->failed_sessions;
    tlsrpt_book_add_member (book, entry, member);
    after += member->failed_sessions;
  }
  entry->is_changed = entry->is_changed || !same || entry->members->len != old->len;
  return after > before ? after - before : 0;
}

static gint32
first_member_day (const TlsrptBookEntry *entry, gint32 otherwise)
{
  return entry->members->len > 0
             ? MIN (otherwise, g_array_index (entry->members, TlsrptMember, 0).day)
             : otherwise;
}

static guint64
member_sessions (const TlsrptBookEntry *entry)
{
  guint64 sum = 0;

  for (guint i = 0; i < entry->members->len; i++)
    sum += g_array_index (entry->members, TlsrptMember, i).failed_sessions;
  return sum;
}

static gboolean
is_same_judgement (const TlsrptJudgement *a, const TlsrptJudgement *b)
{
  return a->place_kind == b->place_kind && g_strcmp0 (a->place, b->place) == 0 &&
         strcmp (a->cause, b->cause) == 0 && a->effect == b->effect && a->severity == b->severity &&
         a->fault == b->fault && a->state == b->state && a->is_security == b->is_security &&
         a->first_day == b->first_day && a->last_day == b->last_day && a->over_day == b->over_day &&
         a->last_word_day == b->last_word_day && a->failed_sessions == b->failed_sessions &&
         a->refused_sessions == b->refused_sessions && a->sessions == b->sessions &&
         a->failed_days == b->failed_days && a->unplaced_sessions == b->unplaced_sessions &&
         a->modes == b->modes && a->mechanisms == b->mechanisms;
}

static gboolean
is_worse (const TlsrptBookEntry *entry, const TlsrptThresholds *thresholds)
{
  const TlsrptJudgement *now = entry->judgement;
  guint domains = now->mail_domains->len;

  return now->severity > entry->told_severity ||
         (now->effect == TLSRPT_EFFECT_REFUSED && entry->told_effect != TLSRPT_EFFECT_REFUSED) ||
         (domains >= thresholds->worse_domains_factor * entry->told_domains &&
          domains >= entry->told_domains + thresholds->worse_domains);
}

static TlsrptEventKind
ending (TlsrptState state)
{
  return state == TLSRPT_STATE_CLOSED     ? TLSRPT_EVENT_CLOSED
         : state == TLSRPT_STATE_UNPROVEN ? TLSRPT_EVENT_UNPROVEN
                                          : TLSRPT_EVENT_EXPIRED;
}

/* The events of an incident that was in state @before, by its state now. */
static void
tell_change (TlsrptBook *book, TlsrptBookEntry *entry, TlsrptState before, gint32 today,
             const TlsrptThresholds *thresholds)
{
  gboolean was_over = before >= TLSRPT_STATE_CLOSED;
  gboolean is_over = tlsrpt_judgement_is_over (entry->judgement);
  TlsrptState state = entry->judgement->state;

  if (entry->judgement->severity == TLSRPT_SEVERITY_MINOR && !entry->was_told)
    return;
  if (!entry->was_told) {
    tlsrpt_book_update_tell (book, entry, is_over ? TLSRPT_EVENT_KNOWN_LATE : TLSRPT_EVENT_OPENED,
                             today);
    return;
  }
  if (was_over && !is_over)
    tlsrpt_book_update_tell (book, entry, TLSRPT_EVENT_FLAPPING, today);
  else if (!is_over && state == TLSRPT_STATE_FLAPPING && before != TLSRPT_STATE_FLAPPING)
    tlsrpt_book_update_tell (book, entry, TLSRPT_EVENT_FLAPPING, today);
  else if (is_worse (entry, thresholds))
    tlsrpt_book_update_tell (book, entry, TLSRPT_EVENT_WORSENED, today);
  if (is_over && state != before)
    tlsrpt_book_update_tell (book, entry, ending (state), today);
}

static TlsrptJudgement *
steal_judgement (TlsrptFound *finding)
{
  TlsrptJudgement *judgement = finding->judgement;

  finding->judgement = tlsrpt_judgement_new ();
  return judgement;
}

static void
take_finding (TlsrptBook *book, TlsrptBookEntry *entry, TlsrptFound *finding, gint32 today,
              const TlsrptThresholds *thresholds)
{
  TlsrptJudgement *old = entry->judgement;
  TlsrptState before = old->state;
  TlsrptJudgement *now = steal_judgement (finding);

  take_members (book, entry, finding, today - thresholds->window_days);
  now->number = old->number;
  now->first_day = entry->members->len > 0 ? first_member_day (entry, now->first_day)
                                           : MIN (old->first_day, now->first_day);
  if (entry->members->len > 0)
    now->failed_sessions = member_sessions (entry);
  entry->is_changed = entry->is_changed || !is_same_judgement (old, now);
  entry->judgement = now;
  tell_change (book, entry, before, today, thresholds);
  tlsrpt_judgement_free (old);
}

/* A closed incident keeps its cause; late reports extend its days and raise its numbers. */
static void
take_late (TlsrptBook *book, TlsrptBookEntry *entry, TlsrptFound *finding, gint32 today,
           const TlsrptThresholds *thresholds)
{
  TlsrptJudgement *judgement = entry->judgement;
  const TlsrptJudgement *now = finding->judgement;

  entry->late_sessions += take_members (book, entry, finding, today - thresholds->window_days);
  judgement->first_day = MIN (judgement->first_day, now->first_day);
  judgement->last_day = MAX (judgement->last_day, now->last_day);
  judgement->failed_days = MAX (judgement->failed_days, now->failed_days);
  judgement->failed_sessions = member_sessions (entry);
}

/* Whether an incident that is over stays over: no session failed after the evidence that ended
 * it. Only better evidence may still change it. */
static gboolean
stays_over (const TlsrptBookEntry *entry, const TlsrptFound *finding)
{
  const TlsrptJudgement *known = entry->judgement;
  const TlsrptJudgement *now = finding->judgement;

  if (!tlsrpt_judgement_is_over (known))
    return FALSE;
  if (known->state == TLSRPT_STATE_CLOSED)
    return tlsrpt_judgement_is_over (now) || now->last_day <= known->over_day;
  if (known->state == TLSRPT_STATE_UNPROVEN)
    return now->state != TLSRPT_STATE_CLOSED &&
           (tlsrpt_judgement_is_over (now) || now->last_day <= known->over_day);
  return now->state != TLSRPT_STATE_CLOSED && now->state != TLSRPT_STATE_UNPROVEN &&
         now->last_day <= known->last_day;
}

static void
add_new (TlsrptBook *book, TlsrptFound *finding, gint32 today, const TlsrptThresholds *thresholds)
{
  TlsrptBookEntry *entry = tlsrpt_book_entry_new (book, steal_judgement (finding));

  entry->judgement->number = book->next_number++;
  entry->is_changed = TRUE;
  entry->judged_on = today;
  for (guint i = 0; i < finding->members->len; i++)
    tlsrpt_book_add_member (book, entry, &g_array_index (finding->members, TlsrptMember, i));
  tell_change (book, entry, TLSRPT_STATE_OPEN, today, thresholds);
}

/* First day since the silence began on which a report came; 0 for none. */
static gint32
next_word (const TlsrptJudgement *silence, const TlsrptFacts *facts)
{
  gint32 day = 0;

  for (guint i = 0; i < facts->reports->len; i++) {
    const TlsrptReportFact *report = &g_array_index (facts->reports, TlsrptReportFact, i);

    if (report->last_day >= silence->first_day &&
        (silence->place == NULL || strcmp (silence->place, report->reporter) == 0) &&
        (day == 0 || report->last_day < day))
      day = report->last_day;
  }
  return day;
}

/* For an incident that no fact or reporter of today shows. */
static void
leave_alone (TlsrptBook *book, TlsrptBookEntry *entry, const TlsrptFacts *facts, gint32 today,
             const TlsrptThresholds *thresholds)
{
  TlsrptJudgement *judgement = entry->judgement;
  TlsrptState before = judgement->state;
  gint32 word = judgement->place_kind == TLSRPT_PLACE_INTAKE ? next_word (judgement, facts) : 0;

  if (tlsrpt_judgement_is_over (judgement) || entry->merged_into != 0 ||
      (word == 0 && today - 1 - judgement->last_word_day < thresholds->expiry_days))
    return;
  judgement->state = word != 0 ? TLSRPT_STATE_CLOSED : TLSRPT_STATE_EXPIRED;
  judgement->over_day = word != 0 ? word : today - 1;
  entry->is_changed = TRUE;
  tell_change (book, entry, before, today, thresholds);
}

static void
merge (TlsrptBookEntry *entry, const TlsrptBookEntry *into, gint32 today)
{
  entry->merged_into = into->judgement->number;
  entry->judgement->state = TLSRPT_STATE_MERGED;
  entry->judgement->over_day = today - 1;
  g_array_set_size (entry->members, 0);
  entry->is_changed = TRUE;
}

static void
take_findings (TlsrptBook *book, GPtrArray *findings, const TlsrptFacts *facts, gint32 today,
               const TlsrptThresholds *thresholds)
{
  g_autoptr (GHashTable) taken = NULL;
  g_autoptr (GPtrArray) found = tlsrpt_match (book, findings, thresholds, &taken);
  g_autoptr (GHashTable) used = g_hash_table_new (NULL, NULL);
  guint n = book->entries->len;

  for (guint i = 0; i < findings->len; i++) {
    TlsrptBookEntry *entry = found->pdata[i];

    if (entry == NULL) {
      add_new (book, findings->pdata[i], today, thresholds);
      continue;
    }
    g_hash_table_add (used, entry);
    if (stays_over (entry, findings->pdata[i]))
      take_late (book, entry, findings->pdata[i], today, thresholds);
    else
      take_finding (book, entry, findings->pdata[i], today, thresholds);
  }
  for (guint i = 0; i < n; i++) {
    TlsrptBookEntry *entry = book->entries->pdata[i];
    const TlsrptBookEntry *into = g_hash_table_lookup (taken, entry);

    if (!g_hash_table_contains (used, entry) && into != NULL && entry->merged_into == 0)
      merge (entry, into, today);
    else if (!g_hash_table_contains (used, entry))
      leave_alone (book, entry, facts, today, thresholds);
  }
}

void
tlsrpt_book_update (TlsrptBook *book, TlsrptFacts *facts, gint32 today,
                    const TlsrptThresholds *thresholds)
{
  g_autoptr (GPtrArray) findings = NULL;

  g_array_set_size (book->events, 0);
  for (guint i = 0; i < book->entries->len; i++)
    ((TlsrptBookEntry *)book->entries->pdata[i])->is_changed = FALSE;
  if (book->judged_on > today)
    return;
  findings = tlsrpt_engine_judge (facts, today, thresholds);
  take_findings (book, findings, facts, today, thresholds);
  book->judged_on = today;
  for (guint i = 0; i < book->entries->len; i++)
    ((TlsrptBookEntry *)book->entries->pdata[i])->judged_on = today;
}
