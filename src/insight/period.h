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
 * @made: when it was asked for, in microseconds since 1970 UTC
 */
typedef struct {
  char since[TLSRPT_DAY_BYTES];
  char until[TLSRPT_DAY_BYTES];
  char standing[TLSRPT_DAY_BYTES];
  guint days;
  gboolean is_incomplete;
  gint64 made;
} TlsrptPeriod;

/**
 * TlsrptDayState:
 * @TLSRPT_DAY_WHOLE: the reports on it have come, as far as they ever do
 * @TLSRPT_DAY_COMING: reports on it are still coming in
 * @TLSRPT_DAY_TODAY: it is not over, so that hardly any report on it can have come
 */
typedef enum {
  TLSRPT_DAY_WHOLE,
  TLSRPT_DAY_COMING,
  TLSRPT_DAY_TODAY,
} TlsrptDayState;

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
 * tlsrpt_period_day:
 * @period: days
 * @day: one of them, as `YYYY-MM-DD`
 *
 * Returns: whether the reports on @day are in
 */
TlsrptDayState tlsrpt_period_day (const TlsrptPeriod *period, const char *day);

/**
 * tlsrpt_period_late:
 * @period: days
 * @from: (out) (transfer full): first time of day, in the form of SQL
 * @until: (out) (transfer full): last time of day
 *
 * Between which times a report on an earlier day was stored, if the digest of the days before did not have it.
 * That one is taken to be made as long after its last day as this one, in whole hours, but a day at most:
 * a timer runs both.
 */
void tlsrpt_period_late (const TlsrptPeriod *period, char **from, char **until);

/**
 * tlsrpt_period_made:
 * @period: days
 *
 * Returns: (transfer full): when it was asked for, as `YYYY-MM-DD HH:MM UTC`
 */
char *tlsrpt_period_made (const TlsrptPeriod *period);

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
