/* SPDX-License-Identifier: GPL-3.0-or-later
 * An mbox to its messages: where each one ends, by `From ` lines and Content-Length, and what its
 * quoting hides. What a `From ` line is, from-line.h judges. */
#define _GNU_SOURCE /* memmem */
#include "core/archive/mbox.h"

#include "core/from-line.h"

#include <string.h>

#define FROM_BYTES 5
/* Bytes that are kept when text is skipped: the line before a `From ` line, a line feed and
 * `From `. */
#define OVERLAP_BYTES (TLSRPT_FROM_LINE_BACK_BYTES + 8)
/* How many bytes after a `From ` line are needed to judge it. */
#define AHEAD_BYTES (TLSRPT_FROM_LINE_MAX_BYTES + TLSRPT_FROM_LINE_LOOK_BYTES)
/* Content-Length is searched for only this far into a header. */
#define HEADER_MAX_BYTES 65536
#define NOWHERE G_MAXSIZE

/* Length of the line end at @at, 0 if there is none. */
static gsize
line_end (const guint8 *data, gsize size, gsize at)
{
  if (at < size && data[at] == '\n')
    return 1;
  if (at + 1 < size && data[at] == '\r' && data[at + 1] == '\n')
    return 2;
  return 0;
}

/* The first line from @begin on, but for the one at @begin, that begins with `From `; NOWHERE if @data has
 * none. */
static gsize
find_from (const guint8 *data, gsize size, gsize begin)
{
  const guint8 *hit =
      begin < size ? memmem (data + begin, size - begin, "\nFrom ", FROM_BYTES + 1) : NULL;

  return hit != NULL ? (gsize)(hit + 1 - data) : NOWHERE;
}

/* Bytes of a message that ends at @end, without the blank line behind it. */
static gsize
without_blank_line (const guint8 *data, gsize end)
{
  if (end >= 2 && data[end - 1] == '\n' && data[end - 2] == '\n')
    return end - 1;
  if (end >= 4 && memcmp (data + end - 4, "\r\n\r\n", 4) == 0)
    return end - 2;
  return end;
}

/* Value of a Content-Length line, 0 if @line is none. */
static guint64
content_length_of (const char *line, gsize size)
{
  static const char name[] = "content-length:";
  guint64 value = 0;

  if (size < sizeof name || g_ascii_strncasecmp (line, name, sizeof name - 1) != 0)
    return 0;
  for (gsize i = sizeof name - 1; i < size; i++) {
    if (g_ascii_isdigit (line[i]) && value < G_MAXINT32)
      value = 10 * value + (guint64)(line[i] - '0');
    else if (!g_ascii_isspace (line[i]))
      return 0;
  }
  return value;
}

/* Where the message ends according to its Content-Length; NOWHERE if there is none that can be
 * right. */
static gsize
promised_end (const guint8 *data, gsize size, guint64 message_bytes)
{
  guint64 value = 0;
  gsize at = 0;
  const guint8 *feed;

  size = MIN (size, HEADER_MAX_BYTES);
  while ((feed = memchr (data + at, '\n', size - at)) != NULL) {
    gsize next = (gsize)(feed - data) + 1;

    if (line_end (data, size, at) > 0)
      return value > 0 && next + value <= message_bytes ? next + value : NOWHERE;
    if (data[at] == 'C' || data[at] == 'c')
      value = MAX (value, content_length_of ((const char *)data + at, next - 1 - at));
    at = next;
  }
  return NOWHERE;
}

/* Whether a message whose Content-Length leads to @end ends there: the next `From ` line's position,
 * or NOWHERE. */
static gsize
landing (const guint8 *data, gsize size, gsize end)
{
  gsize next = end + line_end (data, size, end);

  if (end > size || end == 0)
    return NOWHERE;
  if (next == size)
    return next;
  if (next == end && data[end - 1] != '\n')
    return NOWHERE;
  return tlsrpt_from_line_judge (data, size, next) != TLSRPT_FROM_LINE_IS_TEXT ? next : NOWHERE;
}

/* The first line from @begin on, of which no more than @limit bytes, about, are read for it, that begins a
 * mail; @doubts counts those that may, or may not. */
static gboolean
scan_separator (TlsrptInput *input, gsize begin, gsize limit, gsize *separator, guint64 *doubts,
                GError **error)
{
  for (;;) {
    gsize size;
    gsize before;
    const guint8 *data = tlsrpt_input_window (input, &size);
    gsize found = find_from (data, size, begin);

    if (found != NOWHERE) {
      TlsrptFromLineVerdict verdict;

      tlsrpt_input_fill (input, found + AHEAD_BYTES,
                         NULL); /* an error is kept, and returned below */
      data = tlsrpt_input_window (input, &size);
      verdict = tlsrpt_from_line_judge (data, size, found);
      *doubts += verdict == TLSRPT_FROM_LINE_BEGINS_MAIL_PERHAPS ||
                 verdict == TLSRPT_FROM_LINE_IS_TEXT_PERHAPS;
      *separator = found;
      if (verdict >= TLSRPT_FROM_LINE_BEGINS_MAIL_PERHAPS)
        return TRUE;
      begin = found;
      continue;
    }
    *separator = NOWHERE;
    if (size > limit)
      return TRUE;
    begin = MAX (begin, size > FROM_BYTES ? size - FROM_BYTES : 0);
    before = size;
    if (!tlsrpt_input_fill (input, size + 1, error))
      return FALSE;
    tlsrpt_input_window (input, &size);
    if (size == before)
      return TRUE;
  }
}

