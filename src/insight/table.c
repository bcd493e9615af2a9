/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tuples to a table of strings. */
#include "insight/table.h"

#include <string.h>

#define DIGITS_OF_A_GROUP 3

TlsrptTable *
tlsrpt_table_new (const TlsrptTableColumn *columns, guint n_columns, const PGresult *result)
{
  TlsrptTable *table = g_new0 (TlsrptTable, 1);

  g_assert (PQnfields (result) == (int)n_columns || PQnfields (result) == (int)n_columns + 1);
  table->columns = columns;
  table->n_columns = n_columns;
  table->cells = g_ptr_array_new_with_free_func (g_free);
  for (int row = 0; row < PQntuples (result); row++)
    for (int column = 0; column < (int)n_columns; column++)
      g_ptr_array_add (table->cells, PQgetisnull (result, row, column)
                                         ? NULL
                                         : g_strdup (PQgetvalue (result, row, column)));
  if (PQnfields (result) > (int)n_columns && PQntuples (result) > 0)
    table->more = g_ascii_strtoull (PQgetvalue (result, 0, (int)n_columns), NULL, 10) -
                  (guint64)PQntuples (result);
  return table;
}

void
tlsrpt_table_free (TlsrptTable *table)
{
  if (table == NULL)
    return;
  g_ptr_array_unref (table->cells);
  g_clear_pointer (&table->total, g_ptr_array_unref);
  g_free (table);
}

guint
tlsrpt_table_rows (const TlsrptTable *table)
{
  return table->cells->len / table->n_columns;
}

const char *
tlsrpt_table_cell (const TlsrptTable *table, guint row, guint column)
{
  return g_ptr_array_index (table->cells, row * table->n_columns + column);
}

gboolean
tlsrpt_character_is_shown (gunichar character)
{
  GUnicodeType type = g_unichar_type (character);

  /* Bidirectional overrides are printable and turn the rest of the line around; line separators end
   * it for some readers. */
  return g_unichar_isprint (character) && type != G_UNICODE_FORMAT &&
         type != G_UNICODE_LINE_SEPARATOR && type != G_UNICODE_PARAGRAPH_SEPARATOR;
}

static gboolean
is_printable_ascii (const char *text)
{
  while (g_ascii_isprint (*text))
    text++;
  return *text == '\0';
}

char *
tlsrpt_text_shown (const char *text)
{
  GString *shown;

  if (text != NULL && is_printable_ascii (text))
    return g_strdup (text);
  shown = g_string_new (NULL);
  for (const char *c = text != NULL ? text : "-"; *c != '\0'; c = g_utf8_next_char (c)) {
    gunichar character = g_utf8_get_char (c);

    if (tlsrpt_character_is_shown (character))
      g_string_append_unichar (shown, character);
    else
      g_string_append_printf (shown, "\\u{%X}", character);
  }
  return g_string_free (shown, FALSE);
}

char *
tlsrpt_text_elided (const char *text, guint most)
{
  g_autofree char *shown = tlsrpt_text_shown (text);
  glong length = g_utf8_strlen (shown, -1);
  g_autofree char *head = NULL;

  if (length <= (glong)most)
    return g_steal_pointer (&shown);
  head = g_utf8_substring (shown, 0, (most - 1) / 2);
  return g_strconcat (head, "…",
                      g_utf8_offset_to_pointer (shown, length - (most - 1 - (most - 1) / 2)), NULL);
}

char *
tlsrpt_digits_shown (const char *digits)
{
  gsize length = strlen (digits);
  GString *shown = g_string_sized_new (length + length / DIGITS_OF_A_GROUP);

  if (strspn (digits, "0123456789") < length)
    return g_string_free (g_string_append (shown, digits), FALSE);
  for (gsize i = 0; i < length; i++) {
    if (i > 0 && (length - i) % DIGITS_OF_A_GROUP == 0)
      g_string_append_c (shown, ',');
    g_string_append_c (shown, digits[i]);
  }
  return g_string_free (shown, FALSE);
}

char *
tlsrpt_count_shown (guint64 count)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, count);

  return tlsrpt_digits_shown (digits);
}

char *
tlsrpt_share_shown (double share)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  if (share > 0 && share < 0.0005)
    return g_strdup ("<0.1 %");
  if (share < 1 && share >= 0.9995)
    return g_strdup (">99.9 %");
  if (share <= 0 || share >= 1)
    return g_strdup (share <= 0 ? "0 %" : "100 %");
  return g_strdup_printf ("%s %%", g_ascii_formatd (digits, sizeof digits, "%.1f", share * 100));
}

double
tlsrpt_table_number (const TlsrptTable *table, guint row, guint column)
{
  const char *cell = tlsrpt_table_cell (table, row, column);

  return cell != NULL ? MAX (g_ascii_strtod (cell, NULL), 0) : 0;
}

char *
tlsrpt_cell_shown (TlsrptTableColumnKind kind, const char *cell)
{
  if (cell == NULL)
    return g_strdup ("-");
  switch (kind) {
  case TLSRPT_COLUMN_SHARE:
    return tlsrpt_share_shown (g_ascii_strtod (cell, NULL));
  case TLSRPT_COLUMN_NUMBER:
    return tlsrpt_digits_shown (cell);
  case TLSRPT_COLUMN_FLAG:
    return g_strdup (*cell == 't' ? "yes" : "-");
  case TLSRPT_COLUMN_TEXT:
  case TLSRPT_COLUMN_DAY:
  case TLSRPT_COLUMN_WORD:
    break;
  }
  return tlsrpt_text_shown (cell);
}

char *
tlsrpt_table_shown (const TlsrptTable *table, guint row, guint column)
{
  return tlsrpt_cell_shown (table->columns[column].kind, tlsrpt_table_cell (table, row, column));
}

char *
tlsrpt_table_total (const TlsrptTable *table, guint column)
{
  const char *cell = table->total != NULL ? table->total->pdata[column] : NULL;

  return cell != NULL ? tlsrpt_cell_shown (table->columns[column].kind, cell) : g_strdup ("");
}

void
tlsrpt_table_set (TlsrptTable *table, guint row, guint column, const char *text)
{
  char **cell = (char **)&table->cells->pdata[row * table->n_columns + column];

  g_free (*cell);
  *cell = g_strdup (text);
}
