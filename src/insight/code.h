/* SPDX-License-Identifier: GPL-3.0-or-later
 * A reporter's own words (`failure-reason-code`) to what they say, where they are known. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptCodeKind:
 * @TLSRPT_CODE_UNKNOWN: words that are not known
 * @TLSRPT_CODE_EXPIRED: a certificate has expired
 * @TLSRPT_CODE_HOST_MISMATCH: a certificate is for another name
 * @TLSRPT_CODE_NOT_TRUSTED: a chain leads to no known authority
 * @TLSRPT_CODE_MX_MISMATCH: the policy does not name the MX
 * @TLSRPT_CODE_HTTP_STATUS: a web server answered with a status that is not 200
 * @TLSRPT_CODE_CONNECTION: no connection, or it broke off
 */
typedef enum {
  TLSRPT_CODE_UNKNOWN,
  TLSRPT_CODE_EXPIRED,
  TLSRPT_CODE_HOST_MISMATCH,
  TLSRPT_CODE_NOT_TRUSTED,
  TLSRPT_CODE_MX_MISMATCH,
  TLSRPT_CODE_HTTP_STATUS,
  TLSRPT_CODE_CONNECTION,
} TlsrptCodeKind;

/**
 * tlsrpt_code_kind:
 * @words: (nullable): a reporter's own words
 *
 * Returns: what they say
 */
TlsrptCodeKind tlsrpt_code_kind (const char *words);

/**
 * tlsrpt_code_http_status:
 * @words: (nullable): a reporter's own words
 *
 * Returns: the HTTP status in them, 100 to 599; 0 if there is none
 */
guint tlsrpt_code_http_status (const char *words);

G_END_DECLS
