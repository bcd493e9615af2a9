/* SPDX-License-Identifier: GPL-3.0-or-later
 * Splits libpq's list of hosts. libpq itself waits without a limit for the first host that accepts
 * and then says nothing, because connect_timeout does not hold for connections made without
 * blocking. Lists that rely on defaults are refused. */
#include "pg/hosts.h"

#include <string.h>

/* As in libpq. */
#define TIMEOUT_MIN_SECONDS 2

static void
host_free (gpointer data)
{
  TlsrptHost *host = data;

  g_free (host->host);
  g_free (host->hostaddr);
  g_free (host->port);
  g_free (host);
}

static const char *
find_option (const PQconninfoOption *options, const char *keyword)
{
  for (; options->keyword != NULL; options++)
    if (strcmp (options->keyword, keyword) == 0)
      return options->val != NULL && *options->val != '\0' ? options->val : NULL;
  return NULL;
}

/* The values of a list; TRUE if there are as many as hosts, or one or none for all of them. */
static gboolean
split (const char *value, guint n, char ***values)
{
  guint n_values;

  *values = value != NULL ? g_strsplit (value, ",", -1) : NULL;
  if (*values == NULL)
    return TRUE;
  n_values = g_strv_length (*values);
  for (guint i = 0; i < n_values; i++)
    if (*(*values)[i] == '\0')
      return FALSE;
  return n_values == n || n_values == 1;
}

static char *
nth (char **values, guint i)
{
  if (values == NULL)
    return NULL;
  return g_strdup (values[1] != NULL ? values[i] : values[0]);
}

static guint
count (const char *value)
{
  guint n = value != NULL ? 1 : 0;

  for (const char *p = value; p != NULL && *p != '\0'; p++)
    n += *p == ',';
  return n;
}

GPtrArray *
tlsrpt_hosts (PGconn *connection)
{
  GPtrArray *hosts = g_ptr_array_new_with_free_func (host_free);
  PQconninfoOption *options = PQconninfo (connection);
  const char *host = options != NULL ? find_option (options, "host") : NULL;
  const char *hostaddr = options != NULL ? find_option (options, "hostaddr") : NULL;
  guint n = MAX (count (host), count (hostaddr));
  const char *wanted = options != NULL ? find_option (options, "target_session_attrs") : NULL;
  g_auto (GStrv) names = NULL;
  g_auto (GStrv) addresses = NULL;
  g_auto (GStrv) ports = NULL;

  /* This mode goes through the list twice. */
  if (wanted != NULL && strcmp (wanted, "prefer-standby") == 0)
    n = 0;
  if (n > 1 && split (host, n, &names) && split (hostaddr, n, &addresses) &&
      split (find_option (options, "port"), n, &ports))
    for (guint i = 0; i < n; i++) {
      TlsrptHost *entry = g_new0 (TlsrptHost, 1);

      entry->host = nth (names, i);
      entry->hostaddr = nth (addresses, i);
      entry->port = nth (ports, i);
      g_ptr_array_add (hosts, entry);
    }
  PQconninfoFree (options);
  return hosts;
}

gint64
tlsrpt_hosts_timeout (PGconn *connection)
{
  PQconninfoOption *options = PQconninfo (connection);
  const char *value = options != NULL ? find_option (options, "connect_timeout") : NULL;
  gint64 seconds = value != NULL ? g_ascii_strtoll (value, NULL, 10) : 0;

  PQconninfoFree (options);
  return seconds > 0 ? MAX (seconds, TIMEOUT_MIN_SECONDS) * G_TIME_SPAN_SECOND : 0;
}
