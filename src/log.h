/* SPDX-License-Identifier: GPL-3.0-or-later
 * One line to stderr, and to syslog where that is asked for. Control bytes never get through. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_log_open_syslog:
 *
 * From now on lines go to syslog (facility mail) too.
 */
void tlsrpt_log_open_syslog (void);

/**
 * tlsrpt_log_line:
 * @format: printf format
 * @...: its arguments; untrusted ones went through tlsrpt_quote()
 *
 * Writes one line, `tlsrpt-ingest: ` before it.
 */
void tlsrpt_log_line (const char *format, ...) G_GNUC_PRINTF (1, 2);

/**
 * tlsrpt_log_error:
 * @error: what went wrong
 *
 * Writes @error's text as one line.
 */
void tlsrpt_log_error (const GError *error);

G_END_DECLS
