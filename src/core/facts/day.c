/* SPDX-License-Identifier: GPL-3.0-or-later
 * A period to its days, and which days may be. */
#include "core/facts/day.h"

#include "core/errors.h"
#include "core/limits.h"

static gint32
date_of (gint64 microseconds)
{
  gint64 day = microseconds / G_TIME_SPAN_DAY;

  return (gint32)(microseconds % G_TIME_SPAN_DAY < 0 ? day - 1 : day);
}

TlsrptDays
tlsrpt_days_of_period (gint64 start, gint64 end)
{
  gint64 first = MIN (start, end);
  gint64 last = MAX (start, end) > first ? MAX (start, end) - 1 : first;
  guint64 span = (guint64)last - (guint64)first; /* of any two times */

  return (TlsrptDays){
    .day = date_of (first + (gint64)(span / 2)),
    .first_day = date_of (first),
    .last_day = date_of (last),
  };
}

static gboolean
refuse (gint32 day, const char *what, GError **error)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc ((gint64)day * 86400);

  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_INVALID,
               "report: its period %s, on %04d-%02d-%02d", what, g_date_time_get_year (time),
               g_date_time_get_month (time), g_date_time_get_day_of_month (time));
  return FALSE;
}

gboolean
tlsrpt_days_check (gint64 start, gint64 end, gint64 now, GError **error)
{
  TlsrptDays days = tlsrpt_days_of_period (start, end);
  gint32 today = date_of (now);

  if (days.first_day < TLSRPT_FIRST_REPORT_DAY)
    return refuse (days.first_day, "begins before there were reports", error);
  if (days.first_day > today + TLSRPT_DAYS_AHEAD_MAX)
    return refuse (days.first_day, "begins in the future", error);
  if (days.last_day > today + TLSRPT_DAYS_AHEAD_MAX + 1)
    return refuse (days.last_day, "ends in the future", error);
  if (days.last_day - days.first_day >= TLSRPT_PERIOD_DAYS_MAX)
    return refuse (days.last_day, "covers more days than a report may", error);
  return TRUE;
}
