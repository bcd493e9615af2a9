/* SPDX-License-Identifier: GPL-3.0-or-later
 * Goes through the parts that the scan finds and picks those that may be reports, in forwarded messages
 * too. Refuses with a list of what was there instead. */
#include "core/mime/message.h"

#include "core/deviation.h"
#include "core/errors.h"
#include "core/from-line.h"
#include "core/mime/candidate.h"
#include "core/mime/envelope-read.h"
#include "core/mime/grammar.h"
#include "core/mime/mime.h"
#include "core/mime/scan.h"

#include <string.h>

/* How many encoded messages may be inside each other: each costs a copy of its content. */
#define ENCODED_MESSAGES_MAX 2
#define TYPES_NAMED_MAX 8

/* What the walk over one mail has found so far. */
typedef struct {
  const TlsrptLimits *limits;
  TlsrptEnvelope *envelope;
  GPtrArray *candidates;
  GString *types;
  guint64 scanned_parts;
  guint64 leaves;
  guint encoded_messages;
  gboolean dmarc;
  gboolean zip;
} Walk;

static gboolean walk_bytes (Walk *walk, GBytes *bytes, guint64 depth, GError **error);

void
tlsrpt_part_free (TlsrptPart *part)
{
  if (part == NULL)
    return;
  g_bytes_unref (part->content);
  g_clear_pointer (&part->gunzip, tlsrpt_gunzip_free);
  g_free (part->media_type);
  g_free (part->file_name);
  g_free (part->file_submitter);
  g_free (part->file_domain);
  g_free (part);
}

static void
part_free (gpointer data)
{
  tlsrpt_part_free (data);
}

static gboolean
check_part_size (const Walk *walk, GBytes *content, GError **error)
{
  if (g_bytes_get_size (content) <= walk->limits->part_bytes)
    return TRUE;
  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
               "message: has a part of more than %" G_GUINT64_FORMAT " bytes (setting part-bytes)",
               walk->limits->part_bytes);
  return FALSE;
}

/* A leaf part with its labels, decoded; it becomes a part once it is a candidate. */
static TlsrptPart *
part_new (const guint8 *header, const TlsrptEntity *entity)
{
  TlsrptPart *part = g_new0 (TlsrptPart, 1);

  part->media_type = tlsrpt_mime_media_type (entity->type);
  part->file_name = tlsrpt_mime_file_name (header, entity->header_size, entity->type);
  return part;
}

static void
add_candidate (Walk *walk, TlsrptPart *part, gboolean relabelled)
{
  if (part->file_name != NULL)
    tlsrpt_grammar_file_name (part->file_name, &part->file_submitter, &part->file_domain);
  part->deviations =
      tlsrpt_candidate_deviations (part->media_type, part->file_name, part->judged.packing);
  if (relabelled)
    part->deviations |= TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_NOT_AS_LABELLED);
  g_ptr_array_add (walk->candidates, part);
}

static void
note_leaf (Walk *walk, const char *media_type)
{
  g_autofree char *quoted = tlsrpt_quote (media_type);

  walk->leaves++;
  if (walk->leaves > TYPES_NAMED_MAX + 1)
    return;
  g_string_append (walk->types, walk->leaves > 1 ? ", " : "");
  g_string_append (walk->types, walk->leaves > TYPES_NAMED_MAX ? "..." : quoted);
}

/* Passes over a byte order mark, blank lines and `From ` lines (also quoted ones) before the header,
 * keeping the date. */
static gsize
skip_leading_lines (const guint8 *data, gsize size, TlsrptEnvelope *envelope)
{
  gsize at = tlsrpt_from_line_skip_blank (data, size);

  while (at < size) {
    gsize mark = data[at] == '>' ? 1 : 0;
    gsize length = tlsrpt_header_line_size (data, size, at);

    if (tlsrpt_from_line_kind (data, size, at + mark) == TLSRPT_FROM_LINE_NONE)
      break;
    if (envelope != NULL && envelope->date == 0) {
      g_autofree char *line =
          g_strndup ((const char *)data + at, MIN (length, TLSRPT_FROM_LINE_MAX_BYTES));
      envelope->date = tlsrpt_envelope_read_from_line (line);
    }
    at += length;
    at += tlsrpt_from_line_skip_blank (data + at, size - at);
  }
  return at;
}

/* A message that was encoded, or attached as a file: what is in it counts as nested. */
static gboolean
walk_inner (Walk *walk, GBytes *content, guint64 depth, GError **error)
{
  gboolean walked;

  if (walk->encoded_messages >= ENCODED_MESSAGES_MAX)
    return TRUE;
  walk->encoded_messages++;
  walked = walk_bytes (walk, content, depth + 1, error);
  walk->encoded_messages--;
  return walked;
}

static gboolean
walk_leaf (Walk *walk, GBytes *bytes, const TlsrptEntity *entity, GError **error)
{
  const guint8 *data = g_bytes_get_data (bytes, NULL);
  g_autoptr (TlsrptPart) part = part_new (data + entity->header, entity);
  g_autoptr (GBytes) body = NULL;
  gboolean relabelled;

  note_leaf (walk, part->media_type);
  if (!tlsrpt_candidate_is_possible (part->media_type, part->file_name))
    return TRUE;
  body = g_bytes_new_from_bytes (bytes, entity->header + entity->header_size, entity->body_size);
  part->content = tlsrpt_mime_content (body, entity->encoding, &relabelled);
  if (!check_part_size (walk, part->content, error))
    return FALSE;
  if (g_str_has_prefix (part->media_type, "message/") && tlsrpt_mime_is_encoded (entity->encoding))
    return walk_inner (walk, part->content, entity->depth, error);
  part->judged = tlsrpt_content_judge_packed (part->content, part->file_name, &part->gunzip);
  switch (tlsrpt_candidate_judge (part->media_type, part->file_name, part->judged)) {
  case TLSRPT_PART_REPORT:
    add_candidate (walk, g_steal_pointer (&part), relabelled);
    break;
  case TLSRPT_PART_MESSAGE:
    return walk_inner (walk, part->content, entity->depth, error);
  case TLSRPT_PART_DMARC:
    walk->dmarc = TRUE;
    break;
  case TLSRPT_PART_ZIP:
    walk->zip = TRUE;
    break;
  case TLSRPT_PART_OTHER:
    break;
  }
  return TRUE;
}

