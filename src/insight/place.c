/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where a failure happened: what the report names, what the policy names, and what neither does. */
#include "insight/place.h"

#include "insight/remedy/reason.h"

#include <string.h>

/* The most exact first. For one certificate several reporters may choose different words about
 * certificates. */
typedef struct {
  const char *word;
  gboolean is_certificate;
  gboolean is_vague;
} Word;

static const Word words[] = {
  { TLSRPT_CAUSE_FOREIGN_MX, FALSE, FALSE },
  { "certificate-expired", TRUE, FALSE },
  { "certificate-host-mismatch", TRUE, FALSE },
  { TLSRPT_CAUSE_POLICY_WITHOUT_NEW_ID, FALSE, FALSE },
  { TLSRPT_CAUSE_MX_NOT_IN_POLICY, FALSE, FALSE },
  { "tlsa-invalid", TRUE, FALSE },
  { "dnssec-invalid", FALSE, FALSE },
  { "dane-required", FALSE, FALSE },
  { "starttls-not-supported", FALSE, FALSE },
  { "certificate-not-trusted", TRUE, FALSE },
  { "sts-webpki-invalid", FALSE, FALSE },
  { "sts-policy-invalid", FALSE, FALSE },
  { "sts-policy-fetch-error", FALSE, FALSE },
  { "validation-failure", TRUE, TRUE },
  { TLSRPT_CAUSE_UNKNOWN, FALSE, TRUE },
  { TLSRPT_CAUSE_UNSPECIFIED, FALSE, TRUE },
};

static const Word *
find_word (const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (words[i].word, word) == 0)
      return &words[i];
  return NULL;
}

guint
tlsrpt_place_rank (const char *word)
{
  const Word *found = find_word (word);

  return found != NULL ? (guint)(found - words) : G_N_ELEMENTS (words);
}

gboolean
tlsrpt_place_fits (const char *word, const char *other)
{
  const Word *a = find_word (word);
  const Word *b = find_word (other);

  if (a == NULL || b == NULL || a == b)
    return TRUE;
  return a->is_vague || b->is_vague || (a->is_certificate && b->is_certificate);
}

gboolean
tlsrpt_place_fits_any (const char *word, guint ranks)
{
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if ((ranks & (1u << i)) != 0 && tlsrpt_place_fits (word, words[i].word))
      return TRUE;
  return FALSE;
}

const char *
tlsrpt_place_ranked (guint ranks)
{
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if ((ranks & (1u << i)) != 0)
      return words[i].word;
  return TLSRPT_CAUSE_UNSPECIFIED;
}

/* What the reporter's own words say, if it may be more exact than the type it chose; else NULL. */
static const char *
exact_finding (const char *reason_code)
{
  static const char *const exact[] = { "certificate-expired", "certificate-host-mismatch",
                                       "certificate-not-trusted", TLSRPT_CAUSE_MX_NOT_IN_POLICY,
                                       NULL };
  const TlsrptReason *reason = tlsrpt_reason_read (reason_code);

  return reason != NULL && reason->finding != NULL && g_strv_contains (exact, reason->finding)
             ? reason->finding
             : NULL;
}

static gboolean
is_of_policy_host (const char *word)
{
  return g_str_has_prefix (word, "sts-");
}

static gboolean
is_of_zone (const char *word)
{
  return strcmp (word, "dnssec-invalid") == 0 || strcmp (word, "dane-required") == 0;
}

/* @findings: (nullable): what exact_finding() has said of an interned reason. */
static const char *
finding_of (const TlsrptFailureFact *failure, GHashTable *findings)
{
  gpointer found;

  if (findings == NULL)
    return exact_finding (failure->reason);
  if (!g_hash_table_lookup_extended (findings, failure->reason, NULL, &found)) {
    found = (gpointer)exact_finding (failure->reason);
    g_hash_table_insert (findings, (gpointer)failure->reason, found);
  }
  return found;
}

static const char *
word_of (const TlsrptFailureFact *failure, GHashTable *findings)
{
  const char *word = failure->result_type;
  const char *finding = NULL;
  const Word *known;

  if (word == NULL || *word == '\0')
    word = TLSRPT_CAUSE_UNSPECIFIED;
  known = find_word (word);
  if (known == NULL)
    return TLSRPT_CAUSE_UNKNOWN;
  if (known->is_certificate || known->is_vague)
    finding = finding_of (failure, findings);
  if (finding != NULL)
    known = find_word (finding);
  if (failure->scope.mechanism == TLSRPT_MECHANISM_TLSA && known->is_certificate)
    return "tlsa-invalid";
  return known->word;
}

