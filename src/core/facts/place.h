/* SPDX-License-Identifier: GPL-3.0-or-later
 * Failed sessions of two views of the same sessions: which of them are the same. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptSide:
 * @TLSRPT_SIDE_OTHER: under MTA-STS, or without a policy
 * @TLSRPT_SIDE_DANE: under DANE
 * @TLSRPT_N_SIDES: how many there are
 *
 * The two views of the same sessions.
 */
typedef enum {
  TLSRPT_SIDE_OTHER,
  TLSRPT_SIDE_DANE,
  TLSRPT_N_SIDES,
} TlsrptSide;

/** TlsrptPlaces: an opaque account of failed sessions by the place where they failed */
typedef struct _TlsrptPlaces TlsrptPlaces;

/**
 * tlsrpt_places_new:
 *
 * Returns: (transfer full): an empty account
 */
TlsrptPlaces *tlsrpt_places_new (void);

/**
 * tlsrpt_places_free:
 * @places: (transfer full) (nullable): what to free
 */
void tlsrpt_places_free (TlsrptPlaces *places);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptPlaces, tlsrpt_places_free)

/**
 * tlsrpt_places_add:
 * @places: an account
 * @place: MX host, or a word that is none; "" where nothing is named. Not copied
 * @side: in which view
 * @sessions: how many failed there, 0 or more
 * @is_enforced: whether the policy refuses mail then
 */
void tlsrpt_places_add (TlsrptPlaces *places, const char *place, TlsrptSide side, gint64 sessions,
                        gboolean is_enforced);

/**
 * tlsrpt_places_settle:
 * @places: an account, complete
 *
 * At one place, what failed in one view is what failed in the other: the larger number counts, that
 * of the view that refuses mail first. At different places different sessions failed: both count.
 * Sessions that failed at no named place are those that the other view names, as far as it names more.
 * So no more sessions count than failed in both views together, and no fewer than in either.
 */
void tlsrpt_places_settle (TlsrptPlaces *places);

/**
 * tlsrpt_places_take:
 * @places: a settled account
 * @place: as it was added
 * @side: in which view
 * @sessions: as many as were added, or fewer
 *
 * Returns: how many of @sessions count; each is handed out once
 */
gint64 tlsrpt_places_take (TlsrptPlaces *places, const char *place, TlsrptSide side,
                           gint64 sessions);

/**
 * tlsrpt_places_sum:
 * @left: a count
 * @right: a count
 *
 * Returns: their sum, %G_MAXINT64 at most
 */
gint64 tlsrpt_places_sum (gint64 left, gint64 right);

G_END_DECLS
