/* SPDX-License-Identifier: GPL-3.0-or-later
 * The header of a message to a TlsrptEnvelope. Repairs what is no UTF-8; leaves out what cannot be
 * read. */
#pragma once

#include "core/envelope.h"
#include "core/limits.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_envelope_read:
 * @envelope: an envelope of tlsrpt_envelope_new()
 * @data: the top-level message, without a leading `From ` line
 * @size: its length, in bytes
 * @limits: caps `header_bytes` and `mime_parts`: where a header passes them it is read no further
 *
 * Fills @envelope from the header; the body is not looked at. Of a field that occurs twice the first
 * counts. A date of the header goes before one that is there already.
 */
void tlsrpt_envelope_read (TlsrptEnvelope *envelope, const guint8 *data, gsize size,
                           const TlsrptLimits *limits);

/**
 * tlsrpt_envelope_read_inner:
 * @envelope: a filled envelope
 * @data: header of a message inside the top-level one
 * @size: its length, in bytes
 *
 * Adds what @envelope lacks of TLS-Report-* and Subject.
 */
void tlsrpt_envelope_read_inner (TlsrptEnvelope *envelope, const guint8 *data, gsize size);

/**
 * tlsrpt_envelope_read_from_line:
 * @line: a `From ` line of an mbox, NUL-terminated
 *
 * Returns: microseconds since 1970 of the date in @line, read as UTC where it has no zone; 0 if there
 *   is none
 */
gint64 tlsrpt_envelope_read_from_line (const char *line);

G_END_DECLS
