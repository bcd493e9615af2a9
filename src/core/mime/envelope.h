/* SPDX-License-Identifier: GPL-3.0-or-later
 * A parsed header to a TlsrptEnvelope. Repairs what is no UTF-8; leaves out what cannot be read. */
#pragma once

#include "core/mime/message.h"

#include <glib.h>
#include <gmime/gmime.h>

G_BEGIN_DECLS

/**
 * tlsrpt_envelope_new:
 *
 * Returns: (transfer full): an envelope of which nothing is known
 */
TlsrptEnvelope *tlsrpt_envelope_new (void);

/**
 * tlsrpt_envelope_read:
 * @envelope: an envelope of tlsrpt_envelope_new()
 * @message: the top-level message
 *
 * Fills @envelope. A date of the header goes before one that is there already.
 */
void tlsrpt_envelope_read (TlsrptEnvelope *envelope, GMimeMessage *message);

/**
 * tlsrpt_envelope_read_inner:
 * @envelope: a filled envelope
 * @message: a message inside the top-level one
 *
 * Adds what @envelope lacks of TLS-Report-* and Subject.
 */
void tlsrpt_envelope_read_inner (TlsrptEnvelope *envelope, GMimeMessage *message);

/**
 * tlsrpt_envelope_from_line_date:
 * @line: a `From ` line of an mbox, NUL-terminated
 *
 * Returns: microseconds since 1970 of the asctime date in @line, read as UTC; 0 if there is none
 */
gint64 tlsrpt_envelope_from_line_date (const char *line);

G_END_DECLS
