/* SPDX-License-Identifier: GPL-3.0-or-later
 * Header fields found by lines, without a copy: a report needs ten of the fifty fields of a mail. */
#include "core/mime/header.h"

#include <string.h>

gsize
tlsrpt_header_line_size (const guint8 *data, gsize size, gsize at)
{
  const guint8 *feed = memchr (data + at, '\n', size - at);

  return feed != NULL ? (gsize)(feed + 1 - data) - at : size - at;
}

gboolean
tlsrpt_header_is_blank (const guint8 *line, gsize size)
{
  return line[0] == '\n' || (line[0] == '\r' && size == 2 && line[1] == '\n');
}

static gboolean
is_folded (const guint8 *data, gsize size, gsize at)
{
  return at < size && (data[at] == ' ' || data[at] == '\t');
}

/* Splits @size bytes at the colon; a name has no control character, and blanks at its end alone. */
static gboolean
split (const char *text, gsize size, TlsrptHeaderField *field)
{
  const char *colon = memchr (text, ':', size);
  gsize length = colon != NULL ? (gsize)(colon - text) : 0;

  while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
    length--;
  for (gsize i = 0; i < length; i++)
    if ((guchar)text[i] <= ' ' || text[i] == 0x7f)
      return FALSE;
  if (length == 0)
    return FALSE;
  field->name = text;
  field->name_length = length;
  field->value = colon + 1;
  field->value_length = size - (gsize)(colon + 1 - text);
  return TRUE;
}

gboolean
tlsrpt_header_next (const guint8 *data, gsize size, gsize *at, TlsrptHeaderField *field)
{
  while (*at < size) {
    gsize start = *at;
    gsize length = tlsrpt_header_line_size (data, size, start);
    gboolean blank = tlsrpt_header_is_blank (data + start, length);

    *at += length;
    if (blank)
      return FALSE;
    while (is_folded (data, size, *at))
      *at += tlsrpt_header_line_size (data, size, *at);
    if (split ((const char *)data + start, *at - start, field))
      return TRUE;
  }
  return FALSE;
}

gboolean
tlsrpt_header_is (const TlsrptHeaderField *field, const char *name)
{
  return strlen (name) == field->name_length &&
         g_ascii_strncasecmp (field->name, name, field->name_length) == 0;
}

char *
tlsrpt_header_value (const TlsrptHeaderField *field)
{
  char *value = g_malloc (field->value_length + 1);
  gsize length = 0;

  for (gsize i = 0; i < field->value_length && field->value[i] != '\0'; i++)
    if (field->value[i] != '\r' && field->value[i] != '\n')
      value[length++] = field->value[i];
  value[length] = '\0';
  return g_strstrip (value);
}
