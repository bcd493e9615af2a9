/* SPDX-License-Identifier: GPL-3.0-or-later
 * Trace fields of a mail to what the operator's own authentication service said of it. Believes
 * nothing that a stranger could have written. */
#pragma once

#include "core/mime/message.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptVerdict:
 * @dkim_result: `pass`, `fail`, `temperror` or `none`
 * @dkim_domain: (nullable): signing domain of the signature that counted, canonical
 * @dkim_aligned: %TRUE if @dkim_domain vouches for the domain asked for
 * @spf_result: (nullable): result word, lower case
 * @dmarc_result: (nullable): result word, lower case
 *
 * What another program wrote about a mail. The strings belong to the verdict, but @dkim_result is static.
 *
 * Two more structs hold a verdict, and no one struct can stand for all three: one mail has many
 * #TlsrptDkimVerdict, a signature each, and they are made before From is known; this one has words on SPF and
 * DMARC, which no signature has; #TlsrptTrust is concluded from both of them, names the one that it follows, and
 * is stored with the report, which owns its strings.
 */
typedef struct {
  const char *dkim_result;
  char *dkim_domain;
  gboolean dkim_aligned;
  char *spf_result;
  char *dmarc_result;
} TlsrptVerdict;

/**
 * TlsrptOwnService:
 * @authserv_id: (nullable): the operator's own (RFC 8601 section 2.5), compared in any case
 * @trusted_hops: Received fields, from the top, that the operator's own hosts write, the one of the
 *   host that takes the mail from outside included; 1 or more
 * @below: %TRUE if the service writes right below the last of these Received fields, not above it
 *
 * Where the operator's own authentication service writes its verdict.
 */
typedef struct {
  const char *authserv_id;
  guint trusted_hops;
  gboolean below;
} TlsrptOwnService;

/**
 * tlsrpt_verdict_read:
 * @envelope: header of the mail
 * @service: the operator's own service, with an authserv-id
 * @author: (nullable): domain of From
 *
 * Where a field stands says who wrote it. Above the last of the operator's own Received fields only
 * own hosts write (RFC 5321 section 4.4): fields with the own id are believed there. That is where a
 * milter's field comes to stand that Postfix is told to insert at 0 (OpenDKIM), and where Exim writes
 * with `add_header = :at_start:`. What a milter inserts at 1 (rspamd) comes to stand right below,
 * where the stranger's own header begins: with @below, the first trace field there is believed too if
 * it has the own id, and nothing after it. That is safe as far as the service writes on every mail.
 *
 * Nothing else is believed. That a service takes out fields with its own id that come from outside
 * (RFC 8601 section 5) is not relied on: a mail with a broken signature field passes OpenDKIM untouched.
 *
 * - Of several fields the first one with a DKIM result counts, and no other.
 * - Nothing is believed in a mail with fewer Received fields than @trusted_hops.
 * - Other fields (`ARC-Authentication-Results`, `Authentication-Results-Original`) are not looked at.
 * - A field with the own id that breaks the grammar ends the reading.
 *
 * Of the DKIM results in the field that counts, a pass that aligns goes before another pass, that
 * before a failure (`fail`, `policy`, `neutral`, `permerror`), that before `temperror` (`unknown`),
 * that before `none`. A pass counts as `none` if the mail shows no DKIM-Signature of that domain (and
 * selector and beginning of `b`, where the result tells them), or if one that fits has an `l` tag,
 * which RFC 8460 section 3 forbids. The signing domain is `header.d`, else that of `header.i`.
 *
 * Returns: (transfer full): the verdict
 */
TlsrptVerdict *tlsrpt_verdict_read (const TlsrptEnvelope *envelope, const TlsrptOwnService *service,
                                    const char *author);

/**
 * tlsrpt_verdict_free:
 * @verdict: (transfer full) (nullable): what to free
 */
void tlsrpt_verdict_free (TlsrptVerdict *verdict);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptVerdict, tlsrpt_verdict_free)

G_END_DECLS
