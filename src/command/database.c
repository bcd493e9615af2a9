/* SPDX-License-Identifier: GPL-3.0-or-later
 * A database connection for a command whose user is at a terminal and may read what the server
 * says. */
#include "command/database.h"

#include "core/errors.h"

#include <stdlib.h>
#include <string.h>

#define DAYS_MAX 36500

void
tlsrpt_database_add_target (const TlsrptSettings *settings, GError **error)
{
  g_autofree char *target = tlsrpt_connect_target (settings->conninfo);
  g_autofree char *text = NULL;

  if (error == NULL || *error == NULL || target == NULL)
    return;
  text = g_strdup_printf ("%s; tried: %s%s", (*error)->message, target,
                          settings->conninfo == NULL ? ", because conninfo is not set" : "");
  g_free ((*error)->message);
  (*error)->message = g_steal_pointer (&text);
}

TlsrptPg *
tlsrpt_database_open (const TlsrptSettings *settings, guint seconds, GError **error)
{
  guint64 span = seconds > 0 ? seconds : settings->deadline;
  gint64 deadline = g_get_monotonic_time () + (gint64)span * G_TIME_SPAN_SECOND;
  TlsrptPg *pg = tlsrpt_pg_connect (settings->conninfo, deadline, error);

  if (pg == NULL)
    tlsrpt_database_add_target (settings, error);
  return pg;
}

static char *
quote_identifier (const char *name)
{
  g_auto (GStrv) pieces = g_strsplit (name, "\"", -1);
  g_autofree char *inner = g_strjoinv ("\"\"", pieces);

  return g_strconcat ("\"", inner, "\"", NULL);
}

static char *
explain_privilege (TlsrptPg *pg, const char *role, const char *server_message)
{
  g_autofree char *user = quote_identifier (tlsrpt_pg_user (pg));
  g_autofree char *message = g_strdup (server_message);

  if (tlsrpt_pg_has_role (pg, role))
    return g_strdup_printf ("database: user %s has role %s, but in database \"%s\" that role lacks "
                            "a privilege (%s), as after a restored dump: as a superuser run "
                            "`tlsrpt-ingest schema install` (SQLSTATE 42501)",
                            user, role, tlsrpt_pg_database (pg), message);
  return g_strdup_printf ("database: user %s lacks a privilege in database \"%s\" (%s): as a "
                          "superuser run GRANT %s TO %s (SQLSTATE 42501)",
                          user, tlsrpt_pg_database (pg), message, role, user);
}

void
tlsrpt_database_explain (TlsrptPg *pg, const char *role, GError **error)
{
  const char *message = tlsrpt_pg_server_message (pg);
  g_autofree char *text = NULL;

  if (error == NULL || *error == NULL || message == NULL)
    return;
  if (strcmp (tlsrpt_pg_sqlstate (pg), "42501") == 0)
    text = explain_privilege (pg, role, message);
  else
    text = g_strdup_printf ("%s: %s", (*error)->message, message);
  g_free ((*error)->message);
  (*error)->message = g_steal_pointer (&text);
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
