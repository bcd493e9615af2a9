/* SPDX-License-Identifier: GPL-3.0-or-later
 * What every page of the site has around its contents: head, navigation, foot; and the style of all. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptFrame:
 * @title: title of the page, also its heading; a stranger's words may be in it
 * @kind: (nullable): what stands above the heading, e.g. `Domain`
 * @up: what leads from the page's folder to the site's, "" or "../"
 * @here: (nullable): path of the page of the navigation that it belongs to, e.g. `domains.html`
 */
typedef struct {
  const char *title;
  const char *kind;
  const char *up;
  const char *here;
} TlsrptFrame;

/**
 * tlsrpt_frame_open:
 * @html: what to append to
 * @frame: the page
 *
 * Appends all that stands before the contents.
 */
void tlsrpt_frame_open (GString *html, const TlsrptFrame *frame);

/**
 * tlsrpt_frame_close:
 * @html: (transfer full): what to append to
 *
 * Appends all that stands after the contents.
 *
 * Returns: (transfer full): the whole page
 */
GBytes *tlsrpt_frame_close (GString *html);

/**
 * tlsrpt_frame_style:
 *
 * Returns: (transfer full): the style sheet of all pages, `style.css` at the top
 */
char *tlsrpt_frame_style (void);

G_END_DECLS
