/* SPDX-License-Identifier: GPL-3.0-or-later
 * `failure-reason-code` to what it says: codes of large reporters, HTTP statuses, and the texts of
 * OpenSSL and Postfix. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptReasonKind:
 * @TLSRPT_REASON_OTHER: neither of these
 * @TLSRPT_REASON_CONNECTION: there was no connection, or it broke off
 * @TLSRPT_REASON_HTTP_STATUS: a web server answered with a status of 300 to 599
 *
 * What words say of the way that an attempt ended.
 */
typedef enum {
  TLSRPT_REASON_OTHER,
  TLSRPT_REASON_CONNECTION,
  TLSRPT_REASON_HTTP_STATUS,
} TlsrptReasonKind;

/**
 * TlsrptReason:
 * @finding: (nullable): what it proves: a result type, or a name of our own; %NULL if no more
 *   than the result type says
 * @reading: in plain words
 * @kind: how the attempt ended
 */
typedef struct {
  const char *finding;
  const char *reading;
  TlsrptReasonKind kind;
} TlsrptReason;

/**
 * tlsrpt_reason_read:
 * @reason_code: (nullable): `failure-reason-code`, as sent
 *
 * Returns: (transfer none) (nullable): what it says; %NULL if it is not known here
 */
const TlsrptReason *tlsrpt_reason_read (const char *reason_code);

/**
 * tlsrpt_reason_kind:
 * @reason_code: (nullable): `failure-reason-code`, as sent
 *
 * Returns: how the attempt ended; %TLSRPT_REASON_OTHER where that is not known
 */
TlsrptReasonKind tlsrpt_reason_kind (const char *reason_code);

G_END_DECLS
