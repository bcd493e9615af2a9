/* SPDX-License-Identifier: GPL-3.0-or-later
 * The line on a message, with values made to end themselves, to pass for a key or another line, to
 * move a terminal's cursor, or to fill the log. */
#include "log.h"

#include <string.h>

typedef struct {
  const char *name;
  const char *value;
  const char *shown; /* between the quotation marks */
} ValueCase;

/* clang-format off */
static const ValueCase value_cases[] = {
  { "plain", "Sender Inc.", "Sender Inc." },
  { "empty", "", "" },
  { "ends-itself", "a\" outcome=\"stored", "a\\x22 outcome=\\x22stored" },
  { "backslash-before-the-end", "a\\", "a\\x5C" },
  { "line-feed", "a\ntlsrpt-ingest: stored:", "a\\x0Atlsrpt-ingest: stored:" },
  { "carriage-return", "a\rb", "a\\x0Db" },
  { "escape-sequence", "\x1b[2J\x1b]0;title\x07", "\\x1B[2J\\x1B]0;title\\x07" },
  { "delete-and-c1", "\x7f\xc2\x9b" "31m", "\\x7F\\xC2\\x9B31m" },
  { "line-separator", "a\xe2\x80\xa8" "b", "a\\xE2\\x80\\xA8b" },
  { "right-to-left-override", "a\xe2\x80\xae" "b", "a\\xE2\\x80\\xAEb" },
  { "no-utf-8", "a\xff\xc0\x80", "a\\xFF\\xC0\\x80" },
  { "utf-8", "B\xc3\xbc" "cher", "B\xc3\xbc" "cher" },
  { "printf", "%s%n%100000d", "%s%n%100000d" },
};
/* clang-format on */

static void
shows_value (gconstpointer data)
{
  const ValueCase *row = data;
  TlsrptLogMessage message = {
    .outcome = "stored",
    .queue_id = row->value,
    .client = row->value,
    .sender = row->value,
    .recipient = row->value,
    .organization = row->value,
    .report_id = row->value,
    .domain = row->value,
    .dkim_result = "pass",
    .dkim_domain = row->value,
    .reports = 1,
    .milliseconds = 7,
  };
  const char *shown = row->shown;
  g_autofree char *line = tlsrpt_log_message_format (&message);
  g_autofree char *expected = g_strdup_printf (
      "stored: queue-id=\"%s\" client=\"%s\" sender=\"%s\" recipient=\"%s\" organization=\"%s\" "
      "report-id=\"%s\" domain=\"%s\" dkim=pass dkim-domain=\"%s\" ms=7",
      shown, shown, shown, shown, shown, shown, shown, shown);

  g_assert_cmpstr (line, ==, expected);
}

static void
cuts_long_values (void)
{
  g_autofree char *value = g_strnfill (1000000, '"');
  TlsrptLogMessage message = { .outcome = "stored", .sender = value, .reports = 1 };
  g_autofree char *line = tlsrpt_log_message_format (&message);

  g_assert_cmpuint (strlen (line), <, 400);
  g_assert_nonnull (strstr (line, "...\" ms=0"));
}

static void
leaves_out_what_is_not_known (void)
{
  TlsrptLogMessage message = { .outcome = "quarantined",
                               .message_id = "1@sender.example",
                               .reason = "no-report",
                               .detail = "message: no TLS report",
                               .milliseconds = 3 };
  g_autofree char *line = tlsrpt_log_message_format (&message);

  g_assert_cmpstr (line, ==,
                   "quarantined: reason=no-report detail=\"message: no TLS report\" "
                   "message-id=\"1@sender.example\" reports=0 ms=3");
}

/* The detail quotes what a stranger wrote: it must not pass for a key of ours. */
static void
detail_ends_in_its_own_marks (void)
{
  TlsrptLogMessage message = { .outcome = "quarantined",
                               .reason = "no-report",
                               .detail = "a part of 'x\" queue-id=\"1'",
                               .queue_id = "2",
                               .reports = 1 };
  g_autofree char *line = tlsrpt_log_message_format (&message);

  g_assert_cmpstr (line, ==,
                   "quarantined: reason=no-report detail=\"a part of 'x\\x22 queue-id=\\x221'\" "
                   "queue-id=\"2\" ms=0");
}

/* On stderr it is one line, whatever the text. */
static void
writes_one_line (void)
{
  if (g_test_subprocess ()) {
    tlsrpt_log_line ("%s", "a\nb\x1b"
                           "c\r\n");
    return;
  }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("tlsrpt-ingest: a b c\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (value_cases); i++) {
    g_autofree char *path = g_strconcat ("/log/value/", value_cases[i].name, NULL);
    g_test_add_data_func (path, &value_cases[i], shows_value);
  }
  g_test_add_func ("/log/value/very-long-is-cut", cuts_long_values);
  g_test_add_func ("/log/leaves-out-what-is-not-known", leaves_out_what_is_not_known);
  g_test_add_func ("/log/detail-ends-in-its-own-marks", detail_ends_in_its_own_marks);
  g_test_add_func ("/log/writes-one-line", writes_one_line);
  return g_test_run ();
}
