/* SPDX-License-Identifier: GPL-3.0-or-later
 * A report to its facts: details made to agree with their summary, then the two views of one mail
 * domain's sessions made one. */
#include "core/facts/counted.h"

#include "core/facts/alike.h"
#include "core/facts/mail-domain.h"
#include "core/facts/place.h"
#include "core/facts/policy.h"
#include "core/facts/receiving.h"

#include <string.h>

/* Policies whose sessions may be the same. */
typedef struct {
  gint64 successful[TLSRPT_N_SIDES];
  gint64 failed[TLSRPT_N_SIDES]; /* as each view tells */
  gint64 under_tlsa;
  gint64 under_sts;
  gint64 counted_failed;
  gint64 successful_left;
  gint64 validated_left;
  gboolean has_side[TLSRPT_N_SIDES];
  TlsrptPlaces *places;
} Group;

typedef struct {
  const TlsrptReport *report;
  TlsrptCounting counting;
  TlsrptMailDomains domains;
  GHashTable *groups; /* mail domain to Group */
  TlsrptCounted *facts;
} Count;

static void
group_free (gpointer data)
{
  Group *group = data;

  tlsrpt_places_free (group->places);
  g_free (group);
}

void
tlsrpt_counted_free (TlsrptCounted *facts)
{
  if (facts == NULL)
    return;
  for (guint i = 0; i < facts->policies->len; i++)
    g_strfreev (g_array_index (facts->policies, TlsrptCountedPolicy, i).policy_mx);
  g_array_unref (facts->policies);
  g_array_unref (facts->failures);
  g_string_chunk_free (facts->strings);
  g_free (facts);
}

static gint64
sum (gint64 left, gint64 right)
{
  return tlsrpt_places_sum (left, right);
}

static TlsrptSide
side_of (const TlsrptPolicy *policy)
{
  return tlsrpt_policy_is_dane (policy) ? TLSRPT_SIDE_DANE : TLSRPT_SIDE_OTHER;
}

static TlsrptCountedPolicy *
counted_policy (const Count *count, guint number)
{
  return &g_array_index (count->facts->policies, TlsrptCountedPolicy, number);
}

static TlsrptCountedFailure *
counted_failure (const Count *count, guint number)
{
  return &g_array_index (count->facts->failures, TlsrptCountedFailure, number);
}

static guint
n_rows (const TlsrptPolicy *policy, const TlsrptCountedPolicy *counted)
{
  return policy->failures->len + (counted->has_rest ? 1 : 0);
}

/* Larger details first; of equal ones that which stands first. */
static int
compare_details (gconstpointer a, gconstpointer b)
{
  const TlsrptCountedFailure *left = *(const TlsrptCountedFailure *const *)a;
  const TlsrptCountedFailure *right = *(const TlsrptCountedFailure *const *)b;

  if (left->reported_sessions != right->reported_sessions)
    return left->reported_sessions > right->reported_sessions ? -1 : 1;
  return left < right ? -1 : 1;
}

static void
cut_details (const Count *count, guint first, guint n, gint64 total)
{
  g_autoptr (GPtrArray) details = g_ptr_array_sized_new (n);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (details, counted_failure (count, first + i));
  g_ptr_array_sort (details, compare_details);
  for (guint i = 0; i < n; i++) {
    TlsrptCountedFailure *detail = details->pdata[i];

    detail->reported_sessions = MIN (detail->reported_sessions, total);
    total -= detail->reported_sessions;
  }
}

static void
set_policy_mx (const TlsrptPolicy *policy, TlsrptCountedPolicy *counted)
{
  counted->policy_mx = tlsrpt_policy_mx_patterns (policy);
  counted->n_policy_mx = g_strv_length (counted->policy_mx);
  if (counted->n_policy_mx > 0)
    tlsrpt_policy_mx_digest (counted->policy_mx, counted->n_policy_mx, counted->policy_mx_digest);
}

