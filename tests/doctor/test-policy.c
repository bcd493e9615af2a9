/* SPDX-License-Identifier: GPL-3.0-or-later
 * MTA-STS policies, right and wrong, and which MX hosts they name. */
#include "doctor/policy.h"

#include <string.h>

#define HEAD "version: STSv1\nmode: enforce\n"
#define GOOD HEAD "mx: mx.example.org\nmax_age: 604800\n"

static void
test_valid (void)
{
  static const char *const texts[] = {
    GOOD,
    "version: STSv1\r\nmode: enforce\r\nmx: mx.example.org\r\nmax_age: 604800\r\n",
    "max_age:604800\nmx:MX.Example.ORG.\nmode:enforce\nversion:STSv1",
    GOOD "\n\n",
    GOOD "x-extension: anything at all\n",
    GOOD "mode: testing\nmax_age: x\nversion: STSv2\n", /* the first counts */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (TlsrptStsPolicy) policy = tlsrpt_policy_parse (texts[i], strlen (texts[i]));

    g_assert_null (policy->troubles[0]);
    g_assert_cmpstr (policy->mode, ==, "enforce");
    g_assert_cmpuint (policy->max_age, ==, 604800);
    g_assert_cmpuint (g_strv_length (policy->mx), ==, 1);
    g_assert_cmpstr (policy->mx[0], ==, "mx.example.org");
  }
}

static void
test_troubles (void)
{
  static const struct {
    const char *text;
    const char *first; /* %NULL: none */
    guint n;
  } cases[] = {
    { "version: STSv1\nmode: none\nmax_age: 1\n", NULL, 0 },
    { "", "there is no version", 4 },
    { "<!DOCTYPE html>\n<title>x</title>\n", "line 1: it is not a name", 6 },
    { "mode: enforce\nmx: mx.example.org\nmax_age: 1\n", "there is no version", 1 },
    { "version: STSv2\nmode: enforce\nmx: mx.example.org\nmax_age: 1\n",
      "line 1: version is not STSv1", 1 },
    { "version: STSv1\nmx: mx.example.org\nmax_age: 1\n", "there is no mode", 1 },
    { "version: STSv1\nmode: Enforce\nmx: mx.example.org\nmax_age: 1\n", "line 2: mode is none of",
      1 },
    { HEAD "max_age: 1\n", "there is no mx", 1 },
    { HEAD "mx: mx.example.org\n", "there is no max_age", 1 },
    { HEAD "mx: mx.example.org\nmax_age: 31557600\n", NULL, 0 },
    { HEAD "mx: mx.example.org\nmax_age: 31557601\n", "line 4: max_age is more than", 1 },
    { HEAD "mx: mx.example.org\nmax_age: 0000000001\n", NULL, 0 },
    { HEAD "mx: mx.example.org\nmax_age: 00000000001\n", "line 4: max_age is not a number", 1 },
    { HEAD "mx: mx.example.org\nmax_age: 1 week\n", "line 4: max_age is not a number", 1 },
    { HEAD "mx: mx.example.org\nmax_age: -1\n", "line 4: max_age is not a number", 1 },
    { HEAD "mx: mx.*.example.org\nmax_age: 1\n", "line 3: mx is neither", 2 },
    { HEAD "mx: *\nmax_age: 1\n", "line 3: mx is neither", 2 },
    { HEAD "mx: a.example, b.example\nmax_age: 1\n", "line 3: mx is neither", 2 },
    { HEAD "\nmx: mx.example.org\nmax_age: 1\n", "line 3: it is empty", 1 },
    { HEAD "mx: mx.example.org\nmax_age: 1\nx: \377\n", "it is not text", 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TlsrptStsPolicy) policy =
        tlsrpt_policy_parse (cases[i].text, strlen (cases[i].text));

    g_test_message ("case %u", (guint)i);
    g_assert_cmpuint (g_strv_length (policy->troubles), ==, cases[i].n);
    if (cases[i].first != NULL)
      g_assert_true (g_str_has_prefix (policy->troubles[0], cases[i].first));
  }
}

static void
test_nul (void)
{
  static const char text[] = GOOD "x\0: y\n";
  g_autoptr (TlsrptStsPolicy) policy = tlsrpt_policy_parse (text, sizeof text - 1);

  g_assert_cmpstr (policy->troubles[0], ==, "it is not text");
}

static void
test_length (void)
{
  g_autofree char *padding = g_strnfill (65536 - strlen (GOOD) - strlen ("x: \n"), 'y');
  g_autofree char *longest = g_strconcat (GOOD "x: ", padding, "\n", NULL);
  g_autofree char *longer = g_strconcat (longest, "\n", NULL);
  g_autoptr (TlsrptStsPolicy) valid = tlsrpt_policy_parse (longest, strlen (longest));
  g_autoptr (TlsrptStsPolicy) not_valid = tlsrpt_policy_parse (longer, strlen (longer));

  g_assert_cmpuint (strlen (longest), ==, 65536);
  g_assert_null (valid->troubles[0]);
  g_assert_cmpstr (not_valid->troubles[0], ==, "it is longer than 64 kilobytes");
}

static void
test_names (void)
{
  static const char text[] = HEAD "mx: mx.example.org\nmx: *.example.net\nmax_age: 1\n";
  static const struct {
    const char *host;
    gboolean is_named;
  } cases[] = {
    { "mx.example.org", TRUE },
    { "mx2.example.org", FALSE },
    { "a.mx.example.org", FALSE },
    { "example.org", FALSE },
    { "a.example.net", TRUE },
    { "b.a.example.net", FALSE },
    { "example.net", FALSE },
    { ".example.net", FALSE },
    { "aexample.net", FALSE },
    { "mx.example.org.x", FALSE },
    { "", FALSE },
  };
  g_autoptr (TlsrptStsPolicy) policy = tlsrpt_policy_parse (text, strlen (text));

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (tlsrpt_policy_names (policy, cases[i].host), ==, cases[i].is_named);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/doctor/policy/valid", test_valid);
  g_test_add_func ("/doctor/policy/troubles", test_troubles);
  g_test_add_func ("/doctor/policy/troubles/nul", test_nul);
  g_test_add_func ("/doctor/policy/65536-bytes-and-no-more", test_length);
  g_test_add_func ("/doctor/policy/names-hosts-by-one-label", test_names);
  return g_test_run ();
}
