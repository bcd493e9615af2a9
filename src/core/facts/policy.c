/* SPDX-License-Identifier: GPL-3.0-or-later
 * The type and lines of a policy to its mechanism and mode. */
#include "core/facts/policy.h"

#include <string.h>

gboolean
tlsrpt_policy_is_dane (const TlsrptPolicy *policy)
{
  return strcmp (policy->policy_type, "tlsa") == 0 ||
         strcmp (policy->policy_type, "no-tlsa-found") == 0;
}

const char *
tlsrpt_policy_mode (const TlsrptPolicy *policy)
{
  static const char *const modes[] = { "enforce", "testing", "none" };

  if (strcmp (policy->policy_type, "tlsa") == 0)
    return modes[0];
  if (strcmp (policy->policy_type, "sts") != 0)
    return NULL;
  for (gsize i = 0; policy->policy_string[i] != NULL; i++) {
    const char *line = policy->policy_string[i];

    while (g_ascii_isspace (*line))
      line++;
    if (g_ascii_strncasecmp (line, "mode", 4) != 0)
      continue;
    line += 4 + strspn (line + 4, " \t");
    if (*line++ != ':')
      continue;
    line += strspn (line, " \t");
    for (guint mode = 0; mode < G_N_ELEMENTS (modes); mode++)
      if (g_ascii_strncasecmp (line, modes[mode], strlen (modes[mode])) == 0)
        return modes[mode];
  }
  return NULL;
}
