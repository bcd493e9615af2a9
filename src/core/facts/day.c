/* SPDX-License-Identifier: GPL-3.0-or-later
 * A period to its days. */
#include "core/facts/day.h"

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
  gint64 last = MAX (first, MAX (start, end) - 1);

  return (TlsrptDays){
    .day = date_of (first + (last - first) / 2),
    .first_day = date_of (first),
    .last_day = date_of (last),
  };
}
