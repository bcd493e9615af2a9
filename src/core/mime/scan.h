/* SPDX-License-Identifier: GPL-3.0-or-later
 * A message to its parts, by boundaries (RFC 2046 section 5.1), in one pass over its lines that builds
 * nothing but a list. Refuses what is longer, deeper or more than limits.h allows.
 *
 * GMime's own parser was measured and lost (3.2.13). No scan in front of it can hold a cap, as what it
 * sees depends on where its buffer of 4 kB ends: it takes the rest of a longer line for a line, with a
 * boundary in it. It has no cap of its own below 1024 levels, in all of which each line that begins with
 * `--` is looked up: 9 MB took 20 s. And it reads all fields of a header, where a report needs ten, and
 * each byte of a body, which here a search for `--` passes over. Its functions for single fields
 * and transfer encodings are used; tests/fuzz/fuzz-scan.c holds this list against the tree it builds. */
#pragma once

#include "core/limits.h"

#include <glib.h>
#include <gmime/gmime.h>

G_BEGIN_DECLS

/* Depth that no setting can raise. */
#define TLSRPT_SCAN_DEPTH_MAX 256u

/**
 * TlsrptEntityKind:
 * @TLSRPT_ENTITY_LEAF: a body, of any media type
 * @TLSRPT_ENTITY_MULTIPART: its parts follow it in the list
 * @TLSRPT_ENTITY_MESSAGE: a message; what is in it follows in the list
 */
typedef enum {
  TLSRPT_ENTITY_LEAF,
  TLSRPT_ENTITY_MULTIPART,
  TLSRPT_ENTITY_MESSAGE,
} TlsrptEntityKind;

/**
 * TlsrptEntity:
 * @kind: what it is
 * @depth: multiparts and messages around it
 * @begins_message: %TRUE if its header is that of a message: it is the first, or follows one of
 *   %TLSRPT_ENTITY_MESSAGE
 * @header: where its header begins
 * @header_size: bytes of the header, the blank line behind it included
 * @body_size: bytes of the body, which follows the header; of a leaf alone
 * @type: (transfer full): its Content-Type, or what stands for one (RFC 2045 section 5.2)
 * @encoding: its Content-Transfer-Encoding
 *
 * A node of the tree. Of a Content-Type that occurs twice the last counts, of a Content-Transfer-Encoding
 * the first, as in GMime.
 */
typedef struct {
  TlsrptEntityKind kind;
  guint depth;
  gboolean begins_message;
  gsize header;
  gsize header_size;
  gsize body_size;
  GMimeContentType *type;
  GMimeContentEncoding encoding;
} TlsrptEntity;

/**
 * tlsrpt_scan_message:
 * @data: one message, without a leading `From ` line
 * @size: its length, in bytes
 * @limits: caps `header_bytes`, `mime_depth`, `mime_parts`
 * @depth: multiparts and messages around this one
 * @parts: (inout): parts seen so far in the whole mail; those of this message are added
 * @error: return location
 *
 * Costs a pass over the bytes, and for a line that begins with `--` a comparison a level; memory for the
 * list alone. Fields (TLSRPT_FIELDS_A_PART) and header bytes (TLSRPT_HEADERS_LONGEST_FIELDS) of the
 * message are bounded too.
 *
 * Errors: %TLSRPT_ERROR_LIMIT; %TLSRPT_ERROR_MALFORMED where its first line is no header field.
 *
 * Returns: (transfer full) (element-type TlsrptEntity): its parts in the order of the message, the
 *   message's own body first; or %NULL with @error set
 */
GArray *tlsrpt_scan_message (const guint8 *data, gsize size, const TlsrptLimits *limits,
                             guint64 depth, guint64 *parts, GError **error);

G_END_DECLS
