/* SPDX-License-Identifier: GPL-3.0-or-later
 * A digest to text for a terminal or a mail. */
#pragma once

#include "insight/digest.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptTextStyle:
 * @width: columns of the terminal; lines of tables are cut to it; 0 for no limit
 * @rows: rows of a table; 0 for no limit
 * @color: whether ANSI colour may be used
 */
typedef struct {
  guint width;
  guint rows;
  gboolean color;
} TlsrptTextStyle;

/**
 * tlsrpt_text_digest:
 * @digest: a digest
 * @style: for which terminal
 *
 * Returns: (transfer full): the digest for a person
 */
char *tlsrpt_text_digest (const TlsrptDigest *digest, const TlsrptTextStyle *style);

G_END_DECLS
