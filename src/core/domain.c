/* SPDX-License-Identifier: GPL-3.0-or-later
 * A domain as someone wrote it to the form in which domains are compared. */
#include "core/report.h"

#include <string.h>

char *
tlsrpt_domain_canonical (const char *domain)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (domain));
  gsize length = strlen (trimmed);
  char *ascii;

  if (length > 1 && trimmed[length - 1] == '.')
    trimmed[length - 1] = '\0';
  if (!g_hostname_is_non_ascii (trimmed))
    return g_ascii_strdown (trimmed, -1);
  ascii = g_hostname_to_ascii (trimmed);
  if (ascii == NULL)
    return g_utf8_strdown (trimmed, -1);
  for (char *c = ascii; *c != '\0'; c++)
    *c = g_ascii_tolower (*c);
  return ascii;
}