const char *
tlsrpt_place_word (const TlsrptFailureFact *failure)
{
  return failure->word != NULL ? failure->word : word_of (failure, NULL);
}

void
tlsrpt_place_read_words (TlsrptFacts *facts)
{
  g_autoptr (GHashTable) findings = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < facts->failures->len; i++) {
    TlsrptFailureFact *failure = &g_array_index (facts->failures, TlsrptFailureFact, i);

    failure->word = word_of (failure, findings);
  }
}

gboolean
tlsrpt_place_is_named (const char *mx, const char *patterns)
{
  const char *dot = strchr (mx, '.');
  g_auto (GStrv) all = g_strsplit (patterns != NULL ? patterns : "", " ", -1);

  for (guint i = 0; all[i] != NULL; i++)
    if (strcmp (all[i], mx) == 0 ||
        (g_str_has_prefix (all[i], "*.") && dot != NULL && strcmp (all[i] + 1, dot) == 0))
      return TRUE;
  return FALSE;
}

char *
tlsrpt_place_sole_mx (const char *patterns)
{
  if (patterns == NULL || *patterns == '\0' || strpbrk (patterns, " *") != NULL)
    return NULL;
  return g_strdup (patterns);
}

static gboolean
is_below (const char *name, const char *domain)
{
  gsize length = strlen (name);
  gsize tail = strlen (domain);

  return length >= tail && strcmp (name + length - tail, domain) == 0 &&
         (length == tail || name[length - tail - 1] == '.');
}

/* Hosts of policies that anyone saw, by policy domain. */
static TlsrptKnown *
known_of_policies (TlsrptFacts *facts)
{
  TlsrptKnown *known = tlsrpt_known_new ();

  for (guint i = 0; i < facts->policies->len; i++) {
    const TlsrptPolicyFact *policy = &g_array_index (facts->policies, TlsrptPolicyFact, i);
    g_auto (GStrv) hosts = g_strsplit (policy->policy_mx, " ", -1);

    for (guint j = 0; hosts[j] != NULL; j++)
      if (*hosts[j] != '\0')
        tlsrpt_known_add (known, policy->policy_domain, tlsrpt_facts_word (facts, hosts[j]),
                          policy->first_day);
  }
  return known;
}

/* Hosts at which sessions succeeded, by mail domain. */
static TlsrptKnown *
known_of_sessions (const TlsrptFacts *facts)
{
  TlsrptKnown *known = tlsrpt_known_new ();

  for (guint i = 0; i < facts->sessions->len; i++) {
    const TlsrptSessionFact *session = &g_array_index (facts->sessions, TlsrptSessionFact, i);

    if (session->scope.mechanism == TLSRPT_MECHANISM_TLSA && session->successful_sessions > 0)
      tlsrpt_known_add (known, session->scope.mail_domain, session->scope.policy_domain,
                        session->scope.day);
  }
  return known;
}

/* Whether the MX is one that the domain may be known to use: with the hosts of a policy that anyone saw
 * until that day, or a host where sessions of the domain succeeded, or that its DNS names. */
