/* SPDX-License-Identifier: GPL-3.0-or-later
 * Messages to the list of their parts: each shape as text, and every way to hide nesting or parts from the
 * caps that was found in a parser. */
#include "core/mime/scan.h"

#include "core/errors.h"
#include "core/mime/mime.h"

#include <string.h>

#define MP(boundary) "Content-Type: multipart/mixed; boundary=" boundary "\n"

typedef struct {
  const char *name;
  const char *message;
  const char *tree; /* for each part: depth, media type, body; M before what begins a message */
} TreeCase;

/* clang-format off */
static const TreeCase trees[] = {
  { "one-body", "To: a\n\nbody\n", "M0 text/plain 'body\n'" },
  { "no-body", "To: a\n\n", "M0 text/plain ''" },
  { "header-alone", "To: a\n", "M0 text/plain ''" },
  { "two-parts", MP("b") "\nprologue\n--b\n\n1\n--b\n\n2\n--b--\nepilogue\n",
    "M0 multipart/mixed, 1 text/plain '1', 1 text/plain '2'" },
  { "crlf", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n1\r\n--b--\r\n",
    "M0 multipart/mixed, 1 text/plain '1'" },
  { "empty-body-before-a-boundary", MP("b") "\n--b\n\n--b--\n", "M0 multipart/mixed, 1 text/plain ''" },
  { "boundary-ends-a-header", MP("b") "\n--b\nContent-Type: image/png\n--b--\n",
    "M0 multipart/mixed, 1 image/png ''" },
  { "part-without-anything", MP("b") "\n--b\n--b\n\n1\n--b--\n", "M0 multipart/mixed, 1 text/plain '1'" },
  { "blanks-behind-a-boundary", MP("b") "\n--b \t\n\n1\n--b-- \n", "M0 multipart/mixed, 1 text/plain '1'" },
  { "boundary-with-a-blank-at-its-end", MP("\"b \"") "\n--b \n\n1\n--b --\n",
    "M0 multipart/mixed, 1 text/plain '1'" },
  { "boundary-with-more-behind-it", MP("b") "\n--b\n\n--bx\n--b-x\n--b--\n",
    "M0 multipart/mixed, 1 text/plain '--bx\n--b-x'" },
  { "last-boundary-missing", MP("b") "\n--b\n\n1\n", "M0 multipart/mixed, 1 text/plain '1\n'" },
  { "outer-boundary-ends-the-inner", MP("a") "\n--a\n" MP("b") "\n--b\n\n1\n--a\n\n2\n--a--\n",
    "M0 multipart/mixed, 1 multipart/mixed, 2 text/plain '1', 1 text/plain '2'" },
  { "same-boundary-inside", MP("b") "\n--b\n" MP("b") "\n--b\n\n1\n--b--\n\n--b\n\n2\n--b--\n",
    "M0 multipart/mixed, 1 multipart/mixed, 2 text/plain '1', 1 text/plain '2'" },
  { "without-boundary", "Content-Type: multipart/mixed\n\n--b\n\n1\n", "M0 multipart/mixed" },
  { "with-an-empty-boundary", MP("\"\"") "\n--\n\n1\n", "M0 multipart/mixed" },
  { "message", "Content-Type: message/rfc822\n\nTo: a\n\n1\n",
    "M0 message/rfc822, M1 text/plain '1\n'" },
  { "message-rfc2822", "Content-Type: message/rfc2822\n\nTo: a\n\n1\n",
    "M0 message/rfc2822, M1 text/plain '1\n'" },
  { "message-in-base64-is-a-leaf",
    "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nVG86IGEK\n",
    "M0 message/rfc822 'VG86IGEK\n'" },
  { "message-of-nothing", MP("b") "\n--b\nContent-Type: message/rfc822\n\n--b--\n",
    "M0 multipart/mixed, 1 message/rfc822" },
  { "digest", "Content-Type: multipart/digest; boundary=b\n\n--b\n\nTo: a\n\n1\n--b--\n",
    "M0 multipart/digest, 1 message/rfc822, M2 text/plain '1'" },
  { "content-type-twice", MP("hidden") MP("b") "\n--b\n\n1\n--hidden\n", /* the last counts */
    "M0 multipart/mixed, 1 text/plain '1\n--hidden\n'" },
  { "content-type-first-plain", "Content-Type: text/plain\n" MP("b") "\n--b\n\n1\n",
    "M0 multipart/mixed, 1 text/plain '1\n'" },
  { "another-field-that-begins-so", MP("b") "Content-Type-Hint: text/plain\n\n--b\n\n1\n",
    "M0 multipart/mixed, 1 text/plain '1\n'" },
  { "transfer-encoding-twice", /* the first counts */
    "Content-Type: message/rfc822\nContent-Transfer-Encoding: 8bit\n"
    "Content-Transfer-Encoding: base64\n\nTo: a\n\n1\n", "M0 message/rfc822, M1 text/plain '1\n'" },
  { "blank-before-the-colon", "Content-Type : multipart/mixed; boundary=b\n\n--b\n\n1\n",
    "M0 multipart/mixed, 1 text/plain '1\n'" },
  { "name-with-a-blank-inside", "To: a\nContent-Type x: multipart/mixed; boundary=b\n\n--b\n",
    "M0 text/plain '--b\n'" },
  { "boundary-as-encoded-word", MP("\"=?utf-8?q?b?=\"") "\n--b\n\n1\n", NULL },
};
/* clang-format on */

