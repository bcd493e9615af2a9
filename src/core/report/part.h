/* SPDX-License-Identifier: GPL-3.0-or-later
 * The two objects that a report is made of many times over, for report-parse.c alone. */
#pragma once

#include "core/report/member.h"

G_BEGIN_DECLS

/**
 * tlsrpt_failure_read:
 * @members: an element of `failure-details`
 * @failure: (out): what it says (RFC 8460 section 4.4)
 * @error: return location
 *
 * Returns: %TRUE, or %FALSE with %TLSRPT_ERROR_INVALID
 */
gboolean tlsrpt_failure_read (const TlsrptMembers *members, TlsrptFailure *failure, GError **error);

/**
 * tlsrpt_policy_read:
 * @element: an element of `policies`
 * @policy: (inout): its `failures` are there already; the rest is set
 * @error: return location
 *
 * Returns: %TRUE, or %FALSE with %TLSRPT_ERROR_INVALID
 */
gboolean tlsrpt_policy_read (const TlsrptMembers *element, TlsrptPolicy *policy, GError **error);

G_END_DECLS
