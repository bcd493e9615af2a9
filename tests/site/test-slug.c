/* SPDX-License-Identifier: GPL-3.0-or-later
 * Names of strangers to names of files. */
#include "site/slug.h"

#include <string.h>

static const char *const plain[] = {
  "example.org", "a", "mx-1.example.org", "_mta-sts.example", "xn--80ak6aa92e.com", "1", "x-y",
};

static const char *const odd[] = {
  "",    "Example.org", "example.org.", ".example.org", "a..b",
  "..",  "../etc",      "a/b",          "a\\b",         "-rf",
  "a b", "a~b",         "a\nb",         "%2e%2e",       "\xc3\xbc.example",
  "a:b", "x-a~b",       "a\"b",         "index.html?",  "#",
  "CON",
};

static void
test_plain (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (plain); i++) {
    g_autofree char *slug = tlsrpt_slug (plain[i]);

    g_assert_cmpstr (slug, ==, plain[i]);
  }
}

/* Each has a name of its own, in lower case, that stays in its folder. */
static void
test_odd (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (odd); i++) {
    char *slug = tlsrpt_slug (odd[i]);

    g_assert_true (g_str_has_prefix (slug, "x-"));
    g_assert_nonnull (strchr (slug, '~'));
    g_assert_cmpuint (strspn (slug, "abcdefghijklmnopqrstuvwxyz0123456789-_~"), ==, strlen (slug));
    g_assert_true (g_hash_table_add (seen, slug));
  }
}

static void
test_length (void)
{
  g_autofree char *longest = g_strnfill (TLSRPT_SLUG_BYTES_MAX, 'a');
  g_autofree char *longer = g_strnfill (TLSRPT_SLUG_BYTES_MAX + 1, 'a');
  g_autofree char *other = g_strconcat (longer, "b", NULL);
  g_autofree char *slug = tlsrpt_slug (longest);
  g_autofree char *cut = tlsrpt_slug (longer);
  g_autofree char *cut_other = tlsrpt_slug (other);

  g_assert_cmpstr (slug, ==, longest);
  g_assert_cmpuint (strlen (cut), ==, 60 + 1 + 16);
  g_assert_cmpstr (cut, !=, cut_other);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/slug/domain-names-are-their-own", test_plain);
  g_test_add_func ("/slug/other-names-are-replaced-each-by-its-own", test_odd);
  g_test_add_func ("/slug/long-names-are-cut-and-stay-apart", test_length);
  return g_test_run ();
}
