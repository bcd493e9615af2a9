/* SPDX-License-Identifier: GPL-3.0-or-later
 * Walks the MIME tree that GMime builds of a scanned message and picks the parts that may be reports,
 * in forwarded messages too. Refuses with a list of what was there instead. */
#include "core/mime/message.h"

#include "core/mime/candidate.h"
#include "core/deviation.h"
#include "core/mime/envelope.h"
#include "core/errors.h"
#include "core/mime/grammar.h"
#include "core/mime/scan.h"
#include "core/mime/mime.h"

#include <string.h>

/* Messages in transfer encoding inside each other: each costs a copy of what is in it. */
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

static gboolean walk_bytes (Walk *walk, const guint8 *data, gsize size, guint64 depth,
                            GError **error);

void
tlsrpt_part_free (TlsrptPart *part)
{
  if (part == NULL)
    return;
  g_bytes_unref (part->content);
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
               "message: has a part of more than %" G_GUINT64_FORMAT " bytes",
               walk->limits->part_bytes);
  return FALSE;
}

static void
add_candidate (Walk *walk, const char *media_type, const char *file_name, GBytes *content,
               gboolean relabelled)
{
  TlsrptPart *part = g_new0 (TlsrptPart, 1);

  part->content = g_bytes_ref (content);
  part->media_type = g_strdup (media_type);
  part->file_name = g_strdup (file_name);
  if (file_name != NULL)
    tlsrpt_grammar_file_name (file_name, &part->file_submitter, &part->file_domain);
  part->deviations = tlsrpt_candidate_deviations (media_type, file_name, content);
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

static gboolean
walk_leaf (Walk *walk, GMimeObject *object, guint64 depth, GError **error)
{
  g_autofree char *media_type = tlsrpt_mime_media_type (object);
  g_autofree char *file_name = tlsrpt_mime_file_name (object);
  g_autoptr (GBytes) content = NULL;
  gboolean relabelled = FALSE;

  note_leaf (walk, media_type);
  if (!tlsrpt_candidate_is_possible (media_type))
    return TRUE;
  content = tlsrpt_mime_content (object, &relabelled);
  if (!check_part_size (walk, content, error))
    return FALSE;
  if (g_str_has_prefix (media_type, "message/") && tlsrpt_mime_is_encoded (object) &&
      walk->encoded_messages < ENCODED_MESSAGES_MAX) {
    gboolean walked;
    gsize size;
    const guint8 *data = g_bytes_get_data (content, &size);

    walk->encoded_messages++;
    walked = walk_bytes (walk, data, size, depth + 1, error);
    walk->encoded_messages--;
    return walked;
  }
  switch (tlsrpt_candidate_judge (media_type, file_name, content)) {
  case TLSRPT_PART_REPORT:
    add_candidate (walk, media_type, file_name, content, relabelled);
    break;
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

/* Recurses no deeper than the scan has allowed: the check here is for what GMime reads otherwise. */
static gboolean
walk_object (Walk *walk, GMimeObject *object, guint64 depth, GError **error)
{
  if (depth > MIN (walk->limits->mime_depth, TLSRPT_MIME_DEPTH_MAX)) {
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
                 "message: nested more than %" G_GUINT64_FORMAT " deep", walk->limits->mime_depth);
    return FALSE;
  }
  if (GMIME_IS_MULTIPART (object)) {
    int count = g_mime_multipart_get_count (GMIME_MULTIPART (object));

    for (int i = 0; i < count; i++)
      if (!walk_object (walk, g_mime_multipart_get_part (GMIME_MULTIPART (object), i), depth + 1,
                        error))
        return FALSE;
    return TRUE;
  }
  if (GMIME_IS_MESSAGE_PART (object)) {
    GMimeMessage *inner = g_mime_message_part_get_message (GMIME_MESSAGE_PART (object));

    if (inner == NULL)
      return TRUE;
    tlsrpt_envelope_read_inner (walk->envelope, inner);
    if (g_mime_message_get_mime_part (inner) == NULL)
      return TRUE;
    return walk_object (walk, g_mime_message_get_mime_part (inner), depth + 1, error);
  }
  return walk_leaf (walk, object, depth, error);
}

/* The header alone of a message that may not be parsed: quarantine and logs need it. */
static void
read_header_only (Walk *walk, const guint8 *data, gsize header_end)
{
  g_autoptr (GByteArray) header = g_byte_array_sized_new ((guint)header_end + 2);
  g_autoptr (GMimeMessage) message = NULL;

  g_byte_array_append (header, data, (guint)header_end);
  g_byte_array_append (header, (const guint8 *)"\n\n", 2);
  message = tlsrpt_mime_parse (header->data, header->len);
  if (message != NULL)
    tlsrpt_envelope_read (walk->envelope, message);
}

static gboolean
walk_bytes (Walk *walk, const guint8 *data, gsize size, guint64 depth, GError **error)
{
  g_autoptr (GMimeMessage) message = NULL;
  gsize header_end;

  if (!tlsrpt_mime_scan (data, size, walk->limits, depth, &walk->scanned_parts, &header_end,
                         error)) {
    if (depth == 0)
      read_header_only (walk, data, header_end);
    return FALSE;
  }
  message = size > 0 ? tlsrpt_mime_parse (data, size) : NULL;
  if (message == NULL && depth > 0)
    return TRUE; /* beside it there may be a report */
  if (message == NULL) {
    g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_MALFORMED, "message: no header");
    return FALSE;
  }
  if (depth == 0)
    tlsrpt_envelope_read (walk->envelope, message);
  else
    tlsrpt_envelope_read_inner (walk->envelope, message);
  if (g_mime_message_get_mime_part (message) == NULL)
    return TRUE;
  return walk_object (walk, g_mime_message_get_mime_part (message), depth, error);
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
                 "message: a zip archive is not taken for a TLS report, among %" G_GUINT64_FORMAT
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

/* Passes over blank lines and `From ` lines (also quoted ones) before the header, keeping the date. */
static gsize
skip_leading_lines (const guint8 *data, gsize size, TlsrptEnvelope *envelope)
{
  gsize at = 0;

  while (at < size) {
    const guint8 *newline = memchr (data + at, '\n', size - at);
    gsize end = newline != NULL ? (gsize)(newline + 1 - data) : size;
    gsize mark = data[at] == '>' ? 1 : 0;

    if (data[at] == '\n' || (data[at] == '\r' && end - at == 2)) {
      at = end;
    } else if (end - at > 5 + mark && memcmp (data + at + mark, "From ", 5) == 0) {
      g_autofree char *line = g_strndup ((const char *)data + at, MIN (end - at, 998));

      if (envelope->date == 0)
        envelope->date = tlsrpt_envelope_from_line_date (line);
      at = end;
    } else {
      break;
    }
  }
  return at;
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
walk_message (Walk *walk, GBytes *bytes, GError **error)
{
  guint64 cap = walk->limits->message_bytes;
  g_autoptr (GBytes) kept = g_bytes_new_from_bytes (bytes, 0, MIN (g_bytes_get_size (bytes), cap));
  g_autoptr (GBytes) mended = mend_line_ends (kept);
  gsize size;
  const guint8 *data = g_bytes_get_data (mended, &size);
  gsize start = skip_leading_lines (data, size, walk->envelope);
  gboolean whole = g_bytes_get_size (bytes) <= cap;

  if (start == size) {
    g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_NO_REPORT, "message: empty");
    return FALSE;
  }
  if (!whole) {
    gsize header_end;

    tlsrpt_mime_scan (data + start, size - start, walk->limits, 0, &walk->scanned_parts,
                      &header_end, NULL);
    read_header_only (walk, data + start, header_end);
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
                 "message: longer than %" G_GUINT64_FORMAT " bytes", cap);
    return FALSE;
  }
  if (!walk_bytes (walk, data + start, size - start, 0, error))
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
