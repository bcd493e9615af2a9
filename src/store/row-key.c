/* SPDX-License-Identifier: GPL-3.0-or-later
 * A report's key to that of its rows. */
#include "store/row-key.h"

void
tlsrpt_row_key_init (TlsrptRowKey *key, const TlsrptEntry *entry, gboolean keep_evidence)
{
  *key = (TlsrptRowKey){
    .uid = entry->keys.uid,
    .entry = entry,
    .facts = *entry->facts,
    .reporter_domain = entry->report->reporter_domain,
    .is_verified = entry->report->is_verified,
    .keep_evidence = keep_evidence,
  };
}

gboolean
tlsrpt_row_key_add_failures (TlsrptRowKey *key, TlsrptColumns *columns, guint *from, guint max)
{
  static const TlsrptFailure rest = { 0 };
  const TlsrptPolicy *policy = tlsrpt_report_policy (key->entry->report, key->policy_no);
  const TlsrptCountedPolicy *counted =
      &g_array_index (key->facts.policies, TlsrptCountedPolicy, key->policy_no);
  guint n = policy->failures->len + (counted->has_rest ? 1 : 0);

  for (; *from < n && max > 0; (*from)++, max--) {
    key->failure_no = *from;
    key->failure =
        g_array_index (key->facts.failures, TlsrptCountedFailure, counted->first_failure + *from);
    tlsrpt_columns_add (columns, key,
                        *from < policy->failures->len ? tlsrpt_policy_failure (policy, *from)
                                                      : &rest);
  }
  return *from == n;
}
