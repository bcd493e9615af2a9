/* SPDX-License-Identifier: GPL-3.0-or-later
 * Header fields of the operator's own authentication service (Authentication-Results, RFC 8601) to a
 * verdict on a report. Believes nothing below the first hop that is not the operator's. */
#pragma once

#include "core/message.h"
#include "core/report.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_trust_judge:
 * @report: report whose `trust` is filled
 * @envelope: (nullable): header of the mail it came in
 * @authserv_id: (nullable): the operator's own authserv-id (RFC 8601 section 2.5); %NULL leaves `unknown`
 */
void tlsrpt_trust_judge (TlsrptReport *report, const TlsrptEnvelope *envelope,
                         const char *authserv_id);

G_END_DECLS
