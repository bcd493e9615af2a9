/* SPDX-License-Identifier: GPL-3.0-or-later
 * Names to addresses. A name that would need escaping has no address. */
#include "insight/link.h"

#include <string.h>

#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789-_."

char *
tlsrpt_link_incident (const char *site, gint64 number)
{
  return site != NULL ? g_strdup_printf ("%s/incident/%" G_GINT64_FORMAT ".html", site, number)
                      : NULL;
}

gboolean
tlsrpt_link_is_file_name (const char *name)
{
  gsize length = strlen (name);

  return length > 0 && length <= TLSRPT_LINK_NAME_BYTES_MAX &&
         strspn (name, NAME_CHARACTERS) == length && *name != '-' && *name != '.' &&
         name[length - 1] != '.' && strstr (name, "..") == NULL;
}

char *
tlsrpt_link_domain (const char *site, const char *domain)
{
  if (site == NULL || domain == NULL || !tlsrpt_link_is_file_name (domain))
    return NULL;
  return g_strdup_printf ("%s/domain/%s.html", site, domain);
}
