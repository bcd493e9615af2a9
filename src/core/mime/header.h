/* SPDX-License-Identifier: GPL-3.0-or-later
 * The header of a message or part (RFC 5322 section 2.2) to its fields, one at a time, as bytes of the
 * message. Passes over lines that are no field. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptHeaderField:
 * @name: its name, without the blanks that may stand before the colon; not NUL-terminated
 * @name_length: bytes of @name
 * @value: what stands behind the colon, line ends of the folding and all; not NUL-terminated
 * @value_length: bytes of @value
 *
 * One field; it points into the message.
 */
typedef struct {
  const char *name;
  gsize name_length;
  const char *value;
  gsize value_length;
} TlsrptHeaderField;

/**
 * tlsrpt_header_next:
 * @data: a message or part
 * @size: its length, in bytes
 * @at: (inout): where to go on, 0 at first; moved behind the field, or behind the blank line that ends
 *   the header
 * @field: (out): the next field
 *
 * A line that begins with a space or tab belongs to the field before it. A line without a name (RFC
 * 5322 section 3.6.8) and a colon is passed over with what belongs to it.
 *
 * Returns: %FALSE at the end of the header
 */
gboolean tlsrpt_header_next (const guint8 *data, gsize size, gsize *at, TlsrptHeaderField *field);

/**
 * tlsrpt_header_is:
 * @field: a field
 * @name: a name, in any case
 *
 * Returns: %TRUE if @field is called @name
 */
gboolean tlsrpt_header_is (const TlsrptHeaderField *field, const char *name);

/**
 * tlsrpt_header_value:
 * @field: a field
 *
 * Returns: (transfer full): its value without the line ends of the folding and without white space
 *   around it; 8-bit bytes as they are; cut at a NUL
 */
char *tlsrpt_header_value (const TlsrptHeaderField *field);

/**
 * tlsrpt_header_line_size:
 * @data: bytes
 * @size: how many
 * @at: where a line begins, less than @size
 *
 * Returns: bytes of the line, with its line feed if it has one
 */
gsize tlsrpt_header_line_size (const guint8 *data, gsize size, gsize at);

/**
 * tlsrpt_header_is_blank:
 * @line: a line
 * @size: its length with the line feed, 1 or more
 *
 * Returns: %TRUE if nothing stands in it: the header ends
 */
gboolean tlsrpt_header_is_blank (const guint8 *line, gsize size);

G_END_DECLS
