/* SPDX-License-Identifier: GPL-3.0-or-later
 * A table of columns to SQL and array parameters, and rows of a result to structs. Refuses a type
 * that it does not know by abort: that is a fault of the table. */
#include "pg/columns.h"

#include <string.h>

#define UUID_BYTES 16

void
tlsrpt_columns_init (TlsrptColumns *columns, const TlsrptRelation *relation)
{
  g_assert (relation->n_columns <= TLSRPT_COLUMNS_MAX);
  columns->relation = relation;
  columns->arrays = g_new (TlsrptArray, relation->n_columns);
  for (guint i = 0; i < relation->n_columns; i++)
    tlsrpt_array_init (&columns->arrays[i], relation->columns[i].type);
}

void
tlsrpt_columns_clear (TlsrptColumns *columns)
{
  for (guint i = 0; columns->arrays != NULL && i < columns->relation->n_columns; i++)
    tlsrpt_array_clear (&columns->arrays[i]);
  g_clear_pointer (&columns->arrays, g_free);
}

static void
add_foreign_text (TlsrptArray *array, const char *text, gsize max_bytes)
{
  g_autofree char *valid = text != NULL ? g_utf8_make_valid (text, -1) : NULL;

  if (valid != NULL && strlen (valid) > max_bytes)
    *g_utf8_find_prev_char (valid, valid + max_bytes + 1) = '\0';
  tlsrpt_array_add_text (array, valid);
}

static void
add_member (TlsrptArray *array, const TlsrptColumn *column, gconstpointer object)
{
  gconstpointer member = (const char *)object + column->offset;

  if (column->type == &tlsrpt_array_text && g_strcmp0 (column->cast, "text[]") == 0)
    tlsrpt_array_add_list (array, *(const char *const *const *)member);
  else if (column->type == &tlsrpt_array_text && column->max_bytes > 0)
    add_foreign_text (array, *(const char *const *)member, column->max_bytes);
  else if (column->type == &tlsrpt_array_text)
    tlsrpt_array_add_text (array, *(const char *const *)member);
  else if (column->type == &tlsrpt_array_bool)
    tlsrpt_array_add_bool (array, *(const gboolean *)member);
  else if (column->type == &tlsrpt_array_int4)
    tlsrpt_array_add_int4 (array, *(const gint32 *)member);
  else if (column->type == &tlsrpt_array_date)
    tlsrpt_array_add_date (array, *(const gint32 *)member);
  else if (column->type == &tlsrpt_array_int8)
    tlsrpt_array_add_int8 (array, *(const gint64 *)member);
  else if (column->type == &tlsrpt_array_timestamptz)
    tlsrpt_array_add_time (array, *(const gint64 *)member);
  else if (column->type == &tlsrpt_array_uuid)
    tlsrpt_array_add_bytes (array, member, UUID_BYTES);
  else if (column->type == &tlsrpt_array_bytea)
    tlsrpt_array_add_blob (array, *(GBytes *const *)member);
  else if (column->type == &tlsrpt_array_inet)
    tlsrpt_array_add_address (array, *(const char *const *)member);
  else
    g_assert_not_reached ();
}

void
tlsrpt_columns_add (TlsrptColumns *columns, gconstpointer key, gconstpointer object)
{
  for (guint i = 0; i < columns->relation->n_columns; i++) {
    const TlsrptColumn *column = &columns->relation->columns[i];

    if (column->put != NULL)
      column->put (&columns->arrays[i], key, object);
    else
      add_member (&columns->arrays[i], column, column->of_key ? key : object);
  }
}

guint
tlsrpt_columns_length (const TlsrptColumns *columns)
{
  return columns->arrays[0].length;
}

gsize
tlsrpt_columns_bytes (const TlsrptColumns *columns)
{
  gsize bytes = 0;

  for (guint i = 0; i < columns->relation->n_columns; i++)
    bytes += columns->arrays[i].used;
  return bytes;
}

void
tlsrpt_columns_params (TlsrptColumns *columns, TlsrptPgParam *params)
{
  for (guint i = 0; i < columns->relation->n_columns; i++)
    params[i] = tlsrpt_array_param (&columns->arrays[i]);
}

/* Without printf: a delivery makes a statement of 60 columns for one report. */
static void
append_names (GString *text, const TlsrptRelation *relation)
{
  for (guint i = 0; i < relation->n_columns; i++) {
    g_string_append (text, i > 0 ? ", " : "");
    g_string_append (text, relation->columns[i].name);
  }
}

static void
append_number (GString *text, guint number)
{
  if (number >= 10)
    append_number (text, number / 10);
  g_string_append_c (text, (char)('0' + number % 10));
}

static void
append_unnest (GString *text, const TlsrptRelation *relation, guint first)
{
  g_string_append (text, "unnest(");
  for (guint i = 0; i < relation->n_columns; i++) {
    g_string_append (text, i > 0 ? ", $" : "$");
    append_number (text, first + i);
  }
  g_string_append (text, ") AS v (");
  append_names (text, relation);
  g_string_append (text, ") ");
}

char *
tlsrpt_columns_unnest (const TlsrptRelation *relation, guint first)
{
  GString *text = g_string_new (NULL);

  append_unnest (text, relation, first);
  return g_string_free (text, FALSE);
}

