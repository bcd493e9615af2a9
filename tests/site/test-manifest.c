/* SPDX-License-Identifier: GPL-3.0-or-later
 * The list of files that are ours: what it may name, and that nothing odd is read from one. */
#include "site/manifest.h"

#define HEAD "tlsrpt-ingest site 1\n"

static const char *const paths[] = { "index.html", "a/b", "report/0.json", "x-~.html", "a/b.c.d" };

static const char *const no_paths[] = {
  "",     "/",       "/a",        "a/",  "a//b", "a/b/c", ".",        "..", "a/..",
  "../a", ".hidden", "a/.hidden", "a b", "a\\b", "a\n",   "\xc3\xbc", "*",
};

static void
test_paths (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    g_assert_true (tlsrpt_manifest_is_path (paths[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (no_paths); i++)
    g_assert_false (tlsrpt_manifest_is_path (no_paths[i]));
}

static void
test_round (void)
{
  g_autoptr (GHashTable) manifest = tlsrpt_manifest_new ();
  g_autoptr (GHashTable) read = NULL;
  g_autofree char *text = NULL;
  const TlsrptManifestEntry *entry;

  tlsrpt_manifest_set (manifest, "index.html", &(TlsrptManifestEntry){ 7, -1, NULL });
  tlsrpt_manifest_set (manifest, "a/b",
                       &(TlsrptManifestEntry){ G_MAXUINT64, G_MAXINT64, (char *)"feed" });
  text = tlsrpt_manifest_text (manifest);
  g_assert_cmpstr (text, ==,
                   HEAD "18446744073709551615 9223372036854775807 feed a/b\n7 -1 - index.html\n");
  read = tlsrpt_manifest_parse (text);
  g_assert_nonnull (read);
  g_assert_cmpuint (g_hash_table_size (read), ==, 2);
  entry = g_hash_table_lookup (read, "index.html");
  g_assert_cmpuint (entry->size, ==, 7);
  g_assert_cmpint (entry->changed_at, ==, -1);
  g_assert_null (entry->source);
  entry = g_hash_table_lookup (read, "a/b");
  g_assert_cmpstr (entry->source, ==, "feed");
}

static const char *const refused[] = {
  "",
  "tlsrpt-ingest site 2\n",
  "tlsrpt-ingest site 1",
  HEAD "1 1 - a",
  HEAD "1 1 - ../a\n",
  HEAD "1 1 a\n",
  HEAD "-1 1 - a\n",
  HEAD "1 x - a\n",
  HEAD "18446744073709551616 1 - a\n",
  HEAD "1 1 - a\n\n",
};

static void
test_refused (void)
{
  g_autoptr (GHashTable) empty = tlsrpt_manifest_parse (HEAD);

  g_assert_nonnull (empty);
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    g_assert_null (tlsrpt_manifest_parse (refused[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/manifest/paths-stay-in-the-folder", test_paths);
  g_test_add_func ("/manifest/is-read-as-it-was-written", test_round);
  g_test_add_func ("/manifest/refuses-what-is-odd", test_refused);
  return g_test_run ();
}
