/* SPDX-License-Identifier: GPL-3.0-or-later
 * Keys are passed as numbers, so that no decoder of libcrypto reads what a stranger published. */
#include "core/trust/dkim-crypto.h"

#ifdef TLSRPT_DKIM

#  include <openssl/core_names.h>
#  include <openssl/err.h>
#  include <openssl/evp.h>
#  include <openssl/param_build.h>
#  include <openssl/rsa.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIGNUM, BN_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY_CTX, EVP_PKEY_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OSSL_PARAM, OSSL_PARAM_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OSSL_PARAM_BLD, OSSL_PARAM_BLD_free)

gboolean
tlsrpt_dkim_crypto_is_built_in (void)
{
  return TRUE;
}

static BIGNUM *
number (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return BN_bin2bn (data, (int)size, NULL);
}

static EVP_PKEY *
rsa_key (const TlsrptDkimKey *key)
{
  g_autoptr (OSSL_PARAM_BLD) build = OSSL_PARAM_BLD_new ();
  g_autoptr (BIGNUM) modulus = number (key->modulus);
  g_autoptr (BIGNUM) exponent = number (key->exponent);
  g_autoptr (EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_from_name (NULL, "RSA", NULL);
  g_autoptr (OSSL_PARAM) parameters = NULL;
  EVP_PKEY *rsa = NULL;

  if (build == NULL || context == NULL ||
      OSSL_PARAM_BLD_push_BN (build, OSSL_PKEY_PARAM_RSA_N, modulus) != 1 ||
      OSSL_PARAM_BLD_push_BN (build, OSSL_PKEY_PARAM_RSA_E, exponent) != 1)
    return NULL;
  parameters = OSSL_PARAM_BLD_to_param (build);
  if (parameters == NULL || EVP_PKEY_fromdata_init (context) != 1 ||
      EVP_PKEY_fromdata (context, &rsa, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
    return NULL;
  return rsa;
}

static gboolean
verify_rsa (const TlsrptDkimKey *key, const guint8 *digest, const guint8 *signature, gsize length)
{
  g_autoptr (EVP_PKEY) rsa = rsa_key (key);
  g_autoptr (EVP_PKEY_CTX) context =
      rsa != NULL ? EVP_PKEY_CTX_new_from_pkey (NULL, rsa, NULL) : NULL;

  return context != NULL && EVP_PKEY_verify_init (context) == 1 &&
         EVP_PKEY_CTX_set_rsa_padding (context, RSA_PKCS1_PADDING) == 1 &&
         EVP_PKEY_CTX_set_signature_md (context, EVP_sha256 ()) == 1 &&
         EVP_PKEY_verify (context, signature, length, digest, TLSRPT_DKIM_DIGEST_BYTES) == 1;
}

static gboolean
verify_ed25519 (const TlsrptDkimKey *key, const guint8 *digest, const guint8 *signature,
                gsize length)
{
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  gsize size;
  const guint8 *point = g_bytes_get_data (key->point, &size);
  g_autoptr (EVP_PKEY) ed25519 = EVP_PKEY_new_raw_public_key (EVP_PKEY_ED25519, NULL, point, size);

  return context != NULL && ed25519 != NULL &&
         EVP_DigestVerifyInit (context, NULL, NULL, NULL, ed25519) == 1 &&
         EVP_DigestVerify (context, signature, length, digest, TLSRPT_DKIM_DIGEST_BYTES) == 1;
}

gboolean
tlsrpt_dkim_crypto_verify (const TlsrptDkimKey *key, const guint8 digest[TLSRPT_DKIM_DIGEST_BYTES],
                           GBytes *signature)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (signature, &length);
  gboolean verified = key->type == TLSRPT_DKIM_KEY_ED25519
                          ? verify_ed25519 (key, digest, bytes, length)
                          : verify_rsa (key, digest, bytes, length);

  ERR_clear_error ();
  return verified;
}

#else

gboolean
tlsrpt_dkim_crypto_is_built_in (void)
{
  return FALSE;
}

gboolean
tlsrpt_dkim_crypto_verify (const TlsrptDkimKey *key, const guint8 digest[TLSRPT_DKIM_DIGEST_BYTES],
                           GBytes *signature)
{
  (void)key;
  (void)digest;
  (void)signature;
  return FALSE;
}

#endif
