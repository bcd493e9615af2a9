/* SPDX-License-Identifier: GPL-3.0-or-later
 * A connection for a person at a terminal, who may read what the server says. */
#include "command/database.h"

#include "core/errors.h"

#include <stdlib.h>
#include <string.h>

#define DAYS_MAX 36500

TlsrptPg *
tlsrpt_database_open (const TlsrptSettings *settings, guint seconds, GError **error)
{
  guint64 span = seconds > 0 ? seconds : settings->deadline;

  return tlsrpt_pg_connect (settings->conninfo,
                            g_get_monotonic_time () + (gint64)span * G_TIME_SPAN_SECOND, error);
}

void
tlsrpt_database_explain (const TlsrptPg *pg, GError **error)
{
  const char *message = tlsrpt_pg_server_message (pg);
  GError *plain;

  if (error == NULL || *error == NULL || message == NULL)
    return;
  plain = *error;
  *error = g_error_new (plain->domain, plain->code, "%s: %s", plain->message, message);
  g_error_free (plain);
}

gboolean
tlsrpt_days_parse (const char *text, const char *option, guint *days, GError **error)
{
  gsize length = strlen (text);
  g_autofree char *digits =
      g_str_has_suffix (text, "d") ? g_strndup (text, length - 1) : g_strdup (text);
  guint64 value;

  if (!g_ascii_string_to_unsigned (digits, 10, 0, DAYS_MAX, &value, NULL)) {
    g_autofree char *quoted = tlsrpt_quote (text);

    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE,
                 "%s: '%s' is not a number of days, as in 400d", option, quoted);
    return FALSE;
  }
  *days = (guint)value;
  return TRUE;
}
