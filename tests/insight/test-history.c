/* SPDX-License-Identifier: GPL-3.0-or-later
 * Days to bars: what is unknown is never shown as clean, and the smallest failure is seen. */
#include "insight/history.h"

#include "insight/judgement.h"

#define LAST "2026-05-14"
#define ALL "xxxxxxxxxxxxxx"

typedef struct {
  const char *name;
  const char *known;
  guint64 failed[TLSRPT_HISTORY_DAYS];
  const char *bars;
  const char *words;
} Case;

static const Case cases[] = {
  { "/history/nothing-failed", ALL, { 0 }, "··············", NULL },
  { "/history/all-heights",
    ALL,
    { 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 16 },
    "·▁▁▂▂▃▃▄▄····█",
    "14 days to 2026-05-14, at most 16 sessions on 2026-05-14" },
  { "/history/one-of-a-million-is-seen",
    ALL,
    { 1000000, 1 },
    "█▁············",
    "14 days to 2026-05-14, at most 1,000,000 sessions on 2026-05-01" },
  { "/history/latest-of-two-equal-days",
    ALL,
    { 5, 5 },
    "██············",
    "14 days to 2026-05-14, at most 5 sessions on 2026-05-02" },
  { "/history/day-that-nobody-spoke-of-is-not-clean",
    "xxxxxxxxxxxxx-",
    { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4 },
    "···········█·?",
    "14 days to 2026-05-14, at most 4 sessions on 2026-05-12; ?: no report" },
  { "/history/failure-on-an-unknown-day-is-a-failure",
    "xxxxxxxxxxxx--",
    { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4 },
    "············?█",
    "14 days to 2026-05-14, at most 4 sessions on 2026-05-14; ?: no report" },
  { "/history/days-before-the-first-report-are-not-clean",
    "---------xx-xx",
    { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9 },
    "?????????··?█·",
    "14 days to 2026-05-14, at most 9 sessions on 2026-05-13; ?: no report" },
};

static TlsrptHistory
history_of (const Case *row)
{
  TlsrptHistory history = { .last_day = tlsrpt_judgement_day (LAST) };

  for (guint i = 0; i < TLSRPT_HISTORY_DAYS; i++) {
    history.failed_sessions[i] = row->failed[i];
    history.is_known[i] = row->known[i] == 'x';
  }
  return history;
}

static void
test_case (gconstpointer data)
{
  const Case *row = data;
  TlsrptHistory history = history_of (row);
  g_autofree char *bars = tlsrpt_history_bars (&history);
  g_autofree char *words = tlsrpt_history_words (&history, "?");

  g_assert_cmpstr (bars, ==, row->bars);
  g_assert_cmpstr (words, ==, row->words);
}

static void
test_coming (void)
{
  TlsrptHistory history = history_of (&cases[2]);
  g_autofree char *words = NULL;

  history.is_coming = TRUE;
  words = tlsrpt_history_words (&history, "?");
  g_assert_true (g_str_has_suffix (words, "; reports on the last day are still coming in"));
}

/* Of two incidents a day is known if it is of either. */
static void
test_sum (void)
{
  TlsrptHistory sum = history_of (&cases[4]);
  TlsrptHistory other = history_of (&cases[2]);
  g_autofree char *bars = NULL;

  tlsrpt_history_add (&sum, &other);
  bars = tlsrpt_history_bars (&sum);
  g_assert_cmpint (tlsrpt_history_most (&sum), ==, 0);
  g_assert_cmpuint (sum.failed_sessions[11], ==, 4);
  g_assert_cmpstr (bars, ==, "█▁·········▁··");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add_data_func (cases[i].name, &cases[i], test_case);
  g_test_add_func ("/history/last-day-that-is-not-whole-is-said", test_coming);
  g_test_add_func ("/history/of-several-incidents-is-added-up", test_sum);
  return g_test_run ();
}
