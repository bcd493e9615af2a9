/* SPDX-License-Identifier: GPL-3.0-or-later
 * Checks of the command line that several commands share. */
#include "command/usage.h"

#include "core/errors.h"

#include <string.h>

gboolean
tlsrpt_usage_fail (GError **error, const char *text)
{
  g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE, text);
  return FALSE;
}

gboolean
tlsrpt_usage_address (const char *option, const char *address, GError **error)
{
  g_autofree char *quoted = NULL;

  if (address == NULL ||
      (*address != '\0' && *address != '-' && strpbrk (address, " \t\r\n<>,;:\"") == NULL))
    return TRUE;
  quoted = tlsrpt_quote (address);
  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE,
               "%s: '%s' is not one mail address, as in postmaster@example.org", option, quoted);
  return FALSE;
}
