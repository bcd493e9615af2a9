/* SPDX-License-Identifier: GPL-3.0-or-later
 * One pass over the header, line by line. */
#include "core/trust/dkim-message.h"

#include <string.h>

/* What is left of a message. */
typedef struct {
  const char *at;
  gsize left;
} Rest;

/* Fields that may stand once: who wrote the mail, and how its body is to be read. */
static const char *const single_names[] = {
  "From",
  "Content-Type",
  "Content-Transfer-Encoding",
  "MIME-Version",
};

void
tlsrpt_dkim_message_free (TlsrptDkimMessage *message)
{
  if (message == NULL)
    return;
  g_array_unref (message->fields);
  g_free (message);
}

gboolean
tlsrpt_dkim_message_is_named (const TlsrptDkimField *field, const char *name)
{
  return strlen (name) == field->name_length &&
         g_ascii_strncasecmp (field->bytes, name, field->name_length) == 0;
}

/* Bytes of the next line, its line end included. */
static gsize
line_bytes (const Rest *rest)
{
  const char *newline = memchr (rest->at, '\n', rest->left);

  return newline != NULL ? (gsize)(newline + 1 - rest->at) : rest->left;
}

static void
advance (Rest *rest, gsize n)
{
  rest->at += n;
  rest->left -= n;
}

static gboolean
is_empty_line (const char *line, gsize length)
{
  return line[0] == '\n' || (length == 2 && line[0] == '\r' && line[1] == '\n');
}

/* A line of white space only: for some the end of the header, for others part of the field
 * before. */
static gboolean
is_blank_line (const char *line, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isspace (line[i]))
      return FALSE;
  return TRUE;
}

/* A CR that ends no line, or a NUL. */
static gboolean
has_foul_byte (const char *line, gsize length)
{
  const char *end = line + length;

  if (memchr (line, '\0', length) != NULL)
    return TRUE;
  for (const char *cr = line; (cr = memchr (cr, '\r', (gsize)(end - cr))) != NULL; cr++)
    if (cr + 1 == end || cr[1] != '\n')
      return TRUE;
  return FALSE;
}

/* Length of the field name that begins @line; 0 if none does (RFC 5322 section 3.6.8). */
static gsize
name_length (const char *line, gsize length)
{
  gsize n = 0;

  while (n < length && line[n] > ' ' && line[n] <= '~' && line[n] != ':')
    n++;
  return n < length && line[n] == ':' ? n : 0;
}

/* Blank lines and `From ` lines of mboxes, which the decoder passes over too. */
static const char *
skip_leading_lines (Rest *rest)
{
  while (rest->left > 0) {
    gsize length = line_bytes (rest);
    gsize mark = rest->at[0] == '>' ? 1 : 0;

    if (!is_empty_line (rest->at, length) &&
        !(length > 5 + mark && memcmp (rest->at + mark, "From ", 5) == 0))
      break;
    if (has_foul_byte (rest->at, length))
      return "the line before the header has a bare CR or a NUL";
    advance (rest, length);
  }
  return NULL;
}

/* Reads the header and the empty line behind it. */
static const char *
read_header (TlsrptDkimMessage *message, Rest *rest)
{
  while (rest->left > 0) {
    gsize length = line_bytes (rest);
    TlsrptDkimField field = { .bytes = rest->at, .length = length };

    if (is_empty_line (rest->at, length)) {
      advance (rest, length);
      return NULL;
    }
    if (has_foul_byte (rest->at, length))
      return "the header has a bare CR or a NUL";
    field.name_length = name_length (rest->at, length);
    if (rest->at[0] == ' ' || rest->at[0] == '\t') {
      if (message->fields->len == 0 || is_blank_line (rest->at, length))
        return "the header has a line that is no field";
      g_array_index (message->fields, TlsrptDkimField, message->fields->len - 1).length += length;
    } else if (field.name_length > 0) {
      g_array_append_val (message->fields, field);
    } else {
      return "the header has a line that is no field";
    }
    advance (rest, length);
  }
  return NULL;
}

static const char *
check_single (const TlsrptDkimMessage *message)
{
  guint counts[G_N_ELEMENTS (single_names)] = { 0 };

  for (guint i = 0; i < message->fields->len; i++) {
    const TlsrptDkimField *field = &g_array_index (message->fields, TlsrptDkimField, i);

    for (guint name = 0; name < G_N_ELEMENTS (single_names); name++)
      if (tlsrpt_dkim_message_is_named (field, single_names[name]) && ++counts[name] > 1)
        return name == 0 ? "the header has several From fields"
                         : "the header says twice how to decode its body";
  }
  return NULL;
}

TlsrptDkimMessage *
tlsrpt_dkim_message_read (GBytes *bytes, const char **why)
{
  g_autoptr (TlsrptDkimMessage) message = g_new0 (TlsrptDkimMessage, 1);
  Rest rest = { .at = g_bytes_get_data (bytes, NULL), .left = g_bytes_get_size (bytes) };

  message->fields = g_array_new (FALSE, FALSE, sizeof (TlsrptDkimField));
  *why = skip_leading_lines (&rest);
  if (*why == NULL)
    *why = read_header (message, &rest);
  if (*why == NULL)
    *why = check_single (message);
  if (*why != NULL)
    return NULL;
  message->body = rest.at;
  message->body_length = rest.left;
  return g_steal_pointer (&message);
}
