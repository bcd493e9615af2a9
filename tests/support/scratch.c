/* SPDX-License-Identifier: GPL-3.0-or-later
 * A folder of files that a test makes, and what the reader of sources finds in it, as text. */
#include "support/scratch.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <zlib.h>

#define GZIP 31

void
scratch_make (Scratch *scratch, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  (void)unused;
  scratch->folder = g_dir_make_tmp ("tlsrpt-source-XXXXXX", &error);
  g_assert_no_error (error);
}

static void
remove_below (const char *path)
{
  g_autoptr (GDir) dir =
      g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);
    remove_below (child);
  }
  g_remove (path);
}

void
scratch_remove (Scratch *scratch, gconstpointer unused)
{
  (void)unused;
  remove_below (scratch->folder);
  g_free (scratch->folder);
}

void
scratch_put_bytes (const Scratch *scratch, const char *name, const void *data, gsize size)
{
  g_autofree char *path = g_build_filename (scratch->folder, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_file_set_contents (path, data, (gssize)size, &error);
  g_assert_no_error (error);
}

void
scratch_put (const Scratch *scratch, const char *name, const char *text)
{
  scratch_put_bytes (scratch, name, text, strlen (text));
}

GByteArray *
scratch_pack (const void *plain, gsize size)
{
  GByteArray *packed = g_byte_array_new ();
  z_stream z = { 0 };

  g_assert_cmpint (deflateInit2 (&z, 6, Z_DEFLATED, GZIP, 8, Z_DEFAULT_STRATEGY), ==, Z_OK);
  g_byte_array_set_size (packed, (guint)deflateBound (&z, size) + 32);
  z.next_in = (Bytef *)plain;
  z.avail_in = (uInt)size;
  z.next_out = packed->data;
  z.avail_out = packed->len;
  g_assert_cmpint (deflate (&z, Z_FINISH), ==, Z_STREAM_END);
  g_byte_array_set_size (packed, (guint)z.total_out);
  deflateEnd (&z);
  return packed;
}

void
scratch_put_packed (const Scratch *scratch, const char *name, const char *text)
{
  g_autoptr (GByteArray) packed = scratch_pack (text, strlen (text));

  scratch_put_bytes (scratch, name, packed->data, packed->len);
}

static char *
escape (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < size; i++)
    if (data[i] == '\n')
      g_string_append (text, "\\n");
    else if (g_ascii_isprint (data[i]) && data[i] != '\\')
      g_string_append_c (text, (char)data[i]);
    else
      g_string_append_printf (text, "\\x%02X", data[i]);
  return g_string_free (text, FALSE);
}

static const char *
below (const Scratch *scratch, const char *path)
{
  gsize length = scratch != NULL ? strlen (scratch->folder) : 0;

  if (scratch != NULL && strncmp (path, scratch->folder, length) == 0 && path[length] == '/')
    return path + length + 1;
  return path;
}

/* One line an item or error; paths below the scratch folder are cut to what is below it. */
char *
scratch_read (const Scratch *scratch, const char *const *paths, guint64 message_bytes)
{
  TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (TlsrptSource) source = NULL;
  GString *text = g_string_new (NULL);

  if (message_bytes != 0)
    limits.message_bytes = message_bytes;
  source = tlsrpt_source_new (paths, &limits);
  for (;;) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TlsrptItem) item = tlsrpt_source_next (source, &error);
    g_autofree char *bytes = NULL;

    if (error != NULL) {
      g_assert_null (item);
      g_assert_true (error->domain == G_FILE_ERROR || error->domain == G_IO_ERROR);
      g_string_append_printf (text, "error %s %d\n", g_quark_to_string (error->domain),
                              error->code);
      continue;
    }
    if (item == NULL)
      return g_string_free (text, FALSE);
    bytes = escape (item->bytes);
    g_string_append_printf (text, "%s %s %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT "%s: %s\n",
                            below (scratch, item->path),
                            item->kind == TLSRPT_ITEM_MESSAGE ? "message" : "document",
                            item->offset, item->end, item->is_cut ? " oversized" : "", bytes);
  }
}

void
scratch_assert_items (const Scratch *scratch, const char *name, guint64 message_bytes,
                      const char *expected)
{
  g_autofree char *path = g_build_filename (scratch->folder, name, NULL);
  const char *paths[] = { path, NULL };
  g_autofree char *got = scratch_read (scratch, paths, message_bytes);

  g_assert_cmpstr (got, ==, expected);
}
