/* SPDX-License-Identifier: GPL-3.0-or-later
 * One line to stderr and, if opened, to syslog. A line break in a text becomes a space: what follows
 * it could pass for a line of our own. */
#include "log.h"

#include "core/errors.h"

#include <syslog.h>

static gboolean to_syslog;

void
tlsrpt_log_open_syslog (void)
{
  openlog ("tlsrpt-ingest", LOG_PID, LOG_MAIL);
  to_syslog = TRUE;
}

/* @quoted has no control characters; a quotation mark in it does not end it. */
static void
append_quoted (GString *line, const char *key, const char *quoted)
{
  g_string_append_printf (line, " %s=\"", key);
  for (const char *c = quoted; *c != '\0'; c++)
    if (*c == '"')
      g_string_append (line, "\\x22");
    else
      g_string_append_c (line, *c);
  g_string_append_c (line, '"');
}

static void
append_value (GString *line, const char *key, const char *value)
{
  g_autofree char *quoted = value != NULL ? tlsrpt_quote (value) : NULL;

  if (quoted != NULL)
    append_quoted (line, key, quoted);
}

char *
tlsrpt_log_message_format (const TlsrptLogMessage *message)
{
  GString *line = g_string_new (message->outcome);

  g_string_append_c (line, ':');
  if (message->reason != NULL)
    g_string_append_printf (line, " reason=%s", message->reason);
  if (message->detail != NULL)
    append_quoted (line, "detail", message->detail);
  append_value (line, "queue-id", message->queue_id);
  if (message->queue_id == NULL)
    append_value (line, "message-id", message->message_id);
  append_value (line, "client", message->client);
  append_value (line, "sender", message->sender);
  append_value (line, "recipient", message->recipient);
  append_value (line, "organization", message->organization);
  append_value (line, "report-id", message->report_id);
  append_value (line, "domain", message->domain);
  if (message->dkim_result != NULL)
    g_string_append_printf (line, " dkim=%s", message->dkim_result);
  append_value (line, "dkim-domain", message->dkim_domain);
  if (message->reports != 1)
    g_string_append_printf (line, " reports=%u", message->reports);
  g_string_append_printf (line, " ms=%" G_GINT64_FORMAT, message->milliseconds);
  return g_string_free (line, FALSE);
}

static void
write_line (int priority, char *line)
{
  for (char *c = line; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      *c = ' ';
  g_strchomp (line);
  g_printerr ("tlsrpt-ingest: %s\n", line);
  if (to_syslog)
    syslog (priority, "%s", line);
}

void
tlsrpt_log_line (const char *format, ...)
{
  g_autofree char *line = NULL;
  va_list arguments;

  va_start (arguments, format);
  line = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  write_line (LOG_INFO, line);
}

void
tlsrpt_log_error (const GError *error)
{
  g_autofree char *line = g_strdup (error->message);

  write_line (LOG_ERR, line);
}
