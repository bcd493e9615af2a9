/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lines of prose to lines of a terminal. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_text_width:
 * @text: printable UTF-8
 *
 * Returns: columns that it takes on a terminal
 */
glong tlsrpt_text_width (const char *text);

/**
 * tlsrpt_wrap_append:
 * @text: what to append to
 * @words: words with single spaces between them
 * @indent: what the first line begins with; the others begin with as many spaces
 * @width: columns; 0 for no limit
 *
 * Appends lines of @width columns at most, as far as no single word is longer. A first word that does not fit
 * behind the words of @indent stands below them.
 */
void tlsrpt_wrap_append (GString *text, const char *words, const char *indent, guint width);

G_END_DECLS
