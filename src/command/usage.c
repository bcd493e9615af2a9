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

gboolean
tlsrpt_usage_period (const char *command, const TlsrptUsageDays *days, TlsrptPeriod *period,
                     GError **error)
{
  gint64 now = g_get_real_time ();

  if (days->last == NULL)
    return tlsrpt_period_parse (days->since, days->until, now, period, error);
  if (days->since == NULL && days->until == NULL)
    return tlsrpt_period_last (days->last, now, period, error);
  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE,
               "%s: --last cannot be combined with --since or --until", command);
  return FALSE;
}
