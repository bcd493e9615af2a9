/* SPDX-License-Identifier: GPL-3.0-or-later
 * Pairs of findings and entries, those with most in common first. */
#include "insight/match.h"

#include <string.h>

typedef struct {
  guint finding;
  TlsrptBookEntry *entry;
  guint shared;
} Pair;

static GHashTable *
owners (const TlsrptBook *book)
{
  GHashTable *by_member = g_hash_table_new (tlsrpt_member_hash, tlsrpt_member_equal);

  for (guint i = 0; i < book->entries->len; i++) {
    TlsrptBookEntry *entry = book->entries->pdata[i];

    for (guint j = 0; entry->merged_into == 0 && j < entry->members->len; j++)
      g_hash_table_insert (by_member, &g_array_index (entry->members, TlsrptMember, j), entry);
  }
  return by_member;
}

/* After months an incident may share no session with a finding at the same place. */
static gboolean
is_near (const TlsrptBookEntry *entry, const TlsrptFound *finding, gint32 gap)
{
  const TlsrptJudgement *a = entry->judgement;
  const TlsrptJudgement *b = finding->judgement;

  if (tlsrpt_judgement_is_looming (a) && tlsrpt_judgement_is_over (a))
    return FALSE; /* what was seen and mended hides no failure */
  return entry->merged_into == 0 && a->place_kind == b->place_kind &&
         g_strcmp0 (a->place, b->place) == 0 && a->first_day <= b->last_day + gap &&
         b->first_day <= a->last_day + gap &&
         (a->place_kind != TLSRPT_PLACE_REPORTER || a->fault == b->fault) &&
         (a->place_kind != TLSRPT_PLACE_INTAKE || a->first_day == b->first_day);
}

static void
add_pairs (GArray *pairs, const TlsrptBook *book, GHashTable *by_member, const TlsrptFound *finding,
           guint number, gint32 gap)
{
  g_autoptr (GHashTable) shared = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer entry;
  gpointer count;

  for (guint i = 0; i < finding->members->len; i++) {
    entry = g_hash_table_lookup (by_member, &g_array_index (finding->members, TlsrptMember, i));
    if (entry != NULL)
      g_hash_table_insert (
          shared, entry,
          GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (shared, entry)) + 1));
  }
  g_hash_table_iter_init (&iter, shared);
  while (g_hash_table_iter_next (&iter, &entry, &count)) {
    Pair pair = { number, entry, GPOINTER_TO_UINT (count) };

    g_array_append_val (pairs, pair);
  }
  for (guint i = 0; g_hash_table_size (shared) == 0 && i < book->entries->len; i++)
    if (is_near (book->entries->pdata[i], finding, gap)) {
      Pair pair = { number, book->entries->pdata[i], 0 };

      g_array_append_val (pairs, pair);
    }
}

static int
compare_pairs (gconstpointer left, gconstpointer right)
{
  const Pair *a = left;
  const Pair *b = right;

  if (a->shared != b->shared)
    return a->shared > b->shared ? -1 : 1;
  if (a->entry != b->entry)
    return a->entry->judgement->number < b->entry->judgement->number ? -1 : 1;
  return a->finding < b->finding ? -1 : a->finding > b->finding;
}

GPtrArray *
tlsrpt_match (const TlsrptBook *book, const GPtrArray *findings, const TlsrptThresholds *thresholds,
              GHashTable **taken)
{
  GPtrArray *found = g_ptr_array_new ();
  g_autoptr (GHashTable) by_member = owners (book);
  g_autoptr (GHashTable) used = g_hash_table_new (NULL, NULL);
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (Pair));

  g_ptr_array_set_size (found, (int)findings->len);
  for (guint i = 0; i < findings->len; i++)
    add_pairs (pairs, book, by_member, findings->pdata[i], i, thresholds->gap_days);
  g_array_sort (pairs, compare_pairs);
  for (guint i = 0; i < pairs->len; i++) {
    const Pair *pair = &g_array_index (pairs, Pair, i);

    if (found->pdata[pair->finding] == NULL && g_hash_table_add (used, pair->entry))
      found->pdata[pair->finding] = pair->entry;
  }
  *taken = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < pairs->len; i++) {
    const Pair *pair = &g_array_index (pairs, Pair, i);

    if (pair->shared > 0 && !g_hash_table_contains (used, pair->entry) &&
        !g_hash_table_contains (*taken, pair->entry) && found->pdata[pair->finding] != NULL)
      g_hash_table_insert (*taken, pair->entry, found->pdata[pair->finding]);
  }
  return found;
}
