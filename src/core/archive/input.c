/* SPDX-License-Identifier: GPL-3.0-or-later
 * A file or pipe, gzipped or not, to a sliding window of plain bytes, with read(2) and zlib. Refuses
 * gzip data that is damaged, cut short or followed by anything but padding. */
#include "core/archive/input.h"

#include "core/errors.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

#ifdef TLSRPT_SMALL_BUFFERS /* smaller in the fuzzers, whose inputs are short */
#  define READ_BYTES ((gsize)512)
#  define TAKE_BYTES ((gsize)256)
#else
/* Size of one read(2): large enough to be cheap beside the copy, small enough for the cache. */
#  define READ_BYTES ((gsize)256 * 1024)
/* From this size on a window is handed over instead of copied. */
#  define TAKE_BYTES ((gsize)64 * 1024)
#endif

/* By so many bytes a gzip member is recognized. */
#define MAGIC_BYTES 3

/* Bytes from @start to @end of @data are the content. */
typedef struct {
  guint8 *data;
  gsize start;
  gsize end;
  gsize capacity;
} Window;

struct _TlsrptInput {
  char *path;
  int fd;
  gboolean ended;
  Window plain;
  guint64 offset;
  guint64 bytes_read;
  GError *failure; /* returned whenever bytes behind it are needed */
  /* Only where line ends are mended: */
  gboolean mends_cr;
  guint64 mended; /* up to this offset; a CR at the end of what is read waits for the next byte */
  /* Only where inflating: */
  TlsrptPacking packing;
  Window raw;
  gboolean raw_ended;
  gboolean in_member;
  TlsrptInflate inflate;
};

TlsrptInput *
tlsrpt_input_open (const char *path, GError **error)
{
  gboolean is_stdin = strcmp (path, "-") == 0;
  int fd = is_stdin ? STDIN_FILENO : open (path, O_RDONLY | O_CLOEXEC);
  TlsrptInput *input;

  if (fd < 0) {
    int saved = errno;
    g_autofree char *quoted = tlsrpt_quote (path);
    g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (saved),
                 "source: %s cannot be opened: %s", quoted, g_strerror (saved));
    return NULL;
  }
  input = g_new0 (TlsrptInput, 1);
  input->fd = fd;
  input->path = g_strdup (path);
  return input;
}

void
tlsrpt_input_free (TlsrptInput *input)
{
  tlsrpt_inflate_clear (&input->inflate);
  if (input->fd != STDIN_FILENO)
    close (input->fd);
  g_clear_error (&input->failure);
  g_free (input->plain.data);
  g_free (input->raw.data);
  g_free (input->path);
  g_free (input);
}

/* Bytes of the window that may be shown. */
static gsize
visible (const TlsrptInput *input)
{
  gsize size = input->plain.end - input->plain.start;

  return input->mends_cr ? (gsize)MIN (size, input->mended - input->offset) : size;
}

const guint8 *
tlsrpt_input_window (const TlsrptInput *input, gsize *size)
{
  *size = visible (input);
  return input->plain.data + input->plain.start;
}

void
tlsrpt_input_skip (TlsrptInput *input, gsize size)
{
  g_return_if_fail (size <= visible (input));
  input->plain.start += size;
  input->offset += size;
}

GBytes *
tlsrpt_input_take (TlsrptInput *input, gsize size)
{
  Window *window = &input->plain;
  GBytes *bytes;

  g_return_val_if_fail (size <= visible (input), NULL);
  if (size < TAKE_BYTES || window->start != 0 || window->end != size) {
    bytes = g_bytes_new (window->data + window->start, size);
    tlsrpt_input_skip (input, size);
    return bytes;
  }
  bytes = g_bytes_new_take (g_realloc (window->data, size), size);
  *window = (Window){ 0 };
  input->offset += size;
  return bytes;
}

gboolean
tlsrpt_input_drain (TlsrptInput *input, GError **error)
{
  do {
    tlsrpt_input_skip (input, visible (input));
    if (!tlsrpt_input_fill (input, 1, error))
      return FALSE;
  } while (input->plain.end > input->plain.start);
  return TRUE;
}

guint64
tlsrpt_input_offset (const TlsrptInput *input)
{
  return input->offset;
}

guint64
tlsrpt_input_consumed (const TlsrptInput *input)
{
  const Window *ahead = input->packing != TLSRPT_PACKING_PLAIN ? &input->raw : &input->plain;

  return input->bytes_read - (ahead->end - ahead->start);
}

/* Makes room for READ_BYTES behind the content. The content is moved only if as much was
 * consumed since the last move, otherwise the window doubles, so that the cost of moving stays
 * linear. */
static void
make_room (Window *window)
{
  gsize size = window->end - window->start;

  if (window->capacity - window->end >= READ_BYTES)
    return;
  if (window->start >= size && window->capacity - size >= READ_BYTES) {
    memmove (window->data, window->data + window->start, size);
    window->start = 0;
    window->end = size;
    return;
  }
  window->capacity = MAX (2 * window->capacity, 2 * READ_BYTES);
  window->data = g_realloc (window->data, window->capacity);
}

