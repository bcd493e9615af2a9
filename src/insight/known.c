/* SPDX-License-Identifier: GPL-3.0-or-later
 * Hosts and their providers, by domain, each with its first day. */
#include "insight/known.h"

#include <string.h>

/* First days by host, and by domain that a provider has its hosts under. */
typedef struct {
  GHashTable *hosts;
  GHashTable *providers;
} Hosts;

struct _TlsrptKnown {
  GHashTable *by_domain;
};

static void
hosts_free (gpointer data)
{
  Hosts *hosts = data;

  g_hash_table_unref (hosts->hosts);
  g_hash_table_unref (hosts->providers);
  g_free (hosts);
}

TlsrptKnown *
tlsrpt_known_new (void)
{
  TlsrptKnown *known = g_new0 (TlsrptKnown, 1);

  known->by_domain = g_hash_table_new_full (NULL, NULL, NULL, hosts_free);
  return known;
}

void
tlsrpt_known_free (TlsrptKnown *known)
{
  if (known == NULL)
    return;
  g_hash_table_unref (known->by_domain);
  g_free (known);
}

/* Names that registries of countries put under their own, as in co.uk. */
static const char *const second_levels[] = { "ac", "co",  "com", "edu", "gob", "gov",
                                             "go", "ltd", "mil", "ne",  "net", "nom",
                                             "or", "org", "plc", "sch", NULL };

const char *
tlsrpt_known_provider (const char *host)
{
  const char *dot = strchr (host, '.');
  const char *parent = dot != NULL ? dot + 1 : "";
  const char *inner = strchr (parent, '.');
  g_autofree char *label = NULL;

  if (inner == NULL)
    return NULL;
  label = g_strndup (parent, (gsize)(inner - parent));
  if (strlen (inner + 1) == 2 && g_strv_contains (second_levels, label))
    return NULL;
  return parent;
}

static void
add_first (GHashTable *days, const char *name, gint32 day)
{
  gpointer first;

  if (!g_hash_table_lookup_extended (days, name, NULL, &first) || GPOINTER_TO_INT (first) > day)
    g_hash_table_insert (days, (gpointer)name, GINT_TO_POINTER (day));
}

static gboolean
has_by (GHashTable *days, const char *name, gint32 day)
{
  gpointer first;

  return g_hash_table_lookup_extended (days, name, NULL, &first) && GPOINTER_TO_INT (first) <= day;
}

void
tlsrpt_known_add (TlsrptKnown *known, const char *domain, const char *host, gint32 day)
{
  gboolean is_pattern = g_str_has_prefix (host, "*.");
  const char *name = is_pattern ? host + 2 : host;
  const char *provider =
      is_pattern && strchr (name, '.') != NULL ? name : tlsrpt_known_provider (name);
  Hosts *hosts = g_hash_table_lookup (known->by_domain, domain);

  if (hosts == NULL) {
    hosts = g_new0 (Hosts, 1);
    hosts->hosts = g_hash_table_new (g_str_hash, g_str_equal);
    hosts->providers = g_hash_table_new (g_str_hash, g_str_equal);
    g_hash_table_insert (known->by_domain, (gpointer)domain, hosts);
  }
  add_first (hosts->hosts, name, day);
  if (provider != NULL)
    add_first (hosts->providers, provider, day);
}

gboolean
tlsrpt_known_has (const TlsrptKnown *known, const char *domain, const char *host, gint32 day)
{
  const Hosts *hosts = g_hash_table_lookup (known->by_domain, domain);

  if (hosts == NULL)
    return FALSE;
  if (has_by (hosts->hosts, host, day))
    return TRUE;
  for (const char *rest = host; rest != NULL; rest = strchr (rest, '.')) {
    if (*rest == '.')
      rest++;
    if (has_by (hosts->providers, rest, day))
      return TRUE;
  }
  return FALSE;
}
