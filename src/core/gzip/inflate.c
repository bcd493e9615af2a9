/* SPDX-License-Identifier: GPL-3.0-or-later
 * zlib's inflate() with its states in words. */
#include "core/gzip/inflate.h"

#define WINDOW_BITS_ZLIB 15
#define WINDOW_BITS_GZIP 31

TlsrptPacking
tlsrpt_inflate_packing (const guint8 *data, gsize size)
{
  if (size >= 3 && data[0] == 0x1f && data[1] == 0x8b && data[2] == 0x08)
    return TLSRPT_PACKING_GZIP;
  if (size >= 2 && (data[0] & 0x0f) == Z_DEFLATED && data[0] >> 4 <= 7 &&
      ((guint)data[0] << 8 | data[1]) % 31 == 0)
    return TLSRPT_PACKING_ZLIB;
  return TLSRPT_PACKING_PLAIN;
}

void
tlsrpt_inflate_clear (TlsrptInflate *inflate)
{
  if (inflate->started)
    inflateEnd (&inflate->z);
  inflate->started = FALSE;
}

gboolean
tlsrpt_inflate_begin (TlsrptInflate *inflate, TlsrptPacking packing)
{
  if (inflate->started)
    return inflateReset (&inflate->z) == Z_OK;
  inflate->started =
      inflateInit2 (&inflate->z,
                    packing == TLSRPT_PACKING_GZIP ? WINDOW_BITS_GZIP : WINDOW_BITS_ZLIB) == Z_OK;
  return inflate->started;
}

TlsrptInflateStatus
tlsrpt_inflate_step (TlsrptInflate *inflating, const guint8 **packed, gsize *packed_size,
                     guint8 **room, gsize *room_size)
{
  z_stream *z = &inflating->z;
  uInt packed_given = (uInt)MIN (*packed_size, G_MAXINT32);
  uInt room_given = (uInt)MIN (*room_size, G_MAXINT32);
  int status;

  z->next_in = (Bytef *)*packed;
  z->avail_in = packed_given;
  z->next_out = *room;
  z->avail_out = room_given;
  status = inflate (z, Z_NO_FLUSH);
  *packed = z->next_in;
  *packed_size -= packed_given - z->avail_in;
  *room = z->next_out;
  *room_size -= room_given - z->avail_out;
  switch (status) {
  case Z_OK:
    return TLSRPT_INFLATE_GOES_ON;
  case Z_STREAM_END:
    return TLSRPT_INFLATE_ENDED;
  case Z_BUF_ERROR:
    return TLSRPT_INFLATE_STARVED;
  case Z_MEM_ERROR:
    return TLSRPT_INFLATE_NO_MEMORY;
  default:
    return TLSRPT_INFLATE_DAMAGED;
  }
}

const char *
tlsrpt_inflate_message (const TlsrptInflate *inflate)
{
  return inflate->z.msg != NULL ? inflate->z.msg : "damaged";
}