static void
append_row (const Count *count, const TlsrptCountedPolicy *counted, TlsrptCountedFailure row)
{
  row.mx_naming =
      tlsrpt_policy_names_mx (counted->policy_mx, counted->n_policy_mx, row.receiving_mx);
  g_array_append_val (count->facts->failures, row);
}

/* Rows of a policy's failures that agree with its summary. */
static void
add_rows (const Count *count, const TlsrptPolicy *policy, TlsrptCountedPolicy *counted)
{
  gint64 total = policy->total_failure_session_count;
  gint64 left = total;
  gboolean beyond = FALSE;

  counted->first_failure = count->facts->failures->len;
  for (guint i = 0; i < policy->failures->len; i++) {
    const TlsrptFailure *failure = tlsrpt_policy_failure (policy, i);
    TlsrptCountedFailure row = {
      .receiving_mx = tlsrpt_receiving_mx (count->facts->strings, &count->domains, count->report,
                                           policy, failure->receiving_mx_hostname),
      .reported_sessions = failure->failed_session_count,
    };

    beyond = beyond || row.reported_sessions > left;
    left -= MIN (left, row.reported_sessions);
    append_row (count, counted, row);
  }
  if (beyond && total > 0)
    cut_details (count, counted->first_failure, policy->failures->len, total);
  counted->has_rest = left > 0;
  if (counted->has_rest) {
    TlsrptCountedFailure rest = { .receiving_mx =
                                      tlsrpt_receiving_mx (count->facts->strings, &count->domains,
                                                           count->report, policy, NULL),
                                  .reported_sessions = left };

    append_row (count, counted, rest);
  }
}

static Group *
group_of (const Count *count, const TlsrptCountedPolicy *counted)
{
  const char *name =
      count->domains.has_hosts || counted->mail_domain == NULL ? "" : counted->mail_domain;
  Group *group = g_hash_table_lookup (count->groups, name);

  if (group == NULL) {
    group = g_new0 (Group, 1);
    group->places = tlsrpt_places_new ();
    g_hash_table_insert (count->groups, (gpointer)name, group);
  }
  return group;
}

static void
add_to_group (const Count *count, const TlsrptPolicy *policy, TlsrptCountedPolicy *counted)
{
  Group *group = group_of (count, counted);
  TlsrptSide side = side_of (policy);
  gboolean is_enforced = g_strcmp0 (counted->policy_mode, "enforce") == 0;
  gint64 failed = 0;

  for (guint i = 0; i < n_rows (policy, counted); i++) {
    const TlsrptCountedFailure *row = counted_failure (count, counted->first_failure + i);

    failed = sum (failed, row->reported_sessions);
    tlsrpt_places_add (group->places, tlsrpt_receiving_place (policy, i, row->receiving_mx), side,
                       row->reported_sessions, is_enforced);
  }
  group->has_side[side] = TRUE;
  group->failed[side] = sum (group->failed[side], failed);
  group->successful[side] = sum (group->successful[side], policy->total_successful_session_count);
  if (strcmp (policy->policy_type, "tlsa") == 0)
    group->under_tlsa = sum (group->under_tlsa, policy->total_successful_session_count);
  if (strcmp (policy->policy_type, "sts") == 0)
    group->under_sts = sum (group->under_sts, policy->total_successful_session_count);
}

static gboolean
has_two_views (const Count *count, const Group *group)
{
  return count->counting != TLSRPT_COUNTING_ONE_POLICY && group->has_side[TLSRPT_SIDE_DANE] &&
         group->has_side[TLSRPT_SIDE_OTHER];
}

