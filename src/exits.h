/* SPDX-License-Identifier: GPL-3.0-or-later
 * Error codes to exit statuses (sysexits.h numbers): one table for mail systems, one for people. */
#pragma once

#include "core/errors.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptExit:
 * @TLSRPT_EXIT_OK: all went well
 * @TLSRPT_EXIT_FAILURE: an error that is not of %TLSRPT_ERROR, in a person's command
 * @TLSRPT_EXIT_USAGE: the command line is wrong (EX_USAGE)
 * @TLSRPT_EXIT_DATA: the message is at fault (EX_DATAERR)
 * @TLSRPT_EXIT_UNAVAILABLE: the operator must mend something (EX_UNAVAILABLE)
 * @TLSRPT_EXIT_SOFTWARE: a bug of the program (EX_SOFTWARE)
 * @TLSRPT_EXIT_TEMPORARY: try again later (EX_TEMPFAIL)
 * @TLSRPT_EXIT_REFUSED: policy refused the message (EX_NOPERM)
 * @TLSRPT_EXIT_CONFIG: a setting is wrong (EX_CONFIG)
 *
 * Exit statuses, by the numbers of sysexits.h.
 */
typedef enum {
  TLSRPT_EXIT_OK = 0,
  TLSRPT_EXIT_FAILURE = 1,
  TLSRPT_EXIT_USAGE = 64,
  TLSRPT_EXIT_DATA = 65,
  TLSRPT_EXIT_UNAVAILABLE = 69,
  TLSRPT_EXIT_SOFTWARE = 70,
  TLSRPT_EXIT_TEMPORARY = 75,
  TLSRPT_EXIT_REFUSED = 77,
  TLSRPT_EXIT_CONFIG = 78,
} TlsrptExit;

/**
 * tlsrpt_exit_for_mail:
 * @error: what went wrong in `deliver`
 *
 * The status for the mail system: 75 for all that is not the message's fault. Where it is, the status
 * says why a bounce was asked for: 65, or 77 where policy refused the message.
 *
 * Returns: an exit status
 */
int tlsrpt_exit_for_mail (const GError *error);

/**
 * tlsrpt_exit_for_person:
 * @error: what went wrong in any other command
 *
 * Returns: an exit status
 */
int tlsrpt_exit_for_person (const GError *error);

G_END_DECLS
