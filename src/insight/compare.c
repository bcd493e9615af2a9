/* SPDX-License-Identifier: GPL-3.0-or-later
 * Adds up comparable sessions by reporter. */
#include "insight/compare.h"

#include <string.h>

/* @by_reporter: positions of sessions by domain and reporter; @reach: by how many days a report's last day is after its day at
 * most. */
struct _TlsrptIndex {
  const TlsrptFacts *facts;
  GHashTable *by_domain;
  GHashTable *by_reporter;
  gint32 reach;
};

static const TlsrptScope *
scope_at (const TlsrptFacts *facts, guint position)
{
  return &g_array_index (facts->sessions, TlsrptSessionFact, position).scope;
}

static int
compare_days (gconstpointer left, gconstpointer right, gpointer facts)
{
  gint32 a = scope_at (facts, *(const guint *)left)->day;
  gint32 b = scope_at (facts, *(const guint *)right)->day;

  return a < b ? -1 : a > b;
}

/* Facts are read day by day, so that hardly ever anything is left to sort. */
static void
sort_days (GHashTable *lists, const TlsrptFacts *facts)
{
  GHashTableIter iter;
  gpointer positions;

  g_hash_table_iter_init (&iter, lists);
  while (g_hash_table_iter_next (&iter, NULL, &positions))
    g_array_sort_with_data (positions, compare_days, (gpointer)facts);
}

static void
add_position (TlsrptIndex *index, guint position)
{
  const TlsrptScope *scope = scope_at (index->facts, position);
  TlsrptWordPair pair = { scope->mail_domain, scope->reporter };
  GArray *of_domain = g_hash_table_lookup (index->by_domain, scope->mail_domain);
  GArray *of_reporter = g_hash_table_lookup (index->by_reporter, &pair);

  if (of_domain == NULL) {
    of_domain = g_array_new (FALSE, FALSE, sizeof (guint));
    g_hash_table_insert (index->by_domain, (gpointer)scope->mail_domain, of_domain);
  }
  if (of_reporter == NULL) {
    of_reporter = g_array_new (FALSE, FALSE, sizeof (guint));
    g_hash_table_insert (index->by_reporter, g_memdup2 (&pair, sizeof pair), of_reporter);
  }
  g_array_append_val (of_domain, position);
  g_array_append_val (of_reporter, position);
  index->reach = MAX (index->reach, scope->last_day - scope->day);
}

TlsrptIndex *
tlsrpt_index_new (const TlsrptFacts *facts)
{
  TlsrptIndex *index = g_new0 (TlsrptIndex, 1);
  gboolean is_sorted = TRUE;

  index->facts = facts;
  index->by_domain = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
  index->by_reporter = g_hash_table_new_full (tlsrpt_word_pair_hash, tlsrpt_word_pair_equal, g_free,
                                              (GDestroyNotify)g_array_unref);
  for (guint i = 0; i < facts->sessions->len; i++) {
    add_position (index, i);
    is_sorted = is_sorted && (i == 0 || scope_at (facts, i - 1)->day <= scope_at (facts, i)->day);
  }
  if (!is_sorted) {
    sort_days (index->by_domain, facts);
    sort_days (index->by_reporter, facts);
  }
  return index;
}

void
tlsrpt_index_free (TlsrptIndex *index)
{
  if (index == NULL)
    return;
  g_hash_table_unref (index->by_domain);
  g_hash_table_unref (index->by_reporter);
  g_free (index);
}

const GArray *
tlsrpt_index_sessions (const TlsrptIndex *index, const char *mail_domain)
{
  return g_hash_table_lookup (index->by_domain, mail_domain);
}

const GArray *
tlsrpt_index_of_reporter (const TlsrptIndex *index, const char *mail_domain, const char *reporter)
{
  const TlsrptWordPair pair = { mail_domain, reporter };

  return g_hash_table_lookup (index->by_reporter, &pair);
}

