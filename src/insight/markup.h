/* SPDX-License-Identifier: GPL-3.0-or-later
 * Text escaped for HTML. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_markup_append:
 * @html: what to append to
 * @text: text, UTF-8
 *
 * Appends @text, escaped for element content and attributes.
 */
void tlsrpt_markup_append (GString *html, const char *text);

/**
 * tlsrpt_markup_append_dates:
 * @html: what to append to
 * @text: UTF-8
 *
 * tlsrpt_markup_append() with each date (`2026-05-06`) in a span of class `d`: some browsers end a line at
 * its hyphens.
 */
void tlsrpt_markup_append_dates (GString *html, const char *text);

G_END_DECLS
