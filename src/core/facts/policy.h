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
 * TlsrptNaming:
 * @TLSRPT_NAMING_UNKNOWN: no MX or no pattern is known
 * @TLSRPT_NAMING_NO: the policy names other hosts
 * @TLSRPT_NAMING_YES: the policy names the host
 *
 * Whether an MTA-STS policy names an MX host.
 */
typedef enum {
  TLSRPT_NAMING_UNKNOWN,
  TLSRPT_NAMING_NO,
  TLSRPT_NAMING_YES,
} TlsrptNaming;

/**
 * tlsrpt_policy_mode:
 * @policy: a policy
 *
 * Returns: (transfer none) (nullable): `enforce` for TLSA records, that of an MTA-STS policy's lines
 *   (RFC 8461 section 3.2), or %NULL where there is no policy or its lines do not say
 */
const char *tlsrpt_policy_mode (const TlsrptPolicy *policy);

/**
 * tlsrpt_policy_has_usable_tlsa:
 * @policy: a policy
 *
 * Returns: %TRUE if one of its lines is a TLSA record of certificate usage 2 or 3, the only ones that
 *   are usable for SMTP (RFC 7672 section 3.1.3)
 */
gboolean tlsrpt_policy_has_usable_tlsa (const TlsrptPolicy *policy);

/**
 * tlsrpt_policy_mx_patterns:
 * @policy: a policy
 *
 * Returns: (transfer full) (array zero-terminated=1): the MX patterns of an MTA-STS policy, of its
 *   lines and of `mx-host` together, as lower-case A-labels without final dot, sorted by bytes, each
 *   once; none for a policy of another type
 */
char **tlsrpt_policy_mx_patterns (const TlsrptPolicy *policy);

/**
 * tlsrpt_policy_mx_digest:
 * @patterns: (array zero-terminated=1): as tlsrpt_policy_mx_patterns() returns them, one at least
 * @n: how many
 * @digest: (out caller-allocates): TLSRPT_UID_BYTES bytes: the first of the SHA-256 of them, each with the
 *   NUL behind it
 */
void tlsrpt_policy_mx_digest (char **patterns, gsize n, guint8 *digest);

/**
 * tlsrpt_policy_names_mx:
 * @patterns: (array zero-terminated=1): as tlsrpt_policy_mx_patterns() returns them
 * @n: how many
 * @mx: (nullable): an MX host in the same form
 *
 * A pattern names the host that it is; `*.` stands for exactly one label, the first (RFC 8461 section
 * 4.1).
 *
 * Returns: whether one of @patterns names @mx
 */
TlsrptNaming tlsrpt_policy_names_mx (char **patterns, gsize n, const char *mx);

G_END_DECLS
