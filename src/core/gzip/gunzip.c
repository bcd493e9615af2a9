/* SPDX-License-Identifier: GPL-3.0-or-later
 * gzip members or one zlib stream to plain bytes, with zlib. Passes over padding and junk behind the
 * last member; refuses truncation, a wrong checksum or length, and what inflates past a cap. */
#include "core/gzip/gunzip.h"

#include "core/deviation.h"
#include "core/errors.h"

#include <string.h>
#include <zlib.h>

#ifdef TLSRPT_SMALL_BUFFERS /* of the fuzzers, whose short inputs are to cross them */
#  define CHUNK_BYTES 64u
#else
#  define CHUNK_BYTES 65536u
#endif
/* A short document may well pack to 1:500; a ratio says something about megabytes only. */
#define RATIO_FREE_BYTES (G_GUINT64_CONSTANT (1) << 20)
/* GByteArray counts in guint: whatever the setting says, no document is longer than this. */
#define OUTPUT_MAX_BYTES ((guint64)G_MAXINT32)
#define WINDOW_BITS_ZLIB 15
#define WINDOW_BITS_GZIP 31

/* zlib's state as a type, so that leaving scope ends it. */
typedef struct {
  z_stream z;
  gboolean started;
} Inflater;

static void
inflater_clear (Inflater *inflater)
{
  if (inflater->started)
    inflateEnd (&inflater->z);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Inflater, inflater_clear)

/* What one run over @packed knows: where it reads and what it has written. */
typedef struct {
  const guint8 *data;
  gsize size;
  gsize consumed;
  guint64 members;
  GByteArray *plain;
  const TlsrptLimits *limits;
} Run;

static gboolean
starts_gzip (const guint8 *data, gsize size)
{
  return size >= 3 && data[0] == 0x1f && data[1] == 0x8b && data[2] == 0x08;
}

static gboolean
starts_zlib (const guint8 *data, gsize size)
{
  return size >= 2 && (data[0] & 0x0f) == Z_DEFLATED && data[0] >> 4 <= 7 &&
         ((guint)data[0] << 8 | data[1]) % 31 == 0;
}

gboolean
tlsrpt_is_gzip (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return starts_gzip (data, size);
}

gboolean
tlsrpt_is_zlib (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return starts_zlib (data, size);
}

gsize
tlsrpt_gunzip_peek (GBytes *packed, guint8 *plain, gsize size)
{
  g_auto (Inflater) inflater = { 0 };
  gsize packed_size;
  const guint8 *data = g_bytes_get_data (packed, &packed_size);
  gboolean gzip = starts_gzip (data, packed_size);

  if (!gzip && !starts_zlib (data, packed_size))
    return 0;
  if (inflateInit2 (&inflater.z, gzip ? WINDOW_BITS_GZIP : WINDOW_BITS_ZLIB) != Z_OK)
    return 0;
  inflater.started = TRUE;
  inflater.z.next_in = (Bytef *)data;
  inflater.z.avail_in = (uInt)MIN (packed_size, G_MAXINT32);
  inflater.z.next_out = plain;
  inflater.z.avail_out = (uInt)MIN (size, G_MAXINT32);
  inflate (&inflater.z, Z_SYNC_FLUSH);
  return inflater.z.total_out;
}

static gboolean
run_check_caps (const Run *run, GError **error)
{
  guint64 cap = MIN (run->limits->inflated_bytes, OUTPUT_MAX_BYTES);
  guint64 ratio = MAX (run->limits->inflated_ratio, 1);
  guint64 length = run->plain->len;

  if (length > cap) {
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
                 "gunzip: inflates to more than %" G_GUINT64_FORMAT " bytes", cap);
    return FALSE;
  }
  /* Divided first, so that no setting can overflow the product. */
  if (length > RATIO_FREE_BYTES && length / ratio >= run->size && length > ratio * run->size) {
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
                 "gunzip: %" G_GSIZE_FORMAT " bytes inflate to more than %" G_GUINT64_FORMAT
                 " times as many",
                 run->size, ratio);
    return FALSE;
  }
  return TRUE;
}

