/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the stage `message` needs of GMime: message bytes to a tree, a leaf to its labels and bytes.
 * Refuses nothing; mime-scan.h has judged before. */
#pragma once

#include <glib.h>
#include <gmime/gmime.h>

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeStream, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeParser, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeMessage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeContentType, g_object_unref)

/**
 * tlsrpt_mime_init:
 *
 * Initialises GMime, once; everything below does so by itself.
 */
void tlsrpt_mime_init (void);

/**
 * tlsrpt_mime_parse:
 * @data: bytes that tlsrpt_mime_scan() passed
 * @size: their length, in bytes
 *
 * Returns: (transfer full) (nullable): the tree
 */
GMimeMessage *tlsrpt_mime_parse (const guint8 *data, gsize size);

/**
 * tlsrpt_mime_media_type:
 * @object: a leaf
 *
 * Returns: (transfer full): its media type, lower case, checked UTF-8; `text/plain` without one
 */
char *tlsrpt_mime_media_type (GMimeObject *object);

/**
 * tlsrpt_mime_file_name:
 * @object: a leaf
 *
 * Returns: (transfer full) (nullable): `filename`, else `name`, decoded, without folders
 */
char *tlsrpt_mime_file_name (GMimeObject *object);

/**
 * tlsrpt_mime_is_encoded:
 * @object: a leaf
 *
 * Returns: %TRUE if it is labelled base64, quoted-printable or uuencode
 */
gboolean tlsrpt_mime_is_encoded (GMimeObject *object);

/**
 * tlsrpt_mime_content:
 * @object: a leaf
 * @relabelled: (out): %TRUE if the bytes contradicted Content-Transfer-Encoding and were believed
 *
 * Returns: (transfer full): its bytes, the transfer encoding undone
 */
GBytes *tlsrpt_mime_content (GMimeObject *object, gboolean *relabelled);

G_END_DECLS
