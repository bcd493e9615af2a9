/* SPDX-License-Identifier: GPL-3.0-or-later
 * The MX host of a failure, as hosts are compared. */
#include "core/facts/receiving.h"

#include "core/domain.h"
#include "core/facts/policy.h"

#include <string.h>

/* No host has a space in it. */
#define PLACE_POLICY_HOST "policy host"
#define PLACE_UNNAMED ""

static const char *
canonical_host (GStringChunk *strings, const char *sent)
{
  g_autofree char *canonical = sent != NULL ? tlsrpt_domain_canonical (sent) : NULL;

  if (canonical == NULL || *canonical == '\0' || strcmp (canonical, ".") == 0)
    return NULL;
  return g_string_chunk_insert_const (strings, canonical);
}

static const char *
policy_host (GStringChunk *strings, const TlsrptMailDomains *domains, const TlsrptReport *report,
             const TlsrptPolicy *policy)
{
  const char *domain = policy->policy_domain;
  gboolean is_sole = policy->mx_host[0] != NULL && policy->mx_host[1] == NULL;

  if (!tlsrpt_policy_is_dane (policy) || domain == NULL)
    return NULL;
  if (!g_hash_table_contains (domains->named, domain) &&
      g_strcmp0 (report->report_domain, domain) != 0)
    return domain;
  return is_sole && policy->mx_host[0][0] != '*' ? canonical_host (strings, policy->mx_host[0])
                                                 : NULL;
}

const char *
tlsrpt_receiving_mx (GStringChunk *strings, const TlsrptMailDomains *domains,
                     const TlsrptReport *report, const TlsrptPolicy *policy, const char *sent)
{
  const char *host = canonical_host (strings, sent);

  return host != NULL ? host : policy_host (strings, domains, report, policy);
}

const char *
tlsrpt_receiving_place (const TlsrptPolicy *policy, guint row, const char *receiving_mx)
{
  static const char *const of_policy_host[] = { "sts-policy-fetch-error", "sts-policy-invalid",
                                                "sts-webpki-invalid", NULL };

  if (row < policy->failures->len &&
      g_strv_contains (of_policy_host, tlsrpt_policy_failure (policy, row)->result_type))
    return PLACE_POLICY_HOST;
  return receiving_mx != NULL ? receiving_mx : PLACE_UNNAMED;
}
