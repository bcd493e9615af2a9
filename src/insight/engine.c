/* SPDX-License-Identifier: GPL-3.0-or-later
 * Groups of failures to findings. Where one reporter alone is at fault, what it met in several places is
 * one incident: the reporter's. */
#include "insight/engine.h"

#include "insight/compare.h"
#include "insight/fault.h"
#include "insight/place.h"
#include "insight/severity.h"
#include "insight/silence.h"
#include "insight/state.h"

#include <string.h>

/* What an incident keeps of the words and addresses that a stranger sends. */
#define WORDS_KEPT 20
#define ADDRESSES_KEPT 5

/* What every group is judged by. @reporters: #TlsrptReporterFact by their domain. */
typedef struct {
  TlsrptFacts *facts;
  TlsrptIndex *index;
  GHashTable *reporters;
  gint32 today;
  const TlsrptThresholds *thresholds;
} Inputs;

/* What the policy of that day says about an MX that it should name: other reporters may have
 * seen one that names it. */
static const char *
policy_cause (const TlsrptGroup *group, const TlsrptFacts *facts)
{
  g_autoptr (GHashTable) domains = g_hash_table_new (NULL, NULL);

  if (group->is_foreign)
    return TLSRPT_CAUSE_FOREIGN_MX;
  for (guint i = 0; i < group->failures->len; i++)
    g_hash_table_add (domains,
                      (gpointer)tlsrpt_group_failure (group, facts, i)->scope.policy_domain);
  for (guint i = 0; i < facts->policies->len; i++) {
    const TlsrptPolicyFact *policy = &g_array_index (facts->policies, TlsrptPolicyFact, i);

    if (g_hash_table_contains (domains, policy->policy_domain) &&
        policy->first_day <= group->last_day && policy->last_day >= group->first_day &&
        tlsrpt_place_is_named (group->name, policy->policy_mx))
      return TLSRPT_CAUSE_POLICY_WITHOUT_NEW_ID;
  }
  return TLSRPT_CAUSE_MX_NOT_IN_POLICY;
}

static const char *
cause_of (const TlsrptGroup *group, const TlsrptFacts *facts)
{
  if (group->kind == TLSRPT_PLACE_POLICY_MX)
    return policy_cause (group, facts);
  return tlsrpt_place_ranked (group->words);
}

static void
count (GHashTable *sums, const char *word, guint64 sessions)
{
  guint64 *sum;

  if (word == NULL)
    return;
  sum = g_hash_table_lookup (sums, word);
  if (sum == NULL) {
    sum = g_new0 (guint64, 1);
    g_hash_table_insert (sums, (gpointer)word, sum);
  }
  *sum += sessions;
}

/* Moves @sums to @tallies: the @most largest, or all if that is 0. */
static void
take_sums (GPtrArray *tallies, GHashTable *sums, guint most)
{
  GHashTableIter iter;
  gpointer word;
  gpointer sum;

  g_hash_table_iter_init (&iter, sums);
  while (g_hash_table_iter_next (&iter, &word, &sum)) {
    TlsrptTally *tally = g_new0 (TlsrptTally, 1);

    tally->name = g_strdup (word);
    tally->failed_sessions = *(guint64 *)sum;
    g_ptr_array_add (tallies, tally);
  }
  g_hash_table_remove_all (sums);
  tlsrpt_judgement_sort (tallies);
  if (most > 0 && tallies->len > most)
    g_ptr_array_set_size (tallies, (int)most);
}

#define TALLY(list, most, word)                                                                    \
  for (guint i = 0; i < group->failures->len; i++) {                                               \
    const TlsrptFailureFact *failure = tlsrpt_group_failure (group, facts, i);                     \
                                                                                                   \
    count (sums, (word), failure->failed_sessions);                                                \
  }                                                                                                \
  take_sums (judgement->list, sums, most)

