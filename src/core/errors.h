/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one error domain of the program. Codes stand in the order of whose fault it is, which is what
 * decides what a mail system does next; src/exits.c has the table from code to exit status. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TLSRPT_ERROR (tlsrpt_error_quark ())

/**
 * TlsrptError:
 * @TLSRPT_ERROR_NO_REPORT: the message holds no part that could be a TLS report
 * @TLSRPT_ERROR_MALFORMED: the MIME, gzip or JSON structure is damaged
 * @TLSRPT_ERROR_INVALID: well-formed JSON that is not a report of RFC 8460 section 4.4
 * @TLSRPT_ERROR_LIMIT: one of the caps of limits.h was passed
 * @TLSRPT_ERROR_UNSUPPORTED: a container the program refuses on purpose (zip)
 * @TLSRPT_ERROR_FOREIGN: a report about none of the accepted domains
 * @TLSRPT_ERROR_UNAUTHENTIC: no valid DKIM signature where one is demanded (RFC 8460 section 3)
 * @TLSRPT_ERROR_CONFLICT: a stored report has the same identity and says something else
 * @TLSRPT_ERROR_FLOOD: there is no more room in the store for reports of its kind
 * @TLSRPT_ERROR_REFUSED_VALUE: the database refused a value of the message (SQLSTATE class 22, 23)
 * @TLSRPT_ERROR_TEMPORARY: the machine's or the database's passing trouble; try again later
 * @TLSRPT_ERROR_DEADLINE: the run's own deadline passed
 * @TLSRPT_ERROR_OPERATOR: the operator must mend something: schema, grant, connection settings
 * @TLSRPT_ERROR_SETTINGS: a setting or the configuration file is wrong
 * @TLSRPT_ERROR_USAGE: the command line is wrong
 * @TLSRPT_ERROR_INTERNAL: a bug of ours
 * @TLSRPT_N_ERRORS: how many there are
 *
 * Codes of %TLSRPT_ERROR. Up to and with %TLSRPT_ERROR_REFUSED_VALUE it is the message's fault.
 */
typedef enum {
  TLSRPT_ERROR_NO_REPORT,
  TLSRPT_ERROR_MALFORMED,
  TLSRPT_ERROR_INVALID,
  TLSRPT_ERROR_LIMIT,
  TLSRPT_ERROR_UNSUPPORTED,
  TLSRPT_ERROR_FOREIGN,
  TLSRPT_ERROR_UNAUTHENTIC,
  TLSRPT_ERROR_CONFLICT,
  TLSRPT_ERROR_FLOOD,
  TLSRPT_ERROR_REFUSED_VALUE,
  TLSRPT_ERROR_TEMPORARY,
  TLSRPT_ERROR_DEADLINE,
  TLSRPT_ERROR_OPERATOR,
  TLSRPT_ERROR_SETTINGS,
  TLSRPT_ERROR_USAGE,
  TLSRPT_ERROR_INTERNAL,
  TLSRPT_N_ERRORS,
} TlsrptError;

/**
 * tlsrpt_error_quark:
 *
 * Returns: the error domain %TLSRPT_ERROR
 */
GQuark tlsrpt_error_quark (void);

/**
 * tlsrpt_error_is_message_fault:
 * @error: an error
 *
 * Returns: %TRUE if @error is of %TLSRPT_ERROR and says that the message is to blame, so that it
 *   belongs into quarantine and another try would end the same way
 */
gboolean tlsrpt_error_is_message_fault (const GError *error);

/**
 * tlsrpt_error_reason:
 * @code: a code of %TLSRPT_ERROR
 *
 * Returns: the short word of @code, as quarantine.reason and logs have it (`no-report`, `limit`, ...)
 */
const char *tlsrpt_error_reason (TlsrptError code);

/**
 * tlsrpt_quote:
 * @text: (nullable): untrusted bytes, NUL-terminated
 *
 * Makes untrusted text fit for a log line or an error: printable, one line, cut at 80 bytes.
 * Control bytes and bad UTF-8 become `\xNN`; a cut is marked by `...`.
 *
 * Returns: (transfer full): the text, without quotation marks around it; `(null)` for %NULL
 */
char *tlsrpt_quote (const char *text);

G_END_DECLS
