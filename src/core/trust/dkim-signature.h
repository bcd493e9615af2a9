/* SPDX-License-Identifier: GPL-3.0-or-later
 * A DKIM-Signature field (RFC 6376 section 3.5) to what a verifier needs of it. Refuses what RFC 8301
 * and RFC 8460 do not let count. */
#pragma once

#include "core/trust/dkim-canonical.h"
#include "core/trust/dkim-key.h"
#include "core/trust/dkim-message.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptDkimSignature:
 * @field: the field, in the message
 * @key_type: kind of key that `a` asks for
 * @header_form: canonical form of the header fields
 * @body_form: canonical form of the body
 * @domain: (nullable): `d`, as a lower-case A-label
 * @selector: (nullable): `s`, in lower case
 * @names: (nullable): `h` without white space
 * @body_hash: (nullable): `bh`
 * @data: (nullable): `b`
 * @hidden: (nullable): where in the field the value of `b` begins, white space included
 * @hidden_length: its bytes
 * @expires_at: `x` in seconds since 1970, or 0
 * @is_below: `i` names a domain below `d`
 * @is_partial: there is an `l`: what follows that many bytes of the body is not signed
 */
typedef struct {
  TlsrptDkimField field;
  TlsrptDkimKeyType key_type;
  TlsrptDkimForm header_form;
  TlsrptDkimForm body_form;
  char *domain;
  char *selector;
  char *names;
  GBytes *body_hash;
  GBytes *data;
  const char *hidden;
  gsize hidden_length;
  gint64 expires_at;
  gboolean is_below;
  gboolean is_partial;
} TlsrptDkimSignature;

/**
 * tlsrpt_dkim_signature_free:
 * @signature: (transfer full) (nullable): what to free
 */
void tlsrpt_dkim_signature_free (TlsrptDkimSignature *signature);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptDkimSignature, tlsrpt_dkim_signature_free)

/**
 * tlsrpt_dkim_signature_read:
 * @field: a DKIM-Signature field; its bytes outlive the signature
 * @why: (out) (nullable): what is wrong with it, in our own words; %NULL where it may be verified
 *
 * Returns: (transfer full): the signature, as far as it could be read: with `d` and `s` if they are
 *   there, whatever is wrong
 */
TlsrptDkimSignature *tlsrpt_dkim_signature_read (const TlsrptDkimField *field, const char **why);

G_END_DECLS
