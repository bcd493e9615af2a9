/* SPDX-License-Identifier: GPL-3.0-or-later
 * Single header fields and bodies to words and bytes, by GMime's functions for them. Undoes transfer
 * encodings, also those that a label does not admit to; refuses nothing. */
#pragma once

#include "core/mime/header.h"

#include <glib.h>
#include <gmime/gmime.h>

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeStream, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeDataWrapper, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeContentType, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeContentDisposition, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InternetAddressList, g_object_unref)

/**
 * tlsrpt_mime_init:
 *
 * Initialises GMime, once; for callers that use GMime directly. Everything below does so by itself.
 */
void tlsrpt_mime_init (void);

/**
 * tlsrpt_mime_text:
 * @field: a header field
 *
 * Returns: (transfer full): its value with encoded words (RFC 2047) decoded, unfolded
 */
char *tlsrpt_mime_text (const TlsrptHeaderField *field);

/**
 * tlsrpt_mime_addresses:
 * @field: a header field
 *
 * Returns: (transfer full) (nullable): the addresses in it (RFC 5322 section 3.4)
 */
InternetAddressList *tlsrpt_mime_addresses (const TlsrptHeaderField *field);

/**
 * tlsrpt_mime_content_type:
 * @field: a Content-Type field
 *
 * Returns: (transfer full): what it says; `application/octet-stream` if that cannot be read
 */
GMimeContentType *tlsrpt_mime_content_type (const TlsrptHeaderField *field);

/**
 * tlsrpt_mime_encoding:
 * @field: a Content-Transfer-Encoding field
 *
 * Returns: what it says
 */
GMimeContentEncoding tlsrpt_mime_encoding (const TlsrptHeaderField *field);

/**
 * tlsrpt_mime_is_encoded:
 * @encoding: a transfer encoding
 *
 * Returns: %TRUE for base64, quoted-printable and uuencode
 */
gboolean tlsrpt_mime_is_encoded (GMimeContentEncoding encoding);

/**
 * tlsrpt_mime_media_type:
 * @type: a Content-Type
 *
 * Returns: (transfer full): its media type, lower case, checked UTF-8
 */
char *tlsrpt_mime_media_type (GMimeContentType *type);

/**
 * tlsrpt_mime_file_name:
 * @header: header of a part
 * @size: its length, in bytes
 * @type: its Content-Type
 *
 * Returns: (transfer full) (nullable): `filename` of Content-Disposition, else `name` of @type, decoded,
 *   without folders
 */
char *tlsrpt_mime_file_name (const guint8 *header, gsize size, GMimeContentType *type);

/**
 * tlsrpt_mime_content:
 * @body: a body, as it stands in the message
 * @encoding: its Content-Transfer-Encoding
 * @relabelled: (out): %TRUE if the bytes contradicted @encoding and were believed
 *
 * Gateways encode a part again and leave its label, or the reverse. Where @encoding leads to nothing
 * that could be a report and the other reading does, the bytes are believed.
 *
 * Returns: (transfer full): its bytes, the transfer encoding undone
 */
GBytes *tlsrpt_mime_content (GBytes *body, GMimeContentEncoding encoding, gboolean *relabelled);

G_END_DECLS
