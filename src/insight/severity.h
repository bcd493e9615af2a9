/* SPDX-License-Identifier: GPL-3.0-or-later
 * What happened to mail, and how bad that is. */
#pragma once

#include "insight/compare.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptDamage:
 * @effect: the worst that happened to mail
 * @modes: bit set of 1 << #TlsrptPolicyMode
 * @refused_sessions: sessions of mail that was refused
 * @refused_days: days with such
 * @failed_sessions: failed sessions
 * @failed_days: days of failure
 * @reporters: how many saw it
 * @sessions: comparable sessions
 * @is_foreign: whether it may be an interception
 */
typedef struct {
  TlsrptEffect effect;
  guint modes;
  guint64 refused_sessions;
  guint refused_days;
  guint64 failed_sessions;
  guint failed_days;
  guint reporters;
  guint64 sessions;
  gboolean is_foreign;
} TlsrptDamage;

/**
 * tlsrpt_severity_damage:
 * @group: a group
 * @facts: the facts that it is of
 * @index: index of the facts
 * @compared: (element-type TlsrptCompared): what it is compared with
 *
 * Returns: the damage of the group
 */
TlsrptDamage tlsrpt_severity_damage (const TlsrptGroup *group, const TlsrptFacts *facts,
                                     const TlsrptIndex *index, const GArray *compared);

/**
 * tlsrpt_severity_of:
 * @damage: what happened
 * @thresholds: thresholds
 *
 * Returns: how bad it is
 */
TlsrptSeverity tlsrpt_severity_of (const TlsrptDamage *damage, const TlsrptThresholds *thresholds);

G_END_DECLS
