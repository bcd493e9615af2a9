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
  { "past-the-cap",       "36501d",     NULL,         NULL },
  { "short-date",         "2026-2-01",  NULL,         NULL },
  { "words",              "yesterday",  NULL,         NULL },
  { "empty-end",          NULL,         "",           NULL },
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/period/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  return g_test_run ();
}
