/* SPDX-License-Identifier: GPL-3.0-or-later
 * Policy domains, and what the mail names, to mail domains. */
#include "core/facts/mail-domain.h"

#include "core/facts/policy.h"

/* The only element of @set, or %NULL. */
static const char *
only (GHashTable *set)
{
  GHashTableIter iterator;
  gpointer element = NULL;

  if (g_hash_table_size (set) != 1)
    return NULL;
  g_hash_table_iter_init (&iterator, set);
  g_hash_table_iter_next (&iterator, &element, NULL);
  return element;
}

void
tlsrpt_mail_domains_init (TlsrptMailDomains *domains, const TlsrptReport *report)
{
  g_autoptr (GHashTable) hosts = g_hash_table_new (g_str_hash, g_str_equal);

  domains->named = g_hash_table_new (g_str_hash, g_str_equal);
  domains->has_hosts = FALSE;
  for (guint i = 0; i < report->policies->len; i++) {
    const TlsrptPolicy *policy = tlsrpt_report_policy (report, i);

    if (!policy->foreign && policy->policy_domain != NULL)
      g_hash_table_add (tlsrpt_policy_is_dane (policy) ? hosts : domains->named,
                        (gpointer)policy->policy_domain);
  }
  domains->of_report = only (domains->named);
  if (domains->of_report == NULL && report->report_domain != NULL &&
      (g_hash_table_size (domains->named) == 0 ||
       g_hash_table_contains (domains->named, report->report_domain)))
    domains->of_report = report->report_domain;
  if (domains->of_report == NULL && g_hash_table_size (domains->named) == 0)
    domains->of_report = only (hosts);
  for (guint i = 0; g_hash_table_size (domains->named) > 1 && i < report->policies->len; i++) {
    const TlsrptPolicy *policy = tlsrpt_report_policy (report, i);

    if (!policy->foreign && tlsrpt_policy_is_dane (policy) &&
        (policy->policy_domain == NULL ||
         !g_hash_table_contains (domains->named, policy->policy_domain)))
      domains->has_hosts = TRUE;
  }
}

void
tlsrpt_mail_domains_clear (TlsrptMailDomains *domains)
{
  g_clear_pointer (&domains->named, g_hash_table_unref);
}

const char *
tlsrpt_mail_domains_of (const TlsrptMailDomains *domains, const TlsrptPolicy *policy)
{
  if (policy->policy_domain != NULL &&
      (!tlsrpt_policy_is_dane (policy) ||
       g_hash_table_contains (domains->named, policy->policy_domain)))
    return policy->policy_domain;
  return domains->of_report != NULL ? domains->of_report : policy->policy_domain;
}
