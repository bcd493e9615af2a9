/* SPDX-License-Identifier: GPL-3.0-or-later
 * A domain as someone wrote it to the form in which domains are compared. */
#include "core/report.h"

#include <string.h>

/* A domain of 255 bytes as A-label has fewer characters than that as U-label, of 4 bytes at most.
 * The conversion is quadratic, and what is longer is no domain. */
#define U_LABEL_MAX_BYTES (255 * 4)

char *
tlsrpt_domain_canonical (const char *domain)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (domain));
  gsize length = strlen (trimmed);
  char *ascii;

  if (length > 1 && trimmed[length - 1] == '.')
    trimmed[--length] = '\0';
  if (!g_hostname_is_non_ascii (trimmed) || length > U_LABEL_MAX_BYTES ||
      !g_utf8_validate (trimmed, -1, NULL))
    return g_ascii_strdown (trimmed, -1);
  ascii = g_hostname_to_ascii (trimmed);
  if (ascii == NULL)
    return g_utf8_strdown (trimmed, -1);
  for (char *c = ascii; *c != '\0'; c++)
    *c = g_ascii_tolower (*c);
  return ascii;
}