static gboolean
is_seen (TlsrptFacts *facts, const TlsrptFailureFact *failure)
{
  const char *mx = failure->receiving_mx;

  if (facts->known_of_policies == NULL)
    facts->known_of_policies = known_of_policies (facts);
  if (tlsrpt_known_has (facts->known_of_policies, failure->scope.policy_domain, mx,
                        failure->scope.day))
    return TRUE;
  if (facts->known_of_sessions == NULL)
    facts->known_of_sessions = known_of_sessions (facts);
  if (tlsrpt_known_has (facts->known_of_sessions, failure->scope.mail_domain, mx,
                        failure->scope.day))
    return TRUE;
  for (guint i = 0; i < facts->observations->len; i++) {
    const TlsrptObservationFact *seen =
        &g_array_index (facts->observations, TlsrptObservationFact, i);

    /* Hosts are looked at where the domain's DNS names them. */
    if (seen->kind == TLSRPT_PLACE_MX && seen->place == failure->receiving_mx &&
        seen->mail_domain == failure->scope.mail_domain)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_foreign (TlsrptFacts *facts, const TlsrptFailureFact *failure)
{
  const char *mx = failure->receiving_mx;

  return !is_below (mx, failure->scope.mail_domain) &&
         !is_below (mx, failure->scope.policy_domain) && !is_seen (facts, failure);
}

/* A zone is the mail domain's where the name lies in it; else the one that the host's provider has. */
static const char *
zone_of (const TlsrptFailureFact *failure)
{
  const char *provider;

  if (is_below (failure->scope.policy_domain, failure->scope.mail_domain))
    return failure->scope.mail_domain;
  provider = tlsrpt_known_provider (failure->scope.policy_domain);
  return provider != NULL ? provider : failure->scope.policy_domain;
}

/* No host is named: the one host of the policy, else the hosts that the policy has, which several domains
 * may share, else the domain. */
static TlsrptPlace
nameless_place (TlsrptFacts *facts, const TlsrptFailureFact *failure, const char *word)
{
  g_autofree char *sole = tlsrpt_place_sole_mx (failure->policy_mx);
  TlsrptPlace place = { .kind = TLSRPT_PLACE_DOMAIN, .is_nameless = TRUE };

  if (strcmp (word, TLSRPT_CAUSE_MX_NOT_IN_POLICY) == 0)
    place.name = failure->scope.mail_domain;
  else if (failure->scope.mechanism == TLSRPT_MECHANISM_STS && sole != NULL)
    place = (TlsrptPlace){ .kind = TLSRPT_PLACE_MX, .name = tlsrpt_facts_word (facts, sole) };
  else if (failure->scope.mechanism == TLSRPT_MECHANISM_STS && failure->policy_mx != NULL &&
           *failure->policy_mx != '\0')
    place.name = failure->policy_mx;
  else
    place.name = failure->scope.mail_domain;
  return place;
}

static TlsrptPlace
host_place (TlsrptFacts *facts, const TlsrptFailureFact *failure, const char *word)
{
  TlsrptPlace place = { .kind = TLSRPT_PLACE_MX, .name = failure->receiving_mx };
  gboolean misses = failure->scope.mechanism == TLSRPT_MECHANISM_STS && failure->misses_policy;
  gboolean is_about_names = strcmp (word, TLSRPT_CAUSE_MX_NOT_IN_POLICY) == 0 ||
                            strcmp (word, "validation-failure") == 0 ||
                            strcmp (word, "certificate-host-mismatch") == 0;

  if (!misses && strcmp (word, TLSRPT_CAUSE_MX_NOT_IN_POLICY) != 0)
    return place;
  place.is_foreign = is_foreign (facts, failure);
  if (place.is_foreign || is_about_names)
    place.kind = TLSRPT_PLACE_POLICY_MX;
  return place;
}

gboolean
tlsrpt_place_is_base (const TlsrptFacts *facts, const TlsrptScope *scope)
{
  return scope->mechanism == TLSRPT_MECHANISM_TLSA &&
         (scope->policy_domain != scope->mail_domain ||
          g_hash_table_contains (facts->hosts, scope->policy_domain));
}

TlsrptPlace
tlsrpt_place_of (TlsrptFacts *facts, const TlsrptFailureFact *failure)
{
  const char *word = tlsrpt_place_word (failure);

  if (is_of_policy_host (word)) {
    g_autofree char *host = g_strconcat ("mta-sts.", failure->scope.policy_domain, NULL);

    return (TlsrptPlace){ .kind = TLSRPT_PLACE_POLICY_HOST,
                          .name = tlsrpt_facts_word (facts, host) };
  }
  if (is_of_zone (word))
    return (TlsrptPlace){ .kind = TLSRPT_PLACE_ZONE,
                          .name = tlsrpt_facts_word (facts, zone_of (failure)) };
  if (failure->receiving_mx != NULL)
    return host_place (facts, failure, word);
  if (tlsrpt_place_is_base (facts, &failure->scope))
    return (TlsrptPlace){ .kind = TLSRPT_PLACE_MX, .name = failure->scope.policy_domain };
  return nameless_place (facts, failure, word);
}
