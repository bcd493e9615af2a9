/* SPDX-License-Identifier: GPL-3.0-or-later
 * The floor under decoding: an mbox through GMime's parser, each report part decoded and inflated, and its
 * JSON parsed by json-glib. Nothing is capped, checked, or made of it. Prints how many there were.
 *   bench-floor-decode MBOX */
#include <gmime/gmime.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <zlib.h>

static GByteArray *
decode (GMimePart *part)
{
  GMimeStream *memory = g_mime_stream_mem_new ();
  GByteArray *content = g_mime_stream_mem_get_byte_array (GMIME_STREAM_MEM (memory));

  g_mime_data_wrapper_write_to_stream (g_mime_part_get_content (part), memory);
  g_mime_stream_mem_set_owner (GMIME_STREAM_MEM (memory), FALSE);
  g_object_unref (memory);
  return content;
}

static GString *
unpack (const GByteArray *packed)
{
  GString *plain = g_string_sized_new (65536);
  z_stream z = { .next_in = packed->data, .avail_in = packed->len };
  int status = Z_OK;

  inflateInit2 (&z, 31);
  while (status == Z_OK) {
    g_string_set_size (plain, (gsize)z.total_out + 65536);
    z.next_out = (Bytef *)plain->str + z.total_out;
    z.avail_out = 65536;
    status = inflate (&z, Z_NO_FLUSH);
  }
  g_string_set_size (plain, z.total_out);
  inflateEnd (&z);
  return plain;
}

static void
visit (GMimeObject *parent, GMimeObject *object, gpointer data)
{
  GMimeContentType *type = g_mime_object_get_content_type (object);
  guint *reports = data;

  (void)parent;
  if (GMIME_IS_PART (object) && g_mime_content_type_is_type (type, "application", "tlsrpt+gzip")) {
    GByteArray *packed = decode (GMIME_PART (object));
    GString *plain = unpack (packed);
    JsonParser *parser = json_parser_new ();

    *reports += json_parser_load_from_data (parser, plain->str, (gssize)plain->len, NULL) != FALSE;
    g_object_unref (parser);
    g_string_free (plain, TRUE);
    g_byte_array_unref (packed);
  }
}

int
main (int argc, char **argv)
{
  GMimeStream *stream;
  GMimeParser *parser;
  guint reports = 0;

  if (argc != 2)
    return 2;
  g_mime_init ();
  stream = g_mime_stream_file_open (argv[1], "r", NULL);
  if (stream == NULL)
    return 1;
  parser = g_mime_parser_new_with_stream (stream);
  g_mime_parser_set_format (parser, GMIME_FORMAT_MBOX);
  while (!g_mime_parser_eos (parser)) {
    GMimeMessage *message = g_mime_parser_construct_message (parser, NULL);

    if (message == NULL)
      break;
    g_mime_message_foreach (message, visit, &reports);
    g_object_unref (message);
  }
  g_object_unref (parser);
  g_object_unref (stream);
  printf ("%u\n", reports);
  return 0;
}
