/* SPDX-License-Identifier: GPL-3.0-or-later
 * When a policy in mode testing is ready for mode enforce: at each threshold and beside it. */
#include "doctor/reported.h"

#include "doctor/finding.h"

static void
test_readiness (void)
{
  static const struct {
    TlsrptReadiness readiness;
    const char *found;
  } cases[] = {
    { { 10, 2, 100, 0, 1, 1 },
      "ready for mode enforce: 10 days with reports of the last 14, 2 verified reporters, 100 "
      "validated sessions, none failed, all MX hosts found right" },
    { { 9, 2, 100, 0, 1, 1 },
      "not ready for mode enforce: 9 days with reports of the last 14, 10 wanted" },
    { { 10, 1, 100, 0, 1, 1 }, "not ready for mode enforce: 1 verified reporters, 2 wanted" },
    { { 10, 2, 99, 0, 1, 1 }, "not ready for mode enforce: 99 validated sessions, 100 wanted" },
    { { 10, 2, 100, 1, 1, 1 }, "not ready for mode enforce: 1 failed sessions, 0 at most" },
    { { 10, 2, 100, 0, 2, 1 },
      "not ready for mode enforce: 1 MX hosts found right at each address, of 2" },
    { { 10, 2, 100, 0, 0, 0 },
      "not ready for mode enforce: 0 MX hosts found right at each address, of 0" },
    { { 9, 2, 99, 0, 1, 1 },
      "not ready for mode enforce: 9 days with reports of the last 14, 10 wanted; 99 validated "
      "sessions, 100 wanted" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GPtrArray) looks = tlsrpt_finding_list ();
    const TlsrptLook *look;

    tlsrpt_reported_readiness (&cases[i].readiness, "a.example", looks);
    g_assert_cmpuint (looks->len, ==, 1);
    look = looks->pdata[0];
    g_assert_cmpstr (look->found, ==, cases[i].found);
    g_assert_cmpint (look->level, ==, TLSRPT_LEVEL_OK);
    g_assert_cmpstr (look->check, ==, "enforce");
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/doctor/reported/ready-for-enforce", test_readiness);
  return g_test_run ();
}
