/* SPDX-License-Identifier: GPL-3.0-or-later
 * A value of a result by the name of its column. For results of a few rows; tlsrpt_columns_read() reads many.
 * A name that the result does not have ends in abort: it is a fault of the query. */
#pragma once

#include <glib.h>
#include <libpq-fe.h>

G_BEGIN_DECLS

/**
 * tlsrpt_row_text:
 * @result: tuples
 * @row: one of them, from 0
 * @column: name of a column
 *
 * Returns: (transfer none) (nullable): its text, which lives as long as @result; %NULL for SQL NULL
 */
const char *tlsrpt_row_text (const PGresult *result, int row, const char *column);

/**
 * tlsrpt_row_copy:
 * @result: tuples
 * @row: one of them, from 0
 * @column: name of a column
 *
 * Returns: (transfer full) (nullable): its text; %NULL for SQL NULL
 */
char *tlsrpt_row_copy (const PGresult *result, int row, const char *column);

/**
 * tlsrpt_row_number:
 * @result: tuples
 * @row: one of them, from 0
 * @column: name of a column of whole numbers
 *
 * Returns: its value, which a cast to a signed type makes negative again; 0 for SQL NULL
 */
guint64 tlsrpt_row_number (const PGresult *result, int row, const char *column);

/**
 * tlsrpt_row_truth:
 * @result: tuples
 * @row: one of them, from 0
 * @column: name of a column of type boolean
 *
 * Returns: its value; %FALSE for SQL NULL
 */
gboolean tlsrpt_row_truth (const PGresult *result, int row, const char *column);

G_END_DECLS
