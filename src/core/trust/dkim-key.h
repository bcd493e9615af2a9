/* SPDX-License-Identifier: GPL-3.0-or-later
 * A DKIM key record (RFC 6376 section 3.6.1, RFC 8463) to a public key as plain numbers. Refuses what
 * is not for mail reports (RFC 8460 section 3) and what is too weak (RFC 8301). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptDkimKeyType:
 * @TLSRPT_DKIM_KEY_RSA: `k=rsa` (RFC 6376 section 3.3.1)
 * @TLSRPT_DKIM_KEY_ED25519: `k=ed25519` (RFC 8463)
 *
 * Kind of a public key.
 */
typedef enum {
  TLSRPT_DKIM_KEY_RSA,
  TLSRPT_DKIM_KEY_ED25519,
} TlsrptDkimKeyType;

/**
 * TlsrptDkimKey:
 * @type: kind of key
 * @modulus: (nullable): of RSA, big-endian, without leading zeros
 * @exponent: (nullable): of RSA, big-endian, without leading zeros
 * @point: (nullable): of Ed25519, 32 bytes
 * @bits: length of the modulus; 256 for Ed25519
 * @is_testing: `t=y`: the domain says that it only tests DKIM
 * @is_strict: `t=s`: the signature's `i` may not name a domain below `d`
 */
typedef struct {
  TlsrptDkimKeyType type;
  GBytes *modulus;
  GBytes *exponent;
  GBytes *point;
  guint bits;
  gboolean is_testing;
  gboolean is_strict;
} TlsrptDkimKey;

/**
 * tlsrpt_dkim_key_free:
 * @key: (transfer full) (nullable): what to free
 */
void tlsrpt_dkim_key_free (TlsrptDkimKey *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptDkimKey, tlsrpt_dkim_key_free)

/**
 * tlsrpt_dkim_key_read:
 * @record: one TXT record, its strings joined
 * @why: (out) (nullable): where %NULL is returned, what is wrong with it, in our own words
 *
 * The record needs no `v`; where there is one it stands first and is DKIM1. Its service types are `*`,
 * `email` or `tlsrpt`, its hashes have sha256. An RSA key is read as SubjectPublicKeyInfo, which all
 * publish, or as RSAPublicKey, which RFC 6376 names.
 *
 * Returns: (transfer full) (nullable): the key
 */
TlsrptDkimKey *tlsrpt_dkim_key_read (const char *record, const char **why);

G_END_DECLS
