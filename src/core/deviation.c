/* SPDX-License-Identifier: GPL-3.0-or-later
 * The words for what is tolerated. */
#include "core/deviation.h"

#define WORD(name, word, found, seen_from, stored) [TLSRPT_DEVIATION_##name] = (word),

static const char *const words[TLSRPT_N_DEVIATIONS] = { TLSRPT_DEVIATIONS (WORD) };

const char *
tlsrpt_deviation_name (TlsrptDeviation deviation)
{
  g_return_val_if_fail ((guint)deviation < TLSRPT_N_DEVIATIONS, NULL);
  return words[deviation];
}

const char **
tlsrpt_deviation_names (guint64 deviations)
{
  const char **names = g_new0 (const char *, TLSRPT_N_DEVIATIONS + 1);
  gsize n = 0;

  for (guint i = 0; i < TLSRPT_N_DEVIATIONS; i++)
    if ((deviations >> i & 1) != 0)
      names[n++] = words[i];
  return names;
}
