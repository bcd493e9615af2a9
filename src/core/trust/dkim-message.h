/* SPDX-License-Identifier: GPL-3.0-or-later
 * Message bytes to header fields and body as DKIM sees them, nothing decoded. Refuses a header that
 * another reader could take for something else than what was signed. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptDkimField:
 * @bytes: first byte of the name
 * @length: bytes of the whole field, its last line end included
 * @name_length: bytes of the name, which ends at the colon
 */
typedef struct {
  const char *bytes;
  gsize length;
  gsize name_length;
} TlsrptDkimField;

/**
 * TlsrptDkimMessage:
 * @fields: (element-type TlsrptDkimField): by value, top first
 * @body: what follows the empty line behind the header
 * @body_length: bytes; 0 where there is none
 *
 * Points into the bytes that were read.
 */
typedef struct {
  GArray *fields;
  const char *body;
  gsize body_length;
} TlsrptDkimMessage;

/**
 * tlsrpt_dkim_message_free:
 * @message: (transfer full) (nullable): what to free
 */
void tlsrpt_dkim_message_free (TlsrptDkimMessage *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptDkimMessage, tlsrpt_dkim_message_free)

/**
 * tlsrpt_dkim_message_read:
 * @bytes: a message, any line ends, with or without a leading `From ` line; outlives what is returned
 * @why: (out) (nullable): where %NULL is returned, what is wrong, in our own words
 *
 * A signature does not cover where the header ends or how the body is to be read: a stranger who sends
 * somebody else's signed mail again may add lines to its header. So a header may not have a line that is
 * no field, a CR without LF, a NUL, a second From, or a second field that says how to read the body.
 *
 * Returns: (transfer full) (nullable): the message
 */
TlsrptDkimMessage *tlsrpt_dkim_message_read (GBytes *bytes, const char **why);

/**
 * tlsrpt_dkim_message_is_named:
 * @field: a field
 * @name: a field name
 *
 * Returns: %TRUE if that is the field's name, in any case
 */
gboolean tlsrpt_dkim_message_is_named (const TlsrptDkimField *field, const char *name);

G_END_DECLS
