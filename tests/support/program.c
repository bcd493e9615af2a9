/* SPDX-License-Identifier: GPL-3.0-or-later
 * build/src/tlsrpt-ingest as a child process, and mails for it. */
#include "support/program.h"

#include "support/cluster.h"

#include <gio/gio.h>
#include <stdarg.h>
#include <string.h>
#include <sys/wait.h>

void
program_clear (Program *program)
{
  g_free (program->out);
  g_free (program->err);
}

static char *
text_of (GBytes *bytes)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  return length > 0 ? g_strndup (data, length) : g_strdup ("");
}

/* Each command as who it is for: what is stored as the writer, what is read as the reader. */
static char *
as_login (const char *command, const char *word)
{
  if (*command == '-' ||
      g_strv_contains ((const char *const[]){ "deliver", "replay", NULL }, command))
    return cluster_login (word, "tlsrpt_writer");
  if (strcmp (command, "digest") == 0)
    return cluster_login (word, "tlsrpt_reader");
  if (strcmp (command, "alert") == 0)
    return cluster_login (word, "tlsrpt_alerter");
  return g_strdup (word);
}

Program
program_runv (const char *input, const char *const *words)
{
  const char *folder = g_getenv ("TESTED_BUILD_ROOT");
  g_autofree char *path =
      g_build_filename (folder != NULL ? folder : "build", "src", "tlsrpt-ingest", NULL);
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (input, input != NULL ? strlen (input) : 0);
  g_autoptr (GBytes) out = NULL;
  g_autoptr (GBytes) err = NULL;
  g_autoptr (GError) error = NULL;
  gboolean needs_owner;

  needs_owner = g_strv_contains (words, "--from-evidence");
  g_ptr_array_add (argv, g_strdup (path));
  for (gsize i = 0; words[i] != NULL; i++)
    g_ptr_array_add (argv, needs_owner ? g_strdup (words[i]) : as_login (words[0], words[i]));
  g_ptr_array_add (argv, NULL);
  process = g_subprocess_newv ((const char *const *)argv->pdata,
                               G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                   G_SUBPROCESS_FLAGS_STDERR_PIPE,
                               &error);
  g_assert_no_error (error);
  g_subprocess_communicate (process, bytes, NULL, &out, &err, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE)) /* it read no input */
    g_clear_error (&error);
  g_assert_no_error (error);
  return (Program){
    .status = g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process)
                                                   : -g_subprocess_get_term_sig (process),
    .out = text_of (out),
    .err = text_of (err),
  };
}

Program
program_run (const char *input, ...)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  const char *word;
  va_list list;

  va_start (list, input);
  while ((word = va_arg (list, const char *)) != NULL)
    g_ptr_array_add (words, (gpointer)word);
  va_end (list);
  g_ptr_array_add (words, NULL);
  return program_runv (input, (const char *const *)words->pdata);
}

char *
program_mail (const char *report_id, const char *domain, const char *reason)
{
  return g_strdup_printf (
      "From: reports <noreply@sender.example>\n"
      "Date: Tue, 07 May 2024 01:02:03 +0000\n"
      "Subject: Report Domain: %s Submitter: sender.example Report-ID: <%s>\n"
      "Message-ID: <%s@sender.example>\n"
      "TLS-Report-Domain: %s\n"
      "TLS-Report-Submitter: sender.example\n"
      "MIME-Version: 1.0\n"
      "Content-Type: application/tlsrpt+json\n"
      "\n"
      "{\"organization-name\": \"Sender\", \"report-id\": \"%s\", \"contact-info\": "
      "\"a@b.example\",\n"
      " \"date-range\": {\"start-datetime\": \"2024-05-06T00:00:00Z\",\n"
      "                \"end-datetime\": \"2024-05-06T23:59:59Z\"},\n"
      " \"policies\": [{\"policy\": {\"policy-type\": \"sts\", \"policy-domain\": \"%s\"},\n"
      "   \"summary\": {\"total-successful-session-count\": 9,\n"
      "               \"total-failure-session-count\": 1},\n"
      "   \"failure-details\": [{\"result-type\": \"certificate-expired\",\n"
      "     \"sending-mta-ip\": \"192.0.2.1\", \"receiving-mx-hostname\": \"mx.example.org\",\n"
      "     \"failed-session-count\": 1, \"failure-reason-code\": \"%s\"}]}]}\n",
      domain, report_id, report_id, domain, report_id, domain, reason);
}