static char *
describe (const char *message, const GArray *entities)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < entities->len; i++) {
    const TlsrptEntity *entity = &g_array_index (entities, TlsrptEntity, i);
    g_autofree char *type = tlsrpt_mime_media_type (entity->type);

    g_string_append_printf (text, "%s%s%u %s", i > 0 ? ", " : "", entity->begins_message ? "M" : "",
                            entity->depth, type);
    if (entity->kind == TLSRPT_ENTITY_LEAF)
      g_string_append_printf (text, " '%.*s'", (int)entity->body_size,
                              message + entity->header + entity->header_size);
  }
  return g_string_free (text, FALSE);
}

static GArray *
scan (const char *message, const TlsrptLimits *limits, GError **error)
{
  guint64 parts = 0;

  return tlsrpt_scan_message ((const guint8 *)message, strlen (message), limits, 0, &parts, error);
}

static void
test_tree (gconstpointer data)
{
  static const TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  const TreeCase *row = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) entities = scan (row->message, &limits, &error);
  g_autofree char *tree = NULL;

  g_assert_no_error (error);
  tree = describe (row->message, entities);
  g_assert_cmpstr (tree, ==,
                   row->tree != NULL ? row->tree : "M0 multipart/mixed, 1 text/plain '1\n'");
}

/* Longer than the buffer of any parser: what stands in a line is no boundary, wherever it stands. */
static void
test_long_lines (void)
{
  static const TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;

  for (gsize at = 3900; at < 4200; at++) {
    g_autofree char *filling = g_strnfill (at, 'x');
    g_autofree char *message = g_strconcat (MP ("b") "\n--b\nX-Long: ", filling, "--b\n\n", filling,
                                            "--b\n1\n--b--\n", NULL);
    g_autoptr (GArray) entities = scan (message, &limits, NULL);

    g_assert_nonnull (entities);
    g_assert_cmpuint (entities->len, ==, 2);
  }
}

typedef struct {
  const char *name;
  const char *message;
  guint64 depth; /* it is this deep, and has so many parts */
  guint64 parts;
} CapCase;

/* clang-format off */
static const CapCase caps[] = {
  { "repeated-content-type", "Content-Type: text/plain\n" MP("a") "\n--a\nContent-Type: text/plain\n" MP("b") "\n--b\n\n1\n", 2, 2 },
  { "message-rfc2822", "Content-Type: message/rfc2822\n\nContent-Type: message/rfc2822\n\nTo: a\n", 2, 0 },
  { "boundary-with-a-blank-at-its-end", MP("\"a \"") "\n--a \n" MP("\"b \"") "\n--b \n\n1\n", 2, 2 },
  { "boundary-as-encoded-word", MP("\"=?utf-8?q?a?=\"") "\n--a\n" MP("\"=?utf-8?q?b?=\"") "\n--b\n\n1\n", 2, 2 },
  { "parts-of-nothing", MP("a") "\n--a\n--a\n--a\n\n1\n", 1, 3 },
};
/* clang-format on */

static void
test_cap (gconstpointer data)
{
  const CapCase *row = data;
  TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (GArray) at_caps = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) parts_error = NULL;

  limits.mime_depth = row->depth;
  limits.mime_parts = MAX (row->parts, 1);
  at_caps = scan (row->message, &limits, &error);
  g_assert_no_error (error);
  limits.mime_depth = row->depth - 1;
  g_assert_null (scan (row->message, &limits, &error));
  g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT);
  if (row->parts == 0)
    return;
  limits.mime_depth = row->depth;
  limits.mime_parts = row->parts - 1;
  g_assert_null (scan (row->message, &limits, &parts_error));
  g_assert_error (parts_error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT);
}

/* A message of @n levels of multiparts, whatever the setting allows. */
static void
test_highest_depth (void)
{
  TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;

  limits.mime_depth = 10000;
  limits.mime_parts = 10000;
  for (guint n = 256; n <= 257; n++) {
    g_autoptr (GString) message = g_string_new (NULL);
    g_autoptr (GArray) entities = NULL;
    g_autoptr (GError) error = NULL;

    for (guint i = 0; i < n; i++)
      g_string_append_printf (message, "Content-Type: multipart/mixed; boundary=b%u\n\n--b%u\n", i,
                              i);
    entities = scan (message->str, &limits, &error);
    g_assert_cmpint (entities != NULL, ==, n == 256);
    if (entities == NULL)
      g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT);
  }
}

static void
test_no_header (void)
{
  static const char *const messages[] = { "text\n\nmore\n", " To: a\n\n", ": a\n\n", "To\n\n",
                                          "\x7f: a\n\n" };
  static const TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;

  for (gsize i = 0; i < G_N_ELEMENTS (messages); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (scan (messages[i], &limits, &error));
    g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_MALFORMED);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (trees); i++) {
    g_autofree char *path = g_strconcat ("/scan/tree/", trees[i].name, NULL);
    g_test_add_data_func (path, &trees[i], test_tree);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (caps); i++) {
    g_autofree char *path = g_strconcat ("/scan/caps-hold-for/", caps[i].name, NULL);
    g_test_add_data_func (path, &caps[i], test_cap);
  }
  g_test_add_func ("/scan/no-boundary-inside-a-long-line", test_long_lines);
  g_test_add_func ("/scan/no-setting-goes-past-256-levels", test_highest_depth);
  g_test_add_func ("/scan/refuses-what-begins-with-no-field", test_no_header);
  return g_test_run ();
}
