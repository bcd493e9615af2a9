/* SPDX-License-Identifier: GPL-3.0-or-later
 * Failed sessions by place and view to how many of each view count. */
#include "core/facts/place.h"

typedef struct {
  gint64 failed[TLSRPT_N_SIDES];
  gboolean is_enforced[TLSRPT_N_SIDES];
  gint64 left[TLSRPT_N_SIDES]; /* of those that count, not handed out yet */
} Place;

struct _TlsrptPlaces {
  GHashTable *places;
};

TlsrptPlaces *
tlsrpt_places_new (void)
{
  TlsrptPlaces *places = g_new0 (TlsrptPlaces, 1);

  places->places = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  return places;
}

void
tlsrpt_places_free (TlsrptPlaces *places)
{
  if (places == NULL)
    return;
  g_hash_table_unref (places->places);
  g_free (places);
}

gint64
tlsrpt_places_sum (gint64 left, gint64 right)
{
  return right > 0 && left > G_MAXINT64 - right ? G_MAXINT64 : left + right;
}

void
tlsrpt_places_add (TlsrptPlaces *places, const char *name, TlsrptSide side, gint64 sessions,
                   gboolean is_enforced)
{
  Place *place = g_hash_table_lookup (places->places, name);

  if (place == NULL) {
    place = g_new0 (Place, 1);
    g_hash_table_insert (places->places, (gpointer)name, place);
  }
  place->failed[side] = tlsrpt_places_sum (place->failed[side], sessions);
  place->is_enforced[side] = place->is_enforced[side] || (is_enforced && sessions > 0);
}

static TlsrptSide
opposite (TlsrptSide side)
{
  return side == TLSRPT_SIDE_DANE ? TLSRPT_SIDE_OTHER : TLSRPT_SIDE_DANE;
}

/* The view that counts whole: what refuses mail before what does not, then the larger, then DANE. */
static TlsrptSide
first_side (const Place *place)
{
  if (place->is_enforced[TLSRPT_SIDE_DANE] != place->is_enforced[TLSRPT_SIDE_OTHER])
    return place->is_enforced[TLSRPT_SIDE_DANE] ? TLSRPT_SIDE_DANE : TLSRPT_SIDE_OTHER;
  return place->failed[TLSRPT_SIDE_DANE] >= place->failed[TLSRPT_SIDE_OTHER] ? TLSRPT_SIDE_DANE
                                                                             : TLSRPT_SIDE_OTHER;
}

static void
settle_named (Place *place)
{
  TlsrptSide first = first_side (place);
  TlsrptSide second = opposite (first);

  place->left[first] = place->failed[first];
  place->left[second] = MAX (place->failed[second] - place->failed[first], 0);
}

/* @surplus: by view, what it names beyond the other. */
static void
settle_unnamed (Place *place, const gint64 surplus[TLSRPT_N_SIDES])
{
  TlsrptSide first = first_side (place);
  TlsrptSide second = opposite (first);
  gint64 named = surplus[second];

  place->left[first] = MAX (place->failed[first] - named, 0);
  named = tlsrpt_places_sum (surplus[first], place->left[first]);
  place->left[second] = MAX (place->failed[second] - named, 0);
}

void
tlsrpt_places_settle (TlsrptPlaces *places)
{
  gint64 surplus[TLSRPT_N_SIDES] = { 0 };
  Place *unnamed = g_hash_table_lookup (places->places, "");
  GHashTableIter iterator;
  gpointer value;

  g_hash_table_iter_init (&iterator, places->places);
  while (g_hash_table_iter_next (&iterator, NULL, &value)) {
    Place *place = value;

    if (place == unnamed)
      continue;
    settle_named (place);
    for (guint side = 0; side < TLSRPT_N_SIDES; side++)
      surplus[side] = tlsrpt_places_sum (
          surplus[side], MAX (place->failed[side] - place->failed[opposite (side)], 0));
  }
  if (unnamed != NULL)
    settle_unnamed (unnamed, surplus);
}

gint64
tlsrpt_places_take (TlsrptPlaces *places, const char *name, TlsrptSide side, gint64 sessions)
{
  Place *place = g_hash_table_lookup (places->places, name);
  gint64 taken = place != NULL ? MIN (sessions, place->left[side]) : 0;

  if (place != NULL)
    place->left[side] -= taken;
  return taken;
}
