/* SPDX-License-Identifier: GPL-3.0-or-later
 * The text of an MTA-STS policy (RFC 8461 section 3.2) to what it says, and all that is wrong in it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* RFC 8461 section 3.3 proposes 64 kilobytes as the most that a sending MTA reads. */
#define TLSRPT_POLICY_BYTES_MAX 65536

/* The most that section 3.2 allows: about a year, in seconds. */
#define TLSRPT_POLICY_MAX_AGE_MAX 31557600

/**
 * TlsrptStsPolicy:
 * @mode: (nullable): `enforce`, `testing` or `none`
 * @max_age: seconds
 * @mx: (array zero-terminated=1): patterns in lower case: a host, or `*.` and a domain
 * @troubles: (array zero-terminated=1): what a sending MTA will not accept, printable, with its line; empty
 *   if the policy is valid
 */
typedef struct {
  char *mode;
  guint64 max_age;
  char **mx;
  char **troubles;
} TlsrptStsPolicy;

/**
 * tlsrpt_policy_parse:
 * @text: (array length=length): bytes as fetched
 * @length: how many
 *
 * Lines end with LF or CRLF. Fields may come in any order; of one that comes twice the first counts,
 * but for mx. Unknown fields are passed over.
 *
 * Returns: (transfer full): the policy
 */
TlsrptStsPolicy *tlsrpt_policy_parse (const char *text, gsize length);

/**
 * tlsrpt_policy_free:
 * @policy: (transfer full) (nullable): what to free
 */
void tlsrpt_policy_free (TlsrptStsPolicy *policy);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptStsPolicy, tlsrpt_policy_free)

/**
 * tlsrpt_policy_names:
 * @policy: a policy
 * @host: an MX host as a lower-case A-label
 *
 * Returns: %TRUE if a pattern fits @host (RFC 8461 section 4.1): `*.` stands for exactly one label
 */
gboolean tlsrpt_policy_names (const TlsrptStsPolicy *policy, const char *host);

G_END_DECLS
