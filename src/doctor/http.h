/* SPDX-License-Identifier: GPL-3.0-or-later
 * The bytes of an HTTP answer (RFC 9112) to status, media type and body. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptHttp:
 * @status: 100 to 599
 * @media_type: (nullable): without parameters, in lower case
 * @body: what arrived of its body, without chunks
 * @is_whole: it came to its end
 */
typedef struct {
  guint status;
  char *media_type;
  GByteArray *body;
  gboolean is_whole;
} TlsrptHttp;

/**
 * tlsrpt_http_parse:
 * @bytes: (array length=length): what came until now
 * @length: how many
 * @is_end: whether the server closed the connection after them
 *
 * Returns: (transfer full) (nullable): the answer; %NULL if the bytes are none, or its header is not
 *   all there
 */
TlsrptHttp *tlsrpt_http_parse (const guint8 *bytes, gsize length, gboolean is_end);

/**
 * tlsrpt_http_free:
 * @http: (transfer full) (nullable): what to free
 */
void tlsrpt_http_free (TlsrptHttp *http);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptHttp, tlsrpt_http_free)

G_END_DECLS
