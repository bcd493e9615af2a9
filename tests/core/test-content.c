/* SPDX-License-Identifier: GPL-3.0-or-later
 * First bytes to what they are: one table, and each row again in gzip and in zlib of every level's header. */
#include "core/content.h"

#include "support/document.h"

#include <string.h>

typedef struct {
  const char *name;
  const char *bytes;
  const char *file_name;
  TlsrptForm form;
} FormCase;

/* clang-format off */
static const FormCase forms[] = {
  { "object",                 "{\"a\":1}", NULL, TLSRPT_FORM_DOCUMENT },
  { "object-of-nothing",      "{}", NULL, TLSRPT_FORM_DOCUMENT },
  { "object-behind-space",    " \r\n\t{ \n\"a\":1}", NULL, TLSRPT_FORM_DOCUMENT },
  { "object-behind-bom",      "\xef\xbb\xbf{\"a\":1}", NULL, TLSRPT_FORM_DOCUMENT },
  { "object-cut",             "{", NULL, TLSRPT_FORM_DOCUMENT },
  { "array-of-nothing",       "[]", NULL, TLSRPT_FORM_DOCUMENT },
  { "array-of-objects",       "[{}]", NULL, TLSRPT_FORM_DOCUMENT },
  { "array-of-arrays",        "[ [1]]", NULL, TLSRPT_FORM_DOCUMENT },
  { "array-of-numbers",       "[1]", NULL, TLSRPT_FORM_OTHER },
  { "section",                "[section]\nkey=value\n", NULL, TLSRPT_FORM_OTHER },
  { "rtf",                    "{\\rtf1", NULL, TLSRPT_FORM_OTHER },
  { "dmarc",                  "<?xml version=\"1.0\"?>\n<feedback>", NULL, TLSRPT_FORM_DMARC },
  { "dmarc-by-its-name",      "<?xml version=\"1.0\"?>\n<a>", "a.example!b.example!1!2.xml", TLSRPT_FORM_DMARC },
  { "xml",                    "<?xml version=\"1.0\"?>\n<a>", "a.xml", TLSRPT_FORM_OTHER },
  { "mail",                   "Received: x\n", NULL, TLSRPT_FORM_MESSAGE },
  { "mail-behind-bom",        "\xef\xbb\xbfSubject: x\n", NULL, TLSRPT_FORM_MESSAGE },
  { "mail-behind-spaces",     "  \n\nSubject: x\n", NULL, TLSRPT_FORM_MESSAGE },
  { "mail-cr",                "X: y\rSubject: x\r\r", NULL, TLSRPT_FORM_MESSAGE },
  { "mail-crlf",              "X: y\r\nSubject: x\r\n", NULL, TLSRPT_FORM_MESSAGE },
  { "passwd",                 "root:x:0:0:root:/root:/bin/bash\n", NULL, TLSRPT_FORM_OTHER },
  { "mbox",                   "From a Tue Jan  2 03:04:05 2024\n", NULL, TLSRPT_FORM_MBOX },
  { "mbox-bare",              "From \nSubject: x\n", NULL, TLSRPT_FORM_MBOX },
  { "mbox-behind-bom",        "\xef\xbb\xbf" "From -\n", NULL, TLSRPT_FORM_MBOX },
  { "mbox-behind-spaces",     " \t\nFrom a\n", NULL, TLSRPT_FORM_MBOX },
  { "mbox-cr",                "From a Tue Jan  2 03:04:05 2024\rX: y\r", NULL, TLSRPT_FORM_MBOX },
  { "mbox-odd-from-line",     "From A B C\nX: y\n", NULL, TLSRPT_FORM_MBOX },
  { "sentence",               "From here on it is text\n", NULL, TLSRPT_FORM_OTHER },
  { "text-like-zlib",         "x^Subject: x\n", NULL, TLSRPT_FORM_OTHER },
  { "field-like-zlib",        "x^: y\nSubject: x\n", NULL, TLSRPT_FORM_MESSAGE },
  { "spaces",                 " \n \n", NULL, TLSRPT_FORM_OTHER },
  { "nothing",                "", NULL, TLSRPT_FORM_OTHER },
};
/* clang-format on */