guint
tlsrpt_index_from (const TlsrptIndex *index, const GArray *sessions, gint32 day)
{
  guint low = 0;
  guint high = sessions->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;

    if (scope_at (index->facts, g_array_index (sessions, guint, middle))->day < day)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

guint
tlsrpt_index_covering (const TlsrptIndex *index, const GArray *sessions, gint32 day)
{
  return tlsrpt_index_from (index, sessions, day - index->reach);
}

/* What sessions must have in common with a failure to be compared with it. */
typedef struct {
  const char *domain;
  const char *host;
  TlsrptMechanism mechanism;
  gint32 day;
} Like;

static guint
like_hash (gconstpointer data)
{
  const Like *like = data;

  return (g_direct_hash (like->domain) * 31u + g_direct_hash (like->host)) * 31u +
         (guint)like->mechanism * 7u + (guint)like->day * 131u;
}

static gboolean
like_equal (gconstpointer left, gconstpointer right)
{
  const Like *a = left;
  const Like *b = right;

  return a->domain == b->domain && a->host == b->host && a->mechanism == b->mechanism &&
         a->day == b->day;
}

static Like
like_of (const TlsrptGroup *group, const TlsrptScope *scope)
{
  gboolean by_host = group->kind == TLSRPT_PLACE_MX && scope->mechanism == TLSRPT_MECHANISM_TLSA;

  return (Like){ scope->mail_domain, by_host ? scope->policy_domain : NULL, scope->mechanism,
                 scope->day };
}

static TlsrptCompared *
compared_of (GArray *all, GHashTable *positions, const char *reporter)
{
  gpointer found;
  TlsrptCompared compared = { .reporter = reporter };

  if (g_hash_table_lookup_extended (positions, reporter, NULL, &found))
    return &g_array_index (all, TlsrptCompared, GPOINTER_TO_UINT (found));
  g_hash_table_insert (positions, (gpointer)reporter, GUINT_TO_POINTER (all->len));
  g_array_append_val (all, compared);
  return &g_array_index (all, TlsrptCompared, all->len - 1);
}

static int
compare_compared (gconstpointer left, gconstpointer right)
{
  const TlsrptCompared *a = left;
  const TlsrptCompared *b = right;

  if (a->failed_sessions != b->failed_sessions)
    return a->failed_sessions > b->failed_sessions ? -1 : 1;
  return strcmp (a->reporter, b->reporter);
}

static void
add_failures (GArray *all, GHashTable *positions, GHashTable *likes, GHashTable *domains,
              const TlsrptGroup *group, const TlsrptFacts *facts)
{
  for (guint i = 0; i < group->failures->len; i++) {
    const TlsrptFailureFact *failure = tlsrpt_group_failure (group, facts, i);
    Like like = like_of (group, &failure->scope);
    TlsrptCompared *compared = compared_of (all, positions, failure->scope.reporter);

    compared->failed_sessions += failure->failed_sessions;
    compared->is_verified = compared->is_verified || failure->scope.is_verified;
    compared->last_day =
        MAX (compared->last_day, MAX (failure->scope.day, failure->scope.last_day));
    if (!g_hash_table_contains (likes, &like))
      g_hash_table_add (likes, g_memdup2 (&like, sizeof like));
    g_hash_table_add (domains, (gpointer)failure->scope.mail_domain);
  }
}

static void
add_sessions (GArray *all, GHashTable *positions, GHashTable *likes, const TlsrptGroup *group,
              const TlsrptIndex *index, const GArray *sessions)
{
  guint end = sessions != NULL ? tlsrpt_index_from (index, sessions, group->last_day + 1) : 0;

  for (guint i = end > 0 ? tlsrpt_index_from (index, sessions, group->first_day) : 0; i < end;
       i++) {
    const TlsrptSessionFact *session = &g_array_index (index->facts->sessions, TlsrptSessionFact,
                                                       g_array_index (sessions, guint, i));
    Like like = like_of (group, &session->scope);

    if (g_hash_table_contains (likes, &like)) {
      TlsrptCompared *compared = compared_of (all, positions, session->scope.reporter);

      compared->successful_sessions += session->successful_sessions;
      compared->sessions += session->successful_sessions + session->failed_sessions;
    }
  }
}

GArray *
tlsrpt_compare (const TlsrptGroup *group, const TlsrptFacts *facts, const TlsrptIndex *index)
{
  GArray *all = g_array_new (FALSE, FALSE, sizeof (TlsrptCompared));
  g_autoptr (GHashTable) positions = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) likes = g_hash_table_new_full (like_hash, like_equal, g_free, NULL);
  g_autoptr (GHashTable) domains = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer domain;

  add_failures (all, positions, likes, domains, group, facts);
  g_hash_table_iter_init (&iter, domains);
  while (g_hash_table_iter_next (&iter, &domain, NULL))
    add_sessions (all, positions, likes, group, index, tlsrpt_index_sessions (index, domain));
  for (guint i = 0; i < all->len; i++) {
    TlsrptCompared *compared = &g_array_index (all, TlsrptCompared, i);

    compared->sessions = MAX (compared->sessions, compared->failed_sessions);
  }
  g_array_sort (all, compare_compared);
  return all;
}