static void
add_tallies (TlsrptJudgement *judgement, const TlsrptGroup *group, const TlsrptFacts *facts)
{
  g_autoptr (GHashTable) sums = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (NULL);
  const char *unspecified = TLSRPT_CAUSE_UNSPECIFIED;

  TALLY (mail_domains, 0, failure->scope.mail_domain);
  TALLY (policy_domains, 0, failure->scope.policy_domain);
  TALLY (result_types, 0, failure->result_type != NULL ? failure->result_type : unspecified);
  TALLY (reasons, WORDS_KEPT, failure->reason);
  TALLY (receiving_mx, 0, failure->receiving_mx);
  for (guint i = 0; i < group->failures->len; i++) {
    const TlsrptFailureFact *failure = tlsrpt_group_failure (group, facts, i);

    judgement->mechanisms |= 1u << failure->scope.mechanism;
    if (failure->receiving_ip != NULL && addresses->len < ADDRESSES_KEPT &&
        !g_ptr_array_find (addresses, failure->receiving_ip, NULL))
      g_ptr_array_add (addresses, (gpointer)failure->receiving_ip);
  }
  g_strfreev (judgement->receiving_ips);
  judgement->receiving_ips = g_new0 (char *, addresses->len + 1);
  for (guint i = 0; i < addresses->len; i++)
    judgement->receiving_ips[i] = g_strdup (addresses->pdata[i]);
}

static void
add_witnesses (TlsrptJudgement *judgement, const GArray *compared, const Inputs *inputs)
{
  for (guint i = 0; i < compared->len; i++) {
    const TlsrptCompared *one = &g_array_index (compared, TlsrptCompared, i);
    const TlsrptReporterFact *known = g_hash_table_lookup (inputs->reporters, one->reporter);
    TlsrptWitness *witness;

    if (one->failed_sessions == 0)
      continue;
    witness = g_new0 (TlsrptWitness, 1);
    witness->domain = g_strdup (one->reporter);
    witness->organization_name = g_strdup (known != NULL ? known->organization_name : NULL);
    witness->contact_info = g_strdup (known != NULL ? known->contact_info : NULL);
    witness->is_verified = one->is_verified;
    witness->failed_sessions = one->failed_sessions;
    witness->sessions = one->sessions;
    witness->last_day = one->last_day;
    g_ptr_array_add (judgement->witnesses, witness);
  }
}

static void
add_members (TlsrptFound *finding, const TlsrptGroup *group, const TlsrptFacts *facts)
{
  for (guint i = 0; i < group->failures->len; i++) {
    const TlsrptFailureFact *failure = tlsrpt_group_failure (group, facts, i);
    TlsrptMember member = { .day = failure->scope.day,
                            .reporter = failure->scope.reporter,
                            .mail_domain = failure->scope.mail_domain,
                            .policy_domain = failure->scope.policy_domain,
                            .mechanism = failure->scope.mechanism,
                            .result_type = failure->result_type != NULL ? failure->result_type : "",
                            .receiving_mx =
                                failure->receiving_mx != NULL ? failure->receiving_mx : "",
                            .failed_sessions = failure->failed_sessions };

    tlsrpt_found_add (finding, &member);
  }
  tlsrpt_found_settle (finding);
}

static void
add_standing (TlsrptJudgement *judgement, const TlsrptGroup *group, const GArray *compared,
              const Inputs *inputs)
{
  TlsrptStanding standing = tlsrpt_state_of (group, inputs->facts, inputs->index, compared,
                                             inputs->today, inputs->thresholds);
  TlsrptDamage damage = tlsrpt_severity_damage (group, inputs->facts, inputs->index, compared);

  judgement->state = standing.state;
  judgement->over_day = standing.over_day;
  judgement->last_word_day = standing.last_word_day;
  judgement->effect = damage.effect;
  judgement->modes = damage.modes;
  judgement->refused_sessions = damage.refused_sessions;
  judgement->failed_sessions = damage.failed_sessions;
  judgement->failed_days = damage.failed_days;
  judgement->sessions = damage.sessions;
  judgement->is_security = damage.is_foreign;
  judgement->severity = tlsrpt_severity_of (&damage, inputs->thresholds);
}

/* A place of several domains without a host is known by the hosts of their policy. */
static const char *
place_name (const TlsrptGroup *group, const TlsrptJudgement *judgement)
{
  if (group->kind == TLSRPT_PLACE_DOMAIN && judgement->mail_domains->len == 1)
    return ((TlsrptTally *)judgement->mail_domains->pdata[0])->name;
  return group->name;
}

static TlsrptFound *
judge_group (const TlsrptGroup *group, const GArray *compared, TlsrptFault fault, const char *cause,
             const Inputs *inputs)
{
  TlsrptFound *finding = tlsrpt_found_new ();
  TlsrptJudgement *judgement = finding->judgement;

  judgement->place_kind = group->kind;
  judgement->cause = g_strdup (cause);
  judgement->fault = fault;
  judgement->first_day = group->first_day;
  judgement->last_day =
      tlsrpt_group_failure (group, inputs->facts, group->failures->len - 1)->scope.day;
  judgement->unplaced_sessions = group->unplaced_sessions;
  add_tallies (judgement, group, inputs->facts);
  judgement->place = g_strdup (place_name (group, judgement));
  add_witnesses (judgement, compared, inputs);
  add_members (finding, group, inputs->facts);
  add_standing (judgement, group, compared, inputs);
  return finding;
}

