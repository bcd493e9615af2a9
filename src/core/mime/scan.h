/* SPDX-License-Identifier: GPL-3.0-or-later
 * Raw message bytes to a yes or no: may they be handed to GMime? Counts field lengths, header fields,
 * parts and nesting line by line in constant memory, before anything is built of them. */
#pragma once

#include "core/limits.h"

#include <glib.h>

G_BEGIN_DECLS

/* Depth that no setting can raise: what follows recurses, a few hundred bytes of stack a level. */
#define TLSRPT_MIME_DEPTH_MAX 256u

/**
 * tlsrpt_mime_scan:
 * @data: one message, without a leading `From ` line
 * @size: its length, in bytes
 * @limits: caps `header_bytes`, `mime_depth`, `mime_parts`
 * @depth: multiparts and messages around this one
 * @parts: (inout): parts seen so far in the whole mail; those of this message are added
 * @header_end: (out): length of the top-level header, or of what of it kept to the caps
 * @error: return location
 *
 * Measured with GMime 3.2.13: nesting is cut by GMime itself at 1024 levels, but it looks each line
 * that begins with `--` up in all of them, and two million header fields of 5 bytes take 1 GB. Hence
 * also fields (64 a part) and header bytes (64 fields of the longest kind) of the message are bounded.
 *
 * Errors: %TLSRPT_ERROR_LIMIT.
 *
 * Returns: %TRUE if the message keeps to the caps
 */
gboolean tlsrpt_mime_scan (const guint8 *data, gsize size, const TlsrptLimits *limits,
                           guint64 depth, guint64 *parts, gsize *header_end, GError **error);

G_END_DECLS
