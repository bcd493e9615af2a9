/* SPDX-License-Identifier: GPL-3.0-or-later
 * Standard output: how wide the terminal is, whether it may be coloured, and text for it. */
#pragma once

#include "insight/text.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_terminal_style:
 *
 * Returns: the style for standard output: no limits and no colour if it is no terminal
 */
TlsrptTextStyle tlsrpt_terminal_style (void);

/**
 * tlsrpt_terminal_print:
 * @text: what to write to standard output
 * @where: begin of an error's text: `COMMAND: `, or nothing
 * @error: return location
 *
 * Errors: %TLSRPT_ERROR_TEMPORARY.
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_terminal_print (const char *text, const char *where, GError **error);

G_END_DECLS
