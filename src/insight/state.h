/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whether a group of failures is over, by evidence of those who saw it. */
#pragma once

#include "insight/compare.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptStanding:
 * @state: how it stands
 * @over_day: day of the evidence that it is over; 0 if it is not
 * @last_word_day: last day that its reporters spoke of its domains
 */
typedef struct {
  TlsrptState state;
  gint32 over_day;
  gint32 last_word_day;
} TlsrptStanding;

/**
 * tlsrpt_state_of:
 * @group: a group
 * @facts: the facts that it is of
 * @index: index of the facts
 * @compared: (element-type TlsrptCompared): what it is compared with
 * @today: the day it is, in days since 1970: it has no reports yet
 * @thresholds: thresholds
 *
 * Returns: how the group stands on @today
 */
TlsrptStanding tlsrpt_state_of (const TlsrptGroup *group, const TlsrptFacts *facts,
                                const TlsrptIndex *index, const GArray *compared, gint32 today,
                                const TlsrptThresholds *thresholds);

G_END_DECLS
