/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which addresses are not followed. */
#include "doctor/dial.h"

static void
test_private (void)
{
  static const struct {
    const char *address;
    gboolean is_private;
  } cases[] = {
    { "192.0.2.1", FALSE },
    { "8.8.8.8", FALSE },
    { "2001:db8::1", FALSE },
    { "127.0.0.1", TRUE },
    { "10.0.0.1", TRUE },
    { "172.16.0.1", TRUE },
    { "172.32.0.1", FALSE },
    { "192.168.1.1", TRUE },
    { "169.254.1.1", TRUE },
    { "0.0.0.0", TRUE },
    { "0.1.2.3", TRUE },
    { "100.63.255.255", FALSE },
    { "100.64.0.1", TRUE },
    { "100.127.255.255", TRUE },
    { "100.128.0.1", FALSE },
    { "224.0.0.1", TRUE },
    { "::1", TRUE },
    { "::", TRUE },
    { "fe80::1", TRUE },
    { "fbff::1", FALSE },
    { "fc00::1", TRUE },
    { "fdff::1", TRUE },
    { "ff02::1", TRUE },
    { "::ffff:127.0.0.1", TRUE },
    { "::ffff:192.0.2.1", TRUE },
    { "not an address", TRUE },
    { "", TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("%s", cases[i].address);
    g_assert_cmpint (tlsrpt_dial_is_private (cases[i].address), ==, cases[i].is_private);
  }
}

static void
test_no_address (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (tlsrpt_dial ("mx.example.org", 25, 1, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/doctor/dial/private", test_private);
  g_test_add_func ("/doctor/dial/refuses-what-is-no-address", test_no_address);
  return g_test_run ();
}
