/* SPDX-License-Identifier: GPL-3.0-or-later
 * The days of each reporter that saw a group, gone through one by one: a day is failing, clean, or
 * unknown because nothing has come in. Missing data ends nothing. Who has looked at the place itself after
 * the last failure knows what no report shows. */
#include "insight/state.h"

#include "insight/place.h"
#include "insight/proof.h"

#include <string.h>

#define DAY_FAILING 1u
#define DAY_SPOKEN 2u
#define DAY_CLEAN 4u
#define DAY_SHOWN 8u

/**
 * Diary:
 * @compared: what is known of the reporter
 * @days: flags of each day from the first one of the group
 * @clean_sessions: its successful sessions on clean days
 * @failed: its failed sessions until the day looked at
 * @last_failed: its last failing day until then; -1 for none
 * @last_spoken: its last day until then; -1 for none
 * @clean: clean days since @last_failed
 * @shown: those of them that show the place itself
 */
typedef struct {
  const TlsrptCompared *compared;
  guint8 *days;
  guint64 *failed_on;
  double *clean_sessions;
  double failed;
  int last_failed;
  int last_spoken;
  guint clean;
  guint shown;
  double clean_since;
  guint failing_days;
  guint spoken_days;
} Diary;

typedef struct {
  const TlsrptGroup *group;
  const TlsrptFacts *facts;
  const TlsrptIndex *index;
  const TlsrptThresholds *thresholds;
  gint32 first;
  int n_days;
  int today;
  Diary *diaries;
  guint n_diaries;
  GHashTable *by_reporter;
  guint8 *sights;
} Walk;

static void
walk_clear (Walk *walk)
{
  for (guint i = 0; i < walk->n_diaries; i++) {
    g_free (walk->diaries[i].days);
    g_free (walk->diaries[i].failed_on);
    g_free (walk->diaries[i].clean_sessions);
  }
  g_free (walk->diaries);
  g_free (walk->sights);
  g_hash_table_unref (walk->by_reporter);
}

static void
mark (const Walk *walk, Diary *diary, const TlsrptScope *scope, guint flags)
{
  int from = MAX (0, MIN (scope->day, scope->first_day) - walk->first);
  int to = MIN (walk->n_days - 1, MAX (scope->day, scope->last_day) - walk->first);

  for (int day = from; day <= to; day++)
    diary->days[day] |= (guint8)flags;
}

static void
begin (Walk *walk, const GArray *compared)
{
  walk->diaries = g_new0 (Diary, compared->len + 1);
  walk->by_reporter = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < compared->len; i++) {
    const TlsrptCompared *one = &g_array_index (compared, TlsrptCompared, i);
    Diary *diary = &walk->diaries[walk->n_diaries];

    if (one->failed_sessions == 0)
      continue;
    walk->n_diaries++;
    *diary = (Diary){ .compared = one, .last_failed = -1, .last_spoken = -1 };
    diary->days = g_new0 (guint8, (gsize)walk->n_days + 1);
    diary->failed_on = g_new0 (guint64, (gsize)walk->n_days + 1);
    diary->clean_sessions = g_new0 (double, (gsize)walk->n_days + 1);
    g_hash_table_insert (walk->by_reporter, (gpointer)one->reporter, diary);
  }
}

/* What shows that the place itself works: sessions with that MX under `tlsa`, or under a policy that was
 * fetched, or in a zone that was validated. */
static gboolean
shows_place (const TlsrptGroup *group, const TlsrptSessionFact *session)
{
  switch (group->kind) {
  case TLSRPT_PLACE_MX:
    return session->scope.mechanism == TLSRPT_MECHANISM_TLSA &&
           session->scope.policy_domain == group->name;
  case TLSRPT_PLACE_POLICY_HOST:
    return session->scope.mechanism == TLSRPT_MECHANISM_STS;
  case TLSRPT_PLACE_ZONE:
    return session->scope.mechanism == TLSRPT_MECHANISM_TLSA;
  default:
    return FALSE;
  }
}

static void
read_sessions (const Walk *walk, const char *domain, Diary *diary)
{
  const GArray *positions =
      tlsrpt_index_of_reporter (walk->index, domain, diary->compared->reporter);
  guint end = positions != NULL
                  ? tlsrpt_index_from (walk->index, positions, walk->first + walk->n_days)
                  : 0;

  for (guint i = end > 0 ? tlsrpt_index_covering (walk->index, positions, walk->first) : 0; i < end;
       i++) {
    const TlsrptSessionFact *session = &g_array_index (walk->facts->sessions, TlsrptSessionFact,
                                                       g_array_index (positions, guint, i));
    int day = session->scope.day - walk->first;
    gboolean counts;

    if (session->scope.last_day < walk->first)
      continue;
    counts = session->successful_sessions > 0 &&
             (session->scope.is_verified || !diary->compared->is_verified);
    mark (walk, diary, &session->scope,
          DAY_SPOKEN | (counts ? DAY_CLEAN : 0) |
              (counts && shows_place (walk->group, session) ? DAY_SHOWN : 0));
    if (counts && day >= 0)
      diary->clean_sessions[day] += (double)session->successful_sessions;
  }
}

