/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the operator's own authentication service (Authentication-Results, RFC 8601) said of a mail,
 * as the trust of the report in it. verdict.h says which fields are believed. */
#pragma once

#include "core/mime/message.h"
#include "core/report/report.h"
#include "core/trust/verdict.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_trust_judge:
 * @report: report whose `trust` is filled
 * @envelope: (nullable): header of the mail it came in; %NULL leaves `unknown`
 * @service: the operator's own service; without an authserv-id it leaves `unknown`
 *
 * The names to align with are the report's submitter, the domain of From, and organization-name where
 * it is a domain.
 */
void tlsrpt_trust_judge (TlsrptReport *report, const TlsrptEnvelope *envelope,
                         const TlsrptOwnService *service);

/**
 * tlsrpt_trust_is_authentic:
 * @trust: a judged report's
 *
 * Returns: %TRUE if the mail had a valid DKIM signature of the reporting domain (RFC 8460 section 3)
 */
gboolean tlsrpt_trust_is_authentic (const TlsrptTrust *trust);

G_END_DECLS
