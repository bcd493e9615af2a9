/* SPDX-License-Identifier: GPL-3.0-or-later
 * The tags of a key record, and the few elements of DER around an RSA key. */
#include "core/trust/dkim-key.h"

#include "core/limits.h"
#include "core/trust/dkim-tags.h"

#include <string.h>

#define ED25519_POINT_BYTES 32

/* Bytes of DER that are not read yet. */
typedef struct {
  const guint8 *at;
  gsize left;
} Der;

enum {
  DER_INTEGER = 0x02,
  DER_BIT_STRING = 0x03,
  DER_SEQUENCE = 0x30,
};

/* AlgorithmIdentifier of rsaEncryption without its parameters: 1.2.840.113549.1.1.1 */
static const guint8 rsa_encryption[] = { 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                                         0xf7, 0x0d, 0x01, 0x01, 0x01 };

void
tlsrpt_dkim_key_free (TlsrptDkimKey *key)
{
  if (key == NULL)
    return;
  g_clear_pointer (&key->modulus, g_bytes_unref);
  g_clear_pointer (&key->exponent, g_bytes_unref);
  g_clear_pointer (&key->point, g_bytes_unref);
  g_free (key);
}

/* A length of up to three bytes: no TXT record has more. */
static gboolean
take_length (Der *der, gsize *length)
{
  guint8 first = der->at[0];
  gsize more = (first & 0x80) != 0 ? first & 0x7f : 0;

  if (first == 0x80 || more > 2 || der->left < 1 + more)
    return FALSE;
  *length = more == 0 ? first : 0;
  for (gsize i = 1; i <= more; i++)
    *length = *length << 8 | der->at[i];
  der->at += 1 + more;
  der->left -= 1 + more;
  return *length <= der->left;
}

/* Takes one element with @tag off @der; @content is what is in it. */
static gboolean
take (Der *der, guint8 tag, Der *content)
{
  gsize length;

  if (der->left < 2 || der->at[0] != tag)
    return FALSE;
  der->at++;
  der->left--;
  if (!take_length (der, &length))
    return FALSE;
  *content = (Der){ der->at, length };
  der->at += length;
  der->left -= length;
  return TRUE;
}

/* A positive INTEGER; its leading zeros are left out. */
static GBytes *
take_number (Der *der)
{
  Der content;

  if (!take (der, DER_INTEGER, &content) || content.left == 0 || (content.at[0] & 0x80) != 0)
    return NULL;
  while (content.left > 0 && content.at[0] == 0) {
    content.at++;
    content.left--;
  }
  return content.left > 0 ? g_bytes_new (content.at, content.left) : NULL;
}

/* SubjectPublicKeyInfo down to the RSAPublicKey in it, unless that is what @der is. */
static gboolean
enter_subject_public_key_info (Der *der)
{
  Der inside, algorithm, bits;

  if (!take (der, DER_SEQUENCE, &inside))
    return FALSE;
  *der = inside;
  if (inside.left > 0 && inside.at[0] == DER_INTEGER)
    return TRUE;
  if (!take (&inside, DER_SEQUENCE, &algorithm) || algorithm.left < sizeof rsa_encryption ||
      memcmp (algorithm.at, rsa_encryption, sizeof rsa_encryption) != 0)
    return FALSE;
  if (!take (&inside, DER_BIT_STRING, &bits) || bits.left < 1 || bits.at[0] != 0)
    return FALSE;
  bits.at++;
  bits.left--;
  return take (&bits, DER_SEQUENCE, der);
}

static guint
count_bits (GBytes *number)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (number, &size);

  return (guint)(size - 1) * 8 + g_bit_storage (bytes[0]);
}

static const char *
read_rsa (TlsrptDkimKey *key, GBytes *data)
{
  Der der = { .at = g_bytes_get_data (data, NULL), .left = g_bytes_get_size (data) };

  if (!enter_subject_public_key_info (&der))
    return "the key record has no RSA key in its p";
  key->modulus = take_number (&der);
  key->exponent = key->modulus != NULL ? take_number (&der) : NULL;
  if (key->exponent == NULL)
    return "the key record has no RSA key in its p";
  key->bits = count_bits (key->modulus);
  if (key->bits < TLSRPT_DKIM_KEY_BITS_MIN)
    return "the key has less than 1024 bits (RFC 8301)";
  if (key->bits > TLSRPT_DKIM_KEY_BITS_MAX ||
      g_bytes_get_size (key->exponent) > TLSRPT_DKIM_EXPONENT_BYTES_MAX)
    return "the key is too large to be checked";
  return NULL;
}

static const char *
read_ed25519 (TlsrptDkimKey *key, GBytes *data)
{
  if (g_bytes_get_size (data) != ED25519_POINT_BYTES)
    return "the key record has no Ed25519 key in its p";
  key->point = g_bytes_ref (data);
  key->bits = ED25519_POINT_BYTES * 8;
  return NULL;
}

static gboolean
is_value (const GArray *tags, const char *name, const char *value)
{
  g_autofree char *bare = tlsrpt_dkim_tags_bare (tags, name);

  return bare != NULL && strcmp (bare, value) == 0;
}

/* What the record says it is for. */
static const char *
check_purpose (const GArray *tags)
{
  const TlsrptDkimTag *version = tlsrpt_dkim_tags_find (tags, "v");

  if (version != NULL &&
      (version != &g_array_index (tags, TlsrptDkimTag, 0) || !is_value (tags, "v", "DKIM1")))
    return "the record is no DKIM key record";
  if (tlsrpt_dkim_tags_find (tags, "s") != NULL && !tlsrpt_dkim_tags_lists (tags, "s", "*") &&
      !tlsrpt_dkim_tags_lists (tags, "s", "email") && !tlsrpt_dkim_tags_lists (tags, "s", "tlsrpt"))
    return "the key is for another service than email or tlsrpt";
  if (tlsrpt_dkim_tags_find (tags, "h") != NULL && !tlsrpt_dkim_tags_lists (tags, "h", "sha256"))
    return "the key is not for sha256";
  return NULL;
}

static const char *
read_key (TlsrptDkimKey *key, const GArray *tags)
{
  const TlsrptDkimTag *data_tag = tlsrpt_dkim_tags_find (tags, "p");
  const char *why = check_purpose (tags);
  g_autoptr (GBytes) data = NULL;

  if (why != NULL)
    return why;
  if (data_tag == NULL)
    return "the key record has no p";
  if (data_tag->value_length == 0)
    return "the key has been revoked";
  data = tlsrpt_dkim_tags_base64 (tags, "p");
  if (data == NULL)
    return "the key record's p is not base64";
  key->is_testing = tlsrpt_dkim_tags_lists (tags, "t", "y");
  key->is_strict = tlsrpt_dkim_tags_lists (tags, "t", "s");
  if (tlsrpt_dkim_tags_find (tags, "k") == NULL || is_value (tags, "k", "rsa"))
    return read_rsa (key, data);
  if (!is_value (tags, "k", "ed25519"))
    return "the key is of an unknown kind";
  key->type = TLSRPT_DKIM_KEY_ED25519;
  return read_ed25519 (key, data);
}

TlsrptDkimKey *
tlsrpt_dkim_key_read (const char *record, const char **why)
{
  g_autoptr (TlsrptDkimKey) key = g_new0 (TlsrptDkimKey, 1);
  g_autoptr (GArray) tags = tlsrpt_dkim_tags_read (record, strlen (record));

  *why = tags != NULL ? read_key (key, tags) : "the record is no DKIM key record";
  return *why == NULL ? g_steal_pointer (&key) : NULL;
}
