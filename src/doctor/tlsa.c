/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which certificate a TLSA record means. */
#include "doctor/tlsa.h"

#include <string.h>

enum { USAGE_AUTHORITY = 2, USAGE_SERVER = 3 };
enum { SELECT_CERTIFICATE = 0, SELECT_KEY = 1 };
enum { MATCH_ALL = 0, MATCH_SHA256 = 1, MATCH_SHA512 = 2 };

gboolean
tlsrpt_tlsa_is_usable (const TlsrptRecord *record)
{
  gsize length = g_bytes_get_size (record->data);

  if ((record->usage != USAGE_AUTHORITY && record->usage != USAGE_SERVER) ||
      record->selector > SELECT_KEY)
    return FALSE;
  return record->matching_type == MATCH_ALL ||
         (record->matching_type == MATCH_SHA256 && length == 32) ||
         (record->matching_type == MATCH_SHA512 && length == 64);
}

typedef struct {
  const guint8 *bytes;
  gsize length;
} Span;

/* Takes one element off the front of @rest: its tag, and its content in @content; the whole of it,
 * header included, in @whole. Definite lengths of up to four bytes, as DER has them. */
static gboolean
take (Span *rest, guint8 *tag, Span *content, Span *whole)
{
  gsize head = 2, length;

  if (rest->length < 2)
    return FALSE;
  *tag = rest->bytes[0];
  length = rest->bytes[1];
  if (length >= 0x80) {
    guint n = length & 0x7f;

    if (n == 0 || n > 4 || rest->length < 2 + (gsize)n)
      return FALSE;
    length = 0;
    for (guint i = 0; i < n; i++)
      length = length << 8 | rest->bytes[2 + i];
    head += n;
  }
  if (length > rest->length - head)
    return FALSE;
  *content = (Span){ rest->bytes + head, length };
  *whole = (Span){ rest->bytes, head + length };
  *rest = (Span){ rest->bytes + head + length, rest->length - head - length };
  return TRUE;
}

#define TAG_SEQUENCE 0x30
#define TAG_INTEGER 0x02
#define TAG_VERSION 0xa0

static gboolean
take_tag (Span *rest, guint8 wanted, Span *content, Span *whole)
{
  guint8 tag;

  return take (rest, &tag, content, whole) && tag == wanted;
}

/* version, serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo. */
GBytes *
tlsrpt_tlsa_public_key (GBytes *certificate)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (certificate, &length);
  Span rest = { bytes, length };
  Span content, whole;

  if (!take_tag (&rest, TAG_SEQUENCE, &content, &whole))
    return NULL;
  rest = content;
  if (!take_tag (&rest, TAG_SEQUENCE, &content, &whole))
    return NULL;
  rest = content;
  if (rest.length > 0 && rest.bytes[0] == TAG_VERSION &&
      !take_tag (&rest, TAG_VERSION, &content, &whole))
    return NULL;
  if (!take_tag (&rest, TAG_INTEGER, &content, &whole))
    return NULL;
  for (guint i = 0; i < 5; i++)
    if (!take_tag (&rest, TAG_SEQUENCE, &content, &whole))
      return NULL;
  return g_bytes_new (whole.bytes, whole.length);
}

static gboolean
has_digest (GBytes *bytes, GChecksumType type, GBytes *expected)
{
  guint8 digest[64];
  gsize length = sizeof digest;
  g_autoptr (GChecksum) checksum = g_checksum_new (type);

  g_checksum_update (checksum, g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes));
  g_checksum_get_digest (checksum, digest, &length);
  return length == g_bytes_get_size (expected) &&
         memcmp (digest, g_bytes_get_data (expected, NULL), length) == 0;
}

static gboolean
fits_certificate (const TlsrptRecord *record, GBytes *certificate)
{
  g_autoptr (GBytes) selected = record->selector == SELECT_KEY
                                    ? tlsrpt_tlsa_public_key (certificate)
                                    : g_bytes_ref (certificate);

  if (selected == NULL)
    return FALSE;
  if (record->matching_type == MATCH_ALL)
    return g_bytes_equal (selected, record->data);
  return has_digest (selected,
                     record->matching_type == MATCH_SHA256 ? G_CHECKSUM_SHA256 : G_CHECKSUM_SHA512,
                     record->data);
}

int
tlsrpt_tlsa_fits (const TlsrptRecord *record, const GPtrArray *chain)
{
  guint first = record->usage == USAGE_SERVER ? 0 : 1;
  guint last = record->usage == USAGE_SERVER ? MIN (chain->len, 1) : chain->len;

  for (guint i = first; i < last; i++)
    if (fits_certificate (record, chain->pdata[i]))
      return (int)i;
  return -1;
}
