/* SPDX-License-Identifier: GPL-3.0-or-later
 * `From ` lines and what follows them, one row each, from both sides of every edge. */
#include "core/from-line.h"

#include <string.h>

#define DATED "From a@example.org Tue Jan  2 03:04:05 2024\n"

typedef struct {
  const char *line;
  TlsrptFromLine kind;
} KindCase;

/* clang-format off */
static const KindCase kinds[] = {
  { "From a@example.org Tue Jan  2 03:04:05 2024", TLSRPT_FROM_LINE_DATED },
  { "From a@example.org Tue Jan 02 03:04:05 +0000 2024", TLSRPT_FROM_LINE_DATED },
  { "From a Tue Jan  2 03:04 2024", TLSRPT_FROM_LINE_DATED },
  { "From - tue jan 22 3:04:05 2024", TLSRPT_FROM_LINE_DATED },
  { "From \"a b\"@example.org Tue Jan  2 03:04:05 2024", TLSRPT_FROM_LINE_DATED },
  { "From A B <a@example.org> Tue Jan  2 03:04:05 MET 2024", TLSRPT_FROM_LINE_DATED },
  { "From Tue Wed Tue Jan  2 03:04:05 2024", TLSRPT_FROM_LINE_DATED },
  { "From a Tue, 02 Jan 2024 03:04:05 +0000", TLSRPT_FROM_LINE_DATED },
  { "From a 2 Jan 2024 03:04", TLSRPT_FROM_LINE_DATED },
  { "From a 2024-01-02T03:04:05Z", TLSRPT_FROM_LINE_DATED },
  { "From a 1999-12-31 23:59", TLSRPT_FROM_LINE_DATED },
  { "From a Tue Jan  2 2024", TLSRPT_FROM_LINE_TEXT },          /* no time of day */
  { "From a Tue Jan  2 03:0 2024", TLSRPT_FROM_LINE_TEXT },
  { "From A B Tue Jan 222 03:04:05 2024", TLSRPT_FROM_LINE_TEXT },
  { "From A B Tue Jam  2 03:04:05 2024", TLSRPT_FROM_LINE_TEXT },
  { "From a 2 Jan 1899 03:04", TLSRPT_FROM_LINE_TEXT },
  { "From a 2 Jan 20245 03:04", TLSRPT_FROM_LINE_TEXT },
  { "From 10:30 to 12:00 in 2024", TLSRPT_FROM_LINE_TEXT },
  { "From our meeting at 10:30 in 2024", TLSRPT_FROM_LINE_TEXT },
  { "From here on", TLSRPT_FROM_LINE_TEXT },
  { "From ", TLSRPT_FROM_LINE_BARE },
  { "From  \t", TLSRPT_FROM_LINE_BARE },
  { "From -", TLSRPT_FROM_LINE_BARE },
  { "From a@example.org \t", TLSRPT_FROM_LINE_BARE },
  { "From \"a b\"@example.org", TLSRPT_FROM_LINE_BARE },
  { "From", TLSRPT_FROM_LINE_NONE },
  { "From: a", TLSRPT_FROM_LINE_NONE },
  { "from a", TLSRPT_FROM_LINE_NONE },
  { ">From a", TLSRPT_FROM_LINE_NONE },
  { " From a", TLSRPT_FROM_LINE_NONE },
  { "", TLSRPT_FROM_LINE_NONE },
};

#define TEXT           TLSRPT_FROM_LINE_IS_TEXT
#define TEXT_PERHAPS   TLSRPT_FROM_LINE_IS_TEXT_PERHAPS
#define BEGINS_PERHAPS TLSRPT_FROM_LINE_BEGINS_MAIL_PERHAPS
#define BEGINS         TLSRPT_FROM_LINE_BEGINS_MAIL

