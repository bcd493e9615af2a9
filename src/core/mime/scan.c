/* SPDX-License-Identifier: GPL-3.0-or-later
 * Follows header fields and boundaries of a message line by line, as GMime does, but builds nothing.
 * Refuses what is longer, deeper or more than limits.h allows. */
#include "core/mime/scan.h"

#include "core/errors.h"
#include "core/mime/mime.h"

#include <string.h>

#define FIELDS_A_PART 64
#define HEADERS_LONGEST_FIELDS 64

/* A multipart (or, with an empty boundary, a message) that the line at hand is inside of. */
typedef struct {
  char *boundary;
  gsize length;
  gboolean digest;
} Level;

typedef struct {
  const guint8 *data;
  const TlsrptLimits *limits;
  guint64 depth;
  GArray *levels;
  guint64 *parts;
  guint64 fields;
  guint64 header_bytes;
  gboolean in_header;
  gboolean in_field;
  gsize field_start;
  char *content_type;
  char *encoding;
} Scan;

static void
level_clear (gpointer data)
{
  Level *level = data;

  g_free (level->boundary);
}

static gboolean
refuse (GError **error, const char *what, guint64 cap, const char *unit)
{
  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
               "message: %s more than %" G_GUINT64_FORMAT " %s", what, cap, unit);
  return FALSE;
}

static gboolean
scan_push (Scan *scan, const char *boundary, gboolean digest, GError **error)
{
  guint64 cap = MIN (scan->limits->mime_depth, TLSRPT_MIME_DEPTH_MAX);
  Level level = { .boundary = g_strdup (boundary), .length = strlen (boundary), .digest = digest };

  g_array_append_val (scan->levels, level);
  if (scan->depth + scan->levels->len > cap)
    return refuse (error, "nested", cap, "deep");
  return TRUE;
}

static void
scan_begin_header (Scan *scan)
{
  g_clear_pointer (&scan->content_type, g_free);
  g_clear_pointer (&scan->encoding, g_free);
  scan->in_header = TRUE;
  scan->in_field = FALSE;
}

/* Keeps the value of the two fields that decide what the body is. */
static void
scan_end_field (Scan *scan, gsize end)
{
  const char *field = (const char *)scan->data + scan->field_start;
  gsize length = end - scan->field_start;
  const char *colon;
  char **value = NULL;

  if (!scan->in_field)
    return;
  scan->in_field = FALSE;
  if (length < 13 || g_ascii_strncasecmp (field, "content-", 8) != 0)
    return;
  colon = memchr (field, ':', length);
  if (colon == NULL)
    return;
  if (g_ascii_strncasecmp (field, "content-type", 12) == 0)
    value = &scan->content_type;
  else if (g_ascii_strncasecmp (field, "content-transfer-encoding", MIN (length, 25)) == 0)
    value = &scan->encoding;
  if (value != NULL && *value == NULL) {
    *value = g_strndup (colon + 1, length - (gsize)(colon + 1 - field));
    g_strstrip (g_strdelimit (*value, "\r\n", ' '));
  }
}

static gboolean
is_identity (const char *encoding)
{
  switch (g_mime_content_encoding_from_string (encoding != NULL ? encoding : "")) {
  case GMIME_CONTENT_ENCODING_BASE64:
  case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE:
  case GMIME_CONTENT_ENCODING_UUENCODE:
    return FALSE;
  default:
    return TRUE;
  }
}

/* The blank line: is what follows a body, another header, or parts? */
static gboolean
scan_end_header (Scan *scan, GError **error)
{
  g_autoptr (GMimeContentType) type = NULL;
  gboolean in_digest =
      scan->levels->len > 0 && g_array_index (scan->levels, Level, scan->levels->len - 1).digest;

  scan->in_header = FALSE;
  if (scan->content_type != NULL)
    type = g_mime_content_type_parse (NULL, scan->content_type);
  else
    type = g_mime_content_type_new (in_digest ? "message" : "text", in_digest ? "rfc822" : "plain");
  if (type == NULL)
    return TRUE;
  if (g_mime_content_type_is_type (type, "multipart", "*")) {
    const char *boundary = g_mime_content_type_get_parameter (type, "boundary");

    if (boundary == NULL || *boundary == '\0')
      return TRUE;
    return scan_push (scan, boundary, g_mime_content_type_is_type (type, "multipart", "digest"),
                      error);
  }
  if ((g_mime_content_type_is_type (type, "message", "rfc822") ||
       g_mime_content_type_is_type (type, "message", "global") ||
       g_mime_content_type_is_type (type, "message", "news")) &&
      is_identity (scan->encoding)) {
    if (!scan_push (scan, "", FALSE, error))
      return FALSE;
    scan_begin_header (scan);
  }
  return TRUE;
}

