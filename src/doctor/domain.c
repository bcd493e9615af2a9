/* SPDX-License-Identifier: GPL-3.0-or-later
 * Mail domains, looked up and judged. */
#include "doctor/domain.h"

#include "core/errors.h"
#include "core/name.h"
#include "doctor/dial.h"
#include "doctor/finding.h"
#include "doctor/resolve.h"

#include <string.h>

/* The policy is fetched from so many addresses of its host at most. */
#define ADDRESSES_MAX 4

/* Section 3.2 of RFC 8461 says weeks; below a day a lost policy is a lost protection. */
#define SHORT_MAX_AGE 86400

static void
fetch_free (gpointer data)
{
  TlsrptDomainFetch *fetch = data;

  g_free (fetch->address);
  tlsrpt_fetch_free (fetch->fetch);
  g_free (fetch);
}

TlsrptDomain *
tlsrpt_domain_new (const char *name)
{
  TlsrptDomain *domain = g_new0 (TlsrptDomain, 1);

  domain->name = g_strdup (name);
  domain->fetches = g_ptr_array_new_with_free_func (fetch_free);
  return domain;
}

void
tlsrpt_domain_free (TlsrptDomain *domain)
{
  if (domain == NULL)
    return;
  g_free (domain->name);
  tlsrpt_answer_free (domain->tlsrpt_answer);
  tlsrpt_published_free (domain->tlsrpt);
  tlsrpt_answer_free (domain->sts_answer);
  tlsrpt_published_free (domain->sts);
  tlsrpt_answer_free (domain->mx);
  g_ptr_array_unref (domain->fetches);
  tlsrpt_policy_free (domain->policy);
  g_free (domain->policy_text);
  g_free (domain);
}

static TlsrptAnswer *
ask (const char *prefix, const char *name, TlsrptRecordType type)
{
  g_autofree char *asked = g_strconcat (prefix, name, NULL);

  return tlsrpt_resolve (asked, type);
}

static void
keep_policy (TlsrptDomain *domain, const TlsrptFetch *fetch)
{
  TlsrptStsPolicy *policy;

  if (domain->policy != NULL || fetch->status != 200 || fetch->is_too_long ||
      fetch->chain->flags != 0)
    return;
  policy =
      tlsrpt_policy_parse (g_bytes_get_data (fetch->body, NULL), g_bytes_get_size (fetch->body));
  if (policy->troubles[0] != NULL) {
    tlsrpt_policy_free (policy);
    return;
  }
  domain->policy = policy;
  domain->policy_text =
      g_strndup (g_bytes_get_data (fetch->body, NULL), g_bytes_get_size (fetch->body));
}

static void
fetch_from (TlsrptDomain *domain, const char *host, const TlsrptAnswer *addresses, guint seconds,
            gboolean allow_private)
{
  for (guint i = 0; i < MIN (addresses->records->len, ADDRESSES_MAX); i++) {
    TlsrptDomainFetch *fetch = g_new0 (TlsrptDomainFetch, 1);

    fetch->address = g_strdup (((const TlsrptRecord *)addresses->records->pdata[i])->text);
    fetch->is_private = !allow_private && tlsrpt_dial_is_private (fetch->address);
    if (!fetch->is_private) {
      fetch->fetch = tlsrpt_fetch_policy (host, fetch->address, TLSRPT_FETCH_PORT, seconds);
      keep_policy (domain, fetch->fetch);
    }
    g_ptr_array_add (domain->fetches, fetch);
  }
}

void
tlsrpt_domain_fetch (TlsrptDomain *domain, guint seconds, gboolean allow_private)
{
  g_autofree char *host = g_strconcat ("mta-sts.", domain->name, NULL);
  g_autoptr (TlsrptAnswer) addresses = tlsrpt_resolve (host, TLSRPT_RECORD_A);
  g_autoptr (TlsrptAnswer) addresses6 = tlsrpt_resolve (host, TLSRPT_RECORD_AAAA);

  fetch_from (domain, host, addresses, seconds, allow_private);
  fetch_from (domain, host, addresses6, seconds, allow_private);
}

void
tlsrpt_domain_look_up (TlsrptDomain *domain, guint seconds, gboolean allow_private)
{
  domain->tlsrpt_answer = ask ("_smtp._tls.", domain->name, TLSRPT_RECORD_TXT);
  domain->tlsrpt = tlsrpt_published_tlsrpt (domain->tlsrpt_answer);
  domain->sts_answer = ask ("_mta-sts.", domain->name, TLSRPT_RECORD_TXT);
  domain->sts = tlsrpt_published_sts (domain->sts_answer);
  domain->mx = ask ("", domain->name, TLSRPT_RECORD_MX);
  if (domain->sts->n > 0)
    tlsrpt_domain_fetch (domain, seconds, allow_private);
}

gboolean
tlsrpt_domain_is_mode (const TlsrptDomain *domain, const char *mode)
{
  return domain->sts->is_valid && domain->policy != NULL &&
         strcmp (domain->policy->mode, mode) == 0;
}

