/* SPDX-License-Identifier: GPL-3.0-or-later
 * Observations of a group's place to days. Of several on one day the worst counts. */
#include "insight/proof.h"

/* The hosts of a policy are known for one domain; a host is the same for all. */
static gboolean
is_of_place (const TlsrptGroup *group, const TlsrptFacts *facts, const TlsrptObservationFact *seen)
{
  if (seen->kind != group->kind || seen->is_use)
    return FALSE;
  if (seen->kind == TLSRPT_PLACE_POLICY_MX || seen->kind == TLSRPT_PLACE_DOMAIN)
    for (guint i = 0; i < group->failures->len; i++) {
      const TlsrptScope *scope = &tlsrpt_group_failure (group, facts, i)->scope;

      if (seen->kind == TLSRPT_PLACE_DOMAIN && scope->mail_domain != seen->place)
        return FALSE;
      if (seen->mail_domain != NULL && scope->mail_domain != seen->mail_domain)
        return FALSE;
    }
  return seen->kind == TLSRPT_PLACE_DOMAIN || seen->place == group->name;
}

guint8 *
tlsrpt_proof_days (const TlsrptGroup *group, const TlsrptFacts *facts, gint32 today)
{
  guint8 *days = g_new0 (guint8, (gsize)(MAX (today, group->last_day) - group->first_day) + 2);

  for (guint i = 0; i < facts->observations->len; i++) {
    const TlsrptObservationFact *seen =
        &g_array_index (facts->observations, TlsrptObservationFact, i);
    guint8 proof = seen->is_healthy ? TLSRPT_PROOF_HEALTHY : TLSRPT_PROOF_BROKEN;

    if (seen->day >= group->first_day && seen->day <= today && is_of_place (group, facts, seen))
      days[seen->day - group->first_day] = MAX (days[seen->day - group->first_day], proof);
  }
  return days;
}
