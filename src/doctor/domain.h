/* SPDX-License-Identifier: GPL-3.0-or-later
 * A mail domain: its records, its MTA-STS policy and its MX hosts, and what follows from them. */
#pragma once

#include "doctor/answer.h"
#include "doctor/fetch.h"
#include "doctor/policy.h"
#include "doctor/published.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptDomainFetch:
 * @address: an address of the policy host
 * @is_private: it is not followed
 * @fetch: (nullable): what came from there
 */
typedef struct {
  char *address;
  gboolean is_private;
  TlsrptFetch *fetch;
} TlsrptDomainFetch;

/**
 * TlsrptDomain:
 * @name: the domain
 * @tlsrpt_answer: TXT records of `_smtp._tls.`
 * @tlsrpt: what they publish
 * @sts_answer: TXT records of `_mta-sts.`
 * @sts: what they publish
 * @mx: MX records
 * @fetches: (element-type TlsrptDomainFetch): the policy from each address of its host
 * @policy: (nullable): the first valid one of them
 * @policy_text: (nullable): its text
 */
typedef struct {
  char *name;
  TlsrptAnswer *tlsrpt_answer;
  TlsrptPublished *tlsrpt;
  TlsrptAnswer *sts_answer;
  TlsrptPublished *sts;
  TlsrptAnswer *mx;
  GPtrArray *fetches;
  TlsrptStsPolicy *policy;
  char *policy_text;
} TlsrptDomain;

/**
 * tlsrpt_domain_new:
 * @name: a mail domain as name.h lets it pass; copied
 *
 * Returns: (transfer full): a domain that was not looked at yet
 */
TlsrptDomain *tlsrpt_domain_new (const char *name);

/**
 * tlsrpt_domain_free:
 * @domain: (transfer full) (nullable): what to free
 */
void tlsrpt_domain_free (TlsrptDomain *domain);

/**
 * tlsrpt_domain_look_up:
 * @domain: a domain with a name as name.h lets it pass
 * @seconds: for each fetch
 * @allow_private: whether private addresses are followed
 *
 * Asks for its records and fetches its policy.
 */
void tlsrpt_domain_look_up (TlsrptDomain *domain, guint seconds, gboolean allow_private);

/**
 * tlsrpt_domain_fetch:
 * @domain: a domain with a name
 * @seconds: for each fetch
 * @allow_private: whether private addresses are followed
 *
 * Fetches its policy from each address of its policy host, and asks for nothing else.
 */
void tlsrpt_domain_fetch (TlsrptDomain *domain, guint seconds, gboolean allow_private);

/**
 * tlsrpt_domain_judge_fetches:
 * @domain: a domain that was looked at
 * @looks: (element-type TlsrptLook): findings are added here
 *
 * Adds the findings on the policy as it was fetched.
 */
void tlsrpt_domain_judge_fetches (const TlsrptDomain *domain, GPtrArray *looks);

/**
 * tlsrpt_domain_is_mode:
 * @domain: a domain that was looked at
 * @mode: `enforce`, `testing` or `none`
 *
 * Returns: %TRUE if sending MTAs find a valid policy of this mode
 */
gboolean tlsrpt_domain_is_mode (const TlsrptDomain *domain, const char *mode);

/**
 * tlsrpt_domain_judge:
 * @domain: a domain that was looked at
 * @rua: (nullable): mail address that its record should have
 * @looks: (element-type TlsrptLook): findings are added here, but for those of its MX hosts
 */
void tlsrpt_domain_judge (const TlsrptDomain *domain, const char *rua, GPtrArray *looks);

G_END_DECLS
