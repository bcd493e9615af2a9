/* SPDX-License-Identifier: GPL-3.0-or-later
 * Values to a one-dimensional PostgreSQL array in binary form: one column of many rows as one
 * parameter. */
#pragma once

#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptArrayType:
 * @element: OID of the elements' type
 * @array: OID of its array type
 *
 * OIDs of built-in types are the same in every PostgreSQL.
 */
typedef struct {
  Oid element;
  Oid array;
} TlsrptArrayType;

extern const TlsrptArrayType tlsrpt_array_bool;
extern const TlsrptArrayType tlsrpt_array_bytea;
extern const TlsrptArrayType tlsrpt_array_date;
extern const TlsrptArrayType tlsrpt_array_int4;
extern const TlsrptArrayType tlsrpt_array_int8;
extern const TlsrptArrayType tlsrpt_array_inet;
extern const TlsrptArrayType tlsrpt_array_text;
extern const TlsrptArrayType tlsrpt_array_timestamptz;
extern const TlsrptArrayType tlsrpt_array_uuid;

/**
 * TlsrptArray:
 * @type: type of its elements
 * @bytes: (nullable): room for its head, then its elements in binary form; %NULL once it is cleared
 * @used: bytes of @bytes that are in use
 * @room: bytes that @bytes has
 * @length: number of elements
 * @has_null: whether one of them is SQL NULL
 *
 * An array under construction.
 */
typedef struct {
  const TlsrptArrayType *type;
  guint8 *bytes;
  gsize used;
  gsize room;
  guint32 length;
  gboolean has_null;
} TlsrptArray;

/**
 * tlsrpt_array_init:
 * @array: (out caller-allocates): an array
 * @type: type of its elements, static
 *
 * Begins an empty array, to be freed by tlsrpt_array_clear().
 */
void tlsrpt_array_init (TlsrptArray *array, const TlsrptArrayType *type);

/**
 * tlsrpt_array_clear:
 * @array: what to clear
 *
 * Frees all that @array owns, but not @array itself.
 */
void tlsrpt_array_clear (TlsrptArray *array);

/**
 * tlsrpt_array_add_null:
 * @array: an array
 *
 * Adds SQL NULL.
 */
void tlsrpt_array_add_null (TlsrptArray *array);

/**
 * tlsrpt_array_add_bytes:
 * @array: an array
 * @data: (array length=length): an element in the binary form of its type
 * @length: bytes of it
 *
 * Adds one element.
 */
void tlsrpt_array_add_bytes (TlsrptArray *array, gconstpointer data, gsize length);

/**
 * tlsrpt_array_add_blob:
 * @array: an array of bytea
 * @bytes: (nullable): bytes; %NULL is SQL NULL
 *
 * Adds one element.
 */
void tlsrpt_array_add_blob (TlsrptArray *array, GBytes *bytes);

/**
 * tlsrpt_array_add_text:
 * @array: an array of text
 * @text: (nullable): checked UTF-8; %NULL is SQL NULL
 *
 * Adds one element.
 */
void tlsrpt_array_add_text (TlsrptArray *array, const char *text);

/**
 * tlsrpt_array_add_bool:
 * @array: an array of bool
 * @value: a value
 *
 * Adds one element.
 */
void tlsrpt_array_add_bool (TlsrptArray *array, gboolean value);

/**
 * tlsrpt_array_add_int4:
 * @array: an array of int4
 * @value: a value
 *
 * Adds one element.
 */
void tlsrpt_array_add_int4 (TlsrptArray *array, gint32 value);

/**
 * tlsrpt_array_add_int8:
 * @array: an array of int8
 * @value: a value
 *
 * Adds one element.
 */
void tlsrpt_array_add_int8 (TlsrptArray *array, gint64 value);

/**
 * tlsrpt_array_add_date:
 * @array: an array of date
 * @unix_days: days since 1970-01-01
 */
void tlsrpt_array_add_date (TlsrptArray *array, gint32 unix_days);

/**
 * tlsrpt_array_add_time:
 * @array: an array of timestamptz
 * @unix_microseconds: microseconds since 1970 UTC
 */
void tlsrpt_array_add_time (TlsrptArray *array, gint64 unix_microseconds);

/**
 * tlsrpt_array_add_address:
 * @array: an array of inet
 * @text: (nullable): what may be an IPv4 or IPv6 address, without zone or prefix length
 *
 * Returns: %TRUE if @text is an address and was added; else NULL was added
 */
gboolean tlsrpt_array_add_address (TlsrptArray *array, const char *text);

/**
 * tlsrpt_array_add_list:
 * @array: an array of text
 * @items: (array zero-terminated=1) (nullable): strings
 *
 * Adds @items as the text of an array (`{"a","b"}`), for the server to cast to text[]: lists of
 * differing length have no place in an array of arrays.
 */
void tlsrpt_array_add_list (TlsrptArray *array, const char *const *items);

/**
 * tlsrpt_array_param:
 * @array: an array, complete
 *
 * Returns: it as a parameter, which borrows its bytes
 */
TlsrptPgParam tlsrpt_array_param (TlsrptArray *array);

/**
 * tlsrpt_array_element:
 * @array: an array
 * @at: (inout): where the element begins: 0 for the first; then where the next one does
 *
 * Returns: one element as a parameter, which borrows its bytes
 */
TlsrptPgParam tlsrpt_array_element (const TlsrptArray *array, gsize *at);

G_END_DECLS
