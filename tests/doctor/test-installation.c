/* SPDX-License-Identifier: GPL-3.0-or-later
 * When the clocks of two machines agree: at the threshold and one past it, from both sides. */
#include "doctor/installation.h"

#include "doctor/finding.h"

static void
test_clock (void)
{
  static const struct {
    gint64 microseconds; /* that the server is ahead */
    TlsrptLevel level;
    const char *found;
  } cases[] = {
    { 0, TLSRPT_LEVEL_OK, "the server's clock agrees with this machine's" },
    { 60 * G_TIME_SPAN_SECOND, TLSRPT_LEVEL_OK, "the server's clock agrees with this machine's" },
    { 61 * G_TIME_SPAN_SECOND - 1, TLSRPT_LEVEL_OK,
      "the server's clock agrees with this machine's" },
    { 61 * G_TIME_SPAN_SECOND, TLSRPT_LEVEL_WARN,
      "the server's clock is 61 seconds ahead of this machine's" },
    { -60 * G_TIME_SPAN_SECOND, TLSRPT_LEVEL_OK, "the server's clock agrees with this machine's" },
    { -61 * G_TIME_SPAN_SECOND, TLSRPT_LEVEL_WARN,
      "the server's clock is 61 seconds behind this machine's" },
  };
  const gint64 here = 1700000000 * G_TIME_SPAN_SECOND;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GPtrArray) looks = tlsrpt_finding_list ();
    const TlsrptLook *look;

    tlsrpt_installation_judge_clock (here + cases[i].microseconds, here, "reports", looks);
    g_assert_cmpuint (looks->len, ==, 1);
    look = looks->pdata[0];
    g_assert_cmpstr (look->check, ==, "clock");
    g_assert_cmpint (look->level, ==, cases[i].level);
    g_assert_cmpstr (look->found, ==, cases[i].found);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/doctor/installation/clock-beside-the-server's", test_clock);
  return g_test_run ();
}
