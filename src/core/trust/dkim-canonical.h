/* SPDX-License-Identifier: GPL-3.0-or-later
 * The canonical forms of DKIM (RFC 6376 section 3.4) of header fields and body, over the bytes as
 * received. A line ends with LF or CRLF; the canonical forms have CRLF, as mail has on its way. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptDkimForm:
 * @TLSRPT_DKIM_SIMPLE: `simple` (RFC 6376 sections 3.4.1 and 3.4.3)
 * @TLSRPT_DKIM_RELAXED: `relaxed` (RFC 6376 sections 3.4.2 and 3.4.4)
 *
 * A canonical form.
 */
typedef enum {
  TLSRPT_DKIM_SIMPLE,
  TLSRPT_DKIM_RELAXED,
} TlsrptDkimForm;

/**
 * TlsrptDkimSink:
 * @bytes: (array length=length): the next bytes of a canonical form
 * @length: their number, 1 or more
 * @data: what was handed in
 *
 * Takes a canonical form piece by piece.
 */
typedef void (*TlsrptDkimSink) (const char *bytes, gsize length, gpointer data);

/**
 * tlsrpt_dkim_canonical_field:
 * @form: which form
 * @field: (array length=length): a whole header field, folded or not, with or without its line end
 * @length: bytes
 * @sink: takes the canonical form, without the line end behind the field
 * @data: for @sink
 */
void tlsrpt_dkim_canonical_field (TlsrptDkimForm form, const char *field, gsize length,
                                  TlsrptDkimSink sink, gpointer data);

/**
 * tlsrpt_dkim_canonical_body:
 * @form: which form
 * @body: (array length=length): what follows the empty line behind the header
 * @length: bytes
 * @sink: takes the canonical form
 * @data: for @sink
 */
void tlsrpt_dkim_canonical_body (TlsrptDkimForm form, const char *body, gsize length,
                                 TlsrptDkimSink sink, gpointer data);

G_END_DECLS
