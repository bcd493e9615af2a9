/* SPDX-License-Identifier: GPL-3.0-or-later
 * Groups failures by place and days; a failure that names no host joins the group of its domain
 * that fits. */
#include "insight/group.h"

#include "insight/place.h"

#include <string.h>

static TlsrptGroup *
group_new (const TlsrptPlace *place)
{
  TlsrptGroup *group = g_new0 (TlsrptGroup, 1);

  group->kind = place->kind;
  group->name = place->name;
  group->failures = g_array_new (FALSE, FALSE, sizeof (guint));
  group->first_day = G_MAXINT32;
  group->last_day = G_MININT32;
  return group;
}

void
tlsrpt_group_free (TlsrptGroup *group)
{
  if (group == NULL)
    return;
  g_array_unref (group->failures);
  g_free (group);
}

const TlsrptFailureFact *
tlsrpt_group_failure (const TlsrptGroup *group, const TlsrptFacts *facts, guint i)
{
  return &g_array_index (facts->failures, TlsrptFailureFact,
                         g_array_index (group->failures, guint, i));
}

static void
group_add (TlsrptGroup *group, const TlsrptFacts *facts, guint position, gboolean is_foreign)
{
  const TlsrptFailureFact *failure = &g_array_index (facts->failures, TlsrptFailureFact, position);

  g_array_append_val (group->failures, position);
  group->first_day = MIN (group->first_day, failure->scope.day);
  group->last_day = MAX (group->last_day, MAX (failure->scope.day, failure->scope.last_day));
  group->words |= 1u << tlsrpt_place_rank (tlsrpt_place_word (failure));
  group->is_foreign = group->is_foreign || is_foreign;
  group->failed_sessions += failure->failed_sessions;
}

static int
compare_groups (gconstpointer left, gconstpointer right)
{
  const TlsrptGroup *a = *(TlsrptGroup *const *)left;
  const TlsrptGroup *b = *(TlsrptGroup *const *)right;
  int order = a->kind != b->kind ? (a->kind < b->kind ? -1 : 1) : strcmp (a->name, b->name);

  if (order != 0)
    return order;
  return a->first_day < b->first_day ? -1 : a->first_day > b->first_day;
}

static int
compare_positions (gconstpointer left, gconstpointer right)
{
  guint a = *(const guint *)left;
  guint b = *(const guint *)right;

  return a < b ? -1 : a > b;
}

static void
group_take (TlsrptGroup *group, TlsrptGroup *other)
{
  g_array_append_vals (group->failures, other->failures->data, other->failures->len);
  g_array_sort (group->failures, compare_positions);
  group->first_day = MIN (group->first_day, other->first_day);
  group->last_day = MAX (group->last_day, other->last_day);
  group->words |= other->words;
  group->is_foreign = group->is_foreign || other->is_foreign;
  group->failed_sessions += other->failed_sessions;
  group->unplaced_sessions += other->unplaced_sessions;
}

void
tlsrpt_group_merge (GPtrArray *groups, const TlsrptThresholds *thresholds)
{
  guint kept = 0;

  g_ptr_array_sort (groups, compare_groups);
  for (guint i = 0; i < groups->len; i++) {
    TlsrptGroup *last = kept > 0 ? groups->pdata[kept - 1] : NULL;
    TlsrptGroup *group = groups->pdata[i];

    if (last != NULL && last->kind == group->kind && last->name == group->name &&
        group->first_day - last->last_day <= thresholds->gap_days) {
      group_take (last, group);
      tlsrpt_group_free (group);
    } else {
      groups->pdata[kept++] = group;
    }
  }
  for (guint i = kept; i < groups->len; i++)
    groups->pdata[i] = NULL;
  g_ptr_array_set_size (groups, (int)kept);
}

typedef struct {
  TlsrptPlaceKind kind;
  const char *name;
} Key;

static guint
key_hash (gconstpointer data)
{
  const Key *key = data;

  return g_direct_hash (key->name) * 31u + (guint)key->kind;
}

static gboolean
key_equal (gconstpointer left, gconstpointer right)
{
  const Key *a = left;
  const Key *b = right;

  return a->kind == b->kind && a->name == b->name;
}

/* Adds to the place's newest group, or to a new one past a gap: failures are in the order of days. */
static void
place_failure (GPtrArray *groups, GHashTable *newest, TlsrptFacts *facts, guint position,
               const TlsrptPlace *place, const TlsrptThresholds *thresholds)
{
  const TlsrptFailureFact *failure = &g_array_index (facts->failures, TlsrptFailureFact, position);
  Key key = { place->kind, place->name };
  TlsrptGroup *group = g_hash_table_lookup (newest, &key);

  if (group == NULL || failure->scope.day - group->last_day > thresholds->gap_days) {
    group = group_new (place);
    g_ptr_array_add (groups, group);
    g_hash_table_insert (newest, g_memdup2 (&key, sizeof key), group);
  }
  group_add (group, facts, position, place->is_foreign);
}

/* Groups by the mail domains that they touch. */
static GHashTable *
index_by_domain (const GPtrArray *groups, const TlsrptFacts *facts)
{
  GHashTable *by_domain =
      g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);

  for (guint i = 0; i < groups->len; i++) {
    TlsrptGroup *group = groups->pdata[i];

    for (guint j = 0; j < group->failures->len; j++) {
      const char *domain = tlsrpt_group_failure (group, facts, j)->scope.mail_domain;
      GPtrArray *list = g_hash_table_lookup (by_domain, domain);

      if (list == NULL) {
        list = g_ptr_array_new ();
        g_hash_table_insert (by_domain, (gpointer)domain, list);
      }
      if (list->len == 0 || list->pdata[list->len - 1] != group)
        g_ptr_array_add (list, group);
    }
  }
  return by_domain;
}

