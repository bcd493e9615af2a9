/* SPDX-License-Identifier: GPL-3.0-or-later
 * gzip or zlib bytes to plain bytes, under a cap on size, ratio and members. Refuses what is cut
 * short or fails its checksum, and says how far it got. */
#pragma once

#include "core/limits.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_is_gzip:
 * @bytes: any bytes
 *
 * Returns: %TRUE if @bytes begin as a gzip member does (RFC 1952: 1f 8b 08)
 */
gboolean tlsrpt_is_gzip (GBytes *bytes);

/**
 * tlsrpt_is_zlib:
 * @bytes: any bytes
 *
 * Returns: %TRUE if @bytes begin as a zlib stream does (RFC 1950: deflate, header checksum)
 */
gboolean tlsrpt_is_zlib (GBytes *bytes);

/**
 * tlsrpt_gunzip_peek:
 * @packed: gzip or zlib bytes, whole or not
 * @plain: (out caller-allocates) (array length=size): room for the first plain bytes
 * @size: room, in bytes
 *
 * Inflates no more than @size bytes, to tell what is packed; checks nothing.
 *
 * Returns: bytes written to @plain; 0 if @packed cannot be inflated
 */
gsize tlsrpt_gunzip_peek (GBytes *packed, guint8 *plain, gsize size);

/**
 * tlsrpt_gunzip:
 * @packed: gzip members back to back, or one zlib stream; trailing padding is passed over
 * @limits: caps `inflated_bytes`, `inflated_ratio`, `gzip_members`
 * @deviations: (inout): TlsrptDeviation bits of what was tolerated are added
 * @error: return location
 *
 * Errors: %TLSRPT_ERROR_MALFORMED (truncated, wrong CRC or length, no gzip), %TLSRPT_ERROR_LIMIT.
 *
 * Returns: (transfer full): the plain bytes, or %NULL with @error set
 */
GBytes *tlsrpt_gunzip (GBytes *packed, const TlsrptLimits *limits, guint64 *deviations,
                       GError **error);

G_END_DECLS
