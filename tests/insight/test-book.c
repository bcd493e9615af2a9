/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is told of an incident that grows. */
#include "insight/book-update.h"
#include "support/history.h"

typedef struct {
  const char *name;
  guint before;
  guint after;
  gboolean is_worse;
} Growth;

static const Growth growths[] = {
  { "from-1-to-10-is-no-worse", 1, 10, FALSE },
  { "from-1-to-11-is-worse", 1, 11, TRUE },
  { "from-20-to-39-is-no-worse", 20, 39, FALSE },
  { "from-20-to-40-is-worse", 20, 40, TRUE },
};

static void
add_day (TlsrptFacts *facts, int day, guint domains)
{
  for (guint i = 0; i < domains; i++) {
    g_autofree char *line = g_strdup_printf (
        "%d g.com d%u.org sts/enforce=mx.p.net 0 9:certificate-expired@mx.p.net", day, i);

    history_add (facts, line);
  }
}

static gboolean
grows_worse (const Growth *growth, const TlsrptThresholds *thresholds)
{
  g_autoptr (TlsrptBook) book = tlsrpt_book_new ();
  g_autoptr (TlsrptFacts) facts = tlsrpt_facts_new ();

  add_day (facts, 1, growth->before);
  tlsrpt_book_update (book, facts, HISTORY_ORIGIN + 2, thresholds);
  g_assert_cmpuint (book->events->len, ==, 1);
  g_assert_cmpint (g_array_index (book->events, TlsrptEvent, 0).kind, ==, TLSRPT_EVENT_OPENED);
  add_day (facts, 2, growth->after);
  tlsrpt_book_update (book, facts, HISTORY_ORIGIN + 3, thresholds);
  g_assert_cmpuint (book->events->len, <=, 1);
  return book->events->len == 1 &&
         g_array_index (book->events, TlsrptEvent, 0).kind == TLSRPT_EVENT_WORSENED;
}

static void
test_growth (gconstpointer data)
{
  const Growth *growth = data;

  g_assert_cmpint (grows_worse (growth, &tlsrpt_threshold_defaults), ==, growth->is_worse);
}

static void
test_every_number_decides (void)
{
  static const int steps[][2] = { { -1, 0 }, { 1, 0 }, { 0, -1 }, { 0, 1 } };

  for (gsize step = 0; step < G_N_ELEMENTS (steps); step++) {
    TlsrptThresholds thresholds = tlsrpt_threshold_defaults;
    guint noticed = 0;

    thresholds.worse_domains_factor += (guint)steps[step][0];
    thresholds.worse_domains += (guint)steps[step][1];
    for (gsize i = 0; i < G_N_ELEMENTS (growths); i++)
      noticed += grows_worse (&growths[i], &thresholds) != growths[i].is_worse;
    g_assert_cmpuint (noticed, >, 0);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (growths); i++) {
    g_autofree char *path = g_strconcat ("/book/domains/", growths[i].name, NULL);

    g_test_add_data_func (path, &growths[i], test_growth);
  }
  g_test_add_func ("/book/domains/every-number-decides", test_every_number_decides);
  return g_test_run ();
}
