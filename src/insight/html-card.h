/* SPDX-License-Identifier: GPL-3.0-or-later
 * Incidents of a digest to HTML: a card a cause, and the lines above and below the cards. */
#pragma once

#include "insight/digest.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptCardStyle:
 * @folds: whether what to do is folded: a mail has nothing that unfolds
 * @remedies: how many causes say what to do
 */
typedef struct {
  gboolean folds;
  guint remedies;
} TlsrptCardStyle;

/**
 * tlsrpt_html_card_element:
 * @html: what to append to
 * @tag: name of the element
 * @text: its text, not escaped yet
 *
 * Appends @text, escaped, as element @tag.
 */
void tlsrpt_html_card_element (GString *html, const char *tag, const char *text);

/**
 * tlsrpt_html_card_all:
 * @html: what to append to
 * @digest: a digest
 * @style: where it is read
 *
 * Appends what is broken, a card a cause, the worst first; how much is minor; what is new, and what ended.
 */
void tlsrpt_html_card_all (GString *html, const TlsrptDigest *digest, const TlsrptCardStyle *style);

G_END_DECLS