static gboolean
group_fits (const TlsrptGroup *group, const char *word)
{
  guint rank = tlsrpt_place_rank (word);

  if (group->kind == TLSRPT_PLACE_POLICY_MX)
    return strcmp (word, TLSRPT_CAUSE_MX_NOT_IN_POLICY) == 0 ||
           tlsrpt_place_fits (word, TLSRPT_CAUSE_MX_NOT_IN_POLICY) ||
           (group->words & (1u << rank)) != 0;
  if (group->kind == TLSRPT_PLACE_POLICY_HOST || group->kind == TLSRPT_PLACE_ZONE)
    return strcmp (word, TLSRPT_CAUSE_UNSPECIFIED) == 0;
  return tlsrpt_place_fits_any (word, group->words);
}

/* How far @day is from the days of @group; 0 within them. */
static gint32
distance (const TlsrptGroup *group, gint32 day)
{
  if (day < group->first_day)
    return group->first_day - day;
  return day > group->last_day ? day - group->last_day : 0;
}

/**
 * Candidate:
 * @group: (nullable): the best one so far
 * @fitting: groups that fit, of the nearer of two kinds: within their days, or near them
 */
typedef struct {
  TlsrptGroup *group;
  GPtrArray *fitting;
  gboolean is_within;
} Candidate;

static gboolean
is_better (const TlsrptGroup *group, const TlsrptGroup *than, const TlsrptFailureFact *failure)
{
  guint bit = 1u << tlsrpt_place_rank (tlsrpt_place_word (failure));
  gboolean has = (group->words & bit) != 0;
  gboolean than_has = (than->words & bit) != 0;

  if (has != than_has)
    return has;
  if (group->failed_sessions != than->failed_sessions)
    return group->failed_sessions > than->failed_sessions;
  return compare_groups (&group, &than) < 0;
}

static void
consider (Candidate *candidate, TlsrptGroup *group, const TlsrptFailureFact *failure,
          const TlsrptThresholds *thresholds)
{
  gint32 away = distance (group, failure->scope.day);

  if (away > thresholds->gap_days || (candidate->is_within && away > 0) ||
      !group_fits (group, tlsrpt_place_word (failure)))
    return;
  if (away == 0 && !candidate->is_within) {
    candidate->is_within = TRUE;
    candidate->group = NULL;
    g_ptr_array_set_size (candidate->fitting, 0);
  }
  g_ptr_array_add (candidate->fitting, group);
  if (candidate->group == NULL || is_better (group, candidate->group, failure))
    candidate->group = group;
}

/* The group that failure number @position joins, of those there were before any joined. */
static TlsrptGroup *
find_group (GHashTable *by_domain, const TlsrptFacts *facts, guint position,
            const TlsrptThresholds *thresholds)
{
  const TlsrptFailureFact *failure = &g_array_index (facts->failures, TlsrptFailureFact, position);
  g_autoptr (GPtrArray) fitting = g_ptr_array_new ();
  const GPtrArray *list = g_hash_table_lookup (by_domain, failure->scope.mail_domain);
  Candidate candidate = { .fitting = fitting };

  for (guint i = 0; list != NULL && i < list->len; i++)
    consider (&candidate, list->pdata[i], failure, thresholds);
  for (guint i = 0; fitting->len > 1 && i < fitting->len; i++)
    ((TlsrptGroup *)fitting->pdata[i])->unplaced_sessions += failure->failed_sessions;
  return candidate.group;
}

/* Finds for each first, and joins then: one that joined must not change where the next one fits. */
static void
join_nameless (GPtrArray *groups, TlsrptFacts *facts, const GArray *nameless,
               const TlsrptPlace *places, const TlsrptThresholds *thresholds)
{
  g_autoptr (GHashTable) by_domain = index_by_domain (groups, facts);
  g_autoptr (GHashTable) newest = g_hash_table_new_full (key_hash, key_equal, g_free, NULL);
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  for (guint i = 0; i < nameless->len; i++)
    g_ptr_array_add (found,
                     find_group (by_domain, facts, g_array_index (nameless, guint, i), thresholds));
  for (guint i = 0; i < nameless->len; i++) {
    guint position = g_array_index (nameless, guint, i);

    if (found->pdata[i] != NULL)
      group_add (found->pdata[i], facts, position, FALSE);
    else
      place_failure (groups, newest, facts, position, &places[position], thresholds);
  }
}

GPtrArray *
tlsrpt_group_all (TlsrptFacts *facts, const TlsrptThresholds *thresholds)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_group_free);
  g_autoptr (GHashTable) newest = g_hash_table_new_full (key_hash, key_equal, g_free, NULL);
  g_autoptr (GArray) nameless = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree TlsrptPlace *places = g_new0 (TlsrptPlace, facts->failures->len + 1);

  for (guint i = 0; i < facts->failures->len; i++) {
    places[i] = tlsrpt_place_of (facts, &g_array_index (facts->failures, TlsrptFailureFact, i));
    if (places[i].is_nameless)
      g_array_append_val (nameless, i);
    else
      place_failure (groups, newest, facts, i, &places[i], thresholds);
  }
  join_nameless (groups, facts, nameless, places, thresholds);
  for (guint i = 0; i < groups->len; i++)
    g_array_sort (((TlsrptGroup *)groups->pdata[i])->failures, compare_positions);
  tlsrpt_group_merge (groups, thresholds);
  return groups;
}
