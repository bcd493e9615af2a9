/* SPDX-License-Identifier: GPL-3.0-or-later
 * GMime's objects to checked words and bytes. Undoes transfer encodings, also those that a label does
 * not admit to; no locale decides what a header says. */
#include "core/mime/mime.h"

#include "core/mime/candidate.h"

#include <string.h>

/* Initialises GMime once; fallback charsets are named so that no locale decides what is decoded. */
static GMimeParserOptions *
parser_options (void)
{
  static gsize once = 0;
  static GMimeParserOptions *options = NULL;

  if (g_once_init_enter (&once)) {
    const char *charsets[] = { "utf-8", "iso-8859-1", NULL };

    g_mime_init ();
    options = g_mime_parser_options_new ();
    g_mime_parser_options_set_fallback_charsets (options, charsets);
    g_once_init_leave (&once, 1);
  }
  return options;
}

void
tlsrpt_mime_init (void)
{
  parser_options ();
}

GMimeMessage *
tlsrpt_mime_parse (const guint8 *data, gsize size)
{
  g_autoptr (GMimeStream) stream = g_mime_stream_mem_new_with_buffer ((const char *)data, size);
  g_autoptr (GMimeParser) parser = g_mime_parser_new_with_stream (stream);

  return g_mime_parser_construct_message (parser, parser_options ());
}

char *
tlsrpt_mime_media_type (GMimeObject *object)
{
  GMimeContentType *type = g_mime_object_get_content_type (object);
  g_autofree char *mime = type != NULL ? g_mime_content_type_get_mime_type (type) : NULL;
  g_autofree char *valid = g_utf8_make_valid (mime != NULL ? mime : "text/plain", -1);

  return g_ascii_strdown (valid, -1);
}

/* A name without folders; %NULL for none. */
char *
tlsrpt_mime_file_name (GMimeObject *object)
{
  const char *name = GMIME_IS_PART (object) ? g_mime_part_get_filename (GMIME_PART (object)) : NULL;
  g_autofree char *valid = NULL;
  const char *slash;

  if (name == NULL)
    return NULL;
  valid = g_utf8_make_valid (name, -1);
  g_strstrip (valid);
  slash = strrchr (valid, '/');
  if (slash == NULL)
    slash = strrchr (valid, '\\');
  if (slash != NULL)
    return slash[1] != '\0' ? g_strdup (slash + 1) : NULL;
  return *valid != '\0' ? g_steal_pointer (&valid) : NULL;
}

/* The bytes of a leaf, with its transfer encoding undone or as they stand. */
static GBytes *
read_content (GMimeObject *object, gboolean decode)
{
  GMimeDataWrapper *wrapper =
      GMIME_IS_PART (object) ? g_mime_part_get_content (GMIME_PART (object)) : NULL;
  g_autoptr (GMimeStream) memory = g_mime_stream_mem_new ();
  GByteArray *array = g_mime_stream_mem_get_byte_array (GMIME_STREAM_MEM (memory));

  if (wrapper != NULL && decode) {
    g_mime_data_wrapper_write_to_stream (wrapper, memory);
  } else if (wrapper != NULL) {
    GMimeStream *raw = g_mime_data_wrapper_get_stream (wrapper);

    g_mime_stream_reset (raw);
    g_mime_stream_write_to_stream (raw, memory);
  }
  g_mime_stream_mem_set_owner (GMIME_STREAM_MEM (memory), FALSE);
  return g_byte_array_free_to_bytes (array);
}

gboolean
tlsrpt_mime_is_encoded (GMimeObject *object)
{
  if (!GMIME_IS_PART (object))
    return FALSE;
  switch (g_mime_part_get_content_encoding (GMIME_PART (object))) {
  case GMIME_CONTENT_ENCODING_BASE64:
  case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE:
  case GMIME_CONTENT_ENCODING_UUENCODE:
    return TRUE;
  default:
    return FALSE;
  }
}

/* @text as base64, padded where its writer left the padding out: both decoders drop an open group. */
static GBytes *
decode_base64 (GBytes *text)
{
  gsize size;
  const char *data = g_bytes_get_data (text, &size);
  guchar *plain = g_malloc (size / 4 * 3 + 6);
  int state = 0;
  guint save = 0;
  gsize length = size > 0 ? g_base64_decode_step (data, size, plain, &state, &save) : 0;

  if (state != 0)
    length += g_base64_decode_step ("===", (gsize)(4 - ABS (state)), plain + length, &state, &save);
  return g_bytes_new_take (plain, length);
}

static gboolean
lacks_base64_padding (GBytes *text)
{
  gsize size;
  const char *data = g_bytes_get_data (text, &size);
  gsize digits = 0;

  for (gsize i = 0; i < size; i++) {
    if (data[i] == '=')
      return FALSE;
    if (g_ascii_isalnum (data[i]) || data[i] == '+' || data[i] == '/')
      digits++;
  }
  return digits % 4 > 1;
}

/* "H4sI" is gzip's magic in base64, "e" what any JSON object begins with, "W" what any array. */
static gboolean
looks_base64 (GBytes *text)
{
  gsize size;
  const char *data = g_bytes_get_data (text, &size);
  gsize at = 0;

  while (at < size && g_ascii_isspace (data[at]))
    at++;
  return size - at >= 4 &&
         (memcmp (data + at, "H4sI", 4) == 0 || data[at] == 'e' || data[at] == 'W');
}

/* Gateways re-encode a part and leave its label, or the reverse. Where the label leads to nothing
 * that could be a report and the other reading does, the bytes are believed. */
GBytes *
tlsrpt_mime_content (GMimeObject *object, gboolean *relabelled)
{
  gboolean encoded = tlsrpt_mime_is_encoded (object);
  g_autoptr (GBytes) content = read_content (object, TRUE);
  g_autoptr (GBytes) other = NULL;

  if (encoded)
    other = read_content (object, FALSE);
  else if (looks_base64 (content))
    other = decode_base64 (content);
  *relabelled = other != NULL && !tlsrpt_candidate_is_convincing (content) &&
                tlsrpt_candidate_is_convincing (other);
  if (*relabelled)
    return g_steal_pointer (&other);
  if (encoded &&
      g_mime_part_get_content_encoding (GMIME_PART (object)) == GMIME_CONTENT_ENCODING_BASE64 &&
      lacks_base64_padding (other))
    return decode_base64 (other);
  return g_steal_pointer (&content);
}
