/* SPDX-License-Identifier: GPL-3.0-or-later
 * Every number that decides what is concluded from reports. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptThresholds:
 * @window_days: days of facts that are looked at
 * @gap_days: failures at one place at most so many days apart are one incident
 * @critical_sessions: refused sessions that are critical
 * @critical_days: days of refusal that are critical, however few the sessions
 * @critical_share: refused share of the comparable sessions below which nothing is critical, 0 to 1
 * @minor_sessions: fewer failed sessions of one reporter on one day are minor
 * @carried_share: share of the failed sessions whose reporters must have recovered, 0 to 1
 * @clean_days: clean days after which an incident is over
 * @flapping_clean_days: the same for one that was over before
 * @expiry_days: days without a report from its reporters after which an incident expires
 * @weight_share: share of the comparable sessions from which a reporter has weight, 0 to 1
 * @confirming_share: how much a second reporter must fail, as a part of how much the first does
 * @shared_share: own share of failures from which the place is all that a reporter uses, 0 to 1
 * @visible_share: own share of failures from which later success shows the place itself repaired
 * @regular_days: days of failure without one in between from which the place is in regular use
 * @expected_sessions: failures that must have been expected, were it still broken, with regular use
 * @silence_days: days without any report after which the intake is silent
 * @grace_days: days beyond a reporter's own rhythm after which it is silent
 * @rhythm_reports: days of reports that a rhythm is learnt from at least
 * @ending_days: days before the end of a certificate at which it is trouble to come
 * @looked_days: days that a look at a place says something of it
 * @worse_domains_factor: domains to be told again: so many times as many
 * @worse_domains: and so many more
 */
typedef struct {
  gint32 window_days;
  gint32 gap_days;
  guint64 critical_sessions;
  guint critical_days;
  double critical_share;
  guint64 minor_sessions;
  double carried_share;
  guint clean_days;
  guint flapping_clean_days;
  gint32 expiry_days;
  double weight_share;
  double confirming_share;
  double shared_share;
  double visible_share;
  guint regular_days;
  double expected_sessions;
  gint32 silence_days;
  gint32 grace_days;
  guint rhythm_reports;
  gint32 ending_days;
  gint32 looked_days;
  guint worse_domains_factor;
  guint worse_domains;
} TlsrptThresholds;

/** tlsrpt_threshold_defaults: what the numbers are unless set otherwise */
extern const TlsrptThresholds tlsrpt_threshold_defaults;

G_END_DECLS