static void
judge_reporters (GPtrArray *findings, GPtrArray *groups, TlsrptFault fault, const Inputs *inputs)
{
  tlsrpt_group_merge (groups, inputs->thresholds);
  for (guint i = 0; i < groups->len; i++) {
    const TlsrptGroup *group = groups->pdata[i];
    g_autoptr (GArray) compared = tlsrpt_compare (group, inputs->facts, inputs->index);

    g_ptr_array_add (findings, judge_group (group, compared, fault,
                                            tlsrpt_place_ranked (group->words), inputs));
  }
}

static void
judge_groups (GPtrArray *findings, GPtrArray *groups, const Inputs *inputs)
{
  g_autoptr (GPtrArray) theirs = g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_group_free);
  g_autoptr (GPtrArray) between =
      g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_group_free);

  for (guint i = 0; i < groups->len; i++) {
    TlsrptGroup *group = groups->pdata[i];
    g_autoptr (GArray) compared = tlsrpt_compare (group, inputs->facts, inputs->index);
    const char *cause = cause_of (group, inputs->facts);
    TlsrptFault fault = tlsrpt_fault_of (group, inputs->facts, compared, cause, inputs->thresholds);

    if (fault == TLSRPT_FAULT_OURS || fault == TLSRPT_FAULT_UNCLEAR) {
      g_ptr_array_add (findings, judge_group (group, compared, fault, cause, inputs));
      continue;
    }
    group->kind = TLSRPT_PLACE_REPORTER;
    group->name = tlsrpt_fault_witness (compared);
    groups->pdata[i] = NULL;
    g_ptr_array_add (fault == TLSRPT_FAULT_THEIRS ? theirs : between, group);
  }
  judge_reporters (findings, theirs, TLSRPT_FAULT_THEIRS, inputs);
  judge_reporters (findings, between, TLSRPT_FAULT_BETWEEN, inputs);
}

#define KEEP(array, type, condition)                                                               \
  for (guint i = array->len; i-- > 0;) {                                                           \
    const type *fact = &g_array_index (array, type, i);                                            \
                                                                                                   \
    if (!(condition))                                                                              \
      g_array_remove_index_fast (array, i);                                                        \
  }

static void
keep_window (TlsrptFacts *facts, gint32 today, const TlsrptThresholds *thresholds)
{
  gint32 first = today - thresholds->window_days;

  KEEP (facts->sessions, TlsrptSessionFact, fact->scope.day >= first && fact->scope.day <= today);
  KEEP (facts->failures, TlsrptFailureFact,
        fact->scope.day >= first && fact->scope.day <= today && fact->failed_sessions > 0);
  KEEP (facts->policies, TlsrptPolicyFact, fact->first_day <= today);
  KEEP (facts->reports, TlsrptReportFact, fact->last_day >= first && fact->first_day <= today);
  KEEP (facts->observations, TlsrptObservationFact, fact->day <= today);
  tlsrpt_facts_sort (facts);
}

GPtrArray *
tlsrpt_engine_judge (TlsrptFacts *facts, gint32 today, const TlsrptThresholds *thresholds)
{
  GPtrArray *findings = g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_found_free);
  g_autoptr (GHashTable) reporters = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) groups = NULL;
  g_autoptr (TlsrptIndex) index = NULL;
  Inputs inputs = {
    .facts = facts, .reporters = reporters, .today = today, .thresholds = thresholds
  };

  keep_window (facts, today, thresholds);
  tlsrpt_place_read_words (facts);
  for (guint i = 0; i < facts->reporters->len; i++) {
    TlsrptReporterFact *known = &g_array_index (facts->reporters, TlsrptReporterFact, i);

    g_hash_table_insert (reporters, (gpointer)known->reporter, known);
  }
  index = tlsrpt_index_new (facts);
  inputs.index = index;
  groups = tlsrpt_group_all (facts, thresholds);
  judge_groups (findings, groups, &inputs);
  tlsrpt_silence_find (findings, facts, today, thresholds);
  return findings;
}
