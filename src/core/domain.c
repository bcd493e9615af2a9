/* SPDX-License-Identifier: GPL-3.0-or-later
 * A domain as someone wrote it to the form in which domains are compared. */
#include "core/domain.h"

#include <string.h>

/* A domain of 255 bytes as A-label has fewer characters than that as U-label, of 4 bytes at most.
 * The conversion is quadratic, and what is longer is no domain. */
#define U_LABEL_MAX_BYTES (255 * 4)
/* RFC 1035 section 2.3.4; what is longer is no domain. */
#define DOMAIN_MAX_BYTES 255

/* Removes all final dots and white space, so that a canonical domain does not change when it is
 * made canonical again. */
static gsize
trim_end (char *domain)
{
  gsize length = strlen (domain);

  while (length > 1 && (domain[length - 1] == '.' || g_ascii_isspace (domain[length - 1])))
    domain[--length] = '\0';
  return length;
}

char *
tlsrpt_domain_canonical (const char *domain)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (domain));
  gsize length = trim_end (trimmed);
  char *ascii;

  if (!g_hostname_is_non_ascii (trimmed) || length > U_LABEL_MAX_BYTES ||
      !g_utf8_validate (trimmed, -1, NULL))
    return g_ascii_strdown (trimmed, -1);
  ascii = g_hostname_to_ascii (trimmed);
  if (ascii == NULL)
    return g_utf8_strdown (trimmed, -1);
  for (char *c = ascii; *c != '\0'; c++)
    *c = g_ascii_tolower (*c);
  trim_end (ascii); /* an ideographic full stop is a dot now */
  return ascii;
}

/* Whether a last label is of digits alone: then it is an address, and no domain (RFC 3696 section 2). */
static gboolean
is_number (const char *label)
{
  return label[strspn (label, "0123456789")] == '\0';
}

gboolean
tlsrpt_domain_is_valid (const char *domain)
{
  if (*domain == '\0' || strlen (domain) > DOMAIN_MAX_BYTES)
    return FALSE;
  for (const char *c = domain; *c != '\0'; c++) {
    if (*c == '.' ? c == domain || c[1] == '.' || c[1] == '\0'
                  : !g_ascii_isalnum (*c) && *c != '-' && *c != '_' && (guchar)*c < 0x80)
      return FALSE;
  }
  return TRUE;
}

gboolean
tlsrpt_domain_is_qualified (const char *domain)
{
  const char *last_dot = strrchr (domain, '.');

  return last_dot != NULL && !is_number (last_dot + 1) && tlsrpt_domain_is_valid (domain);
}

gboolean
tlsrpt_domain_is_within (const char *lower, const char *upper)
{
  gsize lower_length = strlen (lower);
  gsize upper_length = strlen (upper);

  if (lower_length < upper_length || strcmp (lower + lower_length - upper_length, upper) != 0)
    return FALSE;
  return lower_length == upper_length || lower[lower_length - upper_length - 1] == '.';
}
