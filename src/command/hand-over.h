/* SPDX-License-Identifier: GPL-3.0-or-later
 * A text to the standard input of another program, which takes it by ending with 0. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Seconds that the other program has */
#define TLSRPT_HAND_OVER_SECONDS (3 * 60)

/**
 * tlsrpt_hand_over:
 * @argv: (array zero-terminated=1): the program and its words
 * @text: what it reads
 * @error: return location
 *
 * What the program writes goes where this one's output goes. After %TLSRPT_HAND_OVER_SECONDS it is killed.
 *
 * Errors: %TLSRPT_ERROR_TEMPORARY: it cannot be started, ended otherwise, or took too long.
 *
 * Returns: %TRUE if it ended with 0 in time, or %FALSE with @error set
 */
gboolean tlsrpt_hand_over (const char *const *argv, const char *text, GError **error);

/**
 * tlsrpt_hand_over_mail:
 * @text: a mail with its header
 * @error: return location
 *
 * Hands it to sendmail(8), or to the program that SENDMAIL names in the environment, for the recipients in its header.
 *
 * Errors: as tlsrpt_hand_over().
 *
 * Returns: as tlsrpt_hand_over()
 */
gboolean tlsrpt_hand_over_mail (const char *text, GError **error);

G_END_DECLS
