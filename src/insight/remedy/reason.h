/* SPDX-License-Identifier: GPL-3.0-or-later
 * `failure-reason-code` to what it says: codes of large reporters, HTTP statuses, and the texts of
 * OpenSSL and Postfix. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptReason:
 * @finding: (nullable): what it proves: a result type, or a name of our own; %NULL if no more
 *   than the result type says
 * @reading: in plain words
 */
typedef struct {
  const char *finding;
  const char *reading;
} TlsrptReason;

/**
 * tlsrpt_reason_read:
 * @reason_code: (nullable): `failure-reason-code`, as sent
 *
 * Returns: (transfer none) (nullable): what it says; %NULL if it is not known here
 */
const TlsrptReason *tlsrpt_reason_read (const char *reason_code);

G_END_DECLS
