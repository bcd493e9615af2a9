/* SPDX-License-Identifier: GPL-3.0-or-later
 * gzip or zlib bytes to plain bytes, under a cap on size, ratio and members. Refuses what is cut
 * short or fails its checksum, and says how far it got. */
#pragma once

#include "core/limits.h"

#include <glib.h>

G_BEGIN_DECLS

/** TlsrptGunzip: packed bytes of which the first may have been inflated */
typedef struct _TlsrptGunzip TlsrptGunzip;

/**
 * tlsrpt_gunzip_new:
 * @packed: gzip members back to back, or one zlib stream
 *
 * Returns: (transfer full): the beginning; nothing is inflated yet
 */
TlsrptGunzip *tlsrpt_gunzip_new (GBytes *packed);

/**
 * tlsrpt_gunzip_free:
 * @gunzip: (transfer full): what to free
 */
void tlsrpt_gunzip_free (TlsrptGunzip *gunzip);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptGunzip, tlsrpt_gunzip_free)

/**
 * tlsrpt_gunzip_look:
 * @gunzip: at the beginning
 * @size: (out): how many bytes
 *
 * Inflates the first bytes, to tell what is packed, as far as they are whole; what is inflated here is
 * not inflated again.
 *
 * Returns: (transfer none): the first plain bytes, good until tlsrpt_gunzip_finish()
 */
const guint8 *tlsrpt_gunzip_look (TlsrptGunzip *gunzip, gsize *size);

/**
 * tlsrpt_gunzip_finish:
 * @gunzip: packed bytes; of no use afterwards
 * @limits: caps `inflated_bytes`, `inflated_ratio`, `gzip_members`
 * @deviations: (inout): TlsrptDeviation bits of what was tolerated are added
 * @error: return location
 *
 * Trailing padding is passed over.
 *
 * Errors: %TLSRPT_ERROR_MALFORMED (truncated, wrong CRC or length, no gzip), %TLSRPT_ERROR_LIMIT,
 * %TLSRPT_ERROR_TEMPORARY (no memory).
 *
 * Returns: (transfer full): the plain bytes, or %NULL with @error set
 */
GBytes *tlsrpt_gunzip_finish (TlsrptGunzip *gunzip, const TlsrptLimits *limits, guint64 *deviations,
                              GError **error);

/**
 * tlsrpt_gunzip_stored:
 * @packed: a document that was stored
 *
 * It was taken under the limits of its time, which may have been wider: it has none here.
 *
 * Returns: (transfer full) (nullable): the document, or %NULL if it is damaged
 */
GBytes *tlsrpt_gunzip_stored (GBytes *packed);

/**
 * tlsrpt_gunzip_inflated:
 * @gunzip: packed bytes, finished or not
 *
 * Returns: bytes that were inflated of them, also where tlsrpt_gunzip_finish() failed
 */
guint64 tlsrpt_gunzip_inflated (const TlsrptGunzip *gunzip);

G_END_DECLS