/* %TRUE if there is an answer to judge. */
static gboolean
judge_answer (const TlsrptAnswer *answer, const char *check, const char *subject, GPtrArray *looks)
{
  if (answer->status == TLSRPT_ANSWER_BOGUS)
    tlsrpt_finding_add (
        looks, TLSRPT_LEVEL_FAIL, "dnssec", subject,
        "mend DNSSEC of the zone (signatures, DS record), or take the DS record away",
        "DNSSEC does not validate: who validates finds nothing here");
  if (answer->status == TLSRPT_ANSWER_FAILED)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_UNKNOWN, check, subject,
                        "look at /etc/resolv.conf and the name servers", "no answer from DNS");
  return answer->status == TLSRPT_ANSWER_FOUND || answer->status == TLSRPT_ANSWER_NONE;
}

static void
judge_tlsrpt (const TlsrptDomain *domain, GPtrArray *looks)
{
  const TlsrptPublished *tlsrpt = domain->tlsrpt;
  g_autofree char *subject = g_strconcat ("_smtp._tls.", domain->name, NULL);

  if (!judge_answer (domain->tlsrpt_answer, "tlsrpt-record", subject, looks))
    return;
  if (tlsrpt->n == 0)
    tlsrpt_finding_add (
        looks, TLSRPT_LEVEL_WARN, "tlsrpt-record", subject,
        "publish a TXT record: v=TLSRPTv1; rua=mailto: and your address for reports",
        "there is no record: nobody sends reports");
  else if (tlsrpt->n > 1)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_FAIL, "tlsrpt-record", subject, "leave one of them",
                        "there are %u records, which is as good as none: nobody sends reports",
                        tlsrpt->n);
  else if (!tlsrpt->is_valid)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_FAIL, "tlsrpt-record", subject, "correct the record",
                        "%s", tlsrpt->trouble);
  else {
    g_autofree char *rua = g_strjoinv (", ", tlsrpt->rua);
    g_autofree char *quoted = tlsrpt_quote (rua);

    tlsrpt_finding_add (looks, TLSRPT_LEVEL_OK, "tlsrpt-record", subject, NULL, "reports go to %s",
                        quoted);
  }
}

/* Whether reports come to us: several addresses may stand in a record. */
static void
judge_rua (const TlsrptDomain *domain, const char *rua, GPtrArray *looks)
{
  g_autofree char *subject = g_strconcat ("_smtp._tls.", domain->name, NULL);
  gboolean is_named = FALSE;

  if (rua == NULL || !domain->tlsrpt->is_valid)
    return;
  for (char **one = domain->tlsrpt->rua; *one != NULL; one++)
    is_named = is_named || (g_ascii_strncasecmp (*one, "mailto:", 7) == 0 &&
                            g_ascii_strcasecmp (*one + 7, rua) == 0);
  tlsrpt_finding_add (looks, is_named ? TLSRPT_LEVEL_OK : TLSRPT_LEVEL_WARN, "tlsrpt-address",
                      subject, is_named ? NULL : "add it to rua, after a comma",
                      is_named ? "%s gets reports" : "%s is not in rua: it gets no reports", rua);
}

static void
judge_sts (const TlsrptDomain *domain, GPtrArray *looks)
{
  g_autofree char *subject = g_strconcat ("_mta-sts.", domain->name, NULL);

  if (!judge_answer (domain->sts_answer, "sts-record", subject, looks))
    return;
  if (domain->sts->n == 0)
    tlsrpt_finding_add (
        looks, TLSRPT_LEVEL_WARN, "sts-record", subject,
        "publish a policy file in mode testing first, then a TXT record: v=STSv1; id= and a number",
        "there is no record: sending MTAs know no MTA-STS policy");
  else if (domain->sts->n > 1)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_FAIL, "sts-record", subject,
                        "leave one of them, with a new id",
                        "there are %u records, which is as good as none: sending MTAs that have no "
                        "policy yet find none",
                        domain->sts->n);
  else if (!domain->sts->is_valid)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_FAIL, "sts-record", subject, "correct the record", "%s",
                        domain->sts->trouble);
  else
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_OK, "sts-record", subject, NULL, "one record, id %s",
                        domain->sts->id);
}

static void
judge_body (const TlsrptFetch *fetch, const char *subject, GPtrArray *looks)
{
  gsize length;
  const char *text = g_bytes_get_data (fetch->body, &length);
  g_autoptr (TlsrptStsPolicy) policy = tlsrpt_policy_parse (text, length);

  for (guint i = 0; policy->troubles[i] != NULL; i++)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_FAIL, "sts-policy", subject,
                        "correct the file, then change the id in the TXT record", "%s",
                        policy->troubles[i]);
  if (policy->troubles[0] != NULL)
    return;
  if (policy->max_age < SHORT_MAX_AGE && strcmp (policy->mode, "none") != 0)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_WARN, "sts-max-age", subject,
                        "have a week or more: max_age: 604800",
                        "max_age is %" G_GUINT64_FORMAT " seconds: an attacker need not wait long",
                        policy->max_age);
  tlsrpt_finding_add (looks,
                      strcmp (policy->mode, "none") == 0 ? TLSRPT_LEVEL_WARN : TLSRPT_LEVEL_OK,
                      "sts-policy", subject, NULL, "a valid policy, mode %s", policy->mode);
}

