/* SPDX-License-Identifier: GPL-3.0-or-later
 * Boundaries and headers in the order of the message, with a stack of what is open. No recursion. */
#include "core/mime/scan.h"

#include "core/errors.h"
#include "core/mime/header.h"
#include "core/mime/mime.h"

#include <string.h>

/* A multipart (or, without a boundary, a message) that contains the current line. */
typedef struct {
  char *boundary; /* (nullable) */
  gsize length;
  gboolean digest;
} Level;

/* A line that opens a part of a level, or closes the level; or the end of the message. */
typedef struct {
  gsize line;
  gsize next;
  guint level;
  gboolean close;
} Boundary;

typedef struct {
  const guint8 *data;
  gsize size;
  const TlsrptLimits *limits;
  guint64 depth;
  GArray *levels;
  GArray *entities;
  guint64 *parts;
  guint64 fields;
  guint64 header_bytes;
} Scan;

static void
level_clear (gpointer data)
{
  g_free (((Level *)data)->boundary);
}

static void
entity_clear (gpointer data)
{
  g_clear_object (&((TlsrptEntity *)data)->type);
}

static gboolean
refuse (GError **error, const char *what, guint64 cap, const char *unit)
{
  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
               "message: %s more than %" G_GUINT64_FORMAT " %s", what, cap, unit);
  return FALSE;
}

static gboolean
is_white (const guint8 *text, gsize size)
{
  for (gsize i = 0; i < size; i++)
    if (text[i] != ' ' && text[i] != '\t' && text[i] != '\r' && text[i] != '\n')
      return FALSE;
  return TRUE;
}

/* White space may follow a boundary, and nothing else. */
static gboolean
is_boundary (const Scan *scan, Boundary *boundary)
{
  const guint8 *text = scan->data + boundary->line + 2;
  gsize size = boundary->next - boundary->line - 2;

  for (guint i = scan->levels->len; i-- > 0;) {
    const Level *level = &g_array_index (scan->levels, Level, i);
    gsize length = level->length;

    if (level->boundary == NULL || size < length || memcmp (text, level->boundary, length) != 0)
      continue;
    boundary->close = size >= length + 2 && text[length] == '-' && text[length + 1] == '-' &&
                      is_white (text + length + 2, size - length - 2);
    boundary->level = i;
    if (boundary->close || is_white (text + length, size - length))
      return TRUE;
  }
  return FALSE;
}

/* Whether there is a boundary in the line at @at; its length is set either way. */
static gboolean
look_at_line (const Scan *scan, gsize at, Boundary *boundary)
{
  boundary->line = at;
  boundary->next = at + tlsrpt_header_line_size (scan->data, scan->size, at);
  return boundary->next - at > 2 && scan->data[at] == '-' && scan->data[at + 1] == '-' &&
         is_boundary (scan, boundary);
}

/* The first boundary from @at on, which begins a line; FALSE at the end of the message. */
static gboolean
find_boundary (const Scan *scan, gsize at, Boundary *boundary)
{
  gboolean any = FALSE;

  for (guint i = 0; i < scan->levels->len && !any; i++)
    any = g_array_index (scan->levels, Level, i).boundary != NULL;
  while (any && at < scan->size) {
    const guint8 *hyphen;

    if (look_at_line (scan, at, boundary))
      return TRUE;
    /* The next line that begins with a hyphen; base64 has none. */
    hyphen = memchr (scan->data + at + 1, '-', scan->size - at - 1);
    while (hyphen != NULL && hyphen[-1] != '\n')
      hyphen = memchr (hyphen + 1, '-', scan->size - (gsize)(hyphen + 1 - scan->data));
    if (hyphen == NULL)
      break;
    at = (gsize)(hyphen - scan->data);
  }
  boundary->line = boundary->next = scan->size;
  return FALSE;
}

static gboolean
push_level (Scan *scan, const char *boundary, gboolean digest, GError **error)
{
  guint64 cap = MIN (scan->limits->mime_depth, TLSRPT_SCAN_DEPTH_MAX);
  Level level = { .boundary = g_strdup (boundary), .digest = digest };

  level.length = boundary != NULL ? strlen (boundary) : 0;
  g_array_append_val (scan->levels, level);
  return scan->depth + scan->levels->len <= cap ||
         refuse (error, "nested", cap, "deep (setting mime-depth)");
}