static void
append_cast (GString *text, const TlsrptColumn *column)
{
  g_string_append (text, column->cast != NULL ? "::" : "");
  g_string_append (text, column->cast != NULL ? column->cast : "");
}

char *
tlsrpt_columns_insert (const TlsrptRelation *relation, guint first)
{
  GString *text = g_string_sized_new (2048);

  g_string_append (text, "INSERT INTO ");
  g_string_append (text, relation->name);
  g_string_append (text, " (");
  append_names (text, relation);
  g_string_append (text, ") SELECT ");
  for (guint i = 0; i < relation->n_columns; i++) {
    g_string_append (text, i > 0 ? ", v." : "v.");
    g_string_append (text, relation->columns[i].name);
    append_cast (text, &relation->columns[i]);
  }
  g_string_append (text, " FROM ");
  append_unnest (text, relation, first);
  return g_string_free (text, FALSE);
}

/* Appends a row's values, which begin at @at in the arrays of columns that @is_used, as parameters. */
static void
append_row (GString *text, const TlsrptColumns *columns, const gboolean *is_used, gsize *at,
            GArray *params)
{
  const char *comma = "";

  for (guint i = 0; i < columns->relation->n_columns; i++) {
    TlsrptPgParam param;

    if (!is_used[i])
      continue;
    param = tlsrpt_array_element (&columns->arrays[i], &at[i]);
    g_array_append_val (params, param);
    g_string_append (text, comma);
    g_string_append_c (text, '$');
    append_number (text, params->len);
    append_cast (text, &columns->relation->columns[i]);
    comma = ", ";
  }
}

static gboolean
has_value (const TlsrptArray *array)
{
  gsize at = 0;

  for (guint i = 0; i < array->length; i++)
    if (tlsrpt_array_element (array, &at).value != NULL)
      return TRUE;
  return FALSE;
}

char *
tlsrpt_columns_insert_few (const TlsrptColumns *columns, GArray *params)
{
  const TlsrptRelation *relation = columns->relation;
  guint n_rows = tlsrpt_columns_length (columns);
  GString *text = g_string_sized_new (2048);
  gboolean is_used[TLSRPT_COLUMNS_MAX];
  gsize at[TLSRPT_COLUMNS_MAX] = { 0 };
  const char *comma = "";

  g_string_append (text, "INSERT INTO ");
  g_string_append (text, relation->name);
  g_string_append (text, " (");
  for (guint i = 0; i < relation->n_columns; i++) {
    is_used[i] = has_value (&columns->arrays[i]);
    if (!is_used[i])
      continue;
    g_string_append (text, comma);
    g_string_append (text, relation->columns[i].name);
    comma = ", ";
  }
  g_string_append (text, n_rows > 1 ? ") SELECT v.* FROM (VALUES (" : ") SELECT ");
  for (guint row = 0; row < n_rows; row++) {
    g_string_append (text, row > 0 ? "), (" : "");
    append_row (text, columns, is_used, at, params);
  }
  g_string_append (text, n_rows > 1 ? ")) AS v " : " ");
  return g_string_free (text, FALSE);
}

guint
tlsrpt_columns_number (const TlsrptRelation *relation, const char *name)
{
  for (guint i = 0; i < relation->n_columns; i++)
    if (strcmp (relation->columns[i].name, name) == 0)
      return i;
  g_error ("%s has no column %s", relation->name, name);
}

char *
tlsrpt_columns_list (const TlsrptRelation *relation)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < relation->n_columns; i++) {
    const TlsrptColumn *column = &relation->columns[i];

    g_string_append (text, i > 0 ? ", " : "");
    if (column->sql != NULL)
      g_string_append_printf (text, "%s AS ", column->sql);
    g_string_append (text, column->name);
  }
  return g_string_free (text, FALSE);
}

static GBytes *
read_bytes (const char *text)
{
  size_t length;
  guchar *bytes = PQunescapeBytea ((const guchar *)text, &length);

  return g_bytes_new_with_free_func (bytes, length, (GDestroyNotify)PQfreemem, bytes);
}

static void
read_member (const TlsrptColumn *column, const char *text, gpointer object)
{
  gpointer member = (char *)object + column->offset;

  if (column->type == &tlsrpt_array_text || column->type == &tlsrpt_array_uuid ||
      column->type == &tlsrpt_array_inet)
    *(const char **)member = text;
  else if (column->type == &tlsrpt_array_bool)
    *(gboolean *)member = text != NULL && *text == 't';
  else if (column->type == &tlsrpt_array_int4 || column->type == &tlsrpt_array_date)
    *(gint32 *)member = text != NULL ? (gint32)g_ascii_strtoll (text, NULL, 10) : 0;
  else if (column->type == &tlsrpt_array_int8)
    *(gint64 *)member = text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
  else if (column->type == &tlsrpt_array_bytea)
    *(GBytes **)member = text != NULL ? read_bytes (text) : NULL;
  else
    g_assert_not_reached ();
}

void
tlsrpt_columns_read (const TlsrptRelation *relation, const PGresult *result, int row,
                     gpointer object)
{
  for (guint i = 0; i < relation->n_columns; i++)
    read_member (&relation->columns[i],
                 PQgetisnull (result, row, (int)i) ? NULL : PQgetvalue (result, row, (int)i),
                 object);
}
