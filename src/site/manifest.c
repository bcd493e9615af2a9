/* SPDX-License-Identifier: GPL-3.0-or-later
 * A list of files to text and back. Refuses a text in which anything is odd: what it names is deleted. */
#include "site/manifest.h"

#include <string.h>

#define FIRST_LINE "tlsrpt-ingest site 1\n"
#define NO_SOURCE "-"

static void
entry_free (gpointer data)
{
  TlsrptManifestEntry *entry = data;

  g_free (entry->source);
  g_free (entry);
}

GHashTable *
tlsrpt_manifest_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, entry_free);
}

void
tlsrpt_manifest_set (GHashTable *manifest, const char *path, const TlsrptManifestEntry *entry)
{
  TlsrptManifestEntry *copy = g_new (TlsrptManifestEntry, 1);

  *copy = *entry;
  copy->source = g_strdup (entry->source);
  g_hash_table_replace (manifest, g_strdup (path), copy);
}

static gboolean
is_name (const char *name, gsize length)
{
  if (length == 0 || name[0] == '.')
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (name[i]) && strchr ("-_.~", name[i]) == NULL)
      return FALSE;
  return TRUE;
}

gboolean
tlsrpt_manifest_is_path (const char *path)
{
  const char *slash = strchr (path, '/');

  if (slash == NULL)
    return is_name (path, strlen (path));
  return is_name (path, (gsize)(slash - path)) && is_name (slash + 1, strlen (slash + 1));
}

/* `SIZE TIME SOURCE PATH` */
static gboolean
parse_line (GHashTable *manifest, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 4);
  TlsrptManifestEntry entry = { 0 };

  if (g_strv_length (words) != 4 || !tlsrpt_manifest_is_path (words[3]) ||
      !g_ascii_string_to_unsigned (words[0], 10, 0, G_MAXUINT64, &entry.size, NULL) ||
      !g_ascii_string_to_signed (words[1], 10, G_MININT64, G_MAXINT64, &entry.changed_at, NULL))
    return FALSE;
  entry.source = strcmp (words[2], NO_SOURCE) != 0 ? words[2] : NULL;
  tlsrpt_manifest_set (manifest, words[3], &entry);
  return TRUE;
}

GHashTable *
tlsrpt_manifest_parse (const char *text)
{
  g_autoptr (GHashTable) manifest = tlsrpt_manifest_new ();
  const char *line = text + strlen (FIRST_LINE);

  if (!g_str_has_prefix (text, FIRST_LINE) || !g_str_has_suffix (text, "\n"))
    return NULL;
  while (*line != '\0') {
    const char *end = strchr (line, '\n');
    g_autofree char *copy = g_strndup (line, (gsize)(end - line));

    if (!parse_line (manifest, copy))
      return NULL;
    line = end + 1;
  }
  return g_steal_pointer (&manifest);
}

char *
tlsrpt_manifest_text (GHashTable *manifest)
{
  GString *text = g_string_new (FIRST_LINE);
  g_autoptr (GList) paths = g_list_sort (g_hash_table_get_keys (manifest), (GCompareFunc)strcmp);

  for (const GList *path = paths; path != NULL; path = path->next) {
    const TlsrptManifestEntry *entry = g_hash_table_lookup (manifest, path->data);

    g_string_append_printf (text, "%" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %s %s\n", entry->size,
                            entry->changed_at, entry->source != NULL ? entry->source : NO_SOURCE,
                            (const char *)path->data);
  }
  return g_string_free (text, FALSE);
}
