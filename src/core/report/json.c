/* SPDX-License-Identifier: GPL-3.0-or-later
 * An iterative reader of the JSON grammar that copies a document into a skeleton for json-glib and
 * its failure details into chunks. Refuses what is no JSON, too deep, or too many values. */
#include "core/report/json.h"

#include "core/deviation.h"
#include "core/errors.h"
#include "core/report/json-text.h"

#include <string.h>

/* Text of failure details that json-glib is handed at a time. Measured with json-glib 1.6.6 on the
 * 20,030,230 bytes of `bench-generate document 81300 >big.json`, peak resident size over the document:
 * 7.2 where json_parser_load_from_data() is given all of it (text 1.2, tree 6.0: g_file_get_contents()
 * and this one call, by getrusage()), 2.1 for `/usr/bin/time -v tlsrpt-ingest inspect big.json`, which
 * holds the text, the report made of it, and 11 MB of program and libraries. */
#ifdef TLSRPT_SMALL_BUFFERS /* smaller in the fuzzers, whose inputs are short */
#  define CHUNK_BYTES 64
#else
#  define CHUNK_BYTES 65536
#endif
#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

/* Depths at which the elements of `policies`, their members and their failure details stand. */
enum { DEPTH_ROOT = 1, DEPTH_POLICIES = 2, DEPTH_POLICY = 3, DEPTH_DETAILS = 4 };

/* What the grammar allows next. */
typedef enum { WANT_VALUE, WANT_KEY, WANT_SEPARATOR } Want;

/* Members whose arrays are treated apart. */
typedef enum { KEY_OTHER, KEY_POLICIES, KEY_FAILURE_DETAILS } Key;

typedef struct {
  TlsrptJsonInput input;
  GByteArray *open;
  GArray *members; /* of guint64, of each open bracket */
  GString *skeleton;
  GString *chunk;
  Key key;
  guint64 values;
  guint64 detail_values;
  gboolean in_policies;
  gboolean in_details;
  gboolean policies_seen;
  gboolean details_seen;
  guint policy;
  guint first;
  guint detail;
  TlsrptJsonDetails details;
  gpointer data;
} Reader;

static void
reader_clear (Reader *reader)
{
  g_byte_array_unref (reader->open);
  g_array_unref (reader->members);
  g_string_free (reader->skeleton, TRUE);
  g_string_free (reader->chunk, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, reader_clear)

static GString *
output (const Reader *reader)
{
  return reader->in_details ? reader->chunk : reader->skeleton;
}

/* A key written with escapes is not recognised, and its value is read in the ordinary way. */
static Key
key_of (const char *quoted)
{
  if (strcmp (quoted, "\"policies\"") == 0)
    return KEY_POLICIES;
  return strcmp (quoted, "\"failure-details\"") == 0 ? KEY_FAILURE_DETAILS : KEY_OTHER;
}

static JsonNode *
build_tree (const GString *text, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) parse_error = NULL;

  if (!json_parser_load_from_data (parser, text->str, (gssize)text->len, &parse_error)) {
    g_autofree char *quoted = tlsrpt_quote (parse_error->message);
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_MALFORMED, "json: %s", quoted);
    return NULL;
  }
  return json_parser_steal_root (parser);
}

static gboolean
flush_chunk (Reader *reader, GError **error)
{
  g_autoptr (JsonNode) node = NULL;
  gboolean taken;

  if (reader->detail == reader->first)
    return TRUE;
  g_string_append_c (reader->chunk, ']');
  node = build_tree (reader->chunk, error);
  if (node == NULL)
    return FALSE;
  taken = reader->details (json_node_get_array (node), reader->policy - 1, reader->first,
                           reader->data, error);
  g_string_assign (reader->chunk, "[");
  reader->first = reader->detail;
  return taken;
}

static gboolean
count_value (Reader *reader, GError **error)
{
  guint64 *values = reader->in_details ? &reader->detail_values : &reader->values;

  if (++*values <= reader->input.limits->json_values)
    return TRUE;
  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
               "json: more than %" G_GUINT64_FORMAT " values %s (setting json-values)",
               reader->input.limits->json_values,
               reader->in_details ? "in one failure detail" : "outside failure details");
  return FALSE;
}

static gboolean
seen_twice (gboolean *seen, const char *name, GError **error)
{
  if (*seen)
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_INVALID, "json: %s appears twice", name);
  return *seen || !(*seen = TRUE);
}

