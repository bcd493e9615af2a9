/* SPDX-License-Identifier: GPL-3.0-or-later
 * Text to a MIME message for `sendmail -t`. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Columns of text in a mail: one line is one line of quoted-printable, too (RFC 2045 section 6.7) */
#define TLSRPT_MAIL_COLUMNS 74u

/**
 * tlsrpt_text_mail:
 * @text: body
 * @line: subject
 * @from: (nullable): address of From; %NULL for @to
 * @to: address of To
 *
 * Returns: (transfer full): the message
 */
char *tlsrpt_text_mail (const char *text, const char *line, const char *from, const char *to);

G_END_DECLS
