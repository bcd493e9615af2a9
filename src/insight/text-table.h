/* SPDX-License-Identifier: GPL-3.0-or-later
 * A table to text for a terminal or a mail. */
#pragma once

#include "insight/table.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_text_table_append:
 * @text: what to append to
 * @table: a table
 * @width: columns of the terminal, to which cells of words are cut; 0 for no limit
 * @most_rows: so many rows at most; 0 for no limit
 *
 * Appends @table, its sums last, and how many rows are left out.
 */
void tlsrpt_text_table_append (GString *text, const TlsrptTable *table, guint width,
                               guint most_rows);

G_END_DECLS
