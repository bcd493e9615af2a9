/* SPDX-License-Identifier: GPL-3.0-or-later
 * An mbox to its messages: where each one ends, by `From ` lines and Content-Length, and what its
 * quoting hides. Doubt is decided for splitting: a swallowed report would be lost unseen. */
#define _GNU_SOURCE /* memmem */
#include "core/archive/mbox.h"

#include <string.h>

static const char from[] = "From ";
#define FROM_BYTES (sizeof from - 1)
/* Kept of what is passed over: a blank line's end, a line feed and `From `. */
#define OVERLAP_BYTES 8
/* A header that is longer is searched for Content-Length this far. */
#define HEADER_MAX_BYTES 65536
/* A `From ` line that is longer is none with a date. */
#define LINE_MAX_BYTES 998
#define NOWHERE G_MAXSIZE

static gboolean
starts_from (const guint8 *data, gsize size, gsize at)
{
  return size >= FROM_BYTES && at <= size - FROM_BYTES && memcmp (data + at, from, FROM_BYTES) == 0;
}

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

gboolean
tlsrpt_mbox_is_start (const guint8 *data, gsize size, gsize *blank)
{
  gsize length;

  for (*blank = 0; (length = line_end (data, size, *blank)) > 0;)
    *blank += length;
  return starts_from (data, size, *blank);
}

/* Position of the first `From ` line behind a blank line, whose line feed is at @begin or later;
 * NOWHERE if @data has none. */
static gsize
find_separator (const guint8 *data, gsize size, gsize begin)
{
  while (begin < size) {
    const guint8 *hit = memmem (data + begin, size - begin, "\nFrom ", FROM_BYTES + 1);
    gsize at;

    if (hit == NULL)
      return NOWHERE;
    at = (gsize)(hit - data);
    if ((at >= 1 && data[at - 1] == '\n') ||
        (at >= 2 && data[at - 1] == '\r' && data[at - 2] == '\n'))
      return at + 1;
    begin = at + 1;
  }
  return NOWHERE;
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

/* Where the message ends by its Content-Length; NOWHERE if it has none worth a look. */
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
  return starts_from (data, size, next) ? next : NOWHERE;
}

/* Whether the `From ` line at @at has a time of day and is followed by a header field: no sentence
 * of a body looks like that. */
static gboolean
is_full_separator (const guint8 *data, gsize size, gsize at)
{
  const guint8 *feed = memchr (data + at, '\n', MIN (size - at, LINE_MAX_BYTES));
  gboolean time = FALSE;
  gsize name;
  gsize i;

  if (feed == NULL)
    return FALSE;
  for (const guint8 *c = data + at + FROM_BYTES; c + 2 < feed && !time; c++)
    time = c[0] == ':' && g_ascii_isdigit (c[-1]) && g_ascii_isdigit (c[-2]) &&
           g_ascii_isdigit (c[1]) && g_ascii_isdigit (c[2]);
  name = (gsize)(feed - data) + 1;
  for (i = name; i < size && (g_ascii_isalnum (data[i]) || data[i] == '-');)
    i++;
  return time && i > name && i < size && data[i] == ':';
}

/* First `From ` line of the window, of which no more than @limit bytes, about, are read for it. */
static gboolean
scan_separator (TlsrptInput *input, gsize limit, gsize *separator, GError **error)
{
  gsize begin = 0;

  for (;;) {
    gsize size;
    gsize before;
    const guint8 *data = tlsrpt_input_window (input, &size);

    *separator = find_separator (data, size, begin);
    if (*separator != NOWHERE || size > limit)
      return TRUE;
    begin = size > FROM_BYTES ? size - FROM_BYTES : 0;
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
} Extent;

/* Takes the message to end at @promised if it does; @separator is the first `From ` line. */
static void
follow_content_length (TlsrptInput *input, gsize promised, gsize separator, Extent *extent)
{
  gsize size;
  const guint8 *data;
  gsize next;

  if (!tlsrpt_input_fill (input, promised + 2 * LINE_MAX_BYTES, NULL))
    return; /* the error stays, and is told by who needs these bytes */
  data = tlsrpt_input_window (input, &size);
  next = landing (data, size, promised);
  if (next == NOWHERE)
    return;
  while (separator < promised) {
    if (is_full_separator (data, size, separator))
      return;
    separator = find_separator (data, size, separator);
  }
  *extent = (Extent){ .length = promised, .next = next, .quoted = FALSE };
}

static gboolean
find_extent (TlsrptInput *input, guint64 message_bytes, Extent *extent, GError **error)
{
  gsize limit = (gsize)message_bytes + OVERLAP_BYTES;
  gsize separator;
  gsize promised;
  gsize size;
  const guint8 *data;

  if (!scan_separator (input, limit, &separator, error))
    return FALSE;
  data = tlsrpt_input_window (input, &size);
  *extent = (Extent){ .length = NOWHERE, .next = NOWHERE, .quoted = TRUE };
  if (separator != NOWHERE || size <= limit) {
    extent->next = MIN (separator, size);
    extent->length = without_blank_line (data, extent->next);
  }
  promised = promised_end (data, MIN (separator, size), message_bytes);
  if (promised != NOWHERE)
    follow_content_length (input, promised, separator, extent);
  return TRUE;
}

/* Skips to the next `From ` line or the end. */
static gboolean
pass_over (TlsrptInput *input, GError **error)
{
  for (;;) {
    gsize size;
    const guint8 *data = tlsrpt_input_window (input, &size);
    gsize separator = find_separator (data, size, 0);

    if (separator != NOWHERE) {
      tlsrpt_input_skip (input, separator);
      return TRUE;
    }
    if (size > OVERLAP_BYTES)
      tlsrpt_input_skip (input, size - OVERLAP_BYTES);
    if (!tlsrpt_input_fill (input, OVERLAP_BYTES + 1, error))
      return FALSE;
    tlsrpt_input_window (input, &size);
    if (size <= OVERLAP_BYTES) {
      tlsrpt_input_skip (input, size);
      return TRUE;
    }
  }
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
tlsrpt_mbox_next (TlsrptInput *input, guint64 message_bytes, gboolean *oversized, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  Extent extent;
  gsize size;
  const guint8 *data;

  *oversized = FALSE;
  if (!tlsrpt_input_fill (input, 1, error))
    return NULL;
  tlsrpt_input_window (input, &size);
  if (size == 0 || !find_extent (input, message_bytes, &extent, error))
    return NULL;
  data = tlsrpt_input_window (input, &size);
  if (extent.length <= message_bytes) {
    bytes = extent.quoted ? unquote (data, extent.length) : g_bytes_new (data, extent.length);
    tlsrpt_input_skip (input, extent.next);
    return g_steal_pointer (&bytes);
  }
  *oversized = TRUE;
  bytes = g_bytes_new (data, message_bytes);
  /* A known end is gone to: its blank line may begin before the cap, where nobody would see it. */
  tlsrpt_input_skip (input, extent.next != NOWHERE ? extent.next : message_bytes);
  if (extent.next == NOWHERE && !pass_over (input, error))
    return NULL;
  return g_steal_pointer (&bytes);
}