static gboolean
read_some (TlsrptInput *input, Window *window, gboolean *ended, GError **error)
{
  gssize n;

  make_room (window);
  do
    n = read (input->fd, window->data + window->end,
              MIN (window->capacity - window->end, G_MAXINT));
  while (n < 0 && errno == EINTR);
  if (n < 0) {
    int saved = errno;
    g_autofree char *quoted = tlsrpt_quote (input->path);
    g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (saved),
                 "source: %s cannot be read: %s", quoted, g_strerror (saved));
    return FALSE;
  }
  *ended = n == 0;
  window->end += (gsize)n;
  input->bytes_read += (guint64)n;
  return TRUE;
}

static gboolean
fail_packed (const TlsrptInput *input, int code, const char *what, GError **error)
{
  g_autofree char *quoted = tlsrpt_quote (input->path);

  g_set_error (error, G_IO_ERROR, code,
               "source: %s: the gzip data %s after %" G_GUINT64_FORMAT " bytes", quoted, what,
               input->offset + (input->plain.end - input->plain.start));
  return FALSE;
}

/* Fails only if memory runs out, where GLib aborts as well. */
static void
start_member (TlsrptInput *input)
{
  if (!tlsrpt_inflate_begin (&input->inflate, input->packing))
    g_error ("zlib cannot start");
  input->in_member = TRUE;
}

/* Begins the next gzip member, or ends the input where only padding or nothing follows. */
static gboolean
next_member (TlsrptInput *input, GError **error)
{
  const guint8 *next;

  while (input->raw.end - input->raw.start < MAGIC_BYTES && !input->raw_ended)
    if (!read_some (input, &input->raw, &input->raw_ended, error))
      return FALSE;
  next = input->raw.data + input->raw.start;
  if (input->raw.end == input->raw.start || next[0] == 0) {
    input->ended = TRUE;
    return TRUE;
  }
  if (input->packing != TLSRPT_PACKING_GZIP ||
      tlsrpt_inflate_packing (next, input->raw.end - input->raw.start) != TLSRPT_PACKING_GZIP)
    return fail_packed (input, G_IO_ERROR_INVALID_DATA, "is followed by something else", error);
  start_member (input);
  return TRUE;
}

static gboolean
inflate_some (TlsrptInput *input, GError **error)
{
  const guint8 *packed;
  gsize packed_size;
  guint8 *end;
  gsize room;
  TlsrptInflateStatus status;

  if (!input->in_member)
    return next_member (input, error);
  if (input->raw.start == input->raw.end && !input->raw_ended &&
      !read_some (input, &input->raw, &input->raw_ended, error))
    return FALSE;
  make_room (&input->plain);
  packed = input->raw.data + input->raw.start;
  packed_size = input->raw.end - input->raw.start;
  end = input->plain.data + input->plain.end;
  room = input->plain.capacity - input->plain.end;
  status = tlsrpt_inflate_step (&input->inflate, &packed, &packed_size, &end, &room);
  input->raw.start = input->raw.end - packed_size;
  input->plain.end = (gsize)(end - input->plain.data);
  switch (status) {
  case TLSRPT_INFLATE_GOES_ON:
    return TRUE;
  case TLSRPT_INFLATE_ENDED:
    input->in_member = FALSE;
    return TRUE;
  case TLSRPT_INFLATE_STARVED:
    return !input->raw_ended || fail_packed (input, G_IO_ERROR_PARTIAL_INPUT, "ends early", error);
  default:
    return fail_packed (input, G_IO_ERROR_INVALID_DATA, "is damaged", error);
  }
}

void
tlsrpt_input_inflate (TlsrptInput *input, TlsrptPacking packing)
{
  g_return_if_fail (input->packing == TLSRPT_PACKING_PLAIN && packing != TLSRPT_PACKING_PLAIN);
  input->raw = input->plain;
  input->raw_ended = input->ended;
  input->plain = (Window){ 0 };
  input->ended = FALSE;
  input->offset = 0;
  input->packing = packing;
  start_member (input);
}

static void
mend_line_ends (TlsrptInput *input)
{
  const Window *window = &input->plain;
  gsize at = window->start + (gsize)(input->mended - input->offset);

  for (; at < window->end; at++) {
    if (window->data[at] != '\r')
      continue;
    if (at + 1 == window->end && !input->ended)
      break;
    if (at + 1 == window->end || window->data[at + 1] != '\n')
      window->data[at] = '\n';
  }
  input->mended = input->offset + (at - window->start);
}

void
tlsrpt_input_mend_cr (TlsrptInput *input)
{
  input->mends_cr = TRUE;
  input->mended = input->offset;
  mend_line_ends (input);
}

gboolean
tlsrpt_input_fill (TlsrptInput *input, gsize want, GError **error)
{
  while (visible (input) < want && !input->ended) {
    if (input->failure == NULL)
      (input->packing != TLSRPT_PACKING_PLAIN
           ? inflate_some (input, &input->failure)
           : read_some (input, &input->plain, &input->ended, &input->failure));
    if (input->failure != NULL) {
      if (error != NULL)
        *error = g_error_copy (input->failure);
      return FALSE;
    }
    if (input->mends_cr)
      mend_line_ends (input);
  }
  return TRUE;
}

TlsrptPacking
tlsrpt_input_packing (const TlsrptInput *input)
{
  return input->packing;
}
