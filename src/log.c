/* SPDX-License-Identifier: GPL-3.0-or-later
 * One line to stderr and, if opened, to syslog. A line break in a text becomes a space: what follows
 * it could pass for a line of our own. */
#include "log.h"

#include <syslog.h>

static gboolean to_syslog;

void
tlsrpt_log_open_syslog (void)
{
  openlog ("tlsrpt-ingest", LOG_PID, LOG_MAIL);
  to_syslog = TRUE;
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
