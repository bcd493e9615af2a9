/* SPDX-License-Identifier: GPL-3.0-or-later
 * mboxes by fixture (NAME.mbox, NAME.expect), plain and in gzip, and messages around the cap and the
 * sizes of buffers. Every byte of an mbox belongs to one message. */
#include "core/archive/source.h"

#include "support/scratch.h"

#include <string.h>

/* Every byte behind the first blank lines belongs to one message, in order. */
static void
assert_offsets_meet (const char *path, gsize size)
{
  const char *paths[] = { path, NULL };
  TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (TlsrptSource) source = tlsrpt_source_new (paths, &limits);
  g_autoptr (TlsrptItem) item = NULL;
  guint64 end = 0;
  guint64 done, total;

  while ((item = tlsrpt_source_next (source, NULL)) != NULL) {
    if (end != 0)
      g_assert_cmpuint (item->offset, ==, end);
    end = item->end;
    g_clear_pointer (&item, tlsrpt_item_free);
  }
  g_assert_cmpuint (end, ==, size);
  tlsrpt_source_progress (source, &done, &total);
  g_assert_cmpuint (done, ==, size);
  g_assert_cmpuint (total, ==, size);
}

static void
test_fixture (gconstpointer data)
{
  const char *name = data;
  g_autofree char *folder = g_build_filename (g_getenv ("TESTED_FIXTURES"), "source", NULL);
  g_autofree char *path = g_strdup_printf ("%s/%s.mbox", folder, name);
  g_autofree char *expect_path = g_strdup_printf ("%s/%s.expect", folder, name);
  Scratch scratch = { folder };
  const char *paths[] = { path, NULL };
  g_autofree char *got = scratch_read (&scratch, paths, 0);
  g_autofree char *expected = NULL;
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  if (g_getenv ("TLSRPT_WRITE_EXPECT") != NULL)
    g_file_set_contents (expect_path, got, -1, NULL);
  g_file_get_contents (expect_path, &expected, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (got, ==, expected);
  g_file_get_contents (path, &content, &size, &error);
  g_assert_no_error (error);
  assert_offsets_meet (path, size);
}

static void
test_same_in_gzip (gconstpointer data)
{
  const char *name = data;
  g_autofree char *path = g_strdup_printf ("%s/source/%s.mbox", g_getenv ("TESTED_FIXTURES"), name);
  g_autofree char *content = NULL;
  g_autoptr (GByteArray) packed = NULL;
  g_autoptr (GByteArray) rest = NULL;
  g_autofree char *got = NULL;
  g_autofree char *expected = NULL;
  const char *paths[] = { path, NULL };
  Scratch scratch;
  gsize size;

  scratch_make (&scratch, NULL);
  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  /* Two members, cut in the middle of a message, and tape padding. */
  packed = scratch_pack (content, size / 3);
  rest = scratch_pack (content + size / 3, size - size / 3);
  g_byte_array_append (packed, rest->data, rest->len);
  g_byte_array_append (packed, (const guint8 *)"\0\0\0\0", 4);
  {
    g_autofree char *packed_name = g_strdup_printf ("%s.mbox", name);
    g_autofree char *packed_path = g_build_filename (scratch.folder, packed_name, NULL);
    g_autofree char *folder = g_path_get_dirname (path);
    Scratch origin = { folder };
    const char *packed_paths[] = { packed_path, NULL };

    scratch_put_bytes (&scratch, packed_name, packed->data, packed->len);
    got = scratch_read (&scratch, packed_paths, 0);
    expected = scratch_read (&origin, paths, 0);
  }
  g_assert_cmpstr (got, ==, expected);
  scratch_remove (&scratch, NULL);
}

static void
test_cap (Scratch *scratch, gconstpointer unused)
{
  g_autoptr (GString) mbox = g_string_new (NULL);

  (void)unused;
  g_string_append (mbox, "From a\nTo:\n\n12345678\n\n");  /* 21 bytes */
  g_string_append (mbox, "From b\nTo:\n\n123456789\n\n"); /* 22 */
  g_string_append (mbox, "From c\nTo:\n\n12345678\n\n");
  g_string_append (mbox, "From d\nTo:\n\n1234567890");
  scratch_put (scratch, "a.mbox", mbox->str);
  scratch_assert_items (scratch, "a.mbox", 21,
                        "a.mbox message 0-22: From a\\nTo:\\n\\n12345678\\n\n"
                        "a.mbox message 22-45 oversized: From b\\nTo:\\n\\n123456789\n"
                        "a.mbox message 45-67: From c\\nTo:\\n\\n12345678\\n\n"
                        "a.mbox message 67-89 oversized: From d\\nTo:\\n\\n123456789\n");
  scratch_put (scratch, "b.mbox", "From a\nTo:\n\n123456789\n\r\nFrom b\nTo:\n\n\n");
  scratch_assert_items (scratch, "b.mbox", 21,
                        "b.mbox message 0-24 oversized: From a\\nTo:\\n\\n123456789\n"
                        "b.mbox message 24-37: From b\\nTo:\\n\\n\n");
  scratch_put (scratch, "a.eml", "S: 1\n\nabc\n");
  scratch_put (scratch, "b.json", "{        }");
  scratch_assert_items (scratch, "a.eml", 10, "a.eml message 0-10: S: 1\\n\\nabc\\n\n");
  scratch_assert_items (scratch, "a.eml", 9, "a.eml message 0-10 oversized: S: 1\\n\\nabc\n");
  scratch_assert_items (scratch, "b.json", 9, "b.json document 0-10 oversized: {        \n");
}

/* Content-Length says that nothing in the body is quoted, where the header is no longer than is searched for it. */
static void
test_long_header (Scratch *scratch, gconstpointer unused)
{
  (void)unused;
  for (gsize header = 65535; header <= 65536; header++) {
    g_autoptr (GString) mbox = g_string_new ("From a\nContent-Length: 7\nTo: ");
    g_autofree char *path = g_build_filename (scratch->folder, "a.mbox", NULL);
    const char *paths[] = { path, NULL };
    TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
    g_autoptr (TlsrptSource) source = NULL;
    g_autoptr (TlsrptItem) item = NULL;

    while (mbox->len < header - 1)
      g_string_append_c (mbox, 'x');
    g_string_append (mbox, "\n\n>From \n");
    scratch_put (scratch, "a.mbox", mbox->str);
    source = tlsrpt_source_new (paths, &limits);
    item = tlsrpt_source_next (source, NULL);
    g_assert_nonnull (item);
    g_assert_cmpuint (g_bytes_get_size (item->bytes), ==,
                      header == 65535 ? mbox->len : mbox->len - 1);
  }
}

/* Messages around the size of every buffer, and one far past the cap in between. */
static void
test_large (Scratch *scratch, gconstpointer unused)
{
  static const gsize sizes[] = { 1,      262142, 262143, 262144,  262145, 524287,
                                 524288, 524289, 900000, 5000000, 3,      1048576 };
  const gsize cap = 1048576;
  g_autofree char *path = g_build_filename (scratch->folder, "a.mbox", NULL);
  const char *paths[] = { path, NULL };
  TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (TlsrptSource) source = NULL;
  g_autoptr (GByteArray) mbox = g_byte_array_new ();

  (void)unused;
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
    guint start = mbox->len;
    g_byte_array_append (mbox, (const guint8 *)"From a\nTo:\n\n", 12);
    while (mbox->len - start < sizes[i] + 12)
      g_byte_array_append (mbox, (const guint8 *)"From\n>From\nxyz\n From ", 21);
    g_byte_array_set_size (mbox, (guint)(start + sizes[i] + 12));
    g_byte_array_append (mbox, (const guint8 *)"\n\n", 2);
  }
  scratch_put_bytes (scratch, "a.mbox", mbox->data, mbox->len);
  limits.message_bytes = cap;
  source = tlsrpt_source_new (paths, &limits);
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TlsrptItem) item = tlsrpt_source_next (source, &error);

    g_assert_no_error (error);
    g_assert_nonnull (item);
    g_assert_cmpuint (item->end - item->offset, ==, sizes[i] + 14);
    g_assert_cmpuint (g_bytes_get_size (item->bytes), ==, MIN (sizes[i] + 13, cap));
    g_assert_cmpint (item->is_cut, ==, sizes[i] + 13 > cap);
    g_assert_cmpint (memcmp (g_bytes_get_data (item->bytes, NULL), mbox->data + item->offset, 12),
                     ==, 0);
  }
  g_assert_null (tlsrpt_source_next (source, NULL));
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static void
add_fixtures (void)
{
  g_autofree char *folder = g_build_filename (g_getenv ("TESTED_FIXTURES"), "source", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GPtrArray *names = g_ptr_array_new ();
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".mbox"))
      g_ptr_array_add (names, g_strndup (name, strlen (name) - strlen (".mbox")));
  g_ptr_array_sort (names, compare_names);
  g_assert_cmpuint (names->len, >=, 15);
  for (guint i = 0; i < names->len; i++) {
    const char *stem = g_ptr_array_index (names, i);
    g_autofree char *plain = g_strdup_printf ("/mbox/%s", stem);
    g_autofree char *packed = g_strdup_printf ("/mbox/in-gzip/%s", stem);
    g_test_add_data_func (plain, stem, test_fixture);
    g_test_add_data_func (packed, stem, test_same_in_gzip);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_fixtures ();
  g_test_add ("/mbox/cuts-at-the-cap-and-passes-over-the-rest", Scratch, NULL, scratch_make,
              test_cap, scratch_remove);
  g_test_add ("/mbox/content-length-in-a-header-at-the-cap-and-one-past-it", Scratch, NULL,
              scratch_make, test_long_header, scratch_remove);
  g_test_add ("/mbox/keeps-every-byte-around-buffer-sizes", Scratch, NULL, scratch_make, test_large,
              scratch_remove);
  return g_test_run ();
}
