/* SPDX-License-Identifier: GPL-3.0-or-later
 * A question to the system's resolvers (/etc/resolv.conf), with what DNSSEC says of the answer. */
#pragma once

#include "doctor/answer.h"

G_BEGIN_DECLS

/**
 * tlsrpt_resolve:
 * @name: a name as name.h lets it pass
 * @type: which records
 *
 * Waits for the answer, for some seconds at most; over TCP where UDP is too short. Where a resolver
 * refuses an answer, and gives one to a question that forgoes DNSSEC, the answer is bogus.
 *
 * Returns: (transfer full): the answer
 */
TlsrptAnswer *tlsrpt_resolve (const char *name, TlsrptRecordType type);

G_END_DECLS
