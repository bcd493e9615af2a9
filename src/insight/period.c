/* SPDX-License-Identifier: GPL-3.0-or-later
 * Words of the command line that stand for days. */
#include "insight/period.h"

#include "core/errors.h"
#include "insight/judgement.h"

#include <string.h>

#define SPAN_DAYS_MAX 36500
#define DAYS_OF_A_WEEK 7
#define HOUR_SECONDS 3600
#define DAY_SECONDS 86400

static gboolean
fail (const char *option, const char *text, GError **error)
{
  g_autofree char *quoted = tlsrpt_quote (text);

  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE,
               "%s: '%s' is neither a date, as 2026-05-31, nor a span, as 7d or 4w, nor yesterday",
               option, quoted);
  return FALSE;
}

static gboolean
read_span (const char *text, guint *days)
{
  gsize length = strlen (text);
  guint unit = g_str_has_suffix (text, "w") ? DAYS_OF_A_WEEK : 1;
  g_autofree char *digits = NULL;
  guint64 count;

  if (length < 2 || (text[length - 1] != 'd' && text[length - 1] != 'w'))
    return FALSE;
  digits = g_strndup (text, length - 1);
  if (!g_ascii_string_to_unsigned (digits, 10, 0, SPAN_DAYS_MAX / unit, &count, NULL))
    return FALSE;
  *days = (guint)count * unit;
  return TRUE;
}

static gboolean
read_date (const char *text, GDate *date)
{
  const char *digits = "0123456789";
  int year, month, day;

  if (strlen (text) != 10 || text[4] != '-' || text[7] != '-' || strspn (text, digits) != 4 ||
      strspn (text + 5, digits) != 2 || strspn (text + 8, digits) != 2)
    return FALSE;
  year = (int)g_ascii_strtoull (text, NULL, 10);
  month = (int)g_ascii_strtoull (text + 5, NULL, 10);
  day = (int)g_ascii_strtoull (text + 8, NULL, 10);
  if (!g_date_valid_dmy ((GDateDay)day, month, (GDateYear)year))
    return FALSE;
  g_date_set_dmy (date, (GDateDay)day, month, (GDateYear)year);
  return TRUE;
}

/* Reads @text into @date, which holds the day that a span counts back from. @counted of its days are
 * that day itself. */
static gboolean
read_day (const char *option, const char *text, guint counted, const GDate *this_day, GDate *date,
          GError **error)
{
  guint days;

  if (read_date (text, date))
    return TRUE;
  if (strcmp (text, "today") == 0 || strcmp (text, "yesterday") == 0) {
    *date = *this_day;
    g_date_subtract_days (date, strcmp (text, "yesterday") == 0);
    return TRUE;
  }
  if (!read_span (text, &days) || days < counted || days >= g_date_get_julian (date))
    return fail (option, text, error);
  g_date_subtract_days (date, days - counted);
  return TRUE;
}

static void
print_day (const GDate *date, char text[TLSRPT_DAY_BYTES])
{
  g_snprintf (text, TLSRPT_DAY_BYTES, "%04u-%02u-%02u", g_date_get_year (date),
              (guint)g_date_get_month (date), g_date_get_day (date));
}

static void
set_today (GDate *date, gint64 today)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (today / G_TIME_SPAN_SECOND);

  g_date_clear (date, 1);
  g_date_set_dmy (date, (GDateDay)g_date_time_get_day_of_month (now), g_date_time_get_month (now),
                  (GDateYear)g_date_time_get_year (now));
}

static gboolean
refuse_future (const char *option, const GDate *date, const GDate *today, GError **error)
{
  if (g_date_compare (date, today) <= 0)
    return TRUE;
  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE, "%s is later than today (UTC)", option);
  return FALSE;
}

static void
set_period (const GDate *first, const GDate *last, const GDate *this_day, gint64 now,
            TlsrptPeriod *period)
{
  GDate standing = *last;

  if (g_date_compare (&standing, this_day) < 0)
    g_date_add_days (&standing, 1);
  print_day (first, period->since);
  print_day (last, period->until);
  print_day (&standing, period->standing);
  period->is_incomplete = g_date_get_julian (last) + 1 >= g_date_get_julian (this_day);
  period->days = g_date_get_julian (last) - g_date_get_julian (first) + 1;
  period->made = now;
}

