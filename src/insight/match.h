/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which incident of the book a finding is: the one that shares most of its failed sessions. */
#pragma once

#include "insight/book.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_match:
 * @book: what is known
 * @findings: (element-type TlsrptFound): what was found
 * @thresholds: thresholds
 * @taken: (out) (transfer full): for each entry of @book that is part of a finding which is another
 *   entry, that other entry
 *
 * Where no session is shared, the place and near days decide.
 *
 * Returns: (transfer full): for each finding its #TlsrptBookEntry, or %NULL for a new one
 */
GPtrArray *tlsrpt_match (const TlsrptBook *book, const GPtrArray *findings,
                         const TlsrptThresholds *thresholds, GHashTable **taken);

G_END_DECLS
