/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whose fault it is. It is ours if a fact about our host shows it, or several reporters of weight;
 * it is the reporter's if one alone fails while others succeed at the same place. Only shares
 * count, so that small and large domains are judged alike. */
#include "insight/fault.h"

#include "insight/remedy/reason.h"
#include "insight/place.h"

#include <string.h>

/**
 * Sums:
 * @sessions: comparable sessions of all
 * @failed: failed ones of the group
 * @confirming: reporters that fail about as much as the first
 * @heavy: those of them that have weight
 * @confirming_failed: failed sessions of the confirming ones
 * @others_successful: sessions that succeeded for others of weight
 */
typedef struct {
  double sessions;
  double failed;
  guint confirming;
  guint heavy;
  double confirming_failed;
  double others_successful;
} Sums;

static double
own_share (const TlsrptCompared *compared)
{
  return compared->sessions > 0 ? (double)compared->failed_sessions / (double)compared->sessions
                                : 0;
}

static Sums
sum_up (const GArray *compared, const TlsrptThresholds *thresholds)
{
  Sums sums = { 0 };
  double most = 0;

  for (guint i = 0; i < compared->len; i++) {
    const TlsrptCompared *one = &g_array_index (compared, TlsrptCompared, i);

    sums.sessions += (double)one->sessions;
    sums.failed += (double)one->failed_sessions;
    most = MAX (most, own_share (one));
  }
  for (guint i = 0; i < compared->len; i++) {
    const TlsrptCompared *one = &g_array_index (compared, TlsrptCompared, i);
    gboolean has_weight = (double)one->sessions >= thresholds->weight_share * sums.sessions;
    gboolean confirms =
        one->failed_sessions > 0 && own_share (one) >= thresholds->confirming_share * most;

    sums.confirming += confirms;
    sums.heavy += confirms && has_weight;
    sums.confirming_failed += confirms ? (double)one->failed_sessions : 0;
    if (!confirms && has_weight)
      sums.others_successful += (double)one->successful_sessions;
  }
  return sums;
}

/* An expired date, a wrong name or a wrong record is wrong for everybody, even if only one
 * reporter saw it. An HTTP status is an answer of our server, or of a filter in front of it. */
static gboolean
is_fact (const TlsrptGroup *group, const TlsrptFacts *facts, const char *cause)
{
  static const char *const ours[] = { "certificate-expired",
                                      "certificate-host-mismatch",
                                      "tlsa-invalid",
                                      "sts-policy-invalid",
                                      TLSRPT_CAUSE_MX_NOT_IN_POLICY,
                                      TLSRPT_CAUSE_POLICY_WITHOUT_NEW_ID,
                                      NULL };

  if (group->kind == TLSRPT_PLACE_POLICY_MX || g_strv_contains (ours, cause))
    return TRUE;
  for (guint i = 0; group->kind == TLSRPT_PLACE_POLICY_HOST && i < group->failures->len; i++)
    if (tlsrpt_reason_kind (tlsrpt_group_failure (group, facts, i)->reason) ==
        TLSRPT_REASON_HTTP_STATUS)
      return TRUE;
  return FALSE;
}

/* Whether reporters that succeed with the domain have succeeded at this place. A policy may be
 * cached: success proves nothing about fetching it. */
static gboolean
is_shared (const TlsrptGroup *group, const TlsrptFacts *facts, const GArray *compared,
           const TlsrptThresholds *thresholds)
{
  gboolean is_sole = TRUE;

  if (group->kind == TLSRPT_PLACE_ZONE || group->kind == TLSRPT_PLACE_POLICY_HOST)
    return group->kind == TLSRPT_PLACE_ZONE;
  for (guint i = 0; i < group->failures->len; i++) {
    const TlsrptFailureFact *failure = tlsrpt_group_failure (group, facts, i);
    g_autofree char *sole = tlsrpt_place_sole_mx (failure->policy_mx);
    gboolean at_host = tlsrpt_place_is_base (facts, &failure->scope) ||
                       (failure->scope.mechanism == TLSRPT_MECHANISM_STS && sole != NULL);

    is_sole = is_sole && group->kind == TLSRPT_PLACE_MX && at_host;
  }
  return is_sole ||
         own_share (&g_array_index (compared, TlsrptCompared, 0)) >= thresholds->shared_share;
}

static gboolean
is_of_connection (const TlsrptGroup *group, const TlsrptFacts *facts, const char *cause)
{
  if (strcmp (cause, "starttls-not-supported") == 0)
    return TRUE;
  for (guint i = 0; i < group->failures->len; i++)
    if (tlsrpt_reason_kind (tlsrpt_group_failure (group, facts, i)->reason) ==
        TLSRPT_REASON_CONNECTION)
      return TRUE;
  return FALSE;
}

TlsrptFault
tlsrpt_fault_of (const TlsrptGroup *group, const TlsrptFacts *facts, const GArray *compared,
                 const char *cause, const TlsrptThresholds *thresholds)
{
  Sums sums = sum_up (compared, thresholds);
  gboolean most_fail = sums.failed * 2 > sums.sessions;

  if (group->is_foreign)
    return TLSRPT_FAULT_UNCLEAR;
  if (is_fact (group, facts, cause) || sums.heavy >= 2 || (sums.confirming >= 2 && most_fail))
    return TLSRPT_FAULT_OURS;
  if (sums.confirming != 1 || most_fail || sums.others_successful <= 0 ||
      sums.confirming_failed < thresholds->carried_share * sums.failed ||
      !is_shared (group, facts, compared, thresholds))
    return TLSRPT_FAULT_UNCLEAR;
  return is_of_connection (group, facts, cause) ? TLSRPT_FAULT_BETWEEN : TLSRPT_FAULT_THEIRS;
}

const char *
tlsrpt_fault_witness (const GArray *compared)
{
  return g_array_index (compared, TlsrptCompared, 0).reporter;
}
