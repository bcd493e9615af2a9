/* SPDX-License-Identifier: GPL-3.0-or-later
 * A text, or a digest, to a MIME message for `sendmail -t`. */
#pragma once

#include "insight/digest.h"

#include <glib.h>

G_BEGIN_DECLS

/** Columns of text in a mail: one line is one line of quoted-printable, too (RFC 2045 section 6.7) */
#define TLSRPT_MAIL_COLUMNS 74u

/**
 * tlsrpt_mail_text:
 * @text: body
 * @line: subject
 * @from: (nullable): address of From; %NULL for @to
 * @to: address of To
 *
 * Returns: (transfer full): the message
 */
char *tlsrpt_mail_text (const char *text, const char *line, const char *from, const char *to);

/**
 * tlsrpt_mail_digest:
 * @digest: a digest
 * @from: (nullable): address of From; %NULL for @to
 * @to: address of To
 *
 * Returns: (transfer full): a MIME message with text and HTML as alternatives, for `sendmail -t`
 */
char *tlsrpt_mail_digest (const TlsrptDigest *digest, const char *from, const char *to);

G_END_DECLS
