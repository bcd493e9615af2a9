/* SPDX-License-Identifier: GPL-3.0-or-later
 * A table to lines of text that fit a width. The widest column of text is narrowed first. */
#include "insight/text-table.h"

#include "insight/wrap.h"

#include <string.h>

#define GAP "  "
#define NARROWEST 8

/* Of the columns that people see: their numbers in the table, and what they take. */
typedef struct {
  const TlsrptTable *table;
  guint n_columns;
  guint columns[TLSRPT_TABLE_COLUMNS_MAX];
  glong widths[TLSRPT_TABLE_COLUMNS_MAX];
} Layout;

static const TlsrptTableColumn *
column_of (const Layout *layout, guint i)
{
  return &layout->table->columns[layout->columns[i]];
}

/* Narrows the widest column of text until the line fits, or says that nothing is left to narrow. */
static gboolean
fit (Layout *layout, guint width)
{
  for (;;) {
    glong total = (glong)strlen (GAP) * (layout->n_columns - 1);
    guint widest = 0;

    for (guint i = 0; i < layout->n_columns; i++) {
      total += layout->widths[i];
      if (column_of (layout, i)->kind == TLSRPT_COLUMN_TEXT &&
          (column_of (layout, widest)->kind != TLSRPT_COLUMN_TEXT ||
           layout->widths[i] > layout->widths[widest]))
        widest = i;
    }
    if (total <= (glong)width)
      return TRUE;
    if (layout->widths[widest] <= NARROWEST ||
        column_of (layout, widest)->kind != TLSRPT_COLUMN_TEXT)
      return FALSE;
    layout->widths[widest]--;
  }
}

static void
append_spaces (GString *text, glong n)
{
  for (glong i = 0; i < n; i++)
    g_string_append_c (text, ' ');
}

/* The first @width columns of @cell, with an ellipsis where it was cut. */
static void
append_cut (GString *text, const char *cell, glong width)
{
  glong used = 0;

  for (const char *c = cell; *c != '\0'; c = g_utf8_next_char (c)) {
    gunichar character = g_utf8_get_char (c);
    glong wanted = g_unichar_iszerowidth (character) ? 0 : g_unichar_iswide (character) ? 2 : 1;

    if (used + wanted > width - 1) {
      g_string_append (text, "…");
      append_spaces (text, width - used - 1);
      return;
    }
    g_string_append_unichar (text, character);
    used += wanted;
  }
}

static void
append_cell (GString *text, const Layout *layout, guint column, const char *cell)
{
  TlsrptTableColumnKind kind = column_of (layout, column)->kind;
  gboolean right = kind == TLSRPT_COLUMN_NUMBER || kind == TLSRPT_COLUMN_SHARE;
  glong padding = layout->widths[column] - tlsrpt_text_width (cell);

  if (right)
    append_spaces (text, padding);
  if (padding < 0)
    append_cut (text, cell, layout->widths[column]);
  else
    g_string_append (text, cell);
  if (!right && column + 1 < layout->n_columns)
    append_spaces (text, padding);
  if (column + 1 < layout->n_columns) {
    g_string_append (text, GAP);
    return;
  }
  while (text->str[text->len - 1] == ' ')
    g_string_truncate (text, text->len - 1);
  g_string_append_c (text, '\n');
}

static void
measure (Layout *layout, char **cells)
{
  for (guint i = 0; cells[i] != NULL; i++) {
    glong *width = &layout->widths[i % layout->n_columns];

    *width = MAX (*width, tlsrpt_text_width (cells[i]));
  }
}

static char **
shown_cells (const Layout *layout, guint rows)
{
  g_autoptr (GStrvBuilder) cells = g_strv_builder_new ();

  for (guint row = 0; row < rows; row++)
    for (guint i = 0; i < layout->n_columns; i++) {
      g_autofree char *cell = tlsrpt_table_shown (layout->table, row, layout->columns[i]);

      g_strv_builder_add (cells, cell);
    }
  for (guint i = 0; layout->table->total != NULL && i < layout->n_columns; i++) {
    g_autofree char *cell = tlsrpt_table_total (layout->table, layout->columns[i]);

    g_strv_builder_add (cells, cell);
  }
  return g_strv_builder_end (cells);
}

/* On a narrow terminal the number of reporters is the first to go: each of them has a row of its own. */
static gboolean
is_left_out (const TlsrptTableColumn *column, gboolean is_narrow)
{
  return column->title == NULL || (is_narrow && strcmp (column->name, "reporters") == 0);
}

static char **
lay_out (Layout *layout, guint rows, gboolean is_narrow)
{
  const TlsrptTable *table = layout->table;
  char **cells;

  layout->n_columns = 0;
  for (guint column = 0; column < table->n_columns; column++)
    if (!is_left_out (&table->columns[column], is_narrow)) {
      layout->widths[layout->n_columns] = tlsrpt_text_width (table->columns[column].title);
      layout->columns[layout->n_columns++] = column;
    }
  cells = shown_cells (layout, rows);
  measure (layout, cells);
  return cells;
}

void
tlsrpt_text_table_append (GString *text, const TlsrptTable *table, guint width, guint most_rows)
{
  guint all = tlsrpt_table_rows (table);
  guint rows = most_rows > 0 ? MIN (all, most_rows) : all;
  guint64 more = table->more + all - rows;
  Layout layout = { .table = table };
  g_auto (GStrv) cells = lay_out (&layout, rows, FALSE);

  if (width > 0 && !fit (&layout, width)) {
    g_strfreev (cells);
    cells = lay_out (&layout, rows, TRUE);
    fit (&layout, width);
  }
  for (guint i = 0; i < layout.n_columns; i++)
    append_cell (text, &layout, i, column_of (&layout, i)->title);
  for (guint i = 0; cells[i] != NULL; i++)
    append_cell (text, &layout, i % layout.n_columns, cells[i]);
  if (more > 0) {
    g_autofree char *shown = tlsrpt_count_shown (more);

    g_string_append_printf (text, "and %s more\n", shown);
  }
}
