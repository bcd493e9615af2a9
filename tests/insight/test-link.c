/* SPDX-License-Identifier: GPL-3.0-or-later
 * A link leads to a page that is called so, or there is none. */
#include "insight/link.h"

#define SITE "https://tls.example.org/reports"

static const struct {
  const char *domain;
  const char *address;
} domains[] = {
  { "example.org", SITE "/domain/example.org.html" },
  { "xn--bcher-kva.example", SITE "/domain/xn--bcher-kva.example.html" },
  { "_x.example", SITE "/domain/_x.example.html" },
  { "", NULL },
  { NULL, NULL },
  { ".", NULL },
  { "..", NULL },
  { "a..example", NULL },
  { ".example", NULL },
  { "example.", NULL },
  { "-a.example", NULL },
  { "Example.org", NULL },
  { "../../etc/passwd", NULL },
  { "a b", NULL },
  { "a\"onclick=x", NULL },
  { "b\xc3\xbc"
    "cher.example",
    NULL },
};

static void
test_domains (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (domains); i++) {
    g_autofree char *address = tlsrpt_link_domain (SITE, domains[i].domain);
    g_autofree char *without = tlsrpt_link_domain (NULL, domains[i].domain);

    g_assert_cmpstr (address, ==, domains[i].address);
    g_assert_null (without);
  }
}

/* A longer name has a page whose name is shortened. */
static void
test_length (void)
{
  g_autofree char *longest = g_strnfill (100, 'a');
  g_autofree char *longer = g_strnfill (101, 'a');
  g_autofree char *linked = tlsrpt_link_domain (SITE, longest);
  g_autofree char *unlinked = tlsrpt_link_domain (SITE, longer);

  g_assert_nonnull (linked);
  g_assert_null (unlinked);
}

static void
test_incidents (void)
{
  g_autofree char *address = tlsrpt_link_incident (SITE, 12345);
  g_autofree char *without = tlsrpt_link_incident (NULL, 1);

  g_assert_cmpstr (address, ==, SITE "/incident/12345.html");
  g_assert_null (without);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/link/domain-whose-name-is-a-file-name", test_domains);
  g_test_add_func ("/link/domain-of-100-and-of-101-bytes", test_length);
  g_test_add_func ("/link/incident-by-its-number", test_incidents);
  return g_test_run ();
}