static void
assert_form (GBytes *bytes, const FormCase *row, TlsrptPacking packing)
{
  TlsrptContent content = tlsrpt_content_judge (bytes, row->file_name);

  g_assert_cmpint (content.form, ==, row->form);
  g_assert_cmpint (content.packing, ==, packing);
}

static void
test_form (gconstpointer data)
{
  const FormCase *row = data;
  g_autoptr (GBytes) plain = g_bytes_new_static (row->bytes, strlen (row->bytes));
  g_autoptr (GBytes) gzip = document_packed (row->bytes, 31);
  g_autoptr (GBytes) zlib = document_packed (row->bytes, 15);

  assert_form (plain, row, TLSRPT_PACKING_PLAIN);
  assert_form (gzip, row, TLSRPT_PACKING_GZIP);
  /* What is nothing inside is no zlib: some text begins like it. */
  assert_form (zlib, row,
               row->form != TLSRPT_FORM_OTHER ? TLSRPT_PACKING_ZLIB : TLSRPT_PACKING_PLAIN);
}

/* The header that zlib writes at each level: the second byte says which, and nothing hangs on it. */
static void
test_zlib_levels (void)
{
  static const guint8 levels[] = { 0x01, 0x5e, 0x9c, 0xda };

  for (gsize i = 0; i < G_N_ELEMENTS (levels); i++) {
    g_autoptr (GBytes) packed = document_packed ("{\"a\":1}", 15);
    gsize size = g_bytes_get_size (packed);
    g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (packed, NULL), size);
    g_autoptr (GBytes) of_level = NULL;

    bytes[1] = levels[i];
    of_level = g_bytes_new (bytes, size);
    g_assert_cmpint (tlsrpt_content_judge (of_level, NULL).packing, ==, TLSRPT_PACKING_ZLIB);
    g_assert_cmpint (tlsrpt_content_judge (of_level, NULL).form, ==, TLSRPT_FORM_DOCUMENT);
    g_assert_true (tlsrpt_content_may_be_report (of_level));
  }
}

static void
test_suffix (void)
{
  g_assert_true (tlsrpt_content_has_suffix ("a.JSON", ".json"));
  g_assert_true (tlsrpt_content_has_suffix ("a.json.gz", ".json"));
  g_assert_true (tlsrpt_content_has_suffix (".json", ".json"));
  g_assert_false (tlsrpt_content_has_suffix ("a.json.zip", ".json"));
  g_assert_false (tlsrpt_content_has_suffix ("json", ".json"));
  g_assert_false (tlsrpt_content_has_suffix ("a.gz", ".json"));
  g_assert_false (tlsrpt_content_has_suffix ("", ".json"));
  g_assert_false (tlsrpt_content_has_suffix (NULL, ".json"));
}

/* Of plain bytes 4096 decide. */
static void
test_look (void)
{
  for (gsize length = 0; length <= 1; length++) {
    g_autofree char *blanks = g_strnfill (4096 - strlen ("Subject:") - 1 + length, ' ');
    g_autofree char *text = g_strconcat (blanks, "\nSubject: x\n", NULL);
    g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

    g_assert_cmpint (tlsrpt_content_judge (bytes, NULL).form, ==,
                     length == 0 ? TLSRPT_FORM_MESSAGE : TLSRPT_FORM_OTHER);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++) {
    g_autofree char *path = g_strconcat ("/content/form/", forms[i].name, NULL);
    g_test_add_data_func (path, &forms[i], test_form);
  }
  g_test_add_func ("/content/packing/zlib-of-every-level", test_zlib_levels);
  g_test_add_func ("/content/name/ends-so-packed-or-not", test_suffix);
  g_test_add_func ("/content/looks-at-4096-bytes", test_look);
  return g_test_run ();
}
