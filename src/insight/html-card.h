/* SPDX-License-Identifier: GPL-3.0-or-later
 * The top of a digest in HTML: the first facts, a card a cause, what ended, and what is to be said of the
 * reports. */
#pragma once

#include "insight/advice.h"
#include "insight/digest.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptCardStyle:
 * @is_page: whether a browser shows it: a mail has nothing that unfolds, no drawing and no anchors
 * @remedies: how many causes say what to do
 * @site: (nullable): address of the site, without a slash at its end, for links to its pages
 * @has_domain: (nullable): whether a mail domain has a page there; %NULL if all have one
 * @data: for @has_domain
 */
typedef struct {
  gboolean is_page;
  guint remedies;
  const char *site;
  gboolean (*has_domain) (gconstpointer data, const char *domain);
  gconstpointer data;
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
 * tlsrpt_html_card_dim:
 * @html: what to append to
 * @text: (nullable): text, not escaped yet
 *
 * Appends @text as a paragraph of less weight; nothing for %NULL.
 */
void tlsrpt_html_card_dim (GString *html, const char *text);

/**
 * tlsrpt_html_card_link:
 * @html: what to append to
 * @address: (nullable): where to; %NULL makes it mere text
 * @text: text, not escaped yet
 *
 * Appends @text, which leads to @address.
 */
void tlsrpt_html_card_link (GString *html, const char *address, const char *text);

/**
 * tlsrpt_html_card_list:
 * @html: what to append to
 * @heading: heading, not escaped yet
 * @lines: (array zero-terminated=1): lines, not escaped yet
 *
 * Appends @lines as a list with numbers.
 */
void tlsrpt_html_card_list (GString *html, const char *heading, char **lines);

/**
 * tlsrpt_html_card_cause:
 * @html: what to append to
 * @advice: a cause
 * @style: where it is read
 * @number: how many causes stand before it
 *
 * Appends a card: what it is, what it does to mail, what is known of it, its domains and what to do.
 */
void tlsrpt_html_card_cause (GString *html, const TlsrptAdvice *advice,
                             const TlsrptCardStyle *style, guint number);

/**
 * tlsrpt_html_card_all:
 * @html: what to append to
 * @digest: a digest
 * @style: where it is read
 *
 * Appends what is broken now, the first facts, a card a cause, the worst first, how much is minor, what ended, and
 * what is to be said of the reports.
 */
void tlsrpt_html_card_all (GString *html, const TlsrptDigest *digest, const TlsrptCardStyle *style);

G_END_DECLS
