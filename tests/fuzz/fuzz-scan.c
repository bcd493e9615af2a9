/* SPDX-License-Identifier: GPL-3.0-or-later
 * Any bytes as a mail, by the scan and by GMime's own parser: the same parts, as deep, with the same
 * bodies; and what the scan lets pass keeps to the caps by GMime's count too. */
#include "core/errors.h"
#include "core/mime/mime.h"
#include "core/mime/scan.h"
#include "fuzz/property.h"
#include "fuzz/target.h"

#include <string.h>

/* GMime sees a boundary behind the end of its buffer, wherever in a line that is: what fits is compared. */
#define GMIME_BUFFER_BYTES 4096

/* What one of the two found. */
typedef struct {
  GString *leaves; /* a line each: depth, media type, size and digest of the body */
  guint64 parts;
  guint64 depth;
  gboolean odd; /* what the two take differently on purpose */
} Tree;

static void
tree_init (Tree *tree)
{
  *tree = (Tree){ .leaves = g_string_new (NULL) };
}

static void
tree_clear (Tree *tree)
{
  g_string_free (tree->leaves, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tree, tree_clear)

/* The line ends of a body do not count here, nor an empty body: GMime has no part where the message ends in
 * a header. */
static void
add_leaf (Tree *tree, guint64 depth, GMimeContentType *type, const guint8 *body, gsize size)
{
  g_autofree char *media_type = tlsrpt_mime_media_type (type);
  g_autofree char *digest = NULL;

  while (size > 0 && (body[size - 1] == '\n' || body[size - 1] == '\r'))
    size--;
  if (size == 0)
    return;
  digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, body, size);
  g_string_append_printf (tree->leaves, "%" G_GUINT64_FORMAT " %s %" G_GSIZE_FORMAT " %s\n", depth,
                          media_type, size, digest);
}

static gboolean
has_boundary (GMimeContentType *type)
{
  const char *boundary = g_mime_content_type_get_parameter (type, "boundary");

  return boundary != NULL && *boundary != '\0';
}

static void
read_scan (Tree *tree, const GArray *entities, const guint8 *data, gsize size)
{
  for (guint i = 0; i < entities->len; i++) {
    const TlsrptEntity *entity = &g_array_index (entities, TlsrptEntity, i);
    gsize body = entity->header + entity->header_size;

    g_assert_cmpuint (body, <=, size);
    g_assert_cmpuint (entity->body_size, <=, size - body);
    g_assert_cmpuint (entity->depth, <=, TLSRPT_SCAN_DEPTH_MAX);
    tree->depth = MAX (tree->depth, entity->depth);
    if (entity->kind == TLSRPT_ENTITY_LEAF)
      add_leaf (tree, entity->depth, entity->type, data + body, entity->body_size);
  }
}

static void
read_gmime (Tree *tree, GMimeObject *object, guint64 depth)
{
  GMimeContentType *type = g_mime_object_get_content_type (object);

  tree->depth = MAX (tree->depth, depth);
  if (GMIME_IS_MULTIPART (object)) {
    int count = g_mime_multipart_get_count (GMIME_MULTIPART (object));

    tree->odd = tree->odd || (!has_boundary (type) && count > 0);
    tree->parts += (guint64)count;
    for (int i = 0; i < count; i++)
      read_gmime (tree, g_mime_multipart_get_part (GMIME_MULTIPART (object), i), depth + 1);
  } else if (GMIME_IS_MESSAGE_PART (object)) {
    GMimeMessage *message = g_mime_message_part_get_message (GMIME_MESSAGE_PART (object));

    if (message != NULL && g_mime_message_get_mime_part (message) != NULL)
      read_gmime (tree, g_mime_message_get_mime_part (message), depth + 1);
  } else {
    GMimeDataWrapper *wrapper =
        GMIME_IS_PART (object) ? g_mime_part_get_content (GMIME_PART (object)) : NULL;
    g_autoptr (GMimeStream) memory = g_mime_stream_mem_new ();
    const GByteArray *array = g_mime_stream_mem_get_byte_array (GMIME_STREAM_MEM (memory));

    if (wrapper != NULL) {
      g_mime_stream_reset (g_mime_data_wrapper_get_stream (wrapper));
      g_mime_stream_write_to_stream (g_mime_data_wrapper_get_stream (wrapper), memory);
    }
    add_leaf (tree, depth, type, array->data, array->len);
  }
}

