/* SPDX-License-Identifier: GPL-3.0-or-later
 * A JSON document to HTML that a person can read: a value a line. Pure. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_indent_append:
 * @html: what to append to
 * @text: JSON, or whatever a stranger sent for it; valid UTF-8
 *
 * Appends @text, escaped, with other blanks and line breaks outside strings. What cannot be seen, or turns a line
 * around, is shown as `\u{202E}`.
 */
void tlsrpt_indent_append (GString *html, const char *text);

G_END_DECLS
