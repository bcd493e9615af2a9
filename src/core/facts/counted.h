/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a report says, counted once: whatever it tells twice, and wherever it contradicts itself. Decided
 * here, when the report is stored, and nowhere else. */
#pragma once

#include "core/facts/day.h"
#include "core/facts/policy.h"
#include "core/report/report.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptCounting:
 * @TLSRPT_COUNTING_UNKNOWN: nobody knows yet: as %TLSRPT_COUNTING_BOTH
 * @TLSRPT_COUNTING_ONE_POLICY: applies one policy to a session: its counts add up
 * @TLSRPT_COUNTING_BOTH: counts a session under DANE and under MTA-STS
 *
 * How a reporter counts where a mail domain has both mechanisms.
 */
typedef enum {
  TLSRPT_COUNTING_UNKNOWN,
  TLSRPT_COUNTING_ONE_POLICY,
  TLSRPT_COUNTING_BOTH,
} TlsrptCounting;

/**
 * TlsrptSums:
 *
 * Whether the sessions under `tlsa` and those under `sts` are as many: what a mechanism is learnt from.
 *
 * @TLSRPT_SUMS_NONE: only one of them has sessions, or both have the same few
 * @TLSRPT_SUMS_DIFFER: they are not
 * @TLSRPT_SUMS_AGREE: they are, and %TLSRPT_COUNTED_TELLING_SESSIONS or more
 */
typedef enum {
  TLSRPT_SUMS_NONE,
  TLSRPT_SUMS_DIFFER,
  TLSRPT_SUMS_AGREE,
} TlsrptSums;

/** Fewer sessions may be equal by chance: of two reports, or of two mechanisms in one. */
#define TLSRPT_COUNTED_TELLING_SESSIONS 10

/**
 * TlsrptCountedFailure:
 * @receiving_mx: (nullable): where it failed: a host as a lower-case A-label without final dot. Where the
 *   report names none, under `tlsa` the policy domain (RFC 8460 section 4.2), unless that is the mail
 *   domain, which some reporters put there: then the only host of `mx-host`, or %NULL
 * @mx_naming: whether the policy names @receiving_mx
 * @reported_sessions: sessions that the detail stands for once details and summary agree
 * @failed_sessions: those of them that count
 * @alike_sessions: sum of @failed_sessions over the failures of the policy that are alike, in the first of
 *   them; %TLSRPT_ALIKE_NONE in the others, see tlsrpt_alike_sum()
 *
 * A failure detail, or the rest of a summary.
 */
typedef struct {
  const char *receiving_mx;
  TlsrptNaming mx_naming;
  gint64 reported_sessions;
  gint64 failed_sessions;
  gint64 alike_sessions;
} TlsrptCountedFailure;

/**
 * TlsrptCountedPolicy:
 * @mail_domain: (nullable): the mail domain whose sessions these are
 * @policy_mode: (nullable): `enforce`, `testing` or `none`; TLSA records enforce
 * @policy_mx: (array zero-terminated=1): its MX patterns, see tlsrpt_policy_mx_patterns()
 * @n_policy_mx: how many
 * @policy_mx_digest: (array length=TLSRPT_UID_BYTES): of them; the same for the same patterns
 * @has_rest: %TRUE if the summary tells of more failed sessions than the details
 * @first_failure: position in the facts' `failures`: there stand its details, and then the rest
 * @successful_sessions: sessions that succeeded and count
 * @validated_sessions: sessions that succeeded under an MTA-STS policy or TLSA records; they may be
 *   more than @successful_sessions here and fewer elsewhere, but are not in the sum
 * @failed_sessions: sessions that failed and count
 */
typedef struct {
  const char *mail_domain;
  const char *policy_mode;
  char **policy_mx;
  gsize n_policy_mx;
  guint8 policy_mx_digest[TLSRPT_UID_BYTES];
  gboolean has_rest;
  guint first_failure;
  gint64 successful_sessions;
  gint64 validated_sessions;
  gint64 failed_sessions;
} TlsrptCountedPolicy;

/**
 * TlsrptCounted:
 * @days: days it speaks of
 * @mail_domain: (nullable): the mail domain that asked for the report; %NULL where it speaks of several
 *   and nothing names one
 * @reported_sessions: sessions that it reports, whether they count or not
 * @sums: what it says of its reporter's mechanism
 * @policies: (element-type TlsrptCountedPolicy): one for each policy of the report
 * @failures: (element-type TlsrptCountedFailure): policy by policy
 * @strings: store that owns the strings of all of them
 */
typedef struct {
  TlsrptDays days;
  const char *mail_domain;
  gint64 reported_sessions;
  TlsrptSums sums;
  GArray *policies;
  GArray *failures;
  GStringChunk *strings;
} TlsrptCounted;

/**
 * tlsrpt_counted_free:
 * @facts: (transfer full) (nullable): what to free
 */
void tlsrpt_counted_free (TlsrptCounted *facts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptCounted, tlsrpt_counted_free)

/**
 * tlsrpt_counted_new:
 * @report: a decoded report; outlives the facts
 * @counting: how its reporter counts
 * @counts: %FALSE if nothing of it counts: a repeat, or an impersonator's
 *
 * Foreign policies count for nothing, and are no part of what follows.
 *
 * Details beyond their summary are cut, the smallest first; a summary of 0 with details is taken for
 * one that was left out; a summary beyond its details has a rest.
 *
 * DANE (`tlsa`, `no-tlsa-found`) and the rest are two views of the same sessions of one mail domain,
 * unless the reporter applies one policy to each session. The larger of the two is the number of
 * sessions. Which failed sessions are the same, place.h says: no failed session is lost. What is
 * counted stands with the policies that name the mail domain, as far as it goes. Policies of one view
 * (one that changed during the day, or those of several MX hosts) add up. Where a report speaks of
 * several mail domains, and of MX hosts that may be any of theirs, the two views are those of all.
 *
 * Pure; all numbers are %G_MAXINT64 at most, and linear in the report.
 *
 * Returns: (transfer full): the facts
 */
TlsrptCounted *tlsrpt_counted_new (const TlsrptReport *report, TlsrptCounting counting,
                                   gboolean counts);

G_END_DECLS
