/* SPDX-License-Identifier: GPL-3.0-or-later
 * Untrusted text in log lines, and whose fault an error is. */
#include "core/errors.h"

#include <string.h>

typedef struct {
  const char *name;
  const char *text;
  const char *quoted;
} QuoteCase;

/* clang-format off */
static const QuoteCase quote_cases[] = {
  { "keeps-plain-text",          "Example Inc.",        "Example Inc." },
  { "keeps-utf8",                "B\303\274cher",       "B\303\274cher" },
  { "escapes-control-bytes",     "a\nb\x1b[31m",        "a\\x0Ab\\x1B[31m" },
  { "escapes-bad-utf8",          "\377\303(",           "\\xFF\\xC3(" },
  { "escapes-backslash",         "a\\x0A",              "a\\x5Cx0A" },
  { "names-null",                NULL,                  "(null)" },
};
/* clang-format on */

static void
test_quote (gconstpointer data)
{
  const QuoteCase *row = data;
  g_autofree char *quoted = tlsrpt_quote (row->text);

  g_assert_cmpstr (quoted, ==, row->quoted);
}

static void
test_quote_cuts (void)
{
  g_autofree char *exact = g_strnfill (80, 'a');
  g_autofree char *longer = g_strnfill (81, 'a');
  g_autofree char *kept = tlsrpt_quote (exact);
  g_autofree char *cut = tlsrpt_quote (longer);

  g_assert_cmpstr (kept, ==, exact);
  g_assert_cmpuint (strlen (cut), ==, 83);
  g_assert_true (g_str_has_suffix (cut, "..."));
}

static void
test_fault (void)
{
  g_autoptr (GError) message = g_error_new (TLSRPT_ERROR, TLSRPT_ERROR_REFUSED_VALUE, "x");
  g_autoptr (GError) machine = g_error_new (TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY, "x");
  g_autoptr (GError) foreign = g_error_new (G_FILE_ERROR, 0, "x");

  g_assert_true (tlsrpt_error_is_message_fault (message));
  g_assert_false (tlsrpt_error_is_message_fault (machine));
  g_assert_false (tlsrpt_error_is_message_fault (foreign));
  g_assert_false (tlsrpt_error_is_message_fault (NULL));
  for (int code = 0; code < TLSRPT_N_ERRORS; code++)
    g_assert_nonnull (tlsrpt_error_reason (code));
}

static void
test_domain (void)
{
  g_assert_cmpstr (g_quark_to_string (TLSRPT_ERROR), ==, "tlsrpt-error-quark");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (quote_cases); i++) {
    g_autofree char *path = g_strconcat ("/errors/quote/", quote_cases[i].name, NULL);
    g_test_add_data_func (path, &quote_cases[i], test_quote);
  }
  g_test_add_func ("/errors/quote/cuts-at-80-bytes", test_quote_cuts);
  g_test_add_func ("/errors/says-whose-fault-it-is", test_fault);
  g_test_add_func ("/errors/domain-has-a-name-as-glib-has-them", test_domain);
  return g_test_run ();
}