static void
read_facts (Walk *walk)
{
  g_autoptr (GHashTable) domains = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer domain;

  for (guint i = 0; i < walk->group->failures->len; i++)
    g_hash_table_add (
        domains, (gpointer)tlsrpt_group_failure (walk->group, walk->facts, i)->scope.mail_domain);
  g_hash_table_iter_init (&iter, domains);
  while (g_hash_table_iter_next (&iter, &domain, NULL))
    for (guint i = 0; i < walk->n_diaries; i++)
      read_sessions (walk, domain, &walk->diaries[i]);
  for (guint i = 0; i < walk->group->failures->len; i++) {
    const TlsrptFailureFact *failure = tlsrpt_group_failure (walk->group, walk->facts, i);
    Diary *diary = g_hash_table_lookup (walk->by_reporter, failure->scope.reporter);
    int day = failure->scope.day - walk->first;

    mark (walk, diary, &failure->scope, DAY_SPOKEN | DAY_FAILING);
    if (day >= 0 && day < walk->n_days)
      diary->failed_on[day] += failure->failed_sessions;
  }
}

static void
take_day (Diary *diary, int day)
{
  guint flags = diary->days[day];

  diary->failed += (double)diary->failed_on[day];
  if ((flags & DAY_SPOKEN) != 0)
    diary->last_spoken = day;
  if (diary->last_failed >= 0 || (flags & DAY_FAILING) != 0)
    diary->spoken_days += (flags & DAY_SPOKEN) != 0;
  if ((flags & DAY_FAILING) != 0) {
    diary->last_failed = day;
    diary->failing_days++;
    diary->clean = 0;
    diary->shown = 0;
    diary->clean_since = 0;
  } else if ((flags & DAY_CLEAN) != 0 && diary->last_failed >= 0) {
    diary->clean++;
    diary->shown += (flags & DAY_SHOWN) != 0;
    diary->clean_since += diary->clean_sessions[day];
  }
}

/* Whether reporters that carried most of it have each had @wanted clean days. One that went on failing
 * after they had stopped holds it open as long as it speaks. */
static gboolean
has_recovered (const Walk *walk, int day, guint wanted)
{
  double all = 0;
  double recovered = 0;
  int stopped = -1;

  for (guint i = 0; i < walk->n_diaries; i++) {
    const Diary *diary = &walk->diaries[i];

    all += diary->failed;
    if (diary->last_failed < 0 || diary->clean < wanted)
      continue;
    recovered += diary->failed;
    stopped = MAX (stopped, diary->last_failed);
  }
  if (all <= 0 || recovered < walk->thresholds->carried_share * all)
    return FALSE;
  for (guint i = 0; i < walk->n_diaries; i++) {
    const Diary *diary = &walk->diaries[i];

    if (diary->last_failed > stopped && diary->clean < wanted &&
        day - diary->last_spoken <= walk->thresholds->expiry_days)
      return FALSE;
  }
  return TRUE;
}

/* Whether nothing more can be expected: the reporters that have not recovered have been silent
 * for long. */
static gboolean
has_expired (const Walk *walk, int day, guint wanted)
{
  gboolean is_any_silent = FALSE;

  for (guint i = 0; i < walk->n_diaries; i++) {
    const Diary *diary = &walk->diaries[i];
    gboolean is_silent = day - diary->last_spoken >= walk->thresholds->expiry_days;

    if (diary->last_failed < 0 || diary->clean >= wanted)
      continue;
    if (!is_silent)
      return FALSE;
    is_any_silent = TRUE;
  }
  return is_any_silent;
}

static gboolean
is_sole_host (const Walk *walk)
{
  for (guint i = 0; i < walk->group->failures->len; i++) {
    g_autofree char *sole =
        tlsrpt_place_sole_mx (tlsrpt_group_failure (walk->group, walk->facts, i)->policy_mx);

    if (sole == NULL || strcmp (sole, walk->group->name) != 0)
      return FALSE;
  }
  return walk->group->kind == TLSRPT_PLACE_MX;
}

/* Whether success of this reporter would have met the place: it saw it work; or nearly all that it sends
 * goes there; or it went there on each day, and would have failed several times since. */
static gboolean
would_have_met (const Walk *walk, const Diary *diary)
{
  double share = (double)diary->compared->failed_sessions / (double)diary->compared->sessions;
  gboolean is_regular = diary->failing_days >= walk->thresholds->regular_days &&
                        diary->failing_days + diary->clean == diary->spoken_days;

  if (diary->shown > 0 ||
      (share >= walk->thresholds->visible_share && walk->group->kind != TLSRPT_PLACE_POLICY_HOST))
    return TRUE;
  if (walk->group->kind == TLSRPT_PLACE_POLICY_HOST || walk->group->kind == TLSRPT_PLACE_ZONE)
    return FALSE;
  return is_regular && share * diary->clean_since >= walk->thresholds->expected_sessions;
}

