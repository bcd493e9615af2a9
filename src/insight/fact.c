/* SPDX-License-Identifier: GPL-3.0-or-later
 * Facts as arrays in one order. */
#include "insight/fact.h"

#include <string.h>

TlsrptFacts *
tlsrpt_facts_new (void)
{
  TlsrptFacts *facts = g_new0 (TlsrptFacts, 1);

  facts->sessions = g_array_new (FALSE, FALSE, sizeof (TlsrptSessionFact));
  facts->failures = g_array_new (FALSE, FALSE, sizeof (TlsrptFailureFact));
  facts->policies = g_array_new (FALSE, FALSE, sizeof (TlsrptPolicyFact));
  facts->reports = g_array_new (FALSE, FALSE, sizeof (TlsrptReportFact));
  facts->reporters = g_array_new (FALSE, FALSE, sizeof (TlsrptReporterFact));
  facts->observations = g_array_new (FALSE, FALSE, sizeof (TlsrptObservationFact));
  facts->hosts = g_hash_table_new (NULL, NULL);
  facts->words = g_string_chunk_new (4096);
  return facts;
}

void
tlsrpt_facts_free (TlsrptFacts *facts)
{
  if (facts == NULL)
    return;
  g_array_unref (facts->sessions);
  g_array_unref (facts->failures);
  g_array_unref (facts->policies);
  g_array_unref (facts->reports);
  g_array_unref (facts->reporters);
  g_array_unref (facts->observations);
  g_hash_table_unref (facts->hosts);
  tlsrpt_known_free (facts->known_of_policies);
  tlsrpt_known_free (facts->known_of_sessions);
  g_string_chunk_free (facts->words);
  g_free (facts);
}

const char *
tlsrpt_facts_word (TlsrptFacts *facts, const char *word)
{
  return word != NULL ? g_string_chunk_insert_const (facts->words, word) : NULL;
}

guint
tlsrpt_word_pair_hash (gconstpointer data)
{
  const TlsrptWordPair *pair = data;

  return g_direct_hash (pair->first) * 31u + g_direct_hash (pair->second);
}

gboolean
tlsrpt_word_pair_equal (gconstpointer left, gconstpointer right)
{
  const TlsrptWordPair *a = left;
  const TlsrptWordPair *b = right;

  return a->first == b->first && a->second == b->second;
}

#define COMPARE(a, b)                                                                              \
  if ((a) != (b))                                                                                  \
  return (a) < (b) ? -1 : 1
#define COMPARE_TEXT(a, b)                                                                         \
  if ((a) != (b) && g_strcmp0 (a, b) != 0)                                                         \
  return g_strcmp0 (a, b)

static int
compare_scopes (const TlsrptScope *a, const TlsrptScope *b)
{
  COMPARE (a->day, b->day);
  COMPARE (a->first_day, b->first_day);
  COMPARE (a->last_day, b->last_day);
  COMPARE_TEXT (a->reporter, b->reporter);
  COMPARE_TEXT (a->mail_domain, b->mail_domain);
  COMPARE_TEXT (a->policy_domain, b->policy_domain);
  COMPARE (a->mechanism, b->mechanism);
  COMPARE (a->mode, b->mode);
  COMPARE (a->is_verified, b->is_verified);
  return 0;
}

int
tlsrpt_facts_compare_sessions (const TlsrptSessionFact *a, const TlsrptSessionFact *b)
{
  int order = compare_scopes (&a->scope, &b->scope);

  if (order != 0)
    return order;
  COMPARE (a->successful_sessions, b->successful_sessions);
  COMPARE (a->failed_sessions, b->failed_sessions);
  return 0;
}

static int
compare_failures (gconstpointer left, gconstpointer right)
{
  const TlsrptFailureFact *a = left;
  const TlsrptFailureFact *b = right;
  int order = compare_scopes (&a->scope, &b->scope);

  if (order != 0)
    return order;
  COMPARE_TEXT (a->result_type, b->result_type);
  COMPARE_TEXT (a->receiving_mx, b->receiving_mx);
  COMPARE_TEXT (a->reason, b->reason);
  COMPARE_TEXT (a->receiving_ip, b->receiving_ip);
  COMPARE_TEXT (a->policy_mx, b->policy_mx);
  COMPARE (a->misses_policy, b->misses_policy);
  COMPARE (a->is_unusable, b->is_unusable);
  COMPARE (a->failed_sessions, b->failed_sessions);
  return 0;
}

static int
compare_policies (gconstpointer left, gconstpointer right)
{
  const TlsrptPolicyFact *a = left;
  const TlsrptPolicyFact *b = right;

  COMPARE_TEXT (a->policy_domain, b->policy_domain);
  COMPARE_TEXT (a->policy_mx, b->policy_mx);
  COMPARE (a->first_day, b->first_day);
  return 0;
}

static int
compare_reports (gconstpointer left, gconstpointer right)
{
  const TlsrptReportFact *a = left;
  const TlsrptReportFact *b = right;

  COMPARE_TEXT (a->reporter, b->reporter);
  COMPARE (a->first_day, b->first_day);
  COMPARE (a->last_day, b->last_day);
  return 0;
}

/* A name is an MX host where a failure met it, where another domain's TLSA records are at it, or where it
 * is the only one that a policy has. That a domain's own name stands for its MX proves nothing. */
static void
find_hosts (TlsrptFacts *facts)
{
  g_hash_table_remove_all (facts->hosts);
  for (guint i = 0; i < facts->failures->len; i++) {
    const TlsrptFailureFact *failure = &g_array_index (facts->failures, TlsrptFailureFact, i);

    if (failure->receiving_mx != NULL && failure->receiving_mx != failure->scope.mail_domain)
      g_hash_table_add (facts->hosts, (gpointer)failure->receiving_mx);
  }
  for (guint i = 0; i < facts->sessions->len; i++) {
    const TlsrptScope *scope = &g_array_index (facts->sessions, TlsrptSessionFact, i).scope;

    if (scope->mechanism == TLSRPT_MECHANISM_TLSA && scope->policy_domain != scope->mail_domain)
      g_hash_table_add (facts->hosts, (gpointer)scope->policy_domain);
  }
  for (guint i = 0; i < facts->policies->len; i++) {
    const char *patterns = g_array_index (facts->policies, TlsrptPolicyFact, i).policy_mx;

    if (patterns != NULL && strpbrk (patterns, " *") == NULL)
      g_hash_table_add (facts->hosts, (gpointer)tlsrpt_facts_word (facts, patterns));
  }
}

void
tlsrpt_facts_sort (TlsrptFacts *facts)
{
  g_clear_pointer (&facts->known_of_policies, tlsrpt_known_free);
  g_clear_pointer (&facts->known_of_sessions, tlsrpt_known_free);
  find_hosts (facts);
  g_array_sort (facts->failures, compare_failures);
  g_array_sort (facts->policies, compare_policies);
  g_array_sort (facts->reports, compare_reports);
}
