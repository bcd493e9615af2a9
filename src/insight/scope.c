/* SPDX-License-Identifier: GPL-3.0-or-later
 * Text of a column to a word, a day, a mechanism or a mode. */
#include "insight/scope.h"

#include <string.h>

const char *
tlsrpt_scope_text (TlsrptFacts *facts, const PGresult *result, int row, int column)
{
  if (PQgetisnull (result, row, column))
    return NULL;
  return tlsrpt_facts_word (facts, PQgetvalue (result, row, column));
}

gint32
tlsrpt_scope_day (const PGresult *result, int row, int column)
{
  return (gint32)g_ascii_strtoll (PQgetvalue (result, row, column), NULL, 10);
}

TlsrptMechanism
tlsrpt_scope_mechanism (const char *type)
{
  if (type == NULL)
    return TLSRPT_MECHANISM_OTHER;
  return strcmp (type, "sts") == 0    ? TLSRPT_MECHANISM_STS
         : strcmp (type, "tlsa") == 0 ? TLSRPT_MECHANISM_TLSA
         : strcmp (type, "no-policy-found") == 0 || strcmp (type, "no-sts-found") == 0 ||
                 strcmp (type, "no-tlsa-found") == 0
             ? TLSRPT_MECHANISM_NONE
             : TLSRPT_MECHANISM_OTHER;
}

TlsrptPolicyMode
tlsrpt_scope_mode (const char *mode)
{
  if (mode == NULL)
    return TLSRPT_MODE_UNKNOWN;
  return tlsrpt_judgement_word (tlsrpt_mode_names, TLSRPT_N_MODES, mode, TLSRPT_MODE_UNKNOWN);
}
