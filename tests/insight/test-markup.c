/* SPDX-License-Identifier: GPL-3.0-or-later
 * Text to HTML: what is escaped, and which dates are kept in one line. */
#include "insight/markup.h"

static void
test_dates (void)
{
  static const char *const rows[][2] = {
    { "", "" },
    { "2026-05-06", "<span class=\"d\">2026-05-06</span>" },
    { "<since 2026-05-06>, on 2026-05-07.", "&lt;since <span class=\"d\">2026-05-06</span>&gt;, on "
                                            "<span class=\"d\">2026-05-07</span>." },
    { "2026-05-0, 2026-0506, 026-05-06, 2026-05-", "2026-05-0, 2026-0506, 026-05-06, 2026-05-" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GString) html = g_string_new (NULL);

    tlsrpt_markup_append_dates (html, rows[i][0]);
    g_assert_cmpstr (html->str, ==, rows[i][1]);
  }
}

static void
test_escapes (void)
{
  g_autoptr (GString) html = g_string_new ("x ");

  tlsrpt_markup_append (html, "<a href='x'>\"&\001");
  g_assert_cmpstr (html->str, ==, "x &lt;a href=&apos;x&apos;&gt;&quot;&amp;&#x1;");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/markup/keeps-each-date-in-one-line", test_dates);
  g_test_add_func ("/markup/escapes-what-a-browser-would-read", test_escapes);
  return g_test_run ();
}
