/* SPDX-License-Identifier: GPL-3.0-or-later
 * The days that a report speaks of. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptDays:
 * @day: the day that its sessions are counted on
 * @first_day: first day of the period
 * @last_day: last day of the period, @first_day or later
 *
 * UTC dates, in days since 1970-01-01, negative before.
 */
typedef struct {
  gint32 day;
  gint32 first_day;
  gint32 last_day;
} TlsrptDays;

/**
 * tlsrpt_days_of_period:
 * @start: microseconds since 1970 UTC, years 1 to 9999
 * @end: likewise; before @start where a clock is broken
 *
 * The day is the UTC date of the middle of the period: that of a day in another zone is the one it
 * shares most hours with. The end is no part of the period, so that one that ends at midnight covers
 * no day after.
 *
 * Returns: the days
 */
TlsrptDays tlsrpt_days_of_period (gint64 start, gint64 end);

/**
 * tlsrpt_days_check:
 * @start: microseconds since 1970 UTC, years 1 to 9999
 * @end: likewise
 * @now: likewise: the time it is
 * @error: return location
 *
 * Whether a report may speak of this period now: not of days before there were reports, which would be
 * the first to be pruned, nor of days to come, which would never be and would stand there before the
 * true ones. Clocks are wrong and zones differ: it may begin tomorrow, and end a day later.
 *
 * Errors: %TLSRPT_ERROR_INVALID.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_days_check (gint64 start, gint64 end, gint64 now, GError **error);

G_END_DECLS