static GMimeMessage *
parse_by_gmime (const guint8 *data, gsize size)
{
  g_autoptr (GMimeStream) stream = g_mime_stream_mem_new_with_buffer ((const char *)data, size);
  GMimeParser *parser = g_mime_parser_new_with_stream (stream);
  GMimeMessage *message = g_mime_parser_construct_message (parser, NULL);

  g_object_unref (parser);
  return message;
}

static gboolean
ends_lines_alike (const guint8 *data, gsize size)
{
  gboolean crlf = memchr (data, '\r', size) != NULL;

  for (gsize i = 0; i < size; i++)
    if ((data[i] == '\r' && (i + 1 == size || data[i + 1] != '\n')) ||
        (data[i] == '\n' && crlf && (i == 0 || data[i - 1] != '\r')))
      return FALSE;
  return TRUE;
}

/* Where the two are to agree to the byte: no NUL, which ends a string to GMime, no encoded word, which it
 * decodes in one place and not in another, and one kind of line end, as it takes two bytes off a body that
 * LF ends before a boundary that CR LF ends. The last line
 * has an end: a message that stops in the name of a field is none to it. */
static gboolean
is_comparable (const guint8 *data, gsize size)
{
  return data[size - 1] == '\n' && ends_lines_alike (data, size) && size < GMIME_BUFFER_BYTES &&
         memchr (data, '\0', size) == NULL &&
         g_strstr_len ((const char *)data, (gssize)size, "=?") == NULL;
}

static void
assert_scan (const guint8 *data, gsize size, const TlsrptLimits *limits, GMimeMessage *message)
{
  g_auto (Tree) ours = { 0 };
  g_auto (Tree) theirs = { 0 };
  g_autoptr (GError) error = NULL;
  guint64 parts = 0;
  GArray *entities = tlsrpt_scan_message (data, size, limits, 0, &parts, &error);

  tree_init (&ours);
  tree_init (&theirs);
  g_assert_true ((entities != NULL) != (error != NULL));
  if (entities == NULL) {
    property_assert_refusal (error);
    return;
  }
  read_scan (&ours, entities, data, size);
  g_array_unref (entities);
  g_assert_cmpuint (ours.depth, <=, limits->mime_depth);
  g_assert_cmpuint (parts, <=, limits->mime_parts);
  if (message == NULL)
    return;
  if (g_mime_message_get_mime_part (message) != NULL)
    read_gmime (&theirs, g_mime_message_get_mime_part (message), 0);
  /* A Content-Type that cannot be read is octet-stream to one and, in a digest, a message to the other. */
  if (theirs.odd || (strstr (ours.leaves->str, " application/octet-stream ") != NULL &&
                     g_strstr_len ((const char *)data, (gssize)size, "igest") != NULL))
    return;
  g_assert_cmpuint (theirs.depth, <=, limits->mime_depth);
  g_assert_cmpuint (theirs.parts, <=, limits->mime_parts);
  g_assert_cmpstr (ours.leaves->str, ==, theirs.leaves->str);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (GObject) owned = NULL;
  GMimeMessage *message;

  tlsrpt_mime_init ();
  message = size > 0 && is_comparable (data, size) ? parse_by_gmime (data, size) : NULL;
  owned = (GObject *)message;
  assert_scan (data, size, &limits, message);
  assert_scan (data, size, &property_narrow, message);
  return 0;
}