/* Counts a line of a header that begins at @start, in a field that begins at @field. */
static gboolean
count_line (Scan *scan, gsize field, gsize start, gsize end, GError **error)
{
  const TlsrptLimits *limits = scan->limits;
  guint64 fields_cap = TLSRPT_FIELDS_A_PART * limits->mime_parts;
  guint64 bytes_cap = TLSRPT_HEADERS_LONGEST_FIELDS * limits->header_bytes;

  if (field == start && ++scan->fields > fields_cap)
    return refuse (error, "has", fields_cap, "header fields (64 for each of setting mime-parts)");
  if (end - field > limits->header_bytes)
    return refuse (error, "has a header field of", limits->header_bytes,
                   "bytes (setting header-bytes)");
  scan->header_bytes += end - start;
  return scan->header_bytes <= bytes_cap ||
         refuse (error, "has headers of", bytes_cap, "bytes (64 times setting header-bytes)");
}

/* How a header ends. */
typedef enum { ENDS_BLANK, ENDS_BOUNDARY, ENDS_MESSAGE } HeaderEnd;

/* Goes through the header at @start up to @boundary's next line, which is blank or a boundary. */
static gboolean
scan_header (Scan *scan, gsize start, Boundary *boundary, HeaderEnd *ends, GError **error)
{
  gsize field = start;

  for (gsize at = start; at < scan->size; at = boundary->next) {
    const guint8 *line = scan->data + at;

    if (look_at_line (scan, at, boundary)) {
      *ends = ENDS_BOUNDARY;
      return TRUE;
    }
    if (tlsrpt_header_is_blank (line, boundary->next - at)) {
      *ends = ENDS_BLANK;
      return TRUE;
    }
    if (at == start || (line[0] != ' ' && line[0] != '\t'))
      field = at;
    if (!count_line (scan, field, at, boundary->next, error))
      return FALSE;
  }
  *ends = ENDS_MESSAGE;
  boundary->line = boundary->next = scan->size;
  return TRUE;
}

/* Reads the fields that say what the body is; returns whether there is any field. */
static gboolean
read_labels (Scan *scan, TlsrptEntity *entity)
{
  const guint8 *header = scan->data + entity->header;
  const Level *level =
      scan->levels->len > 0 ? &g_array_index (scan->levels, Level, scan->levels->len - 1) : NULL;
  gboolean in_digest = level != NULL && level->digest;
  TlsrptHeaderField field;
  TlsrptHeaderField type = { 0 };
  gboolean encoded = FALSE;
  gboolean found = FALSE;

  for (gsize at = 0; tlsrpt_header_next (header, entity->header_size, &at, &field); found = TRUE) {
    if (tlsrpt_header_is (&field, "Content-Type")) {
      type = field;
    } else if (!encoded && tlsrpt_header_is (&field, "Content-Transfer-Encoding")) {
      entity->encoding = tlsrpt_mime_encoding (&field);
      encoded = TRUE;
    }
  }
  if (type.name != NULL)
    entity->type = tlsrpt_mime_content_type (&type);
  else
    entity->type =
        g_mime_content_type_new (in_digest ? "message" : "text", in_digest ? "rfc822" : "plain");
  return found;
}

static gboolean
is_message (const TlsrptEntity *entity)
{
  static const char *const subtypes[] = { "rfc822", "rfc2822", "global", "news" };

  if (tlsrpt_mime_is_encoded (entity->encoding))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (subtypes); i++)
    if (g_mime_content_type_is_type (entity->type, "message", subtypes[i]))
      return TRUE;
  return FALSE;
}

/* The line end before a boundary belongs to the boundary. */
static void
measure_body (const Scan *scan, TlsrptEntity *entity, const Boundary *boundary, gboolean found)
{
  gsize body = entity->header + entity->header_size;
  gsize end = boundary->line;

  if (found && end > body)
    end--; /* a line feed, as the boundary begins a line */
  if (found && end > body && scan->data[end - 1] == '\r')
    end--;
  entity->body_size = end - body;
}

/* What the labels of @entity say it is. It is opened, unless its header goes to the end of the message, or
 * it is a message and a boundary is the end of its header. */