/* What is known of the message in the window: @length bytes are its own, the next one begins at
 * @next; both NOWHERE if the end is not in the window. */
typedef struct {
  gsize length;
  gsize next;
  gboolean quoted;
  guint64 doubts;
} Extent;

/* Takes the message to end at @promised if it does. */
static void
follow_content_length (TlsrptInput *input, gsize promised, gsize header, Extent *extent)
{
  gsize size;
  const guint8 *data;
  gsize next;

  if (!tlsrpt_input_fill (input, promised + 2 * AHEAD_BYTES, NULL))
    return; /* the error is kept, and returned to the caller that needs these bytes */
  data = tlsrpt_input_window (input, &size);
  next = landing (data, size, promised);
  if (next == NOWHERE)
    return;
  for (gsize at = find_from (data, size, header); at < promised; at = find_from (data, size, at))
    if (tlsrpt_from_line_judge (data, size, at) == TLSRPT_FROM_LINE_BEGINS_MAIL)
      return;
  *extent = (Extent){ .length = promised, .next = next, .quoted = FALSE };
}

static gboolean
find_extent (TlsrptInput *input, guint64 message_bytes, Extent *extent, GError **error)
{
  gsize limit = (gsize)message_bytes + OVERLAP_BYTES;
  gsize header;
  gsize separator;
  gsize promised;
  gsize size;
  const guint8 *data;

  *extent = (Extent){ .length = NOWHERE, .next = NOWHERE, .quoted = TRUE };
  tlsrpt_input_fill (input, AHEAD_BYTES, NULL);
  data = tlsrpt_input_window (input, &size);
  /* The message's own `From ` lines; there may be several in a row. */
  header = MAX (tlsrpt_from_line_skip (data, MIN (size, AHEAD_BYTES), 0), 1) - 1;
  if (!scan_separator (input, header, limit, &separator, &extent->doubts, error))
    return FALSE;
  data = tlsrpt_input_window (input, &size);
  if (separator != NOWHERE || size <= limit) {
    extent->next = MIN (separator, size);
    extent->length = without_blank_line (data, extent->next);
  }
  promised = promised_end (data, MIN (separator, size), message_bytes);
  if (promised != NOWHERE)
    follow_content_length (input, promised, header, extent);
  return TRUE;
}

/* Skips to the next line that begins a mail, or to the end; all of the window is judged already, but for a
 * `From ` line that begins in its last bytes. */
static gboolean
pass_over (TlsrptInput *input, guint64 *doubts, GError **error)
{
  gsize separator = NOWHERE;
  gsize size;

  tlsrpt_input_window (input, &size);
  while (separator == NOWHERE && size > OVERLAP_BYTES) {
    tlsrpt_input_skip (input, size - OVERLAP_BYTES);
    if (!tlsrpt_input_fill (input, OVERLAP_BYTES + 1, error) ||
        !scan_separator (input, OVERLAP_BYTES - FROM_BYTES, OVERLAP_BYTES, &separator, doubts,
                         error))
      return FALSE;
    tlsrpt_input_window (input, &size);
  }
  tlsrpt_input_skip (input, MIN (separator, size));
  return TRUE;
}

/* Copies a message; a line of `>` and `From ` loses one `>`. */
static GBytes *
unquote (const guint8 *data, gsize size)
{
  guint8 *plain = NULL;
  gsize plain_size = 0;
  gsize copied = 0;
  gsize at = 0;
  const guint8 *hit;

  while ((hit = memmem (data + at, size - at, ">From ", FROM_BYTES + 1)) != NULL) {
    gsize line = (gsize)(hit - data);

    at = line + 1;
    while (line > 0 && data[line - 1] == '>')
      line--;
    if (line > 0 && data[line - 1] != '\n')
      continue;
    if (plain == NULL)
      plain = g_malloc (size);
    memcpy (plain + plain_size, data + copied, line - copied);
    plain_size += line - copied;
    copied = line + 1;
  }
  if (plain == NULL)
    return g_bytes_new (data, size);
  memcpy (plain + plain_size, data + copied, size - copied);
  return g_bytes_new_take (plain, plain_size + size - copied);
}

GBytes *
tlsrpt_mbox_next (TlsrptInput *input, guint64 message_bytes, gboolean *is_cut, guint64 *doubts,
                  GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  Extent extent;
  gsize size;
  const guint8 *data;

  *is_cut = FALSE;
  if (!tlsrpt_input_fill (input, 1, error))
    return NULL;
  tlsrpt_input_window (input, &size);
  if (size == 0 || !find_extent (input, message_bytes, &extent, error))
    return NULL;
  *doubts += extent.doubts;
  data = tlsrpt_input_window (input, &size);
  if (extent.length <= message_bytes) {
    bytes = extent.quoted ? unquote (data, extent.length) : g_bytes_new (data, extent.length);
    tlsrpt_input_skip (input, extent.next);
    return g_steal_pointer (&bytes);
  }
  *is_cut = TRUE;
  bytes = g_bytes_new (data, message_bytes);
  if (extent.next != NOWHERE)
    tlsrpt_input_skip (input, extent.next);
  else if (!pass_over (input, doubts, error))
    return NULL;
  return g_steal_pointer (&bytes);
}
