/* SPDX-License-Identifier: GPL-3.0-or-later
 * A result of the database as a table that text, HTML, CSV and JSON render each in their way. */
#pragma once

#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptTableColumnKind:
 * @TLSRPT_COLUMN_TEXT: a stranger's words: to be escaped wherever they are shown
 * @TLSRPT_COLUMN_NUMBER: an integer of any size, in digits
 * @TLSRPT_COLUMN_SHARE: a number from 0 to 1
 * @TLSRPT_COLUMN_DAY: `YYYY-MM-DD`
 * @TLSRPT_COLUMN_WORD: one of our own words, short
 * @TLSRPT_COLUMN_FLAG: `t` or `f`
 */
typedef enum {
  TLSRPT_COLUMN_TEXT,
  TLSRPT_COLUMN_NUMBER,
  TLSRPT_COLUMN_SHARE,
  TLSRPT_COLUMN_DAY,
  TLSRPT_COLUMN_WORD,
  TLSRPT_COLUMN_FLAG,
} TlsrptTableColumnKind;

/**
 * TlsrptTableColumn:
 * @name: name in JSON and CSV, as the views have it
 * @title: (nullable): heading for a person; %NULL for a column that only programs get
 * @kind: what its cells are
 */
typedef struct {
  const char *name;
  const char *title;
  TlsrptTableColumnKind kind;
} TlsrptTableColumn;

#define TLSRPT_TABLE_COLUMNS_MAX 12

/**
 * TlsrptTable:
 * @columns: (array length=n_columns): its columns, static
 * @n_columns: how many
 * @cells: (element-type utf8): cells row by row, each nullable
 * @more: rows that are not in it, as it would be too long
 * @total: (nullable) (element-type utf8): cells of a last row with the sums, as many as columns, each
 *   nullable
 */
typedef struct {
  const TlsrptTableColumn *columns;
  guint n_columns;
  GPtrArray *cells;
  guint64 more;
  GPtrArray *total;
} TlsrptTable;

/**
 * tlsrpt_table_new:
 * @columns: (array length=n_columns): columns, in the order of @result
 * @n_columns: how many; @result may have one more, in each row the number of all rows
 * @result: tuples
 *
 * Returns: (transfer full): a table
 */
TlsrptTable *tlsrpt_table_new (const TlsrptTableColumn *columns, guint n_columns,
                               const PGresult *result);

/**
 * tlsrpt_table_free:
 * @table: (transfer full) (nullable): what to free
 */
void tlsrpt_table_free (TlsrptTable *table);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptTable, tlsrpt_table_free)

/**
 * tlsrpt_table_rows:
 * @table: a table
 *
 * Returns: number of its rows
 */
guint tlsrpt_table_rows (const TlsrptTable *table);

/**
 * tlsrpt_table_cell:
 * @table: a table
 * @row: number of a row, from 0
 * @column: number of a column, from 0
 *
 * Returns: (transfer none) (nullable): the cell as the database gave it; %NULL for SQL NULL
 */
const char *tlsrpt_table_cell (const TlsrptTable *table, guint row, guint column);

/**
 * tlsrpt_table_number:
 * @table: a table
 * @row: a row
 * @column: a column
 *
 * Returns: the cell for a chart: 0 for SQL NULL and for what is below 0
 */
double tlsrpt_table_number (const TlsrptTable *table, guint row, guint column);

/**
 * tlsrpt_table_shown:
 * @table: a table
 * @row: a row
 * @column: a column
 *
 * Returns: (transfer full): the cell for a person: numbers as `1,234`, shares as `1.5 %`, null as `-`,
 *   control characters made visible; not yet escaped for HTML
 */
char *tlsrpt_table_shown (const TlsrptTable *table, guint row, guint column);

/**
 * tlsrpt_table_set:
 * @table: a table
 * @row: a row
 * @column: a column
 * @text: (nullable): what the cell becomes
 *
 * Sets what the database does not decide.
 */
void tlsrpt_table_set (TlsrptTable *table, guint row, guint column, const char *text);

/**
 * tlsrpt_table_total:
 * @table: a table
 * @column: a column
 *
 * Returns: (transfer full): the cell of the last row with the sums, for a person; empty where there is none
 */
char *tlsrpt_table_total (const TlsrptTable *table, guint column);

/**
 * tlsrpt_cell_shown:
 * @kind: what the cell is
 * @cell: (nullable): the cell as the database gave it
 *
 * Returns: (transfer full): the cell as tlsrpt_table_shown() has it
 */
char *tlsrpt_cell_shown (TlsrptTableColumnKind kind, const char *cell);

/**
 * tlsrpt_digits_shown:
 * @digits: digits of a number, e.g. `1234567`
 *
 * Returns: (transfer full): the number for a person: `1,234,567`; what is not a number as it is
 */
char *tlsrpt_digits_shown (const char *digits);

/**
 * tlsrpt_count_shown:
 * @count: a number
 *
 * Returns: (transfer full): as tlsrpt_digits_shown() has it
 */
char *tlsrpt_count_shown (guint64 count);

/**
 * tlsrpt_share_shown:
 * @share: from 0 to 1
 *
 * Returns: (transfer full): as `1.5 %`; never `0.0 %` or `100.0 %` for what is only near it
 */
char *tlsrpt_share_shown (double share);

/**
 * tlsrpt_character_is_shown:
 * @character: a character
 *
 * Returns: whether it can be seen as it is: no control character, and none that turns a line around or ends it
 */
gboolean tlsrpt_character_is_shown (gunichar character);

/**
 * tlsrpt_text_shown:
 * @text: (nullable): a stranger's words
 *
 * Returns: (transfer full): as one printable line, whole; `-` for %NULL
 */
char *tlsrpt_text_shown (const char *text);

/**
 * tlsrpt_text_elided:
 * @text: (nullable): a stranger's words
 * @most: number of characters, 3 or more
 *
 * Returns: (transfer full): as tlsrpt_text_shown(), with an ellipsis for its middle where it is longer
 *   than @most: of a host name both ends tell
 */
char *tlsrpt_text_elided (const char *text, guint most);

G_END_DECLS