static gboolean
open_entity (Scan *scan, TlsrptEntity *entity, HeaderEnd ends, GError **error)
{
  const char *boundary;

  if (is_message (entity)) {
    entity->kind = TLSRPT_ENTITY_MESSAGE;
    return ends != ENDS_BLANK || push_level (scan, NULL, FALSE, error);
  }
  if (!g_mime_content_type_is_type (entity->type, "multipart", "*"))
    return TRUE;
  entity->kind = TLSRPT_ENTITY_MULTIPART;
  boundary = g_mime_content_type_get_parameter (entity->type, "boundary");
  /* Without a boundary all of it is passed over. */
  return ends == ENDS_MESSAGE || boundary == NULL || *boundary == '\0' ||
         push_level (scan, boundary,
                     g_mime_content_type_is_type (entity->type, "multipart", "digest"), error);
}

/* Takes the entity whose header begins at @start. Afterwards @boundary is the line that ended it, if
 * *found; or, where it is a message and *enters, the first line of that message's header. */
static gboolean
scan_entity (Scan *scan, gsize start, gboolean begins_message, Boundary *boundary, gboolean *found,
             gboolean *enters, GError **error)
{
  TlsrptEntity entity = { .header = start,
                          .begins_message = begins_message,
                          .depth = (guint)(scan->depth + scan->levels->len) };
  HeaderEnd ends;
  gboolean opened;
  gsize body;

  *enters = FALSE;
  if (!scan_header (scan, start, boundary, &ends, error))
    return FALSE;
  *found = ends == ENDS_BOUNDARY;
  body = ends == ENDS_BLANK ? boundary->next : boundary->line;
  entity.header_size = body - start;
  if (!read_labels (scan, &entity) && ends != ENDS_BLANK) {
    g_clear_object (&entity.type);
    return TRUE;
  }
  opened = open_entity (scan, &entity, ends, error);
  if (opened) {
    *enters = entity.kind == TLSRPT_ENTITY_MESSAGE && ends == ENDS_BLANK && body < scan->size &&
              !look_at_line (scan, body, boundary);
    /* A boundary that ends the header of a multipart may be its own. */
    if (!*enters && ends != ENDS_MESSAGE)
      *found = find_boundary (scan, body, boundary);
    if (entity.kind == TLSRPT_ENTITY_LEAF)
      measure_body (scan, &entity, boundary, *found);
  }
  g_array_append_val (scan->entities, entity);
  return opened;
}

static gboolean
scan_entities (Scan *scan, GError **error)
{
  Boundary boundary = { 0 };
  gboolean begins_message = TRUE;
  gsize start = 0;

  for (;;) {
    gboolean found;
    gboolean enters;

    if (!scan_entity (scan, start, begins_message, &boundary, &found, &enters, error))
      return FALSE;
    begins_message = enters;
    if (enters) {
      start = boundary.line;
      continue;
    }
    while (found && boundary.close) {
      g_array_set_size (scan->levels, boundary.level);
      found = find_boundary (scan, boundary.next, &boundary);
    }
    if (!found)
      return TRUE;
    g_array_set_size (scan->levels, boundary.level + 1);
    if (++*scan->parts > scan->limits->mime_parts)
      return refuse (error, "has", scan->limits->mime_parts, "parts (setting mime-parts)");
    start = boundary.next;
  }
}

static gboolean
begins_with_field (const guint8 *data, gsize size)
{
  gsize at = 0;
  TlsrptHeaderField field;

  return tlsrpt_header_next (data, size, &at, &field) && field.name == (const char *)data;
}

GArray *
tlsrpt_scan_message (const guint8 *data, gsize size, const TlsrptLimits *limits, guint64 depth,
                     guint64 *parts, GError **error)
{
  g_autoptr (GArray) levels = g_array_new (FALSE, FALSE, sizeof (Level));
  g_autoptr (GArray) entities = g_array_new (FALSE, FALSE, sizeof (TlsrptEntity));
  Scan scan = { .data = data,
                .size = size,
                .limits = limits,
                .depth = depth,
                .levels = levels,
                .entities = entities,
                .parts = parts };

  tlsrpt_mime_init ();
  g_array_set_clear_func (levels, level_clear);
  g_array_set_clear_func (entities, entity_clear);
  if (!begins_with_field (data, size)) {
    g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_MALFORMED, "message: no header");
    return NULL;
  }
  return scan_entities (&scan, error) ? g_steal_pointer (&entities) : NULL;
}
