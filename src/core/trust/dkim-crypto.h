/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one thing that libcrypto is for: whether a signature is that of a public key. */
#pragma once

#include "core/trust/dkim-key.h"

#include <glib.h>

G_BEGIN_DECLS

/* Bytes of SHA-256. */
#define TLSRPT_DKIM_DIGEST_BYTES 32

/**
 * tlsrpt_dkim_crypto_is_built_in:
 *
 * Returns: %TRUE if the program was built with libcrypto (meson feature `dkim`)
 */
gboolean tlsrpt_dkim_crypto_is_built_in (void);

/**
 * tlsrpt_dkim_crypto_verify:
 * @key: a public key
 * @digest: (array fixed-size=32): SHA-256 of what was signed
 * @signature: the signature
 *
 * RSA by RSASSA-PKCS1-v1_5 over SHA-256 (RFC 6376 section 3.3.2), Ed25519 over the digest (RFC 8463).
 *
 * Returns: %TRUE if @signature was made of @digest by the owner of @key; %FALSE too where
 *   tlsrpt_dkim_crypto_is_built_in() is
 */
gboolean tlsrpt_dkim_crypto_verify (const TlsrptDkimKey *key,
                                    const guint8 digest[TLSRPT_DKIM_DIGEST_BYTES],
                                    GBytes *signature);

G_END_DECLS
