/* SPDX-License-Identifier: GPL-3.0-or-later
 * Values to a one-dimensional PostgreSQL array in binary form, as array_recv() reads it: number of
 * dimensions, null flag, element type, length, lower bound, then each element behind its length. */
#include "pg/array.h"

#include "core/report/address.h"

#include <string.h>

#define HEADER_BYTES 20
/* A delivery has a hundred arrays with an element each. */
#define ROOM_FIRST 64
/* From 1970-01-01 to 2000-01-01, where PostgreSQL's timestamps begin, in microseconds. */
#define EPOCH_OFFSET G_GINT64_CONSTANT (946684800000000)
/* The same in days, for dates. */
#define EPOCH_OFFSET_DAYS 10957

/* inet_recv(): family, prefix length, is_cidr, address length, address. */
#define INET_FAMILY_4 2
#define INET_FAMILY_6 3

const TlsrptArrayType tlsrpt_array_bool = { .element = 16, .array = 1000 };
const TlsrptArrayType tlsrpt_array_bytea = { .element = 17, .array = 1001 };
const TlsrptArrayType tlsrpt_array_date = { .element = 1082, .array = 1182 };
const TlsrptArrayType tlsrpt_array_int4 = { .element = 23, .array = 1007 };
const TlsrptArrayType tlsrpt_array_int8 = { .element = 20, .array = 1016 };
const TlsrptArrayType tlsrpt_array_inet = { .element = 869, .array = 1041 };
const TlsrptArrayType tlsrpt_array_text = { .element = 25, .array = 1009 };
const TlsrptArrayType tlsrpt_array_timestamptz = { .element = 1184, .array = 1185 };
const TlsrptArrayType tlsrpt_array_uuid = { .element = 2950, .array = 2951 };

/* Room for an element of @length bytes, its length written. A batch has a hundred thousand of them. */
static guint8 *
add_element (TlsrptArray *array, gsize length)
{
  guint32 prefix = GUINT32_TO_BE ((guint32)length);
  guint8 *element = array->bytes + array->used;

  if (array->room - array->used < sizeof prefix + length) {
    array->room = MAX (2 * array->room, array->used + sizeof prefix + length);
    array->bytes = g_realloc (array->bytes, array->room);
    element = array->bytes + array->used;
  }
  memcpy (element, &prefix, sizeof prefix);
  array->used += sizeof prefix + length;
  array->length++;
  return element + sizeof prefix;
}

void
tlsrpt_array_init (TlsrptArray *array, const TlsrptArrayType *type)
{
  *array = (TlsrptArray){ .type = type, .used = HEADER_BYTES, .room = ROOM_FIRST };
  array->bytes = g_malloc (array->room);
}

void
tlsrpt_array_clear (TlsrptArray *array)
{
  g_clear_pointer (&array->bytes, g_free);
}

void
tlsrpt_array_add_null (TlsrptArray *array)
{
  static const guint32 null = G_MAXUINT32;

  memcpy (add_element (array, 0) - sizeof null, &null, sizeof null);
  array->has_null = TRUE;
}

void
tlsrpt_array_add_bytes (TlsrptArray *array, gconstpointer data, gsize length)
{
  guint8 *element = add_element (array, length);

  if (length > 0)
    memcpy (element, data, length);
}

