/* SPDX-License-Identifier: GPL-3.0-or-later
 * Names to paths of pages. */
#include "site/atlas.h"

#include "site/slug.h"

/* A key is a UUID whose first digits are the day of the report, since 1970. */
#define KEY_LENGTH 36
#define KEY_DAY_DIGITS 8

struct _TlsrptAtlas {
  GHashTable *names[TLSRPT_N_SHEETS];
  gint32 since;
  gint32 until;
};

static const char *const folders[TLSRPT_N_SHEETS] = {
  [TLSRPT_SHEET_DOMAIN] = "domain",     [TLSRPT_SHEET_MX] = "mx",
  [TLSRPT_SHEET_INCIDENT] = "incident", [TLSRPT_SHEET_REPORTER] = "reporter",
  [TLSRPT_SHEET_DAY] = "day",           [TLSRPT_SHEET_REPORT] = "report",
};

TlsrptAtlas *
tlsrpt_atlas_new (gint32 since, gint32 until)
{
  TlsrptAtlas *atlas = g_new0 (TlsrptAtlas, 1);

  atlas->since = since;
  atlas->until = until;
  for (guint i = 0; i < TLSRPT_N_SHEETS; i++)
    atlas->names[i] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return atlas;
}

void
tlsrpt_atlas_free (TlsrptAtlas *atlas)
{
  if (atlas == NULL)
    return;
  for (guint i = 0; i < TLSRPT_N_SHEETS; i++)
    g_hash_table_unref (atlas->names[i]);
  g_free (atlas);
}

void
tlsrpt_atlas_add (TlsrptAtlas *atlas, TlsrptSheet sheet, const char *name)
{
  g_hash_table_add (atlas->names[sheet], g_strdup (name));
}

static gboolean
has_report (const TlsrptAtlas *atlas, const char *key)
{
  g_autofree char *digits = g_strndup (key, KEY_DAY_DIGITS);
  guint64 day;

  return g_utf8_strlen (key, -1) == KEY_LENGTH &&
         g_ascii_string_to_unsigned (digits, 16, 0, G_MAXINT32, &day, NULL) &&
         (gint64)day >= atlas->since && (gint64)day <= atlas->until;
}

char *
tlsrpt_atlas_path (const TlsrptAtlas *atlas, TlsrptSheet sheet, const char *name)
{
  g_autofree char *slug = NULL;

  if (sheet == TLSRPT_SHEET_REPORT ? !has_report (atlas, name)
                                   : !g_hash_table_contains (atlas->names[sheet], name))
    return NULL;
  slug = tlsrpt_slug (name);
  return g_strconcat (folders[sheet], "/", slug, ".html", NULL);
}
