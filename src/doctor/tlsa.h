/* SPDX-License-Identifier: GPL-3.0-or-later
 * TLSA records beside the certificates that a server presents, as a sending MTA reads them
 * (RFC 7672 section 3.1). */
#pragma once

#include "doctor/answer.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_tlsa_is_usable:
 * @record: a TLSA record
 *
 * Returns: %TRUE if sending MTAs use it: usage 2 or 3, selector 0 or 1, matching type 0, 1 or 2 with
 *   data of the length that it has
 */
gboolean tlsrpt_tlsa_is_usable (const TlsrptRecord *record);

/**
 * tlsrpt_tlsa_fits:
 * @record: a usable TLSA record
 * @chain: (element-type GBytes): certificates in DER, the server's own first
 *
 * Usage 3 is compared with the server's own certificate, usage 2 with those above it.
 *
 * Returns: the place in @chain of the certificate that fits, 0 for the server's own; -1 if none does
 */
int tlsrpt_tlsa_fits (const TlsrptRecord *record, const GPtrArray *chain);

/**
 * tlsrpt_tlsa_public_key:
 * @certificate: a certificate in DER (RFC 5280)
 *
 * Returns: (transfer full) (nullable): its SubjectPublicKeyInfo in DER; %NULL if the bytes are no
 *   certificate
 */
GBytes *tlsrpt_tlsa_public_key (GBytes *certificate);

G_END_DECLS