/* Failed sessions first: none of them may be lost. */
static void
count_failed (const Count *count, const TlsrptPolicy *policy, TlsrptCountedPolicy *counted)
{
  Group *group = group_of (count, counted);

  for (guint i = 0; i < n_rows (policy, counted); i++) {
    TlsrptCountedFailure *row = counted_failure (count, counted->first_failure + i);

    row->failed_sessions =
        has_two_views (count, group)
            ? tlsrpt_places_take (group->places,
                                  tlsrpt_receiving_place (policy, i, row->receiving_mx),
                                  side_of (policy), row->reported_sessions)
            : row->reported_sessions;
    counted->failed_sessions = sum (counted->failed_sessions, row->failed_sessions);
  }
  group->counted_failed = sum (group->counted_failed, counted->failed_sessions);
}

static void
settle_group (const Count *count, Group *group)
{
  gint64 of_side[TLSRPT_N_SIDES];
  gint64 total;

  for (guint side = 0; side < TLSRPT_N_SIDES; side++)
    of_side[side] = sum (group->successful[side], group->failed[side]);
  if (has_two_views (count, group)) {
    total = MAX (of_side[TLSRPT_SIDE_OTHER], of_side[TLSRPT_SIDE_DANE]);
    group->validated_left = MAX (group->under_sts, group->under_tlsa);
  } else {
    total = sum (of_side[TLSRPT_SIDE_OTHER], of_side[TLSRPT_SIDE_DANE]);
    group->validated_left = sum (group->under_sts, group->under_tlsa);
  }
  total = MAX (total, group->counted_failed);
  group->successful_left = total - group->counted_failed;
  group->validated_left = MIN (group->validated_left, group->successful_left);
  count->facts->reported_sessions = sum (count->facts->reported_sessions, total);
}

static gint64
take (gint64 *left, gint64 wanted)
{
  gint64 taken = MIN (*left, wanted);

  *left -= taken;
  return taken;
}

static void
count_successful (const Count *count, const TlsrptPolicy *policy, TlsrptCountedPolicy *counted)
{
  Group *group = group_of (count, counted);

  counted->successful_sessions =
      take (&group->successful_left, policy->total_successful_session_count);
  if (strcmp (policy->policy_type, "tlsa") == 0 || strcmp (policy->policy_type, "sts") == 0)
    counted->validated_sessions =
        take (&group->validated_left, policy->total_successful_session_count);
}

static void
for_each_policy (Count *count,
                 void (*act) (const Count *count, const TlsrptPolicy *policy,
                              TlsrptCountedPolicy *counted),
                 TlsrptSide first, TlsrptSide last)
{
  for (guint side = first; side <= last; side++)
    for (guint i = 0; i < count->report->policies->len; i++) {
      const TlsrptPolicy *policy = tlsrpt_report_policy (count->report, i);

      if (!policy->foreign && side_of (policy) == side)
        act (count, policy, counted_policy (count, i));
    }
}

static TlsrptSums
compare_sums (const TlsrptReport *report)
{
  gint64 tlsa = 0;
  gint64 sts = 0;

  for (guint i = 0; i < report->policies->len; i++) {
    const TlsrptPolicy *policy = tlsrpt_report_policy (report, i);
    gint64 sessions =
        sum (policy->total_successful_session_count, policy->total_failure_session_count);

    if (!policy->foreign && strcmp (policy->policy_type, "tlsa") == 0)
      tlsa = sum (tlsa, sessions);
    else if (!policy->foreign && strcmp (policy->policy_type, "sts") == 0)
      sts = sum (sts, sessions);
  }
  if (tlsa == 0 || sts == 0)
    return TLSRPT_SUMS_NONE;
  if (tlsa != sts)
    return TLSRPT_SUMS_DIFFER;
  return tlsa >= TLSRPT_COUNTED_TELLING_SESSIONS ? TLSRPT_SUMS_AGREE : TLSRPT_SUMS_NONE;
}

