/* SPDX-License-Identifier: GPL-3.0-or-later
 * One gzip member or zlib stream at a time, from a buffer into a buffer: the only place where zlib is
 * called to inflate. */
#pragma once

#include <glib.h>
#include <zlib.h>

G_BEGIN_DECLS

/**
 * TlsrptPacking:
 * @TLSRPT_PACKING_PLAIN: not packed
 * @TLSRPT_PACKING_GZIP: gzip members (RFC 1952)
 * @TLSRPT_PACKING_ZLIB: a zlib stream (RFC 1950)
 */
typedef enum {
  TLSRPT_PACKING_PLAIN,
  TLSRPT_PACKING_GZIP,
  TLSRPT_PACKING_ZLIB,
} TlsrptPacking;

/**
 * tlsrpt_inflate_packing:
 * @data: first bytes of something
 * @size: how many
 *
 * Returns: %TLSRPT_PACKING_GZIP for `1f 8b 08`; %TLSRPT_PACKING_ZLIB for what may be the beginning of a
 *   zlib stream (deflate, a window up to 32 kB, header checksum: `78 01`, `78 5e`, `78 9c`, `78 da` and
 *   others), which some text is too
 */
TlsrptPacking tlsrpt_inflate_packing (const guint8 *data, gsize size);

/**
 * TlsrptInflate:
 * @z: zlib's own state
 * @started: whether @z was initialised
 *
 * zlib's state; all zeros at first, cleared by tlsrpt_inflate_clear().
 */
typedef struct {
  z_stream z;
  gboolean started;
} TlsrptInflate;

/**
 * tlsrpt_inflate_clear:
 * @inflate: what to clear
 *
 * Frees all that @inflate owns, but not @inflate itself.
 */
void tlsrpt_inflate_clear (TlsrptInflate *inflate);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TlsrptInflate, tlsrpt_inflate_clear)

/**
 * tlsrpt_inflate_begin:
 * @inflate: zlib's state
 * @packing: of what begins; not %TLSRPT_PACKING_PLAIN, and the same each time
 *
 * Begins a member.
 *
 * Returns: %FALSE if there is no memory
 */
gboolean tlsrpt_inflate_begin (TlsrptInflate *inflate, TlsrptPacking packing);

/**
 * TlsrptInflateStatus:
 * @TLSRPT_INFLATE_GOES_ON: there is more to come
 * @TLSRPT_INFLATE_ENDED: the member ended, and its checksum is right
 * @TLSRPT_INFLATE_STARVED: nothing can be done without more input (or room)
 * @TLSRPT_INFLATE_NO_MEMORY: zlib got no memory
 * @TLSRPT_INFLATE_DAMAGED: it is no packed data, or its checksum is wrong
 */
typedef enum {
  TLSRPT_INFLATE_GOES_ON,
  TLSRPT_INFLATE_ENDED,
  TLSRPT_INFLATE_STARVED,
  TLSRPT_INFLATE_NO_MEMORY,
  TLSRPT_INFLATE_DAMAGED,
} TlsrptInflateStatus;

/**
 * tlsrpt_inflate_step:
 * @inflate: in a member
 * @packed: (inout): next packed byte
 * @packed_size: (inout): packed bytes there are
 * @room: (inout): where the next plain byte goes
 * @room_size: (inout): room there is, in bytes
 *
 * Returns: how it stands
 */
TlsrptInflateStatus tlsrpt_inflate_step (TlsrptInflate *inflate, const guint8 **packed,
                                         gsize *packed_size, guint8 **room, gsize *room_size);

/**
 * tlsrpt_inflate_message:
 * @inflate: zlib's state
 *
 * Returns: (transfer none): what zlib says is damaged
 */
const char *tlsrpt_inflate_message (const TlsrptInflate *inflate);

G_END_DECLS