/* An array or object begins: is it `policies`, one of them, or failure details? */
static gboolean
enter (Reader *reader, char bracket, GError **error)
{
  guint depth = reader->open->len;

  if (!reader->in_details && bracket == '[') {
    if (depth == DEPTH_ROOT && reader->key == KEY_POLICIES) {
      if (seen_twice (&reader->policies_seen, "policies", error))
        return FALSE;
      reader->in_policies = TRUE;
    } else if (depth == DEPTH_POLICY && reader->in_policies &&
               reader->open->data[DEPTH_POLICY - 1] == '{' && reader->key == KEY_FAILURE_DETAILS) {
      g_autofree char *name = g_strdup_printf ("policies[%u].failure-details", reader->policy - 1);
      if (seen_twice (&reader->details_seen, name, error))
        return FALSE;
      g_string_append (reader->skeleton, "[]");
      g_string_truncate (reader->chunk, 0);
      reader->in_details = TRUE;
      reader->first = reader->detail = 0;
    }
  }
  g_string_append_c (output (reader), bracket);
  g_byte_array_append (reader->open, (const guint8 *)&bracket, 1);
  g_array_set_size (reader->members, reader->open->len);
  return TRUE;
}

static gboolean
leave (Reader *reader, char bracket, GError **error)
{
  g_byte_array_set_size (reader->open, reader->open->len - 1);
  g_array_set_size (reader->members, reader->open->len);
  if (reader->in_details && reader->open->len == DEPTH_POLICY) {
    if (!flush_chunk (reader, error))
      return FALSE;
    reader->in_details = FALSE;
    return TRUE;
  }
  g_string_append_c (output (reader), bracket);
  if (reader->open->len == DEPTH_ROOT)
    reader->in_policies = FALSE;
  return TRUE;
}

static gboolean
begin_value (Reader *reader, GError **error)
{
  if (reader->in_details && reader->open->len == DEPTH_DETAILS) {
    reader->detail_values = 0;
    if (reader->detail > reader->first)
      g_string_append_c (reader->chunk, ',');
  }
  if (reader->in_policies && reader->open->len == DEPTH_POLICIES) {
    reader->policy++;
    reader->details_seen = FALSE;
  }
  return count_value (reader, error);
}

static gboolean
end_value (Reader *reader, GError **error)
{
  if (!reader->in_details || reader->open->len != DEPTH_DETAILS)
    return TRUE;
  reader->detail++;
  return reader->chunk->len < CHUNK_BYTES || flush_chunk (reader, error);
}

static char
peek (Reader *reader)
{
  TlsrptJsonInput *input = &reader->input;

  while (input->at < input->end &&
         (*input->at == ' ' || *input->at == '\n' || *input->at == '\r' || *input->at == '\t'))
    input->at++;
  return input->at < input->end ? (char)*input->at : '\0';
}

static gboolean
open_bracket (Reader *reader, char bracket, Want *want, GError **error)
{
  char closing = bracket == '{' ? '}' : ']';

  if (reader->open->len >= reader->input.limits->json_depth) {
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
                 "json: arrays and objects more than %" G_GUINT64_FORMAT
                 " deep (setting json-depth)",
                 reader->input.limits->json_depth);
    return FALSE;
  }
  if (!enter (reader, bracket, error))
    return FALSE;
  reader->input.at++;
  if (peek (reader) == closing) {
    reader->input.at++;
    *want = WANT_SEPARATOR;
    return leave (reader, closing, error) && end_value (reader, error);
  }
  *want = bracket == '{' ? WANT_KEY : WANT_VALUE;
  return TRUE;
}

static gboolean
read_value (Reader *reader, char next, Want *want, GError **error)
{
  if (!begin_value (reader, error))
    return FALSE;
  if (next == '{' || next == '[')
    return open_bracket (reader, next, want, error);
  *want = WANT_SEPARATOR;
  if (next == '"')
    return tlsrpt_json_copy_string (&reader->input, output (reader), error) &&
           end_value (reader, error);
  return tlsrpt_json_copy_scalar (&reader->input, output (reader), error) &&
         end_value (reader, error);
}

/* The hash function of json-glib is known: a stranger can choose names that collide, and each of
 * them is compared with all before. */
