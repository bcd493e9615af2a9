/* SPDX-License-Identifier: GPL-3.0-or-later
 * A digest to HTML for a mail. */
#pragma once

#include "insight/digest.h"

#include <glib.h>

G_BEGIN_DECLS

/** Rows of each table of a mail */
#define TLSRPT_HTML_MAIL_ROWS 20

/** Bytes after which no table is begun: Gmail clips a mail at 102 KB */
#define TLSRPT_HTML_MAIL_BYTES (96 * 1024)

/**
 * tlsrpt_html_mail:
 * @digest: a digest
 *
 * Mail programs drop variables and pictures: colours stand as they are, bars are cells of tables, nothing
 * folds.
 *
 * Returns: (transfer full): one HTML document
 */
char *tlsrpt_html_mail (const TlsrptDigest *digest);

G_END_DECLS
