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
 *   host that took the mail from outside included; 0 if the Authentication-Results field stands above all of them
 * @names: (array zero-terminated=1): domains to align with
 *
 * Where a field stands says who wrote it. Let B be the Received field number @trusted_hops from the
 * top, written by the host that took the mail from outside.
 *
 * - Above B only the operator's hosts write (RFC 5321 section 4.4): fields with @authserv_id are believed.
 * - Right under B milters write (OpenDKIM, OpenDMARC, rspamd under Postfix and Sendmail), and there
 *   the stranger's header begins. Fields with @authserv_id are believed down to the next Received or
 *   DKIM-Signature field. What tells forged ones from these is that the service itself takes out
 *   fields with its own id that come from outside (RFC 8601 section 5), and, where it does not, that
 *   its own stands above the forged one: the first field with a DKIM result counts, and no other.
 * - Below that nothing is believed, nor are other fields (`ARC-Authentication-Results`,
 *   `Authentication-Results-Original`), nor is anything in a mail with fewer Received fields than
 *   @trusted_hops, or none.
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