/* What stands before the line, the line with what follows, and the verdict. */
static const struct {
  const char *name;
  const char *before;
  const char *from;
  TlsrptFromLineVerdict verdict;
} verdicts[] = {
  { "dated", "x\n\n", DATED "Subject: 1\n", BEGINS },
  { "dated-without-blank-line", "x\n", DATED "Subject: 1\n", BEGINS },
  { "dated-with-an-unknown-field", "x\n", DATED "X: 1\n", BEGINS },
  { "dated-and-a-quoted-from-line", "x\n", DATED ">" DATED "X: 1\n", BEGINS },
  { "dated-and-four-more-from-lines", "x\n", DATED DATED DATED DATED DATED "X: 1\n", BEGINS },
  { "dated-and-five-more-from-lines", "x\n", DATED DATED DATED DATED DATED DATED "X: 1\n", TEXT_PERHAPS },
  { "dated-without-field", "x\n", DATED "more\n", TEXT_PERHAPS },
  { "dated-and-a-blank-line", "x\n", DATED "\nX: 1\n", TEXT_PERHAPS },
  { "dated-at-the-end", "x\n", DATED, TEXT_PERHAPS },
  { "dated-crlf", "x\r\n", "From a Tue Jan  2 03:04:05 2024\r\nX: 1\r\n", BEGINS },
  { "dated-cr", "x\r", "From a Tue Jan  2 03:04:05 2024\rX: 1\r", BEGINS },
  { "bare", "x\n\n", "From \nSubject: 1\n", BEGINS_PERHAPS },
  { "bare-without-blank-line", "x\n", "From \nSubject: 1\n", BEGINS_PERHAPS },
  { "bare-behind-spaces", "x\n \t\n", "From -\nSubject: 1\n", BEGINS_PERHAPS },
  { "bare-behind-crlf", "x\r\n\r\n", "From -\r\nSubject: 1\r\n", BEGINS_PERHAPS },
  { "bare-with-a-late-field-of-mail", "x\n\n", "From -\nX: 1\n folded\nSubject: 1\n", BEGINS_PERHAPS },
  { "bare-without-a-field-of-mail", "x\n\n", "From Berlin\nNote: 1\n\nSubject: 1\n", TEXT_PERHAPS },
  { "bare-without-field", "x\n\n", "From Berlin\nto Paris\n", TEXT },
  { "bare-word-without-blank-line", "x\n", "From Berlin\nSubject: 1\n", TEXT },
  { "text", "x\n\n", "From here on\nSubject: 1\n", TEXT_PERHAPS },
  { "text-without-blank-line", "x\n", "From here on\nSubject: 1\n", TEXT },
  { "text-without-field", "x\n\n", "From here on\nit goes\n", TEXT },
  { "no-from-line", "x\n\n", "Subject: 1\n", TEXT },
};

/* First bytes of a file: are they the header of a mail? */
static const struct {
  const char *bytes;
  gboolean is_header;
} headers[] = {
  { "Subject: 1\n", TRUE },
  { "X: 1\nsubject : 1", TRUE },
  { "X: 1\n Subject: 1\n", FALSE },
  { "X: 1\n\tfolded\nReceived: 1\n", TRUE },
  { "ARC-Seal: 1\n", TRUE },
  { "ARC-: 1\n", FALSE },
  { "X: 1\n\nSubject: 1\n", FALSE },
  { "text\nSubject: 1\n", FALSE },
  { " Subject: 1\n", FALSE },
  { "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/:/bin/false\n", FALSE },
  { "", FALSE },
};

/* What stands before the first `From ` line or header field. */
static const struct {
  const char *bytes;
  gsize skipped;
} starts[] = {
  { "From a", 0 },
  { "\n\r\n\rFrom a", 4 },
  { " \t\nFrom a", 3 },
  { "\xef\xbb\xbf" "From a", 3 },
  { "\xef\xbb\xbf \nFrom a", 5 },
  { "\xef\xbb" "From a", 0 },
  { " From a", 0 },
  { "  ", 0 },
  { " \n", 2 },
};
/* clang-format on */

