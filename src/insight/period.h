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
 * @until: last day
 * @standing: the day on which incidents are judged: the day after @until, when the reports on it come
 *   in, but today at the latest
 * @days: number of days, both ends included
 * @is_incomplete: @until is yesterday or later, and reports on it are still to come
 */
typedef struct {
  char since[TLSRPT_DAY_BYTES];
  char until[TLSRPT_DAY_BYTES];
  char standing[TLSRPT_DAY_BYTES];
  guint days;
  gboolean is_incomplete;
} TlsrptPeriod;

/**
 * tlsrpt_period_parse:
 * @since: (nullable): a date, `yesterday`, `today`, or `Nd`, `Nw`: N days or weeks that end with @until, N from 1; %NULL for
 *   `7d`
 * @until: (nullable): a date, `yesterday`, `today`, or `Nd`, `Nw` before today; %NULL for yesterday, as no report on today can
 *   have come
 * @today: microseconds since 1970 UTC; @until is not later
 * @period: (out caller-allocates): the days
 * @error: return location
 *
 * Errors: %TLSRPT_ERROR_USAGE.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_period_parse (const char *since, const char *until, gint64 today,
                              TlsrptPeriod *period, GError **error);

/**
 * tlsrpt_period_last:
 * @word: `day`, `week` (from Monday) or `month`: the last one that is over
 * @today: microseconds since 1970 UTC
 * @period: (out caller-allocates): its days
 * @error: return location
 *
 * Errors: %TLSRPT_ERROR_USAGE.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_period_last (const char *word, gint64 today, TlsrptPeriod *period, GError **error);

/**
 * tlsrpt_period_standing_day:
 * @option: name of the option, for the error
 * @text: (nullable): a date, or `Nd`, `Nw` before today; %NULL for today
 * @today: microseconds since 1970 UTC
 * @day: (out caller-allocates): the day on which to judge incidents: @today or earlier, as what was
 *   judged on a later day is not judged again
 * @error: return location
 *
 * Errors: %TLSRPT_ERROR_USAGE.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_period_standing_day (const char *option, const char *text, gint64 today,
                                     char day[TLSRPT_DAY_BYTES], GError **error);

/**
 * tlsrpt_period_coming_day:
 * @option: name of the option, for the error
 * @text: a date, or `Nd`, `Nw` after today
 * @today: microseconds since 1970 UTC
 * @day: (out caller-allocates): that day
 * @error: return location
 *
 * Errors: %TLSRPT_ERROR_USAGE.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_period_coming_day (const char *option, const char *text, gint64 today,
                                   char day[TLSRPT_DAY_BYTES], GError **error);

G_END_DECLS
