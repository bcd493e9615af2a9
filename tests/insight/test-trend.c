/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is a trend and what is not, at the edges of what decides. */
#include "insight/trend.h"

typedef struct {
  const char *name;
  TlsrptTrendSum now;
  TlsrptTrendSum before;
  const char *word;
} Case;

static const Case cases[] = {
  { "/trend/no-session-now-says-nothing", { 0, 0 }, { 100, 50 }, NULL },
  { "/trend/no-session-before-says-nothing", { 100, 50 }, { 0, 0 }, NULL },
  { "/trend/no-failure-at-all-is-the-same", { 100, 0 }, { 100, 0 }, "same" },
  { "/trend/five-failures-of-few-are-worse", { 100, 5 }, { 100, 0 }, "worse" },
  { "/trend/four-failures-of-few-are-no-trend", { 100, 4 }, { 100, 0 }, "same" },
  { "/trend/five-failures-less-are-better", { 100, 0 }, { 100, 5 }, "better" },
  { "/trend/four-failures-less-are-no-trend", { 100, 0 }, { 100, 4 }, "same" },
  { "/trend/one-of-a-thousand-is-worse", { 100000, 100 }, { 100000, 0 }, "worse" },
  { "/trend/less-than-one-of-a-thousand-is-no-trend", { 100000, 99 }, { 100000, 0 }, "same" },
  { "/trend/a-quarter-more-is-worse", { 1000, 500 }, { 1000, 400 }, "worse" },
  { "/trend/less-than-a-quarter-more-is-no-trend", { 1000, 499 }, { 1000, 400 }, "same" },
  { "/trend/a-quarter-more-before-is-better", { 1000, 400 }, { 1000, 500 }, "better" },
  { "/trend/more-failures-of-many-more-sessions-are-better",
    { 10000, 100 },
    { 100, 50 },
    "better" },
};

static void
test_case (gconstpointer data)
{
  const Case *row = data;

  g_assert_cmpstr (tlsrpt_trend (row->now, row->before), ==, row->word);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add_data_func (cases[i].name, &cases[i], test_case);
  return g_test_run ();
}
