/* SPDX-License-Identifier: GPL-3.0-or-later
 * The columns of a relation, said once: the one table of which INSERT, unnest, the list of a SELECT,
 * and what is read of its result are made. No column has a number elsewhere. */
#pragma once

#include "pg/array.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptColumn:
 * @name: of the column
 * @type: of its value
 * @cast: (nullable): type that the server casts the value to; with `text[]` the member is a
 *   `const char *const *`, which may be %NULL
 * @offset: of the member that has the value, in the struct that a row is made of or read into
 * @put: (nullable): adds the value instead, where it is not just a member
 * @of_key: %TRUE if the member is one of the key that goes with the struct
 * @max_bytes: text of a stranger: it is made valid UTF-8 and cut there; 0 for text that is checked
 * @sql: (nullable): what is selected under @name, where it is not the column itself
 *
 * The member's type follows from @type: bool gboolean; int4 `gint32`; date
 * `gint32`, days since 1970, which @sql must give when it is read; int8 `gint64`; timestamptz
 * `gint64`, microseconds since 1970 UTC; uuid 16 bytes when sent, `const char *` when read; bytea
 * `GBytes *`; inet and text `const char *`. %NULL is SQL NULL.
 */
typedef struct {
  const char *name;
  const TlsrptArrayType *type;
  const char *cast;
  gsize offset;
  void (*put) (TlsrptArray *array, gconstpointer key, gconstpointer object);
  gboolean of_key;
  gsize max_bytes;
  const char *sql;
} TlsrptColumn;

/**
 * TlsrptRelation:
 * @name: (nullable): with its schema; %NULL for a relation that is only read
 * @columns: (array length=n_columns): its columns
 * @n_columns: how many, %TLSRPT_COLUMNS_MAX at most
 */
typedef struct {
  const char *name;
  const TlsrptColumn *columns;
  guint n_columns;
} TlsrptRelation;

#define TLSRPT_COLUMNS_MAX 64

#define TLSRPT_RELATION(relation_name, table)                                                      \
  {                                                                                                \
    .name = (relation_name), .columns = (table), .n_columns = G_N_ELEMENTS (table)                 \
  }

/**
 * TlsrptColumns:
 * @relation: what they are columns of
 * @arrays: (array length=n_columns): the values of all rows, an array a column
 *
 * Rows under construction.
 */
typedef struct {
  const TlsrptRelation *relation;
  TlsrptArray *arrays;
} TlsrptColumns;

/**
 * tlsrpt_columns_init:
 * @columns: (out caller-allocates): rows
 * @relation: what they are rows of; outlives them
 *
 * Begins with no rows.
 */
void tlsrpt_columns_init (TlsrptColumns *columns, const TlsrptRelation *relation);

/**
 * tlsrpt_columns_clear:
 * @columns: what to clear
 *
 * Frees all that @columns owns, but not @columns itself.
 */
void tlsrpt_columns_clear (TlsrptColumns *columns);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TlsrptColumns, tlsrpt_columns_clear)

/**
 * tlsrpt_columns_add:
 * @columns: rows
 * @key: (nullable): for `put` and `of_key` of the columns
 * @object: struct that the members are of
 *
 * Adds a row.
 */
void tlsrpt_columns_add (TlsrptColumns *columns, gconstpointer key, gconstpointer object);

/**
 * tlsrpt_columns_length:
 * @columns: rows
 *
 * Returns: number of rows
 */
guint tlsrpt_columns_length (const TlsrptColumns *columns);

/**
 * tlsrpt_columns_bytes:
 * @columns: rows
 *
 * Returns: size of all values, in bytes
 */
gsize tlsrpt_columns_bytes (const TlsrptColumns *columns);

/**
 * tlsrpt_columns_params:
 * @columns: rows, complete; they stay the owner of the bytes
 * @params: (out caller-allocates): as many as there are columns
 */
void tlsrpt_columns_params (TlsrptColumns *columns, TlsrptPgParam *params);

/**
 * tlsrpt_columns_insert:
 * @relation: a relation
 * @first: number of the parameter that has its first column
 *
 * Returns: (transfer full): `INSERT INTO ... SELECT ... FROM unnest(...) AS v (...) `, to be followed
 *   by a join or a condition on `v`
 */
char *tlsrpt_columns_insert (const TlsrptRelation *relation, guint first);

/**
 * tlsrpt_columns_insert_few:
 * @columns: one row or a few
 * @params: (element-type TlsrptPgParam): parameters of the statement so far; those of the values are
 *   appended, and borrow their bytes from @columns
 *
 * A function for each array costs the server more than a row has work, so the values of few rows are
 * parameters of their own. A column that is NULL in all rows is left out, so its default has to be NULL.
 *
 * Returns: (transfer full): `INSERT INTO ... SELECT ... `, for several rows `INSERT INTO ... SELECT v.* FROM
 *   (VALUES ...) AS v `, to be followed by a condition
 */
char *tlsrpt_columns_insert_few (const TlsrptColumns *columns, GArray *params);

/**
 * tlsrpt_columns_unnest:
 * @relation: a relation
 * @first: number of the parameter that has its first column
 *
 * Returns: (transfer full): `unnest($1, ...) AS v (...) `, for a FROM
 */
char *tlsrpt_columns_unnest (const TlsrptRelation *relation, guint first);

/**
 * tlsrpt_columns_number:
 * @relation: a relation
 * @name: one of its columns; another name ends in abort
 *
 * Returns: its position, from 0
 */
guint tlsrpt_columns_number (const TlsrptRelation *relation, const char *name);

/**
 * tlsrpt_columns_list:
 * @relation: a relation
 *
 * Returns: (transfer full): `a, expression AS b`, for a SELECT or RETURNING whose rows
 *   tlsrpt_columns_read() reads
 */
char *tlsrpt_columns_list (const TlsrptRelation *relation);

/**
 * tlsrpt_columns_read:
 * @relation: the relation whose tlsrpt_columns_list() was selected
 * @result: rows
 * @row: number of one of them, from 0
 * @object: (out): struct that the members are of
 *
 * Sets each member. Strings are @result's own and live as long; `GBytes` are the caller's. NULL is
 * %NULL, 0 or %FALSE.
 */
void tlsrpt_columns_read (const TlsrptRelation *relation, const PGresult *result, int row,
                          gpointer object);

G_END_DECLS
