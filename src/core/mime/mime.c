/* SPDX-License-Identifier: GPL-3.0-or-later
 * GMime's functions for single fields, with options that no locale decides, and GLib's base64. */
#include "core/mime/mime.h"

#include "core/content.h"

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

char *
tlsrpt_mime_text (const TlsrptHeaderField *field)
{
  g_autofree char *value = tlsrpt_header_value (field);

  return g_mime_utils_header_decode_text (parser_options (), value);
}

InternetAddressList *
tlsrpt_mime_addresses (const TlsrptHeaderField *field)
{
  g_autofree char *value = tlsrpt_header_value (field);

  return internet_address_list_parse (parser_options (), value);
}

GMimeContentType *
tlsrpt_mime_content_type (const TlsrptHeaderField *field)
{
  g_autofree char *text = tlsrpt_mime_text (field);

  return g_mime_content_type_parse (parser_options (), text);
}

GMimeContentEncoding
tlsrpt_mime_encoding (const TlsrptHeaderField *field)
{
  g_autofree char *text = tlsrpt_mime_text (field);

  return g_mime_content_encoding_from_string (text);
}

gboolean
tlsrpt_mime_is_encoded (GMimeContentEncoding encoding)
{
  return encoding == GMIME_CONTENT_ENCODING_BASE64 ||
         encoding == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE ||
         encoding == GMIME_CONTENT_ENCODING_UUENCODE;
}

char *
tlsrpt_mime_media_type (GMimeContentType *type)
{
  g_autofree char *mime = g_mime_content_type_get_mime_type (type);
  g_autofree char *valid = g_utf8_make_valid (mime, -1);

  return g_ascii_strdown (valid, -1);
}

/* A name without folders; %NULL for none. */
static char *
without_folders (const char *name)
{
  g_autofree char *valid = g_strstrip (g_utf8_make_valid (name, -1));
  const char *slash = strrchr (valid, '/');

  if (slash == NULL)
    slash = strrchr (valid, '\\');
  if (slash != NULL)
    return slash[1] != '\0' ? g_strdup (slash + 1) : NULL;
  return *valid != '\0' ? g_steal_pointer (&valid) : NULL;
}

char *
tlsrpt_mime_file_name (const guint8 *header, gsize size, GMimeContentType *type)
{
  g_autoptr (GMimeContentDisposition) disposition = NULL;
  TlsrptHeaderField field;
  TlsrptHeaderField last = { 0 };
  const char *name;

  for (gsize at = 0; tlsrpt_header_next (header, size, &at, &field);)
    if (tlsrpt_header_is (&field, "Content-Disposition"))
      last = field;
  if (last.name != NULL) {
    g_autofree char *text = tlsrpt_mime_text (&last);

    disposition = g_mime_content_disposition_parse (parser_options (), text);
  }
  name = disposition != NULL ? g_mime_content_disposition_get_parameter (disposition, "filename")
                             : NULL;
  if (name == NULL)
    name = g_mime_content_type_get_parameter (type, "name");
  return name != NULL ? without_folders (name) : NULL;
}

/* Adds padding that the writer left out: a decoder drops an incomplete group. */
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

/* Quoted-printable and uuencode. */
static GBytes *
decode_by_gmime (GBytes *text, GMimeContentEncoding encoding)
{
  gsize size;
  const char *data = g_bytes_get_data (text, &size);
  g_autoptr (GMimeStream) from = g_mime_stream_mem_new_with_buffer (data, size);
  g_autoptr (GMimeStream) to = g_mime_stream_mem_new ();
  g_autoptr (GMimeDataWrapper) wrapper = g_mime_data_wrapper_new_with_stream (from, encoding);
  GByteArray *array = g_mime_stream_mem_get_byte_array (GMIME_STREAM_MEM (to));

  g_mime_data_wrapper_write_to_stream (wrapper, to);
  g_mime_stream_mem_set_owner (GMIME_STREAM_MEM (to), FALSE);
  return g_byte_array_free_to_bytes (array);
}

static GBytes *
decode (GBytes *body, GMimeContentEncoding encoding)
{
  if (encoding == GMIME_CONTENT_ENCODING_BASE64)
    return decode_base64 (body);
  return tlsrpt_mime_is_encoded (encoding) ? decode_by_gmime (body, encoding) : g_bytes_ref (body);
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

GBytes *
tlsrpt_mime_content (GBytes *body, GMimeContentEncoding encoding, gboolean *relabelled)
{
  gboolean encoded = tlsrpt_mime_is_encoded (encoding);
  g_autoptr (GBytes) content = decode (body, encoding);
  g_autoptr (GBytes) other = NULL;

  *relabelled = FALSE;
  if (tlsrpt_content_may_be_report (content))
    return g_steal_pointer (&content);
  if (encoded)
    other = g_bytes_ref (body);
  else if (looks_base64 (content))
    other = decode_base64 (content);
  *relabelled = other != NULL && tlsrpt_content_may_be_report (other);
  return *relabelled ? g_steal_pointer (&other) : g_steal_pointer (&content);
}
