/* SPDX-License-Identifier: GPL-3.0-or-later
 * gzip members or one zlib stream to plain bytes. Passes over padding and junk behind the last member;
 * refuses truncation, a wrong checksum or length, and what inflates past a cap. */
#include "core/gzip/gunzip.h"

#include "core/deviation.h"
#include "core/errors.h"
#include "core/gzip/inflate.h"

#include <string.h>

#ifdef TLSRPT_SMALL_BUFFERS /* smaller in the fuzzers, whose inputs are short */
#  define CHUNK_BYTES 64u
#  define LOOK_BYTES 48u
#else
#  define CHUNK_BYTES 65536u
/* A DMARC report shows what it is only after an XML declaration and a comment or two. */
#  define LOOK_BYTES 1024u
#endif
/* A short document may well pack to 1:500; a ratio says something about megabytes only. */
#define RATIO_FREE_BYTES (G_GUINT64_CONSTANT (1) << 20)
/* GByteArray counts in guint: no document is longer than this, whatever the setting is. */
#define OUTPUT_MAX_BYTES ((guint64)G_MAXINT32)

struct _TlsrptGunzip {
  GBytes *packed;
  const guint8 *data;
  gsize size;
  gsize consumed;
  TlsrptPacking packing;
  TlsrptInflate inflate;
  TlsrptInflateStatus status; /* of the member at hand, as the last step left it */
  guint64 members;
  GByteArray *plain; /* (nullable): handed over by then */
  guint64 finished;  /* bytes that were handed over */
};

TlsrptGunzip *
tlsrpt_gunzip_new (GBytes *packed)
{
  TlsrptGunzip *gunzip = g_new0 (TlsrptGunzip, 1);

  gunzip->packed = g_bytes_ref (packed);
  gunzip->data = g_bytes_get_data (packed, &gunzip->size);
  gunzip->packing = tlsrpt_inflate_packing (gunzip->data, gunzip->size);
  gunzip->plain = g_byte_array_new ();
  return gunzip;
}

void
tlsrpt_gunzip_free (TlsrptGunzip *gunzip)
{
  tlsrpt_inflate_clear (&gunzip->inflate);
  g_clear_pointer (&gunzip->plain, g_byte_array_unref);
  g_bytes_unref (gunzip->packed);
  g_free (gunzip);
}

static gboolean
check_caps (const TlsrptGunzip *gunzip, const TlsrptLimits *limits, GError **error)
{
  guint64 cap = MIN (limits->inflated_bytes, OUTPUT_MAX_BYTES);
  guint64 ratio = MAX (limits->inflated_ratio, 1);
  guint64 length = gunzip->plain->len;

  if (length > cap) {
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
                 "gunzip: inflates to more than %" G_GUINT64_FORMAT
                 " bytes (setting inflated-bytes)",
                 cap);
    return FALSE;
  }
  /* Divided first, so that no setting can overflow the product. */
  if (length > RATIO_FREE_BYTES && length / ratio >= gunzip->size &&
      length > ratio * gunzip->size) {
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
                 "gunzip: %" G_GSIZE_FORMAT " bytes inflate to more than %" G_GUINT64_FORMAT
                 " times as many (setting inflated-ratio)",
                 gunzip->size, ratio);
    return FALSE;
  }
  return TRUE;
}

static gboolean
fail_for_memory (GError **error)
{
  g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY, "gunzip: out of memory");
  return FALSE;
}

/* Says how far it got, so that the operator sees whether a mail was cut in transit. */
static gboolean
fail_for_damage (const TlsrptGunzip *gunzip, const char *what, GError **error)
{
  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_MALFORMED,
               "gunzip: %s in member %" G_GUINT64_FORMAT " after %" G_GSIZE_FORMAT
               " of %" G_GSIZE_FORMAT " bytes, %u bytes inflated",
               what, gunzip->members, gunzip->consumed, gunzip->size, gunzip->plain->len);
  return FALSE;
}

static gboolean
begin_member (TlsrptGunzip *gunzip)
{
  gunzip->members++;
  gunzip->status = TLSRPT_INFLATE_GOES_ON;
  return tlsrpt_inflate_begin (&gunzip->inflate, gunzip->packing);
}

/* Inflates into the end of what is plain, no more than @room bytes. */
static void
step (TlsrptGunzip *gunzip, gsize room)
{
  guint before = gunzip->plain->len;
  const guint8 *packed = gunzip->data + gunzip->consumed;
  gsize packed_size = gunzip->size - gunzip->consumed;
  guint8 *end;

  g_byte_array_set_size (gunzip->plain, before + (guint)room);
  end = gunzip->plain->data + before;
  gunzip->status = tlsrpt_inflate_step (&gunzip->inflate, &packed, &packed_size, &end, &room);
  gunzip->consumed = gunzip->size - packed_size;
  g_byte_array_set_size (gunzip->plain, (guint)(end - gunzip->plain->data));
}

