/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a look at a place says beside the days on which sessions failed there. */
#include "insight/look.h"

#define DAY 86400
#define NOON 43200

/* Days since 1970 of 2026-11-24, on which sessions failed first, and of the day after. */
#define FIRST 20781
#define LAST 20782

static void
test_text (void)
{
  static const struct {
    TlsrptLookedAt look;
    gboolean is_over;
    const char *text;
  } cases[] = {
    { { FIRST * DAY - 1, FIRST * DAY - 1, 0, FALSE, "expired" }, FALSE, NULL },
    { { FIRST * DAY - 1, FIRST * DAY - 1, 0, TRUE, "good" }, FALSE, NULL },
    { { FIRST * DAY, FIRST * DAY, 0, FALSE, "expired" },
      FALSE,
      "doctor found it still wrong at 2026-11-24 00:00 UTC: expired" },
    { { LAST * DAY + NOON, FIRST * DAY, FIRST * DAY - 9, FALSE, "expired" },
      TRUE,
      "doctor found it wrong at 2026-11-25 12:00 UTC, though no report speaks of it: expired" },
    { { LAST * DAY + NOON, LAST * DAY - 1, 0, TRUE, "good" },
      FALSE,
      "doctor found it right since it first looked, at 2026-11-24 23:59 UTC: good; sessions failed "
      "after that all the same: compare the addresses, the network and the time of day" },
    { { LAST * DAY + NOON, LAST * DAY, 0, TRUE, "good" },
      FALSE,
      "doctor found it right since it first looked, at 2026-11-25 00:00 UTC: good; reports should "
      "be clean from 2026-11-26" },
    { { LAST * DAY + NOON, LAST * DAY + NOON, LAST * DAY + NOON - 3600, TRUE, "good" },
      FALSE,
      "doctor found it wrong until 2026-11-25 11:00 UTC and right since 2026-11-25 12:00 UTC: "
      "good; "
      "reports should be clean from 2026-11-26" },
    { { LAST * DAY + NOON, LAST * DAY + NOON, LAST * DAY + NOON - 3600, TRUE, "good" },
      TRUE,
      "doctor found it wrong until 2026-11-25 11:00 UTC and right since 2026-11-25 12:00 UTC: "
      "good" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = tlsrpt_look_text (&cases[i].look, FIRST, LAST, cases[i].is_over);

    g_assert_cmpstr (text, ==, cases[i].text);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/insight/look/beside-the-days-of-failure", test_text);
  return g_test_run ();
}
