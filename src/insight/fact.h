/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the engine judges by: counted sessions and failures of some weeks, summed up by the database.
 * All words are interned, so that two that are equal are the same pointer. */
#pragma once

#include "insight/judgement.h"
#include "insight/known.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptScope:
 * @day: UTC day of the middle of the reports' period, in days since 1970
 * @first_day: first day that the reports cover
 * @last_day: last day that they cover
 * @reporter: domain of the reporter
 * @is_verified: whether the reports carry a valid signature of it
 * @mail_domain: domain whose reports these are
 * @policy_domain: policy domain as reported; under `tlsa` an MX host as a rule
 * @mechanism: which policy was applied
 * @mode: mode of the MTA-STS policy
 *
 * What sessions and failures have in common.
 */
typedef struct {
  gint32 day;
  gint32 first_day;
  gint32 last_day;
  const char *reporter;
  gboolean is_verified;
  const char *mail_domain;
  const char *policy_domain;
  TlsrptMechanism mechanism;
  TlsrptPolicyMode mode;
} TlsrptScope;

/**
 * TlsrptSessionFact:
 * @scope: when, who, which domain and policy
 * @successful_sessions: successful sessions
 * @failed_sessions: failed sessions
 *
 * Sessions of one scope, each counted once; several facts may have the same scope.
 */
typedef struct {
  TlsrptScope scope;
  guint64 successful_sessions;
  guint64 failed_sessions;
} TlsrptSessionFact;

/**
 * TlsrptFailureFact:
 * @scope: when, who, which domain and policy
 * @result_type: (nullable): as sent; %NULL where the report gives no reason
 * @receiving_mx: (nullable): canonical name of the MX host
 * @reason: (nullable): `failure-reason-code`
 * @receiving_ip: (nullable): one of the addresses
 * @policy_mx: (nullable): MX patterns of the policy that the reporter saw, with single spaces between
 * @misses_policy: whether that policy has patterns and none of them names @receiving_mx
 * @is_unusable: whether no TLSA record of the policy is usable (RFC 7672 section 3.1)
 * @failed_sessions: failed sessions
 * @word: (nullable): what tlsrpt_place_word() says of it, once tlsrpt_place_read_words() has found it
 */
typedef struct {
  TlsrptScope scope;
  const char *result_type;
  const char *receiving_mx;
  const char *reason;
  const char *receiving_ip;
  const char *policy_mx;
  gboolean misses_policy;
  gboolean is_unusable;
  guint64 failed_sessions;
  const char *word;
} TlsrptFailureFact;

/**
 * TlsrptPolicyFact:
 * @policy_domain: policy domain
 * @policy_mx: its MX patterns, with single spaces between
 * @first_day: first day that it was seen, in days since 1970
 * @last_day: last day that it was seen
 *
 * An MTA-STS policy that any reporter saw.
 */
typedef struct {
  const char *policy_domain;
  const char *policy_mx;
  gint32 first_day;
  gint32 last_day;
} TlsrptPolicyFact;

/**
 * TlsrptReportFact:
 * @reporter: domain of the reporter
 * @first_day: first day, in days since 1970
 * @last_day: last day
 *
 * Days that one reporter reported on, for any domain.
 */
typedef struct {
  const char *reporter;
  gint32 first_day;
  gint32 last_day;
} TlsrptReportFact;

/**
 * TlsrptReporterFact:
 * @reporter: domain of the reporter
 * @organization_name: (nullable): its name, as it writes it
 * @contact_info: (nullable): its contact, as it writes it
 *
 * A reporter's name and contact.
 */
typedef struct {
  const char *reporter;
  const char *organization_name;
  const char *contact_info;
} TlsrptReporterFact;

/**
 * TlsrptObservationFact:
 * @day: UTC day, in days since 1970
 * @kind: kind of the place
 * @place: name of the place
 * @mail_domain: (nullable): for which domain; %NULL for all that use the place
 * @is_healthy: whether all that sending MTAs check there was right
 * @is_use: whether it says only that MX records of @mail_domain name the place
 *
 * What was seen of a place itself, the last of a day.
 */
typedef struct {
  gint32 day;
  TlsrptPlaceKind kind;
  const char *place;
  const char *mail_domain;
  gboolean is_healthy;
  gboolean is_use;
} TlsrptObservationFact;

/**
 * TlsrptFacts:
 * @sessions: (element-type TlsrptSessionFact): sessions
 * @failures: (element-type TlsrptFailureFact): failures
 * @policies: (element-type TlsrptPolicyFact): policies
 * @reports: (element-type TlsrptReportFact): who reported when
 * @reporters: (element-type TlsrptReporterFact): who they are
 * @observations: (element-type TlsrptObservationFact): what was seen of places
 * @hosts: (element-type utf8): names that are known to be MX hosts, a set; of tlsrpt_facts_sort()
 * @known_of_policies: (nullable): for place.c, made when it is needed
 * @known_of_sessions: (nullable): likewise
 * @words: owns every word
 */
typedef struct {
  GArray *sessions;
  GArray *failures;
  GArray *policies;
  GArray *reports;
  GArray *reporters;
  GArray *observations;
  GHashTable *hosts;
  TlsrptKnown *known_of_policies;
  TlsrptKnown *known_of_sessions;
  GStringChunk *words;
} TlsrptFacts;

/**
 * tlsrpt_facts_new:
 *
 * Returns: (transfer full): no facts
 */
TlsrptFacts *tlsrpt_facts_new (void);

/**
 * tlsrpt_facts_free:
 * @facts: (transfer full) (nullable): what to free
 */
void tlsrpt_facts_free (TlsrptFacts *facts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptFacts, tlsrpt_facts_free)

/**
 * tlsrpt_facts_word:
 * @facts: facts
 * @word: (nullable): a word
 *
 * Returns: (transfer none) (nullable): @word interned in @facts; %NULL for %NULL
 */
const char *tlsrpt_facts_word (TlsrptFacts *facts, const char *word);

/**
 * TlsrptWordPair:
 * @first: a word, interned
 * @second: (nullable): a word, interned with the same facts
 *
 * A key of a hash table, or what the key begins with.
 */
typedef struct {
  const char *first;
  const char *second;
} TlsrptWordPair;

/**
 * tlsrpt_word_pair_hash:
 * @data: a #TlsrptWordPair
 *
 * Returns: its hash, for a #GHashTable
 */
guint tlsrpt_word_pair_hash (gconstpointer data);

/**
 * tlsrpt_word_pair_equal:
 * @left: a #TlsrptWordPair
 * @right: another
 *
 * Returns: whether both are the same words, for a #GHashTable
 */
gboolean tlsrpt_word_pair_equal (gconstpointer left, gconstpointer right);

/**
 * tlsrpt_facts_compare_sessions:
 * @a: sessions
 * @b: other sessions
 *
 * Returns: below, above or equal to 0: which come first in the one order
 */
int tlsrpt_facts_compare_sessions (const TlsrptSessionFact *a, const TlsrptSessionFact *b);

/**
 * tlsrpt_facts_sort:
 * @facts: facts in any order
 *
 * Puts them in one order, so that what is concluded does not depend on how they came in, and finds out
 * which names are MX hosts. #TlsrptIndex has the sessions by domain and day; nothing depends on their order beyond that.
 */
void tlsrpt_facts_sort (TlsrptFacts *facts);

G_END_DECLS
