/* SPDX-License-Identifier: GPL-3.0-or-later
 * Failures that differ by nothing but the addresses of the two hosts, added up. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptAlike:
 * @result_type: (nullable): result type; %NULL in the rest of a summary
 * @receiving_mx: (nullable): where it failed
 * @reason: (nullable): the reporter's own words
 * @sessions: how many failed, 0 or more
 * @sum: (out): see tlsrpt_alike_sum()
 *
 * A failure, by what says where and why it failed.
 */
typedef struct {
  const char *result_type;
  const char *receiving_mx;
  const char *reason;
  gint64 sessions;
  gint64 sum;
} TlsrptAlike;

/** What `sum` is in all but the first of those that are alike. */
#define TLSRPT_ALIKE_NONE (-1)

/**
 * tlsrpt_alike_sum:
 * @failures: (array length=n): failures of one policy
 * @n: how many
 *
 * Reports have a failure detail for each pair of addresses. Sets `sum` in the first of those that are
 * alike in all but that to the sum of their `sessions`, %G_MAXINT64 at most, and in the others to
 * %TLSRPT_ALIKE_NONE. By sorting and not by hashing: names that collide are no stranger's weapon.
 */
void tlsrpt_alike_sum (TlsrptAlike *failures, gsize n);

G_END_DECLS
