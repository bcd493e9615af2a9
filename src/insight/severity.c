/* SPDX-License-Identifier: GPL-3.0-or-later
 * The effect on mail, and the severity that follows from it. */
#include "insight/severity.h"

#include "insight/place.h"

#include <string.h>

static TlsrptEffect
effect_of (const TlsrptFailureFact *failure, TlsrptPolicyMode mode)
{
  const char *word = tlsrpt_place_word (failure);

  /* Without a policy, mail is sent as if there never was one. */
  if (g_str_has_prefix (word, "sts-"))
    return TLSRPT_EFFECT_UNPROTECTED;
  if (strcmp (word, "dnssec-invalid") == 0 || strcmp (word, "dane-required") == 0)
    return TLSRPT_EFFECT_REFUSED;
  switch (failure->scope.mechanism) {
  case TLSRPT_MECHANISM_TLSA:
    return failure->is_unusable ? TLSRPT_EFFECT_UNPROTECTED : TLSRPT_EFFECT_REFUSED;
  case TLSRPT_MECHANISM_STS:
    return mode == TLSRPT_MODE_ENFORCE   ? TLSRPT_EFFECT_REFUSED
           : mode == TLSRPT_MODE_UNKNOWN ? TLSRPT_EFFECT_UNKNOWN
                                         : TLSRPT_EFFECT_UNPROTECTED;
  case TLSRPT_MECHANISM_NONE:
    return TLSRPT_EFFECT_UNPROTECTED;
  case TLSRPT_MECHANISM_OTHER:
  case TLSRPT_N_MECHANISMS:
    break;
  }
  return TLSRPT_EFFECT_UNKNOWN;
}

/* The mode that @failure shows, or else the last one that any reporter saw of that policy until then. */
static TlsrptPolicyMode
mode_of (const TlsrptFailureFact *failure, const TlsrptFacts *facts, const TlsrptIndex *index)
{
  const GArray *sessions = tlsrpt_index_sessions (index, failure->scope.mail_domain);
  const TlsrptSessionFact *last = NULL;

  if (failure->scope.mode != TLSRPT_MODE_UNKNOWN ||
      failure->scope.mechanism != TLSRPT_MECHANISM_STS)
    return failure->scope.mode;
  for (guint i = 0; sessions != NULL && i < sessions->len; i++) {
    const TlsrptSessionFact *session =
        &g_array_index (facts->sessions, TlsrptSessionFact, g_array_index (sessions, guint, i));

    if (session->scope.day > failure->scope.day)
      break;
    /* Of one day the last in the one order, so that it does not matter how facts came in. */
    if (session->scope.policy_domain == failure->scope.policy_domain &&
        session->scope.mode != TLSRPT_MODE_UNKNOWN &&
        (last == NULL || tlsrpt_facts_compare_sessions (last, session) <= 0))
      last = session;
  }
  return last != NULL ? last->scope.mode : TLSRPT_MODE_UNKNOWN;
}

TlsrptDamage
tlsrpt_severity_damage (const TlsrptGroup *group, const TlsrptFacts *facts,
                        const TlsrptIndex *index, const GArray *compared)
{
  TlsrptDamage damage = { .failed_sessions = group->failed_sessions,
                          .is_foreign = group->is_foreign };
  gint32 day = G_MININT32;
  gint32 refused_day = G_MININT32;

  /* Failures are in the order of days. */
  for (guint i = 0; i < group->failures->len; i++) {
    const TlsrptFailureFact *failure = tlsrpt_group_failure (group, facts, i);
    TlsrptPolicyMode mode = mode_of (failure, facts, index);
    TlsrptEffect effect = effect_of (failure, mode);

    damage.effect = MAX (damage.effect, effect);
    damage.modes |= 1u << mode;
    damage.failed_days += failure->scope.day != day;
    day = failure->scope.day;
    if (effect != TLSRPT_EFFECT_REFUSED)
      continue;
    damage.refused_sessions += failure->failed_sessions;
    damage.refused_days += failure->scope.day != refused_day;
    refused_day = failure->scope.day;
  }
  for (guint i = 0; i < compared->len; i++) {
    const TlsrptCompared *one = &g_array_index (compared, TlsrptCompared, i);

    damage.sessions += one->sessions;
    damage.reporters += one->failed_sessions > 0;
  }
  return damage;
}

TlsrptSeverity
tlsrpt_severity_of (const TlsrptDamage *damage, const TlsrptThresholds *thresholds)
{
  gboolean is_much = damage->refused_sessions >= thresholds->critical_sessions ||
                     damage->refused_days >= thresholds->critical_days;
  gboolean is_noticed =
      (double)damage->refused_sessions >= thresholds->critical_share * (double)damage->sessions;

  if (damage->is_foreign || (damage->refused_sessions > 0 && is_much && is_noticed))
    return TLSRPT_SEVERITY_CRITICAL;
  if (damage->reporters <= 1 && damage->failed_sessions < thresholds->minor_sessions &&
      damage->failed_days <= 1)
    return TLSRPT_SEVERITY_MINOR;
  return TLSRPT_SEVERITY_WARNING;
}