/* Recurses only into messages that were encoded, ENCODED_MESSAGES_MAX deep. */
static gboolean
walk_bytes (Walk *walk, GBytes *bytes, guint64 depth, GError **error)
{
  g_autoptr (GError) scan_error = NULL;
  g_autoptr (GBytes) message = NULL;
  g_autoptr (GArray) entities = NULL;
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  gsize start = skip_leading_lines (data, size, depth == 0 ? walk->envelope : NULL);

  message = g_bytes_new_from_bytes (bytes, start, size - start);
  data = g_bytes_get_data (message, &size);
  if (depth == 0)
    tlsrpt_envelope_read (walk->envelope, data, size, walk->limits);
  entities =
      tlsrpt_scan_message (data, size, walk->limits, depth, &walk->scanned_parts, &scan_error);
  if (entities == NULL) {
    if (depth > 0 && g_error_matches (scan_error, TLSRPT_ERROR, TLSRPT_ERROR_MALFORMED))
      return TRUE; /* beside it there may be a report */
    g_propagate_error (error, g_steal_pointer (&scan_error));
    return FALSE;
  }
  for (guint i = 0; i < entities->len; i++) {
    const TlsrptEntity *entity = &g_array_index (entities, TlsrptEntity, i);

    if (entity->begins_message && (i > 0 || depth > 0))
      tlsrpt_envelope_read_inner (walk->envelope, data + entity->header, entity->header_size);
    if (entity->kind == TLSRPT_ENTITY_LEAF && !walk_leaf (walk, message, entity, error))
      return FALSE;
  }
  return TRUE;
}

static void
set_no_report (const Walk *walk, GError **error)
{
  const char *plural = walk->leaves == 1 ? "" : "s";

  if (walk->dmarc)
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_NO_REPORT,
                 "message: a DMARC aggregate report, no TLS report, among %" G_GUINT64_FORMAT
                 " part%s: %s",
                 walk->leaves, plural, walk->types->str);
  else if (walk->zip)
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_UNSUPPORTED,
                 "message: a zip archive is not accepted as a TLS report, among %" G_GUINT64_FORMAT
                 " part%s: %s",
                 walk->leaves, plural, walk->types->str);
  else if (walk->leaves == 0)
    g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_NO_REPORT,
                         "message: no TLS report, no part at all");
  else
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_NO_REPORT,
                 "message: no TLS report among %" G_GUINT64_FORMAT " part%s: %s", walk->leaves,
                 plural, walk->types->str);
}

/* A message whose first line ends in a bare CR has nothing else for a line end: GMime would see one
 * endless line. Otherwise a bare CR is content, and binary parts must not be touched. */
static GBytes *
mend_line_ends (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  const guint8 *cr = size > 0 ? memchr (data, '\r', size) : NULL;
  const guint8 *lf = size > 0 ? memchr (data, '\n', size) : NULL;
  guint8 *mended;

  if (cr == NULL || (lf != NULL && lf <= cr + 1))
    return g_bytes_ref (bytes);
  mended = g_memdup2 (data, size);
  for (gsize i = 0; i < size; i++)
    if (mended[i] == '\r' && (i + 1 == size || mended[i + 1] != '\n'))
      mended[i] = '\n';
  return g_bytes_new_take (mended, size);
}

static gboolean
is_empty (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return skip_leading_lines (data, size, NULL) == size;
}

static gboolean
walk_message (Walk *walk, GBytes *bytes, GError **error)
{
  guint64 cap = walk->limits->message_bytes;
  g_autoptr (GBytes) kept = g_bytes_new_from_bytes (bytes, 0, MIN (g_bytes_get_size (bytes), cap));
  g_autoptr (GBytes) mended = mend_line_ends (kept);

  if (is_empty (mended)) {
    g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_NO_REPORT, "message: empty");
    return FALSE;
  }
  if (g_bytes_get_size (bytes) > cap) {
    gsize size;
    const guint8 *data = g_bytes_get_data (mended, &size);
    gsize start = skip_leading_lines (data, size, walk->envelope);

    tlsrpt_envelope_read (walk->envelope, data + start, size - start, walk->limits);
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
                 "message: longer than %" G_GUINT64_FORMAT " bytes", cap);
    return FALSE;
  }
  if (!walk_bytes (walk, mended, 0, error))
    return FALSE;
  if (walk->candidates->len > 0)
    return TRUE;
  set_no_report (walk, error);
  return FALSE;
}

GPtrArray *
tlsrpt_message_parse (GBytes *bytes, const TlsrptLimits *limits, TlsrptEnvelope **envelope,
                      GError **error)
{
  g_autoptr (TlsrptEnvelope) header = tlsrpt_envelope_new ();
  g_autoptr (GPtrArray) candidates = g_ptr_array_new_with_free_func (part_free);
  g_autoptr (GString) types = g_string_new (NULL);
  Walk walk = { .limits = limits, .envelope = header, .candidates = candidates, .types = types };
  gboolean found = walk_message (&walk, bytes, error);

  if (envelope != NULL)
    *envelope = g_steal_pointer (&header);
  return found ? g_steal_pointer (&candidates) : NULL;
}
