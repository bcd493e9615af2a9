/* SPDX-License-Identifier: GPL-3.0-or-later
 * Names of strangers to names of files. */
#include "site/slug.h"

#include <string.h>

/* 64 bits: nobody finds two names of one digest by making up hosts in reports. */
#define DIGEST_DIGITS 16
#define HEAD_BYTES_MAX 60

static gboolean
is_plain (char c)
{
  return g_ascii_islower (c) || g_ascii_isdigit (c) || c == '-' || c == '_';
}

char *
tlsrpt_slug (const char *name)
{
  g_autofree char *digest = NULL;
  GString *slug;

  if (tlsrpt_link_is_file_name (name))
    return g_strdup (name);
  digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, name, -1);
  slug = g_string_new ("x-");
  for (const char *c = name; *c != '\0' && slug->len < HEAD_BYTES_MAX; c++) {
    char lower = g_ascii_tolower (*c);

    g_string_append_c (slug, is_plain (lower) ? lower : '-');
  }
  g_string_append_printf (slug, "~%.*s", DIGEST_DIGITS, digest);
  return g_string_free (slug, FALSE);
}
