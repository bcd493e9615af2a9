/* SPDX-License-Identifier: GPL-3.0-or-later
 * A text to the standard input of another program, which takes it by ending with 0. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_hand_over:
 * @argv: (array zero-terminated=1): the program and its words
 * @text: what it reads
 * @seconds: after which it is killed
 * @error: return location
 *
 * What the program writes goes where this one's output goes.
 *
 * Errors: %TLSRPT_ERROR_TEMPORARY: it cannot be started, ended otherwise, or took too long.
 *
 * Returns: %TRUE if it ended with 0 in time, or %FALSE with @error set
 */
gboolean tlsrpt_hand_over (const char *const *argv, const char *text, guint seconds,
                           GError **error);

G_END_DECLS