static TlsrptCounted *
facts_new (const TlsrptReport *report, const TlsrptMailDomains *domains)
{
  TlsrptCounted *facts = g_new0 (TlsrptCounted, 1);

  facts->days = tlsrpt_days_of_period (report->start_datetime, report->end_datetime);
  facts->sums = compare_sums (report);
  facts->policies =
      g_array_sized_new (FALSE, TRUE, sizeof (TlsrptCountedPolicy), report->policies->len);
  facts->failures = g_array_new (FALSE, TRUE, sizeof (TlsrptCountedFailure));
  facts->strings = g_string_chunk_new (256);
  if (domains->of_report != NULL)
    facts->mail_domain = g_string_chunk_insert_const (facts->strings, domains->of_report);
  return facts;
}

static void
clear_counts (TlsrptCounted *facts)
{
  for (guint i = 0; i < facts->policies->len; i++) {
    TlsrptCountedPolicy *policy = &g_array_index (facts->policies, TlsrptCountedPolicy, i);

    policy->successful_sessions = policy->validated_sessions = policy->failed_sessions = 0;
  }
  for (guint i = 0; i < facts->failures->len; i++)
    g_array_index (facts->failures, TlsrptCountedFailure, i).failed_sessions = 0;
}

static void
sum_alike (const Count *count, const TlsrptPolicy *policy, const TlsrptCountedPolicy *counted)
{
  guint n = n_rows (policy, counted);
  g_autofree TlsrptAlike *rows = g_new0 (TlsrptAlike, n);

  for (guint i = 0; i < n; i++) {
    const TlsrptCountedFailure *row = counted_failure (count, counted->first_failure + i);

    rows[i].receiving_mx = row->receiving_mx;
    rows[i].sessions = row->failed_sessions;
    if (i < policy->failures->len) {
      rows[i].result_type = tlsrpt_policy_failure (policy, i)->result_type;
      rows[i].reason = tlsrpt_policy_failure (policy, i)->failure_reason_code;
    }
  }
  tlsrpt_alike_sum (rows, n);
  for (guint i = 0; i < n; i++)
    counted_failure (count, counted->first_failure + i)->alike_sessions = rows[i].sum;
}

TlsrptCounted *
tlsrpt_counted_new (const TlsrptReport *report, TlsrptCounting counting, gboolean counts)
{
  g_auto (TlsrptMailDomains) domains = { 0 };
  g_autoptr (GHashTable) groups = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, group_free);
  Count count = { .report = report, .counting = counting, .groups = groups };
  GHashTableIter iterator;
  gpointer group;

  tlsrpt_mail_domains_init (&domains, report);
  count.domains = domains;
  count.facts = facts_new (report, &domains);
  for (guint i = 0; i < report->policies->len; i++) {
    const TlsrptPolicy *policy = tlsrpt_report_policy (report, i);
    TlsrptCountedPolicy counted = { .mail_domain = tlsrpt_mail_domains_of (&domains, policy),
                                    .policy_mode = tlsrpt_policy_mode (policy) };

    set_policy_mx (policy, &counted);
    add_rows (&count, policy, &counted);
    g_array_append_val (count.facts->policies, counted);
  }
  for_each_policy (&count, add_to_group, TLSRPT_SIDE_OTHER, TLSRPT_SIDE_DANE);
  g_hash_table_iter_init (&iterator, groups);
  while (g_hash_table_iter_next (&iterator, NULL, &group))
    tlsrpt_places_settle (((Group *)group)->places);
  for_each_policy (&count, count_failed, TLSRPT_SIDE_OTHER, TLSRPT_SIDE_DANE);
  g_hash_table_iter_init (&iterator, groups);
  while (g_hash_table_iter_next (&iterator, NULL, &group))
    settle_group (&count, group);
  for_each_policy (&count, count_successful, TLSRPT_SIDE_OTHER, TLSRPT_SIDE_DANE);
  if (!counts)
    clear_counts (count.facts);
  for (guint i = 0; i < report->policies->len; i++)
    sum_alike (&count, tlsrpt_report_policy (report, i), counted_policy (&count, i));
  return count.facts;
}