/* Says how far it got: the operator may want to know whether a mail was cut in transit. */
static void
run_set_damaged (const Run *run, const char *what, GError **error)
{
  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_MALFORMED,
               "gunzip: %s in member %" G_GUINT64_FORMAT " after %" G_GSIZE_FORMAT
               " of %" G_GSIZE_FORMAT " bytes, %u bytes inflated",
               what, run->members, run->consumed, run->size, run->plain->len);
}

/* One call of inflate() into @plain's end. */
static int
run_inflate_chunk (Run *run, z_stream *z)
{
  guint before = run->plain->len;
  guint64 cap = MIN (run->limits->inflated_bytes, OUTPUT_MAX_BYTES);
  /* One byte past the cap is asked for, never a chunk: that byte is what proves the excess. */
  guint room = (guint)MIN (CHUNK_BYTES, cap + 1 - before);
  int status;

  g_byte_array_set_size (run->plain, before + room);
  z->next_in = (Bytef *)run->data + run->consumed;
  z->avail_in = (uInt)MIN (run->size - run->consumed, G_MAXINT32);
  z->next_out = run->plain->data + before;
  z->avail_out = room;
  status = inflate (z, Z_NO_FLUSH);
  run->consumed = (gsize)(z->next_in - run->data);
  g_byte_array_set_size (run->plain, before + room - z->avail_out);
  return status;
}

static gboolean
run_member (Run *run, int window_bits, GError **error)
{
  g_auto (Inflater) inflater = { 0 };

  if (inflateInit2 (&inflater.z, window_bits) != Z_OK) {
    g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY, "gunzip: out of memory");
    return FALSE;
  }
  inflater.started = TRUE;
  while (TRUE) {
    int status = run_inflate_chunk (run, &inflater.z);

    if (!run_check_caps (run, error))
      return FALSE;
    switch (status) {
    case Z_STREAM_END:
      return TRUE;
    case Z_OK:
      break;
    case Z_BUF_ERROR:
      run_set_damaged (run, "truncated", error);
      return FALSE;
    case Z_MEM_ERROR:
      g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY, "gunzip: out of memory");
      return FALSE;
    default:
      run_set_damaged (run, inflater.z.msg != NULL ? inflater.z.msg : "damaged", error);
      return FALSE;
    }
  }
}

/* The members behind the first. Bytes that begin no member are padding (zeros up to a block, or a
 * gateway's junk); one or two bytes that begin a member are a member cut short. */
static gboolean
run_more_members (Run *run, guint64 *deviations, GError **error)
{
  static const guint8 magic[] = { 0x1f, 0x8b, 0x08 };

  while (run->consumed < run->size) {
    const guint8 *rest = run->data + run->consumed;
    gsize left = run->size - run->consumed;

    if (memcmp (rest, magic, MIN (left, sizeof magic)) != 0) {
      *deviations |= TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_GZIP_PADDING);
      return TRUE;
    }
    *deviations |= TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_GZIP_MEMBERS);
    if (++run->members > run->limits->gzip_members) {
      g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
                   "gunzip: more than %" G_GUINT64_FORMAT " members", run->limits->gzip_members);
      return FALSE;
    }
    if (!run_member (run, WINDOW_BITS_GZIP, error))
      return FALSE;
  }
  return TRUE;
}

GBytes *
tlsrpt_gunzip (GBytes *packed, const TlsrptLimits *limits, guint64 *deviations, GError **error)
{
  g_autoptr (GByteArray) plain = g_byte_array_new ();
  Run run = { .members = 1, .plain = plain, .limits = limits };
  guint64 found = 0;

  run.data = g_bytes_get_data (packed, &run.size);
  if (run.size == 0) {
    g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_MALFORMED, "gunzip: empty");
    return NULL;
  }
  if (starts_gzip (run.data, run.size)) {
    if (!run_member (&run, WINDOW_BITS_GZIP, error) || !run_more_members (&run, &found, error))
      return NULL;
  } else if (starts_zlib (run.data, run.size)) {
    found |= TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_RAW_ZLIB);
    if (!run_member (&run, WINDOW_BITS_ZLIB, error))
      return NULL;
    if (run.consumed < run.size)
      found |= TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_GZIP_PADDING);
  } else {
    g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_MALFORMED,
                         "gunzip: neither gzip nor zlib");
    return NULL;
  }
  *deviations |= found;
  return g_byte_array_free_to_bytes (g_steal_pointer (&plain));
}
