/* SPDX-License-Identifier: GPL-3.0-or-later
 * How many pages each kind has at most, at the cap and one past it, and what the index says of the rest. */
#include "site/pages.h"

#include "support/cluster.h"
#include "support/scratch.h"

#include <string.h>

typedef struct {
  Scratch scratch;
  TlsrptPages pages;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *conninfo = cluster_database ();

  scratch_make (&fixture->scratch, unused);
  fixture->pages = (TlsrptPages){ .pg = cluster_connect (conninfo),
                                  .since = "2026-05-01",
                                  .until = "2026-05-30",
                                  .atlas = tlsrpt_atlas_new (1, 0) };
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  tlsrpt_pg_free (fixture->pages.pg);
  tlsrpt_atlas_free (fixture->pages.atlas);
  scratch_remove (&fixture->scratch, unused);
}

static const TlsrptKind *
kind_of (TlsrptSheet sheet)
{
  guint n;
  const TlsrptKind *const *kinds = tlsrpt_kinds (&n);

  for (guint i = 0; i < n; i++)
    if (kinds[i]->sheet == sheet)
      return kinds[i];
  g_assert_not_reached ();
}

static void
assert_has_page (const Fixture *fixture, TlsrptSheet sheet, guint name, gboolean is_expected)
{
  g_autofree char *text = g_strdup_printf ("%u", name);
  g_autofree char *path = tlsrpt_atlas_path (fixture->pages.atlas, sheet, text);

  g_assert_cmpint (path != NULL, ==, is_expected);
}

static void
test_most (Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
  static const struct {
    TlsrptSheet sheet;
    guint most;
  } rows[] = { { TLSRPT_SHEET_DOMAIN, 200000 },
               { TLSRPT_SHEET_MX, 20000 },
               { TLSRPT_SHEET_REPORTER, 20000 },
               { TLSRPT_SHEET_INCIDENT, 100000 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *sql = g_strdup_printf ("SELECT n FROM generate_series(1, %u) n"
                                            " WHERE $1::date <= $2::date ORDER BY n",
                                            rows[i].most + 1);
    TlsrptKind kind = *kind_of (rows[i].sheet);
    g_autoptr (GError) error = NULL;
    g_autoptr (PGresult) index = NULL;

    kind.index.sql = sql;
    index = tlsrpt_pages_index (&fixture->pages, &kind, &error);
    g_assert_no_error (error);
    assert_has_page (fixture, rows[i].sheet, rows[i].most, TRUE);
    assert_has_page (fixture, rows[i].sheet, rows[i].most + 1, FALSE);
  }
}

/* The index of MX hosts where there are @n and three may have a page; asserts which have one. */
static char *
index_of (Fixture *fixture, guint n)
{
  g_autofree char *folder = g_strdup_printf ("%s/site-%u", fixture->scratch.folder, n);
  g_autofree char *path = g_build_filename (folder, "mx.html", NULL);
  g_autofree char *sql = g_strdup_printf ("SELECT 'mx' || n, 'mx' || n, 1, 2, 3, 4, $2::date"
                                          " FROM generate_series(1, %u) n"
                                          " WHERE $1::date <= $2::date ORDER BY n",
                                          n);
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsrptPublish) publish = tlsrpt_publish_open (folder, &error);
  g_autoptr (PGresult) index = NULL;
  TlsrptKind kind = *kind_of (TLSRPT_SHEET_MX);
  TlsrptPublished published;
  char *text;

  fixture->pages.publish = publish;
  kind.most = 3;
  kind.n_listings = 0;
  kind.index.sql = sql;
  index = tlsrpt_pages_index (&fixture->pages, &kind, &error);
  g_assert_no_error (error);
  tlsrpt_pages_make (&fixture->pages, &kind, index, &error);
  g_assert_no_error (error);
  tlsrpt_publish_finish (publish, &published, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (published.written, ==, 1 + MIN (n, 3));
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static void
test_said (Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
  g_autofree char *all = index_of (fixture, 3);
  g_autofree char *some = index_of (fixture, 5);

  g_assert_nonnull (strstr (all, "<a href=\"mx/mx3.html\">"));
  g_assert_null (strstr (all, " more"));
  g_assert_nonnull (strstr (some, "<a href=\"mx/mx3.html\">"));
  g_assert_null (strstr (some, "mx4"));
  g_assert_nonnull (strstr (some, "and 2 more, without a page"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/pages/so-many-of-each-kind-and-no-more", Fixture, NULL, set_up, test_most,
              tear_down);
  g_test_add ("/pages/the-index-says-how-many-have-none", Fixture, NULL, set_up, test_said,
              tear_down);
  return g_test_run ();
}