static void
test_kind (gconstpointer data)
{
  const KindCase *row = data;
  g_autofree char *text = g_strconcat (row->line, "\nX: y\n", NULL);

  g_assert_cmpint (tlsrpt_from_line_kind ((const guint8 *)row->line, strlen (row->line), 0), ==,
                   row->kind);
  g_assert_cmpint (tlsrpt_from_line_kind ((const guint8 *)text, strlen (text), 0), ==, row->kind);
}

static void
test_verdicts (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (verdicts); i++) {
    g_autofree char *text = g_strconcat (verdicts[i].before, verdicts[i].from, NULL);
    TlsrptFromLineVerdict verdict =
        tlsrpt_from_line_judge ((const guint8 *)text, strlen (text), strlen (verdicts[i].before));

    if (verdict != verdicts[i].verdict)
      g_error ("%s: %d", verdicts[i].name, verdict);
  }
}

static void
test_headers (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (headers); i++)
    g_assert_cmpint (tlsrpt_from_line_is_header ((const guint8 *)headers[i].bytes,
                                                 strlen (headers[i].bytes)),
                     ==, headers[i].is_header);
}

static void
test_starts (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (starts); i++)
    g_assert_cmpuint (tlsrpt_from_line_skip_blank ((const guint8 *)starts[i].bytes,
                                                   strlen (starts[i].bytes)),
                      ==, starts[i].skipped);
}

/* A line of 998 bytes may be a `From ` line with a date; a longer one is text. */
static void
test_longest_line (void)
{
  for (gsize length = 998; length <= 999; length++) {
    g_autofree char *word = g_strnfill (length - strlen ("From  Tue Jan  2 03:04:05 2024"), 'a');
    g_autofree char *line = g_strconcat ("From ", word, " Tue Jan  2 03:04:05 2024\n", NULL);

    g_assert_cmpint (tlsrpt_from_line_kind ((const guint8 *)line, strlen (line), 0), ==,
                     length == 998 ? TLSRPT_FROM_LINE_DATED : TLSRPT_FROM_LINE_TEXT);
  }
}

/* Fields of mail count in the first 4096 bytes, and blanks of a blank line in the last 128. */
static void
test_looks (void)
{
  for (gsize length = 0; length <= 1; length++) {
    g_autofree char *value = g_strnfill (4096 - strlen ("X: \nTo:") + length, 'a');
    g_autofree char *header = g_strconcat ("X: ", value, "\nTo: a\n", NULL);
    g_autofree char *blanks = g_strnfill (126 + length, ' ');
    g_autofree char *before = g_strconcat ("x\n", blanks, "\n", NULL);
    g_autofree char *text = g_strconcat (before, "From a\nTo: b\n", NULL);

    g_assert_cmpint (tlsrpt_from_line_is_header ((const guint8 *)header, strlen (header)), ==,
                     length == 0);
    g_assert_cmpint (tlsrpt_from_line_judge ((const guint8 *)text, strlen (text), strlen (before)),
                     ==,
                     length == 0 ? TLSRPT_FROM_LINE_BEGINS_MAIL_PERHAPS : TLSRPT_FROM_LINE_IS_TEXT);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autofree char *path = g_strdup_printf ("/from-line/kind/%02" G_GSIZE_FORMAT, i + 1);
    g_test_add_data_func (path, &kinds[i], test_kind);
  }
  g_test_add_func ("/from-line/is-judged-by-what-follows-and-precedes", test_verdicts);
  g_test_add_func ("/from-line/tells-the-header-of-a-mail", test_headers);
  g_test_add_func ("/from-line/passes-over-what-stands-before-the-first", test_starts);
  g_test_add_func ("/from-line/998-bytes-at-most", test_longest_line);
  g_test_add_func ("/from-line/looks-so-far-and-no-further", test_looks);
  return g_test_run ();
}
