/* SPDX-License-Identifier: GPL-3.0-or-later
 * `7d`, `4w` or `2026-05-31` to a period of whole UTC days. Refuses what is no date, and ends before
 * beginnings. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TLSRPT_DAY_BYTES sizeof "YYYY-MM-DD"

/**
 * TlsrptPeriod:
 * @since: first day
 * @until: last day, which is the day the views stand on
 * @days: number of days, both ends included
 * @is_incomplete: @until is yesterday or later, and reports on it are still to come
 */
typedef struct {
  char since[TLSRPT_DAY_BYTES];
  char until[TLSRPT_DAY_BYTES];
  guint days;
  gboolean is_incomplete;
} TlsrptPeriod;

/**
 * tlsrpt_period_parse:
 * @since: (nullable): a date, or `Nd`, `Nw`: N days or weeks that end with @until, N from 1; %NULL for
 *   `7d`
 * @until: (nullable): a date, or `Nd`, `Nw` before today; %NULL for yesterday, as no report on today can
 *   have come
 * @today: microseconds since 1970 UTC
 * @period: (out caller-allocates): the days
 * @error: return location
 *
 * Errors: %TLSRPT_ERROR_USAGE.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_period_parse (const char *since, const char *until, gint64 today,
                              TlsrptPeriod *period, GError **error);

G_END_DECLS
