/* SPDX-License-Identifier: GPL-3.0-or-later
 * A document a value a line: the same values, and nothing in it that a browser takes for markup. */
#include "site/indent.h"

#include <string.h>

static const struct {
  const char *text;
  const char *html;
} rows[] = {
  { "", "" },
  { " \r\n\t", "" },
  { "{}", "{}" },
  { "[ \n]", "[]" },
  { "{\"a\":1}", "{\n  \"a\": 1\n}" },
  { "{ \"a\" : [ 1 , null ] , \"b\" : { } }",
    "{\n  \"a\": [\n    1,\n    null\n  ],\n  \"b\": {}\n}" },
  { "\"{[,:]}\"", "\"{[,:]}\"" },
  { "\"a \\\" b\\\\\", 1", "\"a \\\" b\\\\\",\n1" },
  { "\"open", "\"open" },
  { "\"open\\", "\"open\\" },
  { "\"", "\"" },
  { "]]}x", "\n]\n]\n}x" },
  { "\"<b>&amp;</b>\"", "\"&lt;b&gt;&amp;amp;&lt;/b&gt;\"" },
  { "<a>", "&lt;a&gt;" },
  { "\"a\nb\tc\x01\x7f\"", "\"a\\u{A}b\\u{9}c\\u{1}\\u{7F}\"" },
  { "\"\xc3\xbc \xe2\x80\xae \xe2\x80\xa8\"", "\"\xc3\xbc \\u{202E} \\u{2028}\"" },
};

static void
test_rows (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GString) html = g_string_new (NULL);

    tlsrpt_indent_append (html, rows[i].text);
    g_assert_cmpstr (html->str, ==, rows[i].html);
  }
}

/* A line has at most 16 blanks in front, or brackets would make a page of nothing else. */
static void
test_depth (void)
{
  for (guint depth = 8; depth <= 9; depth++) {
    g_autofree char *brackets = g_strnfill (depth, '[');
    g_autofree char *text = g_strconcat (brackets, "1", NULL);
    g_autoptr (GString) html = g_string_new (NULL);

    tlsrpt_indent_append (html, text);
    g_assert_cmpstr (strrchr (html->str, '\n'), ==, "\n                1");
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/indent/shows-a-value-a-line", test_rows);
  g_test_add_func ("/indent/goes-8-deep", test_depth);
  return g_test_run ();
}
