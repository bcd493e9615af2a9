/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which MX host a failure is of, also where its report does not name one. */
#pragma once

#include "core/facts/mail-domain.h"
#include "core/report/report.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_receiving_mx:
 * @strings: keeps what is returned
 * @domains: mail domains of @report
 * @report: a report
 * @policy: one of its policies
 * @sent: (nullable): `receiving-mx-hostname` (RFC 8460 section 4.3) of a failure detail; %NULL where there
 *   is none, or for the rest of the summary
 *
 * Under TLSA records the policy domain is the TLSA base domain, which is the host (RFC 7672 section 2.2.3),
 * unless the reporter puts the mail domain there; then the one host that the policy names is taken, if
 * it names one alone.
 *
 * Returns: (transfer none) (nullable): the host as hosts are compared: lower case, A-labels, no dot at
 *   the end; %NULL where it is not known
 */
const char *tlsrpt_receiving_mx (GStringChunk *strings, const TlsrptMailDomains *domains,
                                 const TlsrptReport *report, const TlsrptPolicy *policy,
                                 const char *sent);

/**
 * tlsrpt_receiving_place:
 * @policy: a policy
 * @row: number of a failure detail; that behind the last for the rest of the summary
 * @receiving_mx: (nullable): as of tlsrpt_receiving_mx()
 *
 * Returns: (transfer none): where it failed, for counting: the host, or one word for all at the policy
 *   host, or one for all at hosts that the report does not name
 */
const char *tlsrpt_receiving_place (const TlsrptPolicy *policy, guint row,
                                    const char *receiving_mx);

G_END_DECLS
