/* SPDX-License-Identifier: GPL-3.0-or-later
 * Failures to the sums of those that are alike. */
#include "core/facts/alike.h"

#include "core/facts/place.h"

static int
compare (const TlsrptAlike *left, const TlsrptAlike *right)
{
  int order = g_strcmp0 (left->result_type, right->result_type);

  if (order == 0)
    order = g_strcmp0 (left->receiving_mx, right->receiving_mx);
  return order != 0 ? order : g_strcmp0 (left->reason, right->reason);
}

/* Of those that are alike the first of the array comes first. */
static int
compare_positions (gconstpointer a, gconstpointer b)
{
  const TlsrptAlike *left = *(const TlsrptAlike *const *)a;
  const TlsrptAlike *right = *(const TlsrptAlike *const *)b;
  int order = compare (left, right);

  return order != 0 ? order : (left > right) - (left < right);
}

void
tlsrpt_alike_sum (TlsrptAlike *failures, gsize n)
{
  g_autoptr (GPtrArray) ordered = g_ptr_array_sized_new ((guint)n);
  TlsrptAlike *first = NULL;

  for (gsize i = 0; i < n; i++)
    g_ptr_array_add (ordered, &failures[i]);
  g_ptr_array_sort (ordered, compare_positions);
  for (gsize i = 0; i < n; i++) {
    TlsrptAlike *failure = ordered->pdata[i];

    if (first != NULL && compare (first, failure) == 0) {
      first->sum = tlsrpt_places_sum (first->sum, failure->sessions);
      failure->sum = TLSRPT_ALIKE_NONE;
    } else {
      first = failure;
      first->sum = failure->sessions;
    }
  }
}
