/* SPDX-License-Identifier: GPL-3.0-or-later
 * Values to a one-dimensional PostgreSQL array in binary form, as array_recv() reads it: number of
 * dimensions, null flag, element type, length, lower bound, then each element behind its length. */
#include "pg/array.h"

#include "core/report/address.h"

#include <string.h>

#define HEADER_BYTES 20
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

static void
append_uint32 (TlsrptArray *array, guint32 value)
{
  guint32 swapped = GUINT32_TO_BE (value);

  g_byte_array_append (array->bytes, (const guint8 *)&swapped, sizeof swapped);
}

void
tlsrpt_array_init (TlsrptArray *array, const TlsrptArrayType *type)
{
  *array = (TlsrptArray){ .type = type, .bytes = g_byte_array_new () };
  g_byte_array_set_size (array->bytes, HEADER_BYTES);
}

void
tlsrpt_array_clear (TlsrptArray *array)
{
  g_clear_pointer (&array->bytes, g_byte_array_unref);
}

void
tlsrpt_array_add_null (TlsrptArray *array)
{
  append_uint32 (array, G_MAXUINT32);
  array->length++;
  array->has_null = TRUE;
}

void
tlsrpt_array_add_bytes (TlsrptArray *array, gconstpointer data, gsize length)
{
  append_uint32 (array, (guint32)length);
  g_byte_array_append (array->bytes, data, (guint)length);
  array->length++;
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

void
tlsrpt_array_add_list (TlsrptArray *array, const char *const *items)
{
  g_autoptr (GString) text = g_string_new ("{");

  for (guint i = 0; items != NULL && items[i] != NULL; i++) {
    g_string_append (text, i > 0 ? ",\"" : "\"");
    for (const char *p = items[i]; *p != '\0'; p++) {
      if (*p == '"' || *p == '\\')
        g_string_append_c (text, '\\');
      g_string_append_c (text, *p);
    }
    g_string_append_c (text, '"');
  }
  g_string_append_c (text, '}');
  tlsrpt_array_add_bytes (array, text->str, text->len);
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
  gsize length = array->length > 0 ? array->bytes->len : 12;

  memcpy (array->bytes->data, header, sizeof header);
  return (TlsrptPgParam){ .type = array->type->array,
                          .value = (const char *)array->bytes->data,
                          .length = (int)length,
                          .format = 1 };
}

TlsrptPgParam
tlsrpt_array_element (const TlsrptArray *array, gsize *at)
{
  const guint8 *element = array->bytes->data + HEADER_BYTES + *at;
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
