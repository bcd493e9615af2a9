/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is said of how far a replay is, in every width. */
#include "command/progress.h"

#include <string.h>

typedef struct {
  const char *name;
  TlsrptProgressState state;
  double seconds;
  guint columns;
  const char *text;
} TextCase;

/* clang-format off */
static const TextCase text_cases[] = {
  { "half-way", { 50000000, 100000000, 0, 20000, 3 }, 10, 0,
    " 50%  50.0 of 100.0 MB  20000 messages  2000/s  0:10 left  3 quarantined" },
  { "in-a-wide-terminal", { 50000000, 100000000, 0, 20000, 3 }, 10, 119,
    "[##################...................]  50%  50.0 of 100.0 MB  20000 messages  2000/s  0:10 left  3 quarantined" },
  { "no-room-for-a-bar", { 50000000, 100000000, 0, 20000, 3 }, 10, 79,
    " 50%  50.0 of 100.0 MB  20000 messages  2000/s  0:10 left  3 quarantined" },
  { "cut-to-the-terminal", { 50000000, 100000000, 0, 20000, 3 }, 10, 30,
    " 50%  50.0 of 100.0 MB  20000 " },
  { "from-standard-input", { 1500000, 0, 0, 700, 0 }, 7, 79, "1.5 MB  700 messages  100/s  0 quarantined" },
  { "too-early-for-a-rate", { 1000, 100000000, 0, 1, 0 }, 0.4, 0,
    "  0%  0.0 of 100.0 MB  1 messages  0 quarantined" },
  { "hours-left", { 1000000, 10000000000, 0, 500, 0 }, 1, 0,
    "  0%  1.0 of 10000.0 MB  500 messages  500/s  2:46:39 left  0 quarantined" },
  { "what-was-passed-over-took-no-time", { 60000000, 100000000, 50000000, 5000, 0 }, 10, 0,
    " 60%  60.0 of 100.0 MB  5000 messages  500/s  0:40 left  0 quarantined" },
  { "nothing-but-passed-over", { 50000000, 100000000, 50000000, 0, 0 }, 10, 0,
    " 50%  50.0 of 100.0 MB  0 messages  0/s  0 quarantined" },
  { "a-file-that-grew", { 101000000, 100000000, 0, 40000, 0 }, 20, 119,
    "[#####################################] 100%  101.0 of 100.0 MB  40000 messages  2000/s  0 quarantined" },
  { "nothing-to-read", { 0, 0, 0, 0, 0 }, 0, 79, "0.0 MB  0 messages  0 quarantined" },
};
/* clang-format on */

static void
test_text (gconstpointer data)
{
  const TextCase *row = data;
  g_autofree char *text =
      tlsrpt_progress_text (&row->state, (gint64)(row->seconds * G_TIME_SPAN_SECOND), row->columns);

  g_assert_cmpstr (text, ==, row->text);
}

/* No figure that a stranger's archive can have makes a line longer than the terminal is wide. */
static void
test_width (void)
{
  const TlsrptProgressState huge = { G_MAXUINT64, G_MAXUINT64, 0, G_MAXUINT64, G_MAXUINT64 };
  const TlsrptProgressState grown = { 3, 2, 1, 1, 1 };

  for (guint columns = 1; columns < 300; columns++) {
    g_autofree char *of_huge = tlsrpt_progress_text (&huge, G_MAXINT64, columns);
    g_autofree char *of_grown = tlsrpt_progress_text (&grown, G_TIME_SPAN_SECOND, columns);

    g_assert_cmpuint (strlen (of_huge), <=, columns);
    g_assert_cmpuint (strlen (of_grown), <=, columns);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (text_cases); i++) {
    g_autofree char *path = g_strconcat ("/progress/", text_cases[i].name, NULL);

    g_test_add_data_func (path, &text_cases[i], test_text);
  }
  g_test_add_func ("/progress/never-wider-than-the-terminal", test_width);
  return g_test_run ();
}
