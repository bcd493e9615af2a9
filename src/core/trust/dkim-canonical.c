/* SPDX-License-Identifier: GPL-3.0-or-later
 * Works line by line and looks at each byte once or twice; only what changes is copied. */
#include "core/trust/dkim-canonical.h"

#include <string.h>

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t';
}

/* Takes one line off the @length bytes at @text, without its line end; returns its length. */
static gsize
take_line (const char **text, gsize *length, const char **line)
{
  const char *newline = memchr (*text, '\n', *length);
  gsize taken = newline != NULL ? (gsize)(newline - *text) : *length;
  gsize line_length = taken;

  *line = *text;
  if (newline != NULL) {
    if (line_length > 0 && (*line)[line_length - 1] == '\r')
      line_length--;
    taken++;
  }
  *text += taken;
  *length -= taken;
  return line_length;
}

static void
put (const char *bytes, gsize length, TlsrptDkimSink sink, gpointer data)
{
  if (length > 0)
    sink (bytes, length, data);
}

/* Each run of blanks as one space. */
static void
put_reduced (const char *text, gsize length, TlsrptDkimSink sink, gpointer data)
{
  gsize start = 0;

  for (gsize i = 0; i < length; i++) {
    if (!is_blank (text[i]))
      continue;
    put (text + start, i - start, sink, data);
    sink (" ", 1, data);
    while (i + 1 < length && is_blank (text[i + 1]))
      i++;
    start = i + 1;
  }
  put (text + start, length - start, sink, data);
}

static gsize
without_blanks_behind (const char *text, gsize length)
{
  while (length > 0 && is_blank (text[length - 1]))
    length--;
  return length;
}

static void
field_simple (const char *field, gsize length, TlsrptDkimSink sink, gpointer data)
{
  while (length > 0) {
    const char *line;
    gsize line_length = take_line (&field, &length, &line);

    put (line, line_length, sink, data);
    if (length > 0)
      sink ("\r\n", 2, data);
  }
}

/* Name in lower case, no blanks around the colon; returns what of the field was taken. */
static gsize
put_name (const char *field, gsize length, TlsrptDkimSink sink, gpointer data)
{
  const char *colon = memchr (field, ':', length);
  gsize name_length = colon != NULL ? (gsize)(colon - field) : length;
  gsize trimmed = without_blanks_behind (field, name_length);

  for (gsize i = 0; i < trimmed; i++) {
    char lower = g_ascii_tolower (field[i]);

    sink (&lower, 1, data);
  }
  put (":", colon != NULL ? 1 : 0, sink, data);
  return name_length + (colon != NULL ? 1 : 0);
}

/* The value unfolded: a line end in it is nothing, and the blanks behind it make one run with those
 * before it. */
static void
field_relaxed (const char *field, gsize length, TlsrptDkimSink sink, gpointer data)
{
  gsize named = length > 0 ? put_name (field, length, sink, data) : 0;
  gboolean has_text = FALSE;

  field += named;
  length -= named;
  while (length > 0) {
    const char *line;
    gsize line_length = take_line (&field, &length, &line);
    gsize blanks = 0;

    line_length = without_blanks_behind (line, line_length);
    while (blanks < line_length && is_blank (line[blanks]))
      blanks++;
    if (line_length == blanks)
      continue;
    if (has_text)
      sink (" ", 1, data);
    put_reduced (line + blanks, line_length - blanks, sink, data);
    has_text = TRUE;
  }
}

void
tlsrpt_dkim_canonical_field (TlsrptDkimForm form, const char *field, gsize length,
                             TlsrptDkimSink sink, gpointer data)
{
  if (form == TLSRPT_DKIM_SIMPLE)
    field_simple (field, length, sink, data);
  else
    field_relaxed (field, length, sink, data);
}

void
tlsrpt_dkim_canonical_body (TlsrptDkimForm form, const char *body, gsize length,
                            TlsrptDkimSink sink, gpointer data)
{
  guint64 empty_lines = 0;
  gboolean is_empty = TRUE;

  while (length > 0) {
    const char *line;
    gsize line_length = take_line (&body, &length, &line);

    if (form == TLSRPT_DKIM_RELAXED)
      line_length = without_blanks_behind (line, line_length);
    if (line_length == 0) {
      empty_lines++;
      continue;
    }
    for (; empty_lines > 0; empty_lines--)
      sink ("\r\n", 2, data);
    if (form == TLSRPT_DKIM_RELAXED)
      put_reduced (line, line_length, sink, data);
    else
      sink (line, line_length, data);
    sink ("\r\n", 2, data);
    is_empty = FALSE;
  }
  if (is_empty && form == TLSRPT_DKIM_SIMPLE)
    sink ("\r\n", 2, data);
}
