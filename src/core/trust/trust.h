/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is known of who sent a mail, as the trust of the report in it: by the signatures that were
 * verified here, and by what the operator's own service (Authentication-Results, RFC 8601) said. */
#pragma once

#include "core/mime/message.h"
#include "core/report/report.h"
#include "core/trust/dkim.h"
#include "core/trust/verdict.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptBelief:
 * @service: the operator's own service; without an authserv-id no header is believed
 * @gateways: (nullable) (array zero-terminated=1): domains of hosts that verify mail, alter it, and sign
 *   it anew, as lower-case A-labels
 *
 * Whom the operator believes.
 */
typedef struct {
  TlsrptOwnService service;
  const char *const *gateways;
} TlsrptBelief;

/**
 * tlsrpt_trust_judge:
 * @report: report whose `trust` is filled
 * @envelope: (nullable): header of the mail it came in; %NULL leaves `unknown`
 * @dkim: (nullable): its signatures, judged by tlsrpt_dkim_verify(); %NULL if nobody verified them here
 * @belief: whom to believe
 *
 * A signature counts for From's domain if it is of that domain or of one above it. Of the signatures
 * verified here counts the first of what there is in this order: a pass that vouches for From; a key of
 * From's that could not be looked up now; another pass; a failure; another key that could not be looked
 * up; none. Where that is no pass that vouches, and the own service says that there is one, its word
 * counts: it saw the mail before the operator's own hosts altered it. Where neither vouches for From,
 * but a gateway's signature passes, the mail is as its gateway sent it: accepted, but no proof of who
 * the reporter is. Both verdicts are kept.
 */
void tlsrpt_trust_judge (TlsrptReport *report, const TlsrptEnvelope *envelope,
                         const TlsrptDkim *dkim, const TlsrptBelief *belief);

/**
 * tlsrpt_trust_is_authentic:
 * @trust: a judged report's
 *
 * Returns: %TRUE if the mail had a valid DKIM signature of the reporting domain (RFC 8460 section 3)
 */
gboolean tlsrpt_trust_is_authentic (const TlsrptTrust *trust);

/**
 * tlsrpt_trust_is_acceptable:
 * @trust: a judged report's
 *
 * Returns: %TRUE if it is authentic, or if one of the operator's gateways signed it
 */
gboolean tlsrpt_trust_is_acceptable (const TlsrptTrust *trust);

/**
 * tlsrpt_trust_cause:
 * @trust: a judged report's, that is not acceptable
 *
 * Returns: (transfer none): why not: `unsigned`; `altered` (a signature is there, and the mail is not what
 *   was signed); `other-signer` (of a domain that does not vouch for From); `bad-signature` (for another
 *   reason); `no-verdict` (nobody looked at signatures but the own service, and it says nothing);
 *   `no-answer` (the key could not be looked up)
 */
const char *tlsrpt_trust_cause (const TlsrptTrust *trust);

/**
 * tlsrpt_trust_is_open:
 * @trust: a judged report's
 *
 * Returns: %TRUE if it may be authentic, but a key could not be looked up now. What the own service
 *   could not look up stays written in the header: it is not open.
 */
gboolean tlsrpt_trust_is_open (const TlsrptTrust *trust);

G_END_DECLS