static void
judge_fetch (const TlsrptFetch *fetch, const char *subject, GPtrArray *looks)
{
  g_autofree char *trouble = fetch->chain != NULL ? tlsrpt_chain_trouble (fetch->chain) : NULL;
  g_autofree char *type = tlsrpt_quote (fetch->media_type);

  if (trouble != NULL)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_FAIL, "sts-certificate", subject,
                        "install a certificate of a public authority for this name, with its chain",
                        "%s", trouble);
  if (fetch->has_no_way)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_UNKNOWN, "sts-fetch", subject, NULL,
                        "this machine has no way to it: %s", fetch->trouble);
  else if (fetch->trouble != NULL)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_FAIL, "sts-fetch", subject,
                        "let the web server answer there, or take the address out of DNS",
                        "no answer: %s", fetch->trouble);
  else if (fetch->status != 200)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_FAIL, "sts-fetch", subject,
                        "the file has to be there itself: sending MTAs take status 200 alone",
                        "HTTP status %u%s", fetch->status,
                        fetch->status / 100 == 3 ? ", a redirect, which sending MTAs do not follow"
                                                 : "");
  else if (fetch->is_too_long)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_FAIL, "sts-fetch", subject,
                        "serve the policy file alone", "the file is longer than 64 kilobytes");
  else {
    if (g_strcmp0 (fetch->media_type, "text/plain") != 0)
      tlsrpt_finding_add (looks, TLSRPT_LEVEL_FAIL, "sts-media-type", subject,
                          "serve it as text/plain", "the media type is %s, not text/plain", type);
    judge_body (fetch, subject, looks);
  }
}

void
tlsrpt_domain_judge_fetches (const TlsrptDomain *domain, GPtrArray *looks)
{
  g_autofree char *host = g_strconcat ("mta-sts.", domain->name, NULL);

  if (domain->fetches->len == 0)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_FAIL, "sts-fetch", host, "publish its address",
                        "it has no address");
  for (guint i = 0; i < domain->fetches->len; i++) {
    const TlsrptDomainFetch *fetch = domain->fetches->pdata[i];
    g_autofree char *subject = g_strdup_printf ("%s [%s]", host, fetch->address);

    if (fetch->is_private)
      tlsrpt_finding_add (
          looks, TLSRPT_LEVEL_WARN, "sts-fetch", subject,
          "publish an address that the world can reach; --allow-private looks at it all the same",
          "the address is a private one, and was not looked at");
    else
      judge_fetch (fetch->fetch, subject, looks);
  }
}

static void
judge_mx (const TlsrptDomain *domain, GPtrArray *looks)
{
  gboolean is_demanded =
      tlsrpt_domain_is_mode (domain, "enforce") || tlsrpt_domain_is_mode (domain, "testing");
  TlsrptLevel level =
      tlsrpt_domain_is_mode (domain, "enforce") ? TLSRPT_LEVEL_FAIL : TLSRPT_LEVEL_WARN;

  if (!judge_answer (domain->mx, "mx", domain->name, looks))
    return;
  if (domain->mx->records->len == 0)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_WARN, "mx", domain->name, "publish an MX record",
                        "there is no MX record: sending MTAs try the domain's own address");
  for (guint i = 0; i < domain->mx->records->len; i++) {
    const TlsrptRecord *record = domain->mx->records->pdata[i];
    g_autofree char *host = tlsrpt_name_host (record->text);
    g_autofree char *quoted = tlsrpt_quote (record->text);

    if (*record->text == '\0')
      tlsrpt_finding_add (looks, TLSRPT_LEVEL_OK, "mx", domain->name, NULL,
                          "it takes no mail (an empty MX record, RFC 7505)");
    else if (host == NULL)
      tlsrpt_finding_add (looks, TLSRPT_LEVEL_FAIL, "mx", quoted, "correct the MX record",
                          "the MX record names no host");
    else if (is_demanded)
      tlsrpt_finding_add (looks,
                          tlsrpt_policy_names (domain->policy, host) ? TLSRPT_LEVEL_OK : level,
                          "sts-mx", host,
                          tlsrpt_policy_names (domain->policy, host)
                              ? NULL
                              : "if it is yours, add its mx line to the policy, then change the id",
                          tlsrpt_policy_names (domain->policy, host)
                              ? "the policy names it"
                              : "the policy does not name this MX");
  }
}

void
tlsrpt_domain_judge (const TlsrptDomain *domain, const char *rua, GPtrArray *looks)
{
  judge_tlsrpt (domain, looks);
  judge_rua (domain, rua, looks);
  judge_sts (domain, looks);
  if (domain->sts->n > 0)
    tlsrpt_domain_judge_fetches (domain, looks);
  judge_mx (domain, looks);
}
