/* SPDX-License-Identifier: GPL-3.0-or-later
 * Failures that differ by addresses alone, added up in the first of them. */
#include "core/facts/alike.h"

#include <string.h>

/* A failure is `TYPE/MX/REASON=SESSIONS`, `-` for what is not said. */
typedef struct {
  const char *name;
  const char *failures;
  const char *expected; /* sums; `-` for none */
} Case;

/* clang-format off */
static const Case cases[] = {
  { "none", "", "" },
  { "one", "a/mx/r=3", "3" },
  { "alike", "a/mx/r=3 a/mx/r=4", "7 -" },
  { "alike-and-apart", "a/mx/r=1 b/mx/r=2 a/mx/r=3 a/mx/r=4", "8 2 - -" },
  { "another-type", "a/mx/r=1 b/mx/r=2", "1 2" },
  { "another-mx", "a/mx1/r=1 a/mx2/r=2", "1 2" },
  { "another-reason", "a/mx/r=1 a/mx/s=2", "1 2" },
  { "no-type-is-a-rest", "a/mx/r=1 -/mx/r=2 -/mx/r=3", "1 5 -" },
  { "no-mx-is-none", "a/-/r=1 a/mx/r=2 a/-/r=3", "4 2 -" },
  { "no-reason-is-none", "a/mx/-=1 a/mx/r=2 a/mx/-=3", "4 2 -" },
  { "nothing-counts", "a/mx/r=0 a/mx/r=0", "0 -" },
  { "at-the-end-of-the-type", "a/mx/r=9223372036854775806 a/mx/r=1", "9223372036854775807 -" },
  { "past-the-end-of-the-type", "a/mx/r=9223372036854775807 a/mx/r=1", "9223372036854775807 -" },
};
/* clang-format on */

static const char *
word (const char *text)
{
  return strcmp (text, "-") == 0 ? NULL : text;
}

static void
test_case (gconstpointer data)
{
  const Case *row = data;
  g_auto (GStrv) texts = g_strsplit (row->failures, " ", -1);
  guint n = g_strv_length (texts);
  g_autofree TlsrptAlike *failures = g_new0 (TlsrptAlike, n);
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev);
  g_autoptr (GString) sums = g_string_new (NULL);

  for (guint i = 0; i < n; i++) {
    char **parts = g_strsplit_set (texts[i], "/=", -1);

    g_ptr_array_add (kept, parts);
    failures[i] = (TlsrptAlike){ .result_type = word (parts[0]),
                                 .receiving_mx = word (parts[1]),
                                 .reason = word (parts[2]),
                                 .sessions = g_ascii_strtoll (parts[3], NULL, 10) };
  }
  tlsrpt_alike_sum (failures, n);
  for (guint i = 0; i < n; i++) {
    g_string_append (sums, i > 0 ? " " : "");
    if (failures[i].sum == TLSRPT_ALIKE_NONE)
      g_string_append_c (sums, '-');
    else
      g_string_append_printf (sums, "%" G_GINT64_FORMAT, failures[i].sum);
  }
  g_assert_cmpstr (sums->str, ==, row->expected);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/facts/alike/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  return g_test_run ();
}
