/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which strangers' names may stand in a command or a mail header. */
#include "core/name.h"

#include <string.h>

typedef struct {
  const char *sent;
  const char *expected; /* %NULL: refused */
} Case;

static void
test_host (void)
{
  static const Case cases[] = {
    { "mx1.example.net", "mx1.example.net" },
    { "MX1.Example.NET.", "mx1.example.net" },
    { "b\303\274cher.example", "xn--bcher-kva.example" },
    { "_25._tcp.mx.example", "_25._tcp.mx.example" },
    { "localhost", "localhost" },
    { NULL, NULL },
    { "", NULL },
    { ".", NULL },
    { "-", NULL },
    { "-oProxyCommand=x", NULL },
    { "--output=x", NULL },
    { "*.example.net", NULL },
    { "a b.example", NULL },
    { "$(touch x).example", NULL },
    { "`touch x`.example", NULL },
    { ";touch", NULL },
    { "x;touch", NULL },
    { "x|y", NULL },
    { "x&y", NULL },
    { "x>y", NULL },
    { "x\ny", NULL },
    { "x'y", NULL },
    { "x\"y", NULL },
    { "x\\y", NULL },
    { "{mx}", NULL },
    { "~root", NULL },
    { "@1.1.1.1", NULL },
    { "+x", NULL },
    { "#x", NULL },
    { "!!", NULL },
    { "x\342\200\250y", NULL },
    { "\377.example", NULL },
    { "%s", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *host = tlsrpt_name_host (cases[i].sent);

    g_assert_cmpstr (host, ==, cases[i].expected);
  }
}

static void
test_host_length (void)
{
  g_autofree char *longest = g_strnfill (253, 'x');
  g_autofree char *longer = g_strnfill (254, 'x');
  g_autofree char *passes = tlsrpt_name_host (longest);
  g_autofree char *refused = tlsrpt_name_host (longer);

  g_assert_cmpstr (passes, ==, longest);
  g_assert_null (refused);
}

static void
test_address (void)
{
  static const Case cases[] = {
    { "192.0.2.1", "192.0.2.1" },
    { "2001:DB8::1", "2001:db8::1" },
    { "::ffff:192.0.2.1", "::ffff:192.0.2.1" },
    { NULL, NULL },
    { "", NULL },
    { "192.0.2", NULL },
    { "192.0.2.256", NULL },
    { "fe80::1%eth0", NULL },
    { "[2001:db8::1]", NULL },
    { "1;touch x", NULL },
    { "dead", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *address = tlsrpt_name_address (cases[i].sent);

    g_assert_cmpstr (address, ==, cases[i].expected);
  }
}

static void
test_mailbox (void)
{
  static const Case cases[] = {
    { "tls@reporter.example", "tls@reporter.example" },
    { "mailto:tls@Reporter.Example", "tls@reporter.example" },
    { "Mail Team <tls-reports+x@reporter.example>, other@x.example",
      "tls-reports+x@reporter.example" },
    { "see https://reporter.example/ or tls@reporter.example", "tls@reporter.example" },
    { NULL, NULL },
    { "", NULL },
    { "https://reporter.example/contact", NULL },
    { "postmaster", NULL },
    { "@reporter.example", NULL },
    { "tls@localhost", NULL },
    { "-f@reporter.example", NULL },
    { ".a@reporter.example", NULL },
    { "a`touch x`@reporter.example", NULL },
    { "a|b@reporter.example", NULL },
    { "a%b@reporter.example", NULL },
    { "a@b@reporter.example", NULL },
    { "tls@reporter.example?bcc=x@y.example", NULL },
    { "tls@reporter.example\r\nBcc: victim", "tls@reporter.example" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *mailbox = tlsrpt_name_mailbox (cases[i].sent);

    g_assert_cmpstr (mailbox, ==, cases[i].expected);
  }
}

static void
test_mailbox_length (void)
{
  g_autofree char *local = g_strnfill (65, 'x');
  g_autofree char *longer = g_strconcat (local, "@reporter.example", NULL);
  g_autofree char *passes = tlsrpt_name_mailbox (longer + 1);
  g_autofree char *refused = tlsrpt_name_mailbox (longer);

  g_assert_cmpstr (passes, ==, longer + 1);
  g_assert_null (refused);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/name/host", test_host);
  g_test_add_func ("/name/host/253-characters-and-no-more", test_host_length);
  g_test_add_func ("/name/address", test_address);
  g_test_add_func ("/name/mailbox", test_mailbox);
  g_test_add_func ("/name/mailbox/local-part-of-64-characters-and-no-more", test_mailbox_length);
  return g_test_run ();
}