static gboolean
count_member (Reader *reader, GError **error)
{
  guint64 *members = &g_array_index (reader->members, guint64, reader->members->len - 1);

  if (++*members <= reader->input.limits->json_members)
    return TRUE;
  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
               "json: an object of more than %" G_GUINT64_FORMAT " members (setting json-members)",
               reader->input.limits->json_members);
  return FALSE;
}

static gboolean
read_key (Reader *reader, char next, Want *want, GError **error)
{
  GString *text = output (reader);
  gsize start = text->len;

  if (next != '"')
    return tlsrpt_json_unexpected (&reader->input, "a member's name", error);
  if (!count_member (reader, error))
    return FALSE;
  if (!tlsrpt_json_copy_string (&reader->input, text, error))
    return FALSE;
  reader->key = key_of (text->str + start);
  if (peek (reader) != ':')
    return tlsrpt_json_unexpected (&reader->input, "':'", error);
  reader->input.at++;
  g_string_append_c (text, ':');
  *want = WANT_VALUE;
  return TRUE;
}

static gboolean
read_separator (Reader *reader, char next, Want *want, GError **error)
{
  gboolean object = reader->open->data[reader->open->len - 1] == '{';

  if (next == ',') {
    reader->input.at++;
    if (!reader->in_details || reader->open->len > DEPTH_DETAILS)
      g_string_append_c (output (reader), ',');
    *want = object ? WANT_KEY : WANT_VALUE;
    return TRUE;
  }
  if (next != (object ? '}' : ']'))
    return tlsrpt_json_unexpected (&reader->input, object ? "',' or '}'" : "',' or ']'", error);
  reader->input.at++;
  return leave (reader, next, error) && end_value (reader, error);
}

static gboolean
read_document (Reader *reader, GError **error)
{
  Want want = WANT_VALUE;
  gboolean going = TRUE;

  while (going && (want != WANT_SEPARATOR || reader->open->len > 0)) {
    char next = peek (reader);

    if (want == WANT_VALUE)
      going = read_value (reader, next, &want, error);
    else if (want == WANT_KEY)
      going = read_key (reader, next, &want, error);
    else
      going = read_separator (reader, next, &want, error);
  }
  if (!going)
    return FALSE;
  peek (reader);
  return reader->input.at == reader->input.end ||
         tlsrpt_json_unexpected (&reader->input, "the end of the document", error);
}

static void
skip_byte_order_mark (TlsrptJsonInput *input)
{
  if (input->end - input->at < 3 || memcmp (input->at, BYTE_ORDER_MARK, 3) != 0)
    return;
  input->at += 3;
  input->deviations |= TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_BYTE_ORDER_MARK);
}

JsonNode *
tlsrpt_json_parse (GBytes *document, const TlsrptLimits *limits, TlsrptJsonDetails details,
                   gpointer data, guint64 *deviations, GError **error)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (document, &size);
  const guint8 *start = bytes != NULL ? bytes : (const guint8 *)""; /* of no bytes it is NULL */
  g_auto (Reader) reader = {
    .input = { .start = start, .at = start, .end = start + size, .limits = limits },
    .open = g_byte_array_new (),
    .members = g_array_new (FALSE, TRUE, sizeof (guint64)),
    .skeleton = g_string_new (NULL),
    .chunk = g_string_new (NULL),
    .details = details,
    .data = data,
  };
  JsonNode *node;

  skip_byte_order_mark (&reader.input);
  if (!read_document (&reader, error))
    return NULL;
  node = build_tree (reader.skeleton, error);
  if (node != NULL)
    *deviations |= reader.input.deviations;
  return node;
}

char *
tlsrpt_json_write (JsonNode *node, gboolean pretty)
{
  g_autofree char *text = json_to_string (node, pretty);
  gsize found = 0;
  GString *escaped;

  for (const char *at = text; (at = strchr (at, '\x1f')) != NULL; at++)
    found++;
  if (found == 0)
    return g_steal_pointer (&text);
  escaped = g_string_sized_new (strlen (text) + found * (strlen ("\\u001f") - 1));
  for (const char *at = text; *at != '\0';) {
    gsize plain = strcspn (at, "\x1f");

    g_string_append_len (escaped, at, (gssize)plain);
    at += plain;
    if (*at == '\0')
      break;
    g_string_append (escaped, "\\u001f");
    at++;
  }
  return g_string_free (escaped, FALSE);
}

void
tlsrpt_json_add_text (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}
