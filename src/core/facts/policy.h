/* SPDX-License-Identifier: GPL-3.0-or-later
 * What kind of policy was applied, and what it demands. */
#pragma once

#include "core/report/report.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_policy_is_dane:
 * @policy: a policy
 *
 * Returns: %TRUE for `tlsa` and `no-tlsa-found`
 */
gboolean tlsrpt_policy_is_dane (const TlsrptPolicy *policy);

/**
 * tlsrpt_policy_mode:
 * @policy: a policy
 *
 * Returns: (transfer none) (nullable): `enforce` for TLSA records, that of an MTA-STS policy's lines
 *   (RFC 8461 section 3.2), or %NULL where there is no policy or its lines do not say
 */
const char *tlsrpt_policy_mode (const TlsrptPolicy *policy);

G_END_DECLS
