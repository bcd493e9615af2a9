/* SPDX-License-Identifier: GPL-3.0-or-later
 * Periods as the command line says them. */
#include "insight/period.h"

#include "core/errors.h"

/* 2026-03-01 00:30 UTC, which is still February in the west and long March in the tests' Auckland. */
#define NOW (G_GINT64_CONSTANT (1772325000) * G_TIME_SPAN_SECOND)

typedef struct {
  const char *name;
  const char *since;
  const char *until;
  const char *expected;
} Case;

/* clang-format off */
static const Case cases[] = {
  { "default-is-the-seven-days-to-yesterday", NULL, NULL, "2026-02-22 2026-02-28 7 incomplete" },
  { "one-day",            "1d",         NULL,         "2026-02-28 2026-02-28 1 incomplete" },
  { "no-day",             "0d",         NULL,         NULL },
  { "weeks",              "4w",         NULL,         "2026-02-01 2026-02-28 28 incomplete" },
  { "today-alone",        "1d",         "0d",         "2026-03-01 2026-03-01 1 incomplete" },
  { "before-yesterday",   "1d",         "2d",         "2026-02-27 2026-02-27 1" },
  { "dates",              "2024-02-28", "2024-03-01", "2024-02-28 2024-03-01 3" },
  { "span-before-a-date", "7d",         "2025-01-03", "2024-12-28 2025-01-03 7" },
  { "span-as-end",        "7d",         "1d",         "2026-02-22 2026-02-28 7 incomplete" },
  { "begins-after-end",   "2026-02-02", "2026-02-01", NULL },
  { "no-such-day",        "2026-02-29", NULL,         NULL },
  { "no-unit",            "7",          NULL,         NULL },
  { "unknown-unit",       "7m",         NULL,         NULL },
  { "unit-alone",         "d",          NULL,         NULL },
  { "negative",           "-7d",        NULL,         NULL },
  { "at-the-cap",         "36500d",     NULL,         "1926-03-26 2026-02-28 36500 incomplete" },
  { "past-the-cap",       "36501d",     NULL,         NULL },
  { "short-date",         "2026-2-01",  NULL,         NULL },
  { "yesterday",          "yesterday",  NULL,         "2026-02-28 2026-02-28 1 incomplete" },
  { "yesterday-and-today", "yesterday", "today",      "2026-02-28 2026-03-01 2 incomplete" },
  { "other-words",        "tomorrow",   NULL,         NULL },
  { "empty-end",          NULL,         "",           NULL },
  { "today-as-a-date",    "1d",         "2026-03-01", "2026-03-01 2026-03-01 1 incomplete" },
  { "tomorrow",           NULL,         "2026-03-02", NULL },
};

static const Case last[] = {
  { "day",    "day",   NULL, "2026-02-28 2026-02-28 1 incomplete" },
  { "week",   "week",  NULL, "2026-02-16 2026-02-22 7" },
  { "month",  "month", NULL, "2026-02-01 2026-02-28 28 incomplete" },
  { "year",   "year",  NULL, NULL },
};

static const Case standing[] = {
  { "of-the-default-is-today",      NULL, NULL,         "2026-03-01" },
  { "of-today-is-today",            "1d", "0d",         "2026-03-01" },
  { "of-yesterday-is-today",        "1d", "1d",         "2026-03-01" },
  { "of-an-earlier-day-is-the-next", "1d", "2d",        "2026-02-28" },
};

static const Case standing_days[] = {
  { "today-if-nothing-is-said",  NULL, NULL,         "2026-03-01" },
  { "today-as-a-date",           NULL, "2026-03-01", "2026-03-01" },
  { "a-span-counts-back",        NULL, "7d",         "2026-02-22" },
  { "tomorrow-is-refused",       NULL, "2026-03-02", NULL },
  { "a-word-is-refused",         NULL, "tomorrow",   NULL },
};

static const Case coming_days[] = {
  { "a-span-counts-on",  NULL, "7d",         "2026-03-08" },
  { "weeks",             NULL, "1w",         "2026-03-08" },
  { "a-date",            NULL, "2027-01-31", "2027-01-31" },
  { "a-word-is-refused", NULL, "soon",       NULL },
};
/* clang-format on */

static void
test_case (gconstpointer data)
{
  const Case *row = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *got = NULL;
  TlsrptPeriod period;
  gboolean read = tlsrpt_period_parse (row->since, row->until, NOW, &period, &error);

  if (row->expected == NULL) {
    g_assert_false (read);
    g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE);
    return;
  }
  g_assert_no_error (error);
  g_assert_true (read);
  got = g_strdup_printf ("%s %s %u%s", period.since, period.until, period.days,
                         period.is_incomplete ? " incomplete" : "");
  g_assert_cmpstr (got, ==, row->expected);
}

static void
test_last (gconstpointer data)
{
  const Case *row = data;
  TlsrptPeriod period;
  g_autoptr (GError) error = NULL;
  gboolean read = tlsrpt_period_last (row->since, NOW, &period, &error);
  g_autofree char *got = NULL;

  if (row->expected == NULL) {
    g_assert_false (read);
    g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE);
    return;
  }
  g_assert_no_error (error);
  got = g_strdup_printf ("%s %s %u%s", period.since, period.until, period.days,
                         period.is_incomplete ? " incomplete" : "");
  g_assert_cmpstr (got, ==, row->expected);
}

static void
test_standing (gconstpointer data)
{
  const Case *row = data;
  TlsrptPeriod period;

  g_assert_true (tlsrpt_period_parse (row->since, row->until, NOW, &period, NULL));
  g_assert_cmpstr (period.standing, ==, row->expected);
}

