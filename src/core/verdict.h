/* SPDX-License-Identifier: GPL-3.0-or-later
 * Trace fields of a mail to what the operator's own authentication service said of it. Believes
 * nothing that a stranger could have written. */
#pragma once

#include "core/message.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptVerdict:
 * @dkim_result: `pass`, `fail`, `none` or `unknown`
 * @dkim_domain: (nullable): signing domain of the signature that counted, canonical
 * @dkim_aligned: %TRUE if @dkim_domain aligns with one of the names asked for
 * @spf_result: (nullable): result word, lower case
 * @dmarc_result: (nullable): result word, lower case
 *
 * Strings belong to the verdict but for @dkim_result.
 */
typedef struct {
  const char *dkim_result;
  char *dkim_domain;
  gboolean dkim_aligned;
  char *spf_result;
  char *dmarc_result;
} TlsrptVerdict;

/**
 * tlsrpt_verdict_read:
 * @envelope: header of the mail
 * @authserv_id: the operator's own (RFC 8601 section 2.5), compared in any case
 * @trusted_hops: Received fields, from the top, that the operator's own hosts wrote, the one of the
 *   host that took the mail from outside included; 1 or more
 * @names: (array zero-terminated=1): domains to align with
 *
 * Where a field stands says who wrote it. Above the Received field number @trusted_hops from the top
 * only the operator's own hosts write (RFC 5321 section 4.4): fields with @authserv_id are believed
 * there and nowhere else. That is where milters write under Postfix (OpenDKIM, OpenDMARC and rspamd
 * alike, as it inserts at the very top), and where Exim writes with `add_header = :at_start:`. Below
 * it stands what the stranger sent: that the service takes out what has its own id there (RFC 8601
 * section 5) is not relied on, as a mail with a broken signature field passes OpenDKIM untouched.
 *
 * - Of several fields the first one with a DKIM result counts, and no other.
 * - Nothing is believed in a mail with fewer Received fields than @trusted_hops.
 * - Other fields (`ARC-Authentication-Results`, `Authentication-Results-Original`) are not looked at.
 * - A field of @authserv_id that breaks the grammar ends the reading.
 *
 * Of the DKIM results in the field that counts, a pass that aligns goes before another pass, that
 * before a failure (`fail`, `policy`, `neutral`, `permerror`), that before `temperror` (`unknown`),
 * that before `none`. A pass counts as `none` if the mail shows no DKIM-Signature of that domain (and
 * selector and beginning of `b`, where the result tells them), or if one that fits has an `l` tag,
 * which RFC 8460 section 3 forbids. The signing domain is `header.d`, else that of `header.i`.
 *
 * Returns: (transfer full): the verdict
 */
TlsrptVerdict *tlsrpt_verdict_read (const TlsrptEnvelope *envelope, const char *authserv_id,
                                    guint trusted_hops, const char *const *names);

void tlsrpt_verdict_free (TlsrptVerdict *verdict);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptVerdict, tlsrpt_verdict_free)

G_END_DECLS
