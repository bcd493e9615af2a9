/* SPDX-License-Identifier: GPL-3.0-or-later
 * How much room is left in quarantine and store, said before there is none. */
#pragma once

#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/** From this share of a cap on it is said, in percent */
#define TLSRPT_ROOM_PERCENT 80

/**
 * TlsrptRoom:
 * @text: (nullable): what is nearly full, in one line; %NULL where nothing is
 * @is_urgent: whether mail of everybody who has no room of his own will have to wait, or go to
 *   quarantine, if nobody does anything
 */
typedef struct {
  char *text;
  gboolean is_urgent;
} TlsrptRoom;

/**
 * tlsrpt_room_load:
 * @room: (out caller-allocates): what there is to say
 * @pg: a connection whose user has role tlsrpt_reader or tlsrpt_alerter
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_room_load (TlsrptRoom *room, TlsrptPg *pg, GError **error);

G_END_DECLS