/* @line begins with two hyphens: does it open or close a part? */
static gboolean
scan_boundary (Scan *scan, const char *line, gsize length, gboolean *matched, GError **error)
{
  while (length > 2 && g_ascii_isspace (line[length - 1]))
    length--;
  *matched = FALSE;
  for (guint i = scan->levels->len; i-- > 0 && !*matched;) {
    const Level *level = &g_array_index (scan->levels, Level, i);
    gboolean close;

    if (level->length == 0 || length < 2 + level->length ||
        memcmp (line + 2, level->boundary, level->length) != 0)
      continue;
    close = length == level->length + 4 && memcmp (line + length - 2, "--", 2) == 0;
    if (!close && length != level->length + 2)
      continue;
    *matched = TRUE;
    g_array_set_size (scan->levels, close ? i : i + 1);
    if (close) {
      scan->in_header = FALSE;
    } else {
      scan_begin_header (scan);
      if (++*scan->parts > scan->limits->mime_parts)
        return refuse (error, "has", scan->limits->mime_parts, "parts");
    }
  }
  return TRUE;
}

static gboolean
scan_header_line (Scan *scan, gsize start, gsize end, GError **error)
{
  const TlsrptLimits *limits = scan->limits;
  const guint8 *line = scan->data + start;
  gboolean blank = line[0] == '\n' || (line[0] == '\r' && (end - start < 2 || line[1] == '\n'));

  if (blank) {
    scan_end_field (scan, start);
    return scan_end_header (scan, error);
  }
  if (!scan->in_field || (line[0] != ' ' && line[0] != '\t')) {
    scan_end_field (scan, start);
    scan->in_field = TRUE;
    scan->field_start = start;
    if (++scan->fields > FIELDS_A_PART * limits->mime_parts)
      return refuse (error, "has", FIELDS_A_PART * limits->mime_parts, "header fields");
  }
  if (end - scan->field_start > limits->header_bytes)
    return refuse (error, "has a header field of", limits->header_bytes, "bytes");
  scan->header_bytes += end - start;
  if (scan->header_bytes > HEADERS_LONGEST_FIELDS * limits->header_bytes)
    return refuse (error, "has headers of", HEADERS_LONGEST_FIELDS * limits->header_bytes, "bytes");
  return TRUE;
}

static gboolean
scan_lines (Scan *scan, gsize size, gsize *header_end, GError **error)
{
  gboolean in_top_header = TRUE;

  scan_begin_header (scan);
  for (gsize start = 0, end; start < size; start = end) {
    const guint8 *line = scan->data + start;
    const guint8 *newline = memchr (line, '\n', size - start);
    gboolean matched = FALSE;

    end = newline != NULL ? (gsize)(newline + 1 - scan->data) : size;
    if (scan->levels->len > 0 && end - start > 2 && line[0] == '-' && line[1] == '-' &&
        !scan_boundary (scan, (const char *)line, end - start, &matched, error))
      return FALSE;
    if (!matched && scan->in_header && !scan_header_line (scan, start, end, error)) {
      if (in_top_header)
        *header_end = scan->in_field ? scan->field_start : start;
      return FALSE;
    }
    /* A nested message begins its header in the call that ends the outer one. */
    if (in_top_header && (!scan->in_header || scan->levels->len > 0)) {
      in_top_header = FALSE;
      *header_end = end;
    }
  }
  return TRUE;
}

gboolean
tlsrpt_mime_scan (const guint8 *data, gsize size, const TlsrptLimits *limits, guint64 depth,
                  guint64 *parts, gsize *header_end, GError **error)
{
  g_autoptr (GArray) levels = g_array_new (FALSE, FALSE, sizeof (Level));
  Scan scan = { .data = data, .limits = limits, .depth = depth, .levels = levels, .parts = parts };
  gboolean kept;

  tlsrpt_mime_init ();
  g_array_set_clear_func (levels, level_clear);
  *header_end = size;
  kept = scan_lines (&scan, size, header_end, error);
  g_free (scan.content_type);
  g_free (scan.encoding);
  return kept;
}