gboolean
tlsrpt_period_parse (const char *since, const char *until, gint64 today, TlsrptPeriod *period,
                     GError **error)
{
  GDate this_day, last, first;

  set_today (&this_day, today);
  last = this_day;
  if (!read_day ("--until", until != NULL ? until : "1d", 0, &this_day, &last, error) ||
      !refuse_future ("--until", &last, &this_day, error))
    return FALSE;
  first = last;
  if (!read_day ("--since", since != NULL ? since : "7d", 1, &this_day, &first, error))
    return FALSE;
  if (g_date_compare (&first, &last) > 0) {
    g_set_error_literal (
        error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE,
        "--since is after the last day of the period: see --until, which is yesterday if not set");
    return FALSE;
  }
  set_period (&first, &last, &this_day, today, period);
  return TRUE;
}

gboolean
tlsrpt_period_last (const char *word, gint64 today, TlsrptPeriod *period, GError **error)
{
  GDate this_day, first, last;

  set_today (&this_day, today);
  last = this_day;
  if (strcmp (word, "day") == 0) {
    g_date_subtract_days (&last, 1);
    first = last;
  } else if (strcmp (word, "week") == 0) {
    g_date_subtract_days (&last, (guint)g_date_get_weekday (&this_day));
    first = last;
    g_date_subtract_days (&first, DAYS_OF_A_WEEK - 1);
  } else if (strcmp (word, "month") == 0) {
    g_date_subtract_days (&last, g_date_get_day (&this_day));
    first = last;
    g_date_set_day (&first, 1);
  } else {
    g_autofree char *quoted = tlsrpt_quote (word);

    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE, "--last: '%s' is not day, week or month",
                 quoted);
    return FALSE;
  }
  set_period (&first, &last, &this_day, today, period);
  return TRUE;
}

TlsrptDayState
tlsrpt_period_day (const TlsrptPeriod *period, const char *day)
{
  gint32 today = tlsrpt_judgement_day (period->standing);
  gint32 number = tlsrpt_judgement_day (day);

  if (!period->is_incomplete || number + 1 < today)
    return TLSRPT_DAY_WHOLE;
  return number < today ? TLSRPT_DAY_COMING : TLSRPT_DAY_TODAY;
}

static char *
time_text (gint64 seconds, const char *format)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (seconds);

  return g_date_time_format (time, format);
}

#define SQL_TIME "%Y-%m-%d %H:%M:%S+00"

void
tlsrpt_period_late (const TlsrptPeriod *period, char **from, char **until)
{
  gint64 over = ((gint64)tlsrpt_judgement_day (period->until) + 1) * DAY_SECONDS;
  gint64 after = CLAMP (period->made / G_TIME_SPAN_SECOND - over, 0, DAY_SECONDS);
  gint64 first = (gint64)tlsrpt_judgement_day (period->since) * DAY_SECONDS;

  *from = time_text (first + after / HOUR_SECONDS * HOUR_SECONDS, SQL_TIME);
  *until = time_text (over + after, SQL_TIME);
}

char *
tlsrpt_period_made (const TlsrptPeriod *period)
{
  return time_text (period->made / G_TIME_SPAN_SECOND, "%Y-%m-%d %H:%M UTC");
}

gboolean
tlsrpt_period_standing_day (const char *option, const char *text, gint64 today,
                            char day[TLSRPT_DAY_BYTES], GError **error)
{
  GDate this_day, date;

  set_today (&this_day, today);
  date = this_day;
  if (text != NULL && (!read_day (option, text, 0, &this_day, &date, error) ||
                       !refuse_future (option, &date, &this_day, error)))
    return FALSE;
  print_day (&date, day);
  return TRUE;
}

gboolean
tlsrpt_period_coming_day (const char *option, const char *text, gint64 today,
                          char day[TLSRPT_DAY_BYTES], GError **error)
{
  guint days;
  GDate date;

  set_today (&date, today);
  if (read_span (text, &days))
    g_date_add_days (&date, days);
  else if (!read_date (text, &date))
    return fail (option, text, error);
  print_day (&date, day);
  return TRUE;
}