static void
check_day (const Case *row, gboolean read, const char *day, const GError *error)
{
  if (row->expected == NULL) {
    g_assert_false (read);
    g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE);
    return;
  }
  g_assert_no_error (error);
  g_assert_cmpstr (day, ==, row->expected);
}

static void
test_standing_day (gconstpointer data)
{
  const Case *row = data;
  g_autoptr (GError) error = NULL;
  char day[TLSRPT_DAY_BYTES];
  gboolean read = tlsrpt_period_standing_day ("--day", row->until, NOW, day, &error);

  check_day (row, read, day, error);
}

static void
test_coming_day (gconstpointer data)
{
  const Case *row = data;
  g_autoptr (GError) error = NULL;
  char day[TLSRPT_DAY_BYTES];
  gboolean read = tlsrpt_period_coming_day ("--until", row->until, NOW, day, &error);

  check_day (row, read, day, error);
}

static void
add_cases (const char *folder, const Case *rows, gsize n, GTestDataFunc test)
{
  for (gsize i = 0; i < n; i++) {
    g_autofree char *path = g_strconcat (folder, rows[i].name, NULL);

    g_test_add_data_func (path, &rows[i], test);
  }
}

typedef struct {
  const char *name;
  const char *until;
  const char *day;
  TlsrptDayState state;
} DayCase;

/* NOW is 2026-03-01. */
static const DayCase days[] = {
  { "/period/day/two-days-ago-is-whole", "1d", "2026-02-27", TLSRPT_DAY_WHOLE },
  { "/period/day/reports-on-yesterday-are-coming", "1d", "2026-02-28", TLSRPT_DAY_COMING },
  { "/period/day/today-is-not-over", "0d", "2026-03-01", TLSRPT_DAY_TODAY },
  { "/period/day/yesterday-before-today-is-coming-too", "0d", "2026-02-28", TLSRPT_DAY_COMING },
  { "/period/day/last-day-of-an-older-period-is-whole", "2d", "2026-02-27", TLSRPT_DAY_WHOLE },
};

static void
test_day (gconstpointer data)
{
  const DayCase *row = data;
  TlsrptPeriod period;

  g_assert_true (tlsrpt_period_parse (NULL, row->until, NOW, &period, NULL));
  g_assert_cmpint (tlsrpt_period_day (&period, row->day), ==, row->state);
}

typedef struct {
  const char *name;
  const char *since;
  const char *until;
  gint64 now; /* seconds after 2026-03-01 00:00 */
  const char *from;
  const char *to;
} LateCase;

static const LateCase late[] = {
  { "/period/late/timer-of-each-morning", "1d", "1d", 6 * 3600 + 1800, "2026-02-28 06:00:00+00",
    "2026-03-01 06:30:00+00" },
  { "/period/late/timer-of-each-week", "7d", "1d", 6 * 3600, "2026-02-22 06:00:00+00",
    "2026-03-01 06:00:00+00" },
  { "/period/late/second-before-the-hour", "1d", "1d", 6 * 3600 - 1, "2026-02-28 05:00:00+00",
    "2026-03-01 05:59:59+00" },
  { "/period/late/first-second-of-the-day", "1d", "1d", 0, "2026-02-28 00:00:00+00",
    "2026-03-01 00:00:00+00" },
  { "/period/late/period-that-ends-today", "2d", "0d", 6 * 3600, "2026-02-28 00:00:00+00",
    "2026-03-02 00:00:00+00" },
  { "/period/late/period-of-long-ago-has-a-day-after-it", "2026-01-01", "2026-01-07", 0,
    "2026-01-02 00:00:00+00", "2026-01-09 00:00:00+00" },
};

static void
test_late (gconstpointer data)
{
  const LateCase *row = data;
  gint64 midnight = G_GINT64_CONSTANT (1772323200);
  TlsrptPeriod period;
  g_autofree char *from = NULL;
  g_autofree char *until = NULL;

  g_assert_true (tlsrpt_period_parse (row->since, row->until,
                                      (midnight + row->now) * G_TIME_SPAN_SECOND, &period, NULL));
  tlsrpt_period_late (&period, &from, &until);
  g_assert_cmpstr (from, ==, row->from);
  g_assert_cmpstr (until, ==, row->to);
}

static void
test_made (void)
{
  TlsrptPeriod period;
  g_autofree char *made = NULL;

  g_assert_true (tlsrpt_period_parse (NULL, NULL, NOW, &period, NULL));
  made = tlsrpt_period_made (&period);
  g_assert_cmpstr (made, ==, "2026-03-01 00:30 UTC");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_cases ("/period/", cases, G_N_ELEMENTS (cases), test_case);
  add_cases ("/period/last/", last, G_N_ELEMENTS (last), test_last);
  add_cases ("/period/standing/", standing, G_N_ELEMENTS (standing), test_standing);
  add_cases ("/period/standing-day/", standing_days, G_N_ELEMENTS (standing_days),
             test_standing_day);
  add_cases ("/period/coming-day/", coming_days, G_N_ELEMENTS (coming_days), test_coming_day);
  for (gsize i = 0; i < G_N_ELEMENTS (days); i++)
    g_test_add_data_func (days[i].name, &days[i], test_day);
  for (gsize i = 0; i < G_N_ELEMENTS (late); i++)
    g_test_add_data_func (late[i].name, &late[i], test_late);
  g_test_add_func ("/period/when-it-was-asked-for", test_made);
  return g_test_run ();
}
