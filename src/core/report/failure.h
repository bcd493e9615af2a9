/* SPDX-License-Identifier: GPL-3.0-or-later
 * One element of `failure-details` (RFC 8460 section 4.4). */
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

G_END_DECLS
