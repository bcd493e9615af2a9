/* SPDX-License-Identifier: GPL-3.0-or-later
 * Findings and their members. */
#include "insight/found.h"

#include <string.h>

guint
tlsrpt_member_hash (gconstpointer data)
{
  const TlsrptMember *member = data;
  /* Knuth's multiplier spreads days that follow each other. */
  guint hash = (guint)member->day * 2654435761u + (guint)member->mechanism;

  hash = hash * 31u + g_str_hash (member->reporter);
  hash = hash * 31u + g_str_hash (member->mail_domain);
  hash = hash * 31u + g_str_hash (member->policy_domain);
  hash = hash * 31u + g_str_hash (member->result_type);
  return hash * 31u + g_str_hash (member->receiving_mx);
}

int
tlsrpt_member_compare (gconstpointer left, gconstpointer right)
{
  const TlsrptMember *a = left;
  const TlsrptMember *b = right;
  int order;

  if (a->day != b->day)
    return a->day < b->day ? -1 : 1;
  if ((order = strcmp (a->reporter, b->reporter)) != 0 ||
      (order = strcmp (a->mail_domain, b->mail_domain)) != 0 ||
      (order = strcmp (a->policy_domain, b->policy_domain)) != 0 ||
      (order = strcmp (a->result_type, b->result_type)) != 0 ||
      (order = strcmp (a->receiving_mx, b->receiving_mx)) != 0)
    return order;
  return a->mechanism < b->mechanism ? -1 : a->mechanism > b->mechanism;
}

gboolean
tlsrpt_member_equal (gconstpointer left, gconstpointer right)
{
  return tlsrpt_member_compare (left, right) == 0;
}

TlsrptFound *
tlsrpt_found_new (void)
{
  TlsrptFound *finding = g_new0 (TlsrptFound, 1);

  finding->judgement = tlsrpt_judgement_new ();
  finding->members = g_array_new (FALSE, FALSE, sizeof (TlsrptMember));
  return finding;
}

void
tlsrpt_found_free (TlsrptFound *finding)
{
  if (finding == NULL)
    return;
  tlsrpt_judgement_free (finding->judgement);
  g_array_unref (finding->members);
  g_free (finding);
}

void
tlsrpt_found_add (TlsrptFound *finding, const TlsrptMember *member)
{
  g_array_append_vals (finding->members, member, 1);
}

void
tlsrpt_found_settle (TlsrptFound *finding)
{
  GArray *members = finding->members;
  guint kept = 0;

  g_array_sort (members, tlsrpt_member_compare);
  for (guint i = 0; i < members->len; i++) {
    TlsrptMember *member = &g_array_index (members, TlsrptMember, i);
    TlsrptMember *last = kept > 0 ? &g_array_index (members, TlsrptMember, kept - 1) : NULL;

    if (last != NULL && tlsrpt_member_equal (last, member))
      last->failed_sessions += member->failed_sessions;
    else
      g_array_index (members, TlsrptMember, kept++) = *member;
  }
  g_array_set_size (members, kept);
}
