/* SPDX-License-Identifier: GPL-3.0-or-later
 * Failures to groups, each of one place and one run of days. */
#pragma once

#include "insight/fact.h"
#include "core/threshold.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptGroup:
 * @kind: kind of place
 * @name: (transfer none): the place
 * @failures: (element-type guint): positions in the facts' failures, ascending
 * @first_day: first day of failure
 * @last_day: last day that the failing reports cover
 * @words: bit set of 1 << tlsrpt_place_rank() of all its failures
 * @is_foreign: whether its MX may be an interception
 * @failed_sessions: failed sessions
 * @unplaced_sessions: sessions without an MX that fit here and elsewhere
 */
typedef struct {
  TlsrptPlaceKind kind;
  const char *name;
  GArray *failures;
  gint32 first_day;
  gint32 last_day;
  guint words;
  gboolean is_foreign;
  guint64 failed_sessions;
  guint64 unplaced_sessions;
} TlsrptGroup;

/**
 * tlsrpt_group_free:
 * @group: (transfer full) (nullable): what to free
 */
void tlsrpt_group_free (TlsrptGroup *group);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptGroup, tlsrpt_group_free)

/**
 * tlsrpt_group_all:
 * @facts: facts, sorted
 * @thresholds: thresholds
 *
 * Returns: (transfer full) (element-type TlsrptGroup): the groups, each failure in exactly one, in the
 *   order of kind, name and first day
 */
GPtrArray *tlsrpt_group_all (TlsrptFacts *facts, const TlsrptThresholds *thresholds);

/**
 * tlsrpt_group_merge:
 * @groups: (element-type TlsrptGroup): groups
 * @thresholds: thresholds
 *
 * Makes one of groups at the same place whose days overlap or are near enough, and puts all in order.
 */
void tlsrpt_group_merge (GPtrArray *groups, const TlsrptThresholds *thresholds);

/**
 * tlsrpt_group_failure:
 * @group: a group
 * @facts: the facts that it is of
 * @i: number of a failure in @group, from 0
 *
 * Returns: (transfer none): the failure
 */
const TlsrptFailureFact *tlsrpt_group_failure (const TlsrptGroup *group, const TlsrptFacts *facts,
                                               guint i);

G_END_DECLS