const guint8 *
tlsrpt_gunzip_look (TlsrptGunzip *gunzip, gsize *size)
{
  if (gunzip->packing != TLSRPT_PACKING_PLAIN && begin_member (gunzip))
    while (gunzip->status == TLSRPT_INFLATE_GOES_ON && gunzip->plain->len < LOOK_BYTES)
      step (gunzip, LOOK_BYTES - gunzip->plain->len);
  *size = gunzip->plain->len;
  return gunzip->plain->data;
}

/* The rest of the member at hand. */
static gboolean
finish_member (TlsrptGunzip *gunzip, const TlsrptLimits *limits, GError **error)
{
  guint64 cap = MIN (limits->inflated_bytes, OUTPUT_MAX_BYTES);

  while (check_caps (gunzip, limits, error)) {
    switch (gunzip->status) {
    case TLSRPT_INFLATE_GOES_ON:
      /* Asks for one byte past the cap and no more: that byte proves the excess. */
      step (gunzip, (gsize)MIN (CHUNK_BYTES, cap + 1 - gunzip->plain->len));
      break;
    case TLSRPT_INFLATE_ENDED:
      return TRUE;
    case TLSRPT_INFLATE_STARVED:
      return fail_for_damage (gunzip, "truncated", error);
    case TLSRPT_INFLATE_NO_MEMORY:
      return fail_for_memory (error);
    case TLSRPT_INFLATE_DAMAGED:
      return fail_for_damage (gunzip, tlsrpt_inflate_message (&gunzip->inflate), error);
    }
  }
  return FALSE;
}

/* Reads the members after the first. Bytes that begin no member are padding (zeros, or junk of a
 * gateway); one or two bytes that could begin a member are a member cut short. */
static gboolean
finish_more_members (TlsrptGunzip *gunzip, const TlsrptLimits *limits, guint64 *deviations,
                     GError **error)
{
  static const guint8 magic[] = { 0x1f, 0x8b, 0x08 };

  while (gunzip->consumed < gunzip->size) {
    gsize left = gunzip->size - gunzip->consumed;

    if (gunzip->packing == TLSRPT_PACKING_ZLIB ||
        memcmp (gunzip->data + gunzip->consumed, magic, MIN (left, sizeof magic)) != 0) {
      *deviations |= TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_GZIP_PADDING);
      return TRUE;
    }
    *deviations |= TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_GZIP_MEMBERS);
    if (gunzip->members >= limits->gzip_members) {
      g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
                   "gunzip: more than %" G_GUINT64_FORMAT " members (setting gzip-members)",
                   limits->gzip_members);
      return FALSE;
    }
    if (!begin_member (gunzip))
      return fail_for_memory (error);
    if (!finish_member (gunzip, limits, error))
      return FALSE;
  }
  return TRUE;
}

GBytes *
tlsrpt_gunzip_finish (TlsrptGunzip *gunzip, const TlsrptLimits *limits, guint64 *deviations,
                      GError **error)
{
  guint64 found =
      gunzip->packing == TLSRPT_PACKING_ZLIB ? TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_RAW_ZLIB) : 0;

  if (gunzip->packing == TLSRPT_PACKING_PLAIN) {
    g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_MALFORMED,
                         gunzip->size == 0 ? "gunzip: empty" : "gunzip: neither gzip nor zlib");
    return NULL;
  }
  if (gunzip->members == 0 && !begin_member (gunzip)) {
    fail_for_memory (error);
    return NULL;
  }
  if (!finish_member (gunzip, limits, error) ||
      !finish_more_members (gunzip, limits, &found, error))
    return NULL;
  *deviations |= found;
  gunzip->finished = gunzip->plain->len;
  return g_byte_array_free_to_bytes (g_steal_pointer (&gunzip->plain));
}

GBytes *
tlsrpt_gunzip_stored (GBytes *packed)
{
  TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (TlsrptGunzip) gunzip = tlsrpt_gunzip_new (packed);
  guint64 deviations = 0;

  limits.inflated_bytes = G_MAXUINT32;
  limits.inflated_ratio = G_MAXUINT32;
  limits.gzip_members = G_MAXUINT32;
  return tlsrpt_gunzip_finish (gunzip, &limits, &deviations, NULL);
}

guint64
tlsrpt_gunzip_inflated (const TlsrptGunzip *gunzip)
{
  return gunzip->plain != NULL ? gunzip->plain->len : gunzip->finished;
}