static gboolean
is_proven (const Walk *walk, guint wanted)
{
  double recovered = 0;
  double proven = 0;

  if (is_sole_host (walk))
    return TRUE;
  for (guint i = 0; i < walk->n_diaries; i++) {
    const Diary *diary = &walk->diaries[i];

    if (diary->last_failed < 0 || diary->clean < wanted)
      continue;
    recovered += diary->failed;
    proven += would_have_met (walk, diary) ? diary->failed : 0;
  }
  return proven > 0 && proven * 2 >= recovered;
}

/* How often it was over, or nearly over, and failed again. */
typedef struct {
  gboolean is_over;
  gboolean is_proven;
  gboolean is_expired;
  gboolean is_recovering;
  gboolean is_flapping;
  guint relapses;
  int over_day;
  TlsrptProof sight;
} Course;

static gboolean
is_failing_on (const Walk *walk, int day)
{
  for (guint i = 0; i < walk->n_diaries; i++)
    if ((walk->diaries[i].days[day] & DAY_FAILING) != 0)
      return TRUE;
  return FALSE;
}

static void
pass_day (Walk *walk, Course *course, int day)
{
  guint wanted;

  if (is_failing_on (walk, day)) {
    course->relapses += course->is_recovering && !course->is_over;
    course->is_flapping = course->is_flapping || course->is_over || course->relapses >= 2;
    course->is_expired = FALSE;
  }
  if (is_failing_on (walk, day))
    course->sight = TLSRPT_PROOF_NONE;
  else if (walk->sights[day] != TLSRPT_PROOF_NONE)
    course->sight = (TlsrptProof)walk->sights[day];
  for (guint i = 0; i < walk->n_diaries; i++)
    take_day (&walk->diaries[i], day);
  wanted =
      course->is_flapping ? walk->thresholds->flapping_clean_days : walk->thresholds->clean_days;
  course->is_recovering = !is_failing_on (walk, day) && has_recovered (walk, day, 1);
  if (is_failing_on (walk, day) || !has_recovered (walk, day, wanted)) {
    course->is_over = course->is_over && !is_failing_on (walk, day);
  } else if (!course->is_over) {
    course->is_proven = is_proven (walk, wanted) || course->sight == TLSRPT_PROOF_HEALTHY;
    course->is_over = course->is_proven || course->sight != TLSRPT_PROOF_BROKEN;
    course->over_day = day;
  }
  if (!course->is_over && !course->is_expired && day < walk->today &&
      has_expired (walk, day, wanted)) {
    course->is_expired = TRUE;
    course->over_day = day;
  }
  if (course->is_over && !course->is_proven)
    course->is_proven = is_proven (walk, wanted) || course->sight == TLSRPT_PROOF_HEALTHY;
}

static TlsrptStanding
conclude (const Walk *walk, const Course *course)
{
  TlsrptStanding standing = { .state = TLSRPT_STATE_OPEN };
  int last_word = -1;

  for (guint i = 0; i < walk->n_diaries; i++)
    last_word = MAX (last_word, walk->diaries[i].last_spoken);
  standing.last_word_day = walk->first + last_word;
  if (course->is_over) {
    standing.state = course->is_proven ? TLSRPT_STATE_CLOSED : TLSRPT_STATE_UNPROVEN;
    standing.over_day = walk->first + course->over_day;
  } else if (course->is_expired) {
    standing.state = TLSRPT_STATE_EXPIRED;
    standing.over_day = walk->first + course->over_day;
  } else if (course->is_flapping) {
    standing.state = TLSRPT_STATE_FLAPPING;
  } else if (course->is_recovering) {
    standing.state = TLSRPT_STATE_RECOVERING;
  }
  return standing;
}

TlsrptStanding
tlsrpt_state_of (const TlsrptGroup *group, const TlsrptFacts *facts, const TlsrptIndex *index,
                 const GArray *compared, gint32 today, const TlsrptThresholds *thresholds)
{
  Walk walk = { .group = group,
                .facts = facts,
                .index = index,
                .thresholds = thresholds,
                .first = group->first_day,
                .today = today - group->first_day,
                .n_days = MAX (today, group->last_day) - group->first_day + 1 };
  Course course = { 0 };
  TlsrptStanding standing;

  begin (&walk, compared);
  read_facts (&walk);
  walk.sights = tlsrpt_proof_days (group, facts, today);
  for (int day = 0; day < walk.n_days; day++)
    pass_day (&walk, &course, day);
  standing = conclude (&walk, &course);
  walk_clear (&walk);
  return standing;
}