void
tlsrpt_array_add_blob (TlsrptArray *array, GBytes *bytes)
{
  if (bytes == NULL)
    tlsrpt_array_add_null (array);
  else
    tlsrpt_array_add_bytes (array, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

void
tlsrpt_array_add_text (TlsrptArray *array, const char *text)
{
  if (text == NULL)
    tlsrpt_array_add_null (array);
  else
    tlsrpt_array_add_bytes (array, text, strlen (text));
}

void
tlsrpt_array_add_bool (TlsrptArray *array, gboolean value)
{
  guint8 byte = value ? 1 : 0;

  tlsrpt_array_add_bytes (array, &byte, 1);
}

void
tlsrpt_array_add_int4 (TlsrptArray *array, gint32 value)
{
  guint32 swapped = GUINT32_TO_BE ((guint32)value);

  tlsrpt_array_add_bytes (array, &swapped, sizeof swapped);
}

void
tlsrpt_array_add_int8 (TlsrptArray *array, gint64 value)
{
  guint64 swapped = GUINT64_TO_BE ((guint64)value);

  tlsrpt_array_add_bytes (array, &swapped, sizeof swapped);
}

void
tlsrpt_array_add_date (TlsrptArray *array, gint32 unix_days)
{
  tlsrpt_array_add_int4 (array, unix_days - EPOCH_OFFSET_DAYS);
}

void
tlsrpt_array_add_time (TlsrptArray *array, gint64 unix_microseconds)
{
  /* The far ends mean infinity to the server, and the subtraction must not wrap. */
  gint64 time = unix_microseconds < G_MININT64 + EPOCH_OFFSET + 1
                    ? G_MININT64 + 1
                    : unix_microseconds - EPOCH_OFFSET;

  tlsrpt_array_add_int8 (array, time);
}

gboolean
tlsrpt_array_add_address (TlsrptArray *array, const char *text)
{
  guint8 wire[4 + TLSRPT_ADDRESS_BYTES];
  gsize length = tlsrpt_address_parse (text, wire + 4);

  if (length == 0) {
    tlsrpt_array_add_null (array);
    return FALSE;
  }
  wire[0] = length == 4 ? INET_FAMILY_4 : INET_FAMILY_6;
  wire[1] = (guint8)(8 * length);
  wire[2] = 0;
  wire[3] = (guint8)length;
  tlsrpt_array_add_bytes (array, wire, 4 + length);
  return TRUE;
}

/* Items in quotes, what is special in them behind a backslash. */
void
tlsrpt_array_add_list (TlsrptArray *array, const char *const *items)
{
  gsize before = array->used;
  gsize most = 2;
  guint32 prefix;
  char *text, *to;

  for (guint i = 0; items != NULL && items[i] != NULL; i++)
    most += 3 + 2 * strlen (items[i]);
  text = to = (char *)add_element (array, most);
  *to++ = '{';
  for (guint i = 0; items != NULL && items[i] != NULL; i++) {
    if (i > 0)
      *to++ = ',';
    *to++ = '"';
    for (const char *p = items[i]; *p != '\0'; p++) {
      if (*p == '"' || *p == '\\')
        *to++ = '\\';
      *to++ = *p;
    }
    *to++ = '"';
  }
  *to++ = '}';
  prefix = GUINT32_TO_BE ((guint32)(to - text));
  memcpy (array->bytes + before, &prefix, sizeof prefix);
  array->used = before + sizeof prefix + (gsize)(to - text);
}

TlsrptPgParam
tlsrpt_array_param (TlsrptArray *array)
{
  guint32 header[HEADER_BYTES / 4] = {
    GUINT32_TO_BE (array->length > 0 ? 1u : 0u),
    GUINT32_TO_BE (array->has_null ? 1u : 0u),
    GUINT32_TO_BE (array->type->element),
    GUINT32_TO_BE (array->length),
    GUINT32_TO_BE (1u),
  };
  /* An array without elements has no dimension, and so neither length nor bound. */
  gsize length = array->length > 0 ? array->used : 12;

  memcpy (array->bytes, header, sizeof header);
  return (TlsrptPgParam){ .type = array->type->array,
                          .value = (const char *)array->bytes,
                          .length = (int)length,
                          .format = 1 };
}

TlsrptPgParam
tlsrpt_array_element (const TlsrptArray *array, gsize *at)
{
  const guint8 *element = array->bytes + HEADER_BYTES + *at;
  guint32 length;

  memcpy (&length, element, sizeof length);
  length = GUINT32_FROM_BE (length);
  *at += sizeof length + (length != G_MAXUINT32 ? length : 0);
  return (TlsrptPgParam){ .type = array->type->element,
                          .value =
                              length != G_MAXUINT32 ? (const char *)element + sizeof length : NULL,
                          .length = length != G_MAXUINT32 ? (int)length : 0,
                          .format = 1 };
}
