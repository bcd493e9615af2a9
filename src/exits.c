/* SPDX-License-Identifier: GPL-3.0-or-later
 * Error codes to exit statuses. Only 71 and 75 make Postfix and OpenSMTPD try again; every other
 * status bounces the mail, so `deliver` has no other for what is not the message's fault. */
#include "exits.h"

typedef struct {
  int mail;
  int person;
} ExitPair;

/* clang-format off */
static const ExitPair exit_table[TLSRPT_N_ERRORS] = {
  [TLSRPT_ERROR_NO_REPORT]     = { TLSRPT_EXIT_DATA,      TLSRPT_EXIT_DATA },
  [TLSRPT_ERROR_MALFORMED]     = { TLSRPT_EXIT_DATA,      TLSRPT_EXIT_DATA },
  [TLSRPT_ERROR_INVALID]       = { TLSRPT_EXIT_DATA,      TLSRPT_EXIT_DATA },
  [TLSRPT_ERROR_LIMIT]         = { TLSRPT_EXIT_DATA,      TLSRPT_EXIT_DATA },
  [TLSRPT_ERROR_UNSUPPORTED]   = { TLSRPT_EXIT_DATA,      TLSRPT_EXIT_DATA },
  [TLSRPT_ERROR_FOREIGN]       = { TLSRPT_EXIT_REFUSED,   TLSRPT_EXIT_DATA },
  [TLSRPT_ERROR_UNAUTHENTIC]   = { TLSRPT_EXIT_REFUSED,   TLSRPT_EXIT_DATA },
  [TLSRPT_ERROR_CONFLICT]      = { TLSRPT_EXIT_DATA,      TLSRPT_EXIT_DATA },
  [TLSRPT_ERROR_FLOOD]         = { TLSRPT_EXIT_DATA,      TLSRPT_EXIT_DATA },
  [TLSRPT_ERROR_REFUSED_VALUE] = { TLSRPT_EXIT_DATA,      TLSRPT_EXIT_DATA },
  [TLSRPT_ERROR_TEMPORARY]     = { TLSRPT_EXIT_TEMPORARY, TLSRPT_EXIT_TEMPORARY },
  [TLSRPT_ERROR_DEADLINE]      = { TLSRPT_EXIT_TEMPORARY, TLSRPT_EXIT_TEMPORARY },
  [TLSRPT_ERROR_OPERATOR]      = { TLSRPT_EXIT_TEMPORARY, TLSRPT_EXIT_UNAVAILABLE },
  [TLSRPT_ERROR_SETTINGS]      = { TLSRPT_EXIT_TEMPORARY, TLSRPT_EXIT_CONFIG },
  [TLSRPT_ERROR_USAGE]         = { TLSRPT_EXIT_TEMPORARY, TLSRPT_EXIT_USAGE },
  [TLSRPT_ERROR_INTERNAL]      = { TLSRPT_EXIT_TEMPORARY, TLSRPT_EXIT_SOFTWARE },
};
/* clang-format on */

static gboolean
is_ours (const GError *error)
{
  return error->domain == TLSRPT_ERROR && (guint)error->code < TLSRPT_N_ERRORS;
}

int
tlsrpt_exit_for_mail (const GError *error)
{
  return is_ours (error) ? exit_table[error->code].mail : TLSRPT_EXIT_TEMPORARY;
}

int
tlsrpt_exit_for_person (const GError *error)
{
  return is_ours (error) ? exit_table[error->code].person : TLSRPT_EXIT_FAILURE;
}
