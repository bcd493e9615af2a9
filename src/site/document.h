/* SPDX-License-Identifier: GPL-3.0-or-later
 * A page for each report: who sent it, how it is known, and its document as it was sent. */
#pragma once

#include "site/pages.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_document_make:
 * @pages: what all pages are made with
 * @error: return location
 *
 * Makes the pages of all reports in the period. A page that was made of the same report before is not made
 * again. Where the user may not read documents, each page says so; where it may not list reports,
 * there are none.
 *
 * Errors: as tlsrpt_pg_query() and tlsrpt_publish_put().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_document_make (const TlsrptPages *pages, GError **error);

G_END_DECLS
