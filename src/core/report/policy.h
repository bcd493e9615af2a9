/* SPDX-License-Identifier: GPL-3.0-or-later
 * One element of `policies` (RFC 8460 section 4.4). */
#pragma once

#include "core/report/member.h"

G_BEGIN_DECLS

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
