/* SPDX-License-Identifier: GPL-3.0-or-later
 * The first page: what is broken, what has ended, and how much was reported. */
#pragma once

#include "site/pages.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_overview_make:
 * @pages: what all pages are made with; the atlas is complete
 * @days: rows of the index of days
 * @error: return location
 *
 * Makes `index.html`.
 *
 * Errors: as tlsrpt_pg_query() and tlsrpt_publish_put().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_overview_make (const TlsrptPages *pages, const PGresult *days, GError **error);

G_END_DECLS
