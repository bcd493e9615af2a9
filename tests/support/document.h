/* SPDX-License-Identifier: GPL-3.0-or-later
 * What tests of the decoder share: one document in the shape of RFC 8460 appendix B, edits of it, and
 * a report spelled out member by member. */
#pragma once

#include "core/item.h"
#include "core/limits.h"

#include <glib.h>

G_BEGIN_DECLS

/** The document: two policies (sts with two failure details, tlsa with none), nothing odd in it. */
extern const char document_plain[];

/**
 * document_edited:
 * @find: what must stand in @text exactly once
 * @replace: what stands there instead
 *
 * Returns: (transfer full): @text, edited
 */
char *document_edited (const char *text, const char *find, const char *replace);

/** document_bytes: (transfer full): @text without its final NUL */
GBytes *document_bytes (const char *text);

/** document_packed: (transfer full): @text in zlib's format of @window_bits (31 gzip, 15 zlib) */
GBytes *document_packed (const char *text, int window_bits);

/** document_inflated: (transfer full): all that @packed inflates to, or %NULL with @error set */
GBytes *document_inflated (GBytes *packed, const TlsrptLimits *limits, guint64 *deviations,
                           GError **error);

/** document_decode_message: (transfer full): @bytes decoded as a message */
TlsrptItem *document_decode_message (GBytes *bytes, const TlsrptLimits *limits);

/** document_decode_document: (transfer full): @bytes decoded as a document out of file @name (nullable) */
TlsrptItem *document_decode_document (GBytes *bytes, const char *name, const TlsrptLimits *limits);

/**
 * report_text:
 * @report: a report
 *
 * Returns: (transfer full): each member of @report that the document alone decides, `name=value` a
 *   line, `~` for null; deviations, digest and bytes left out
 */
char *report_text (const TlsrptReport *report);

/** report_deviations: (transfer full): names of what was tolerated, joined by a space */
char *report_deviations (const TlsrptReport *report);

G_END_DECLS
