/* SPDX-License-Identifier: GPL-3.0-or-later
 * The name of a column to its value. */
#include "pg/row.h"

const char *
tlsrpt_row_text (const PGresult *result, int row, const char *column)
{
  int number = PQfnumber (result, column);

  if (number < 0)
    g_error ("the result has no column %s", column);
  return PQgetisnull (result, row, number) ? NULL : PQgetvalue (result, row, number);
}

char *
tlsrpt_row_copy (const PGresult *result, int row, const char *column)
{
  return g_strdup (tlsrpt_row_text (result, row, column));
}

guint64
tlsrpt_row_number (const PGresult *result, int row, const char *column)
{
  const char *text = tlsrpt_row_text (result, row, column);

  return text != NULL ? g_ascii_strtoull (text, NULL, 10) : 0;
}

gboolean
tlsrpt_row_truth (const PGresult *result, int row, const char *column)
{
  const char *text = tlsrpt_row_text (result, row, column);

  return text != NULL && *text == 't';
}
