/* SPDX-License-Identifier: GPL-3.0-or-later
 * Checks for names that no shell and no mail header can misread. */
#include "core/name.h"

#include "core/domain.h"

#include <string.h>

#define HOST_CHARACTERS 253
#define LOCAL_PART_CHARACTERS 64

#define LETTERS_AND_DIGITS "abcdefghijklmnopqrstuvwxyz0123456789"

/* Atom text of RFC 5322 but for what a shell or mailto: could take for something else. */
#define LOCAL_PART LETTERS_AND_DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZ._+=-"

char *
tlsrpt_name_host (const char *name)
{
  g_autofree char *host = NULL;

  if (name == NULL || strlen (name) > HOST_CHARACTERS || !g_utf8_validate (name, -1, NULL))
    return NULL;
  host = tlsrpt_domain_canonical (name);
  if (strlen (host) > HOST_CHARACTERS || *host == '\0' || *host == '-' || *host == '.' ||
      host[strspn (host, LETTERS_AND_DIGITS "._-")] != '\0')
    return NULL;
  return g_steal_pointer (&host);
}

char *
tlsrpt_name_address (const char *address)
{
  if (address == NULL || address[strspn (address, "0123456789abcdefABCDEF:.")] != '\0' ||
      !g_hostname_is_ip_address (address))
    return NULL;
  return g_ascii_strdown (address, -1);
}

static char *
mailbox (const char *word)
{
  const char *at = strrchr (word, '@');
  gsize length = at == NULL ? 0 : (gsize)(at - word);
  g_autofree char *host = at == NULL ? NULL : tlsrpt_name_host (at + 1);
  g_autofree char *local = NULL;

  if (host == NULL || strchr (host, '.') == NULL || length == 0 || length > LOCAL_PART_CHARACTERS ||
      strspn (word, LOCAL_PART) < length || strchr ("-.", *word) != NULL)
    return NULL;
  local = g_strndup (word, length);
  return g_strconcat (local, "@", host, NULL);
}

char *
tlsrpt_name_mailbox (const char *contact_info)
{
  g_auto (GStrv) words = NULL;
  char *found = NULL;

  if (contact_info == NULL)
    return NULL;
  words = g_strsplit_set (contact_info, " \t\r\n,;<>()[]\"'", -1);
  for (guint i = 0; words[i] != NULL && found == NULL; i++)
    found = mailbox (g_ascii_strncasecmp (words[i], "mailto:", 7) == 0 ? words[i] + 7 : words[i]);
  return found;
}
