/* SPDX-License-Identifier: GPL-3.0-or-later
 * As much of HTTP/1.1 as a policy needs: status, media type, length, chunks. */
#include "doctor/http.h"

#include <string.h>

#define CHUNK_DIGITS_MAX 8

typedef struct {
  const char *rest;
  gsize length;
} Text;

void
tlsrpt_http_free (TlsrptHttp *http)
{
  if (http == NULL)
    return;
  g_free (http->media_type);
  g_byte_array_unref (http->body);
  g_free (http);
}

/* The next line without its end; %NULL if there is none. */
static char *
take_line (Text *text)
{
  const char *end = text->length > 0 ? memchr (text->rest, '\n', text->length) : NULL;
  gsize length = end != NULL ? (gsize)(end - text->rest) : 0;
  char *line;

  if (end == NULL || memchr (text->rest, '\0', length) != NULL)
    return NULL;
  line = g_strndup (text->rest, length);
  if (length > 0 && line[length - 1] == '\r')
    line[length - 1] = '\0';
  text->rest += length + 1;
  text->length -= length + 1;
  return line;
}

/* `HTTP/1.1 200 OK` */
static guint
status_of (const char *line)
{
  const char *space = g_str_has_prefix (line, "HTTP/1.") ? strchr (line, ' ') : NULL;

  if (space == NULL || strspn (space + 1, "0123456789") != 3)
    return 0;
  return (guint)g_ascii_strtoull (space + 1, NULL, 10);
}

/* Takes the chunks that are there; @http is whole if the last one, of length 0, is among them. */
static void
take_chunks (Text *text, TlsrptHttp *http)
{
  while (TRUE) {
    g_autofree char *line = take_line (text);
    gsize digits = line != NULL ? strspn (line, "0123456789abcdefABCDEF") : 0;
    guint64 length;

    if (digits == 0 || digits > CHUNK_DIGITS_MAX)
      return;
    length = g_ascii_strtoull (line, NULL, 16);
    http->is_whole = length == 0;
    if (length == 0 || length > text->length) {
      g_byte_array_append (http->body, (const guint8 *)text->rest,
                           length == 0 ? 0 : (guint)text->length);
      return;
    }
    g_byte_array_append (http->body, (const guint8 *)text->rest, (guint)length);
    text->rest += length;
    text->length -= length;
    g_free (take_line (text));
  }
}

static char *
media_type_of (const char *value)
{
  g_autofree char *type = g_ascii_strdown (value, (gssize)strcspn (value, ";"));

  return g_strdup (g_strstrip (type));
}

TlsrptHttp *
tlsrpt_http_parse (const guint8 *bytes, gsize length, gboolean is_end)
{
  Text text = { (const char *)bytes, length };
  g_autofree char *first = take_line (&text);
  g_autoptr (TlsrptHttp) http = g_new0 (TlsrptHttp, 1);
  gboolean has_length = FALSE, is_chunked = FALSE;
  guint64 body_length = 0;

  http->body = g_byte_array_new ();
  http->status = first != NULL ? status_of (first) : 0;
  if (http->status < 100 || http->status > 599)
    return NULL;
  while (TRUE) {
    g_autofree char *line = take_line (&text);
    char *colon;

    if (line == NULL)
      return NULL;
    if (*line == '\0')
      break;
    colon = strchr (line, ':');
    if (colon == NULL)
      return NULL;
    *colon = '\0';
    if (g_ascii_strcasecmp (line, "content-type") == 0 && http->media_type == NULL)
      http->media_type = media_type_of (colon + 1);
    if (g_ascii_strcasecmp (line, "content-length") == 0)
      has_length = g_ascii_string_to_unsigned (g_strstrip (colon + 1), 10, 0, G_MAXUINT32,
                                               &body_length, NULL);
    if (g_ascii_strcasecmp (line, "transfer-encoding") == 0)
      is_chunked = g_ascii_strcasecmp (g_strstrip (colon + 1), "chunked") == 0;
  }
  if (is_chunked) {
    take_chunks (&text, http);
    return g_steal_pointer (&http);
  }
  if (has_length && text.length >= body_length)
    text.length = body_length;
  http->is_whole = has_length ? text.length == body_length : is_end;
  g_byte_array_append (http->body, (const guint8 *)text.rest, (guint)text.length);
  return g_steal_pointer (&http);
}
