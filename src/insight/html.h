/* SPDX-License-Identifier: GPL-3.0-or-later
 * A digest to HTML. */
#pragma once

#include "insight/digest.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_html_digest:
 * @digest: a digest
 *
 * Returns: (transfer full): one HTML document that needs neither script nor network
 */
char *tlsrpt_html_digest (const TlsrptDigest *digest);

G_END_DECLS
