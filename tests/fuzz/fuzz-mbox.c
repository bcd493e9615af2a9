/* SPDX-License-Identifier: GPL-3.0-or-later
 * Any bytes as an mbox: every byte belongs to one message, whatever is read at a time, in gzip or not,
 * and a run that was stopped, or whose mbox grew, is gone on with without a message lost. */
#define _GNU_SOURCE /* memfd_create */
#include "core/archive/archive.h"
#include "core/archive/source.h"
#include "core/content.h"
#include "core/from-line.h"
#include "fuzz/target.h"
#include "support/scratch.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* Packets that a socket takes before someone reads. */
#define PACKETS_MAX 64
/* More blank lines than are looked at in a packed file may hide that it is an mbox. */
#define BLANK_MAX_BYTES 200

/* A file in memory that can be opened again by its path, as a run that goes on does. */
typedef struct {
  int fd;
  char *path;
} MemoryFile;

static MemoryFile *
memory_file_new (const void *data, gsize size)
{
  MemoryFile *file = g_new0 (MemoryFile, 1);

  file->fd = memfd_create ("mbox", MFD_CLOEXEC);
  g_assert_cmpint (file->fd, >=, 0);
  file->path = g_strdup_printf ("/proc/self/fd/%d", file->fd);
  g_assert_cmpint (write (file->fd, data, size), ==, (gssize)size);
  return file;
}

static void
memory_file_free (MemoryFile *file)
{
  close (file->fd);
  g_free (file->path);
  g_free (file);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MemoryFile, memory_file_free)

static GPtrArray *
items_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_item_free);
}

static const TlsrptItem *
item_at (const GPtrArray *items, guint i)
{
  return items->pdata[i];
}

/* At most @n items of @path, behind what @stored says; @failed tells of an error at the end. */
static GPtrArray *
read_path (const char *path, guint64 cap, TlsrptPositions *stored, guint n, gboolean *failed)
{
  const char *paths[] = { path, NULL };
  TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (TlsrptSource) source = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *items = items_new ();
  TlsrptItem *item;

  limits.message_bytes = cap;
  source = tlsrpt_source_new (paths, &limits);
  if (stored != NULL)
    tlsrpt_source_set_stored (source, stored);
  while (items->len < n && (item = tlsrpt_source_next (source, &error)) != NULL)
    g_ptr_array_add (items, item);
  if (failed != NULL)
    *failed = error != NULL;
  return items;
}

static GPtrArray *
read_bytes (const void *data, gsize size, guint64 cap, TlsrptPositions *stored)
{
  g_autoptr (MemoryFile) file = memory_file_new (data, size);
  gboolean failed;
  GPtrArray *items = read_path (file->path, cap, stored, G_MAXUINT, &failed);

  g_assert_false (failed);
  return items;
}

/* Fails unless @items are those of @expected from @first on. */
static void
assert_same (const GPtrArray *items, const GPtrArray *expected, guint first)
{
  g_assert_cmpuint (items->len + first, ==, expected->len);
  for (guint i = 0; i < items->len; i++) {
    const TlsrptItem *item = item_at (items, i);
    const TlsrptItem *other = item_at (expected, first + i);

    g_assert_cmpuint (item->offset, ==, other->offset);
    g_assert_cmpuint (item->end, ==, other->end);
    g_assert_cmpint (item->is_cut, ==, other->is_cut);
    g_assert_true (g_bytes_equal (item->bytes, other->bytes));
  }
}

/* @size bytes without one `>` of each line of `>` and `From `, byte by byte. */
static GBytes *
unquoted (const guint8 *data, gsize size)
{
  GByteArray *plain = g_byte_array_new ();

  for (gsize i = 0; i < size; i++) {
    gsize end = i;

    if (data[i] == '>' && (i == 0 || data[i - 1] == '\n')) {
      while (end < size && data[end] == '>')
        end++;
      if (size - end >= 5 && memcmp (data + end, "From ", 5) == 0)
        continue;
    }
    g_byte_array_append (plain, data + i, 1);
  }
  return g_byte_array_free_to_bytes (plain);
}

static gboolean
is_blank (const guint8 *data, gsize size)
{
  for (gsize i = 0; i < size; i++)
    if (data[i] != '\n' && data[i] != '\r')
      return FALSE;
  return TRUE;
}

/* @item against the bytes it was read from: its own, cut or unquoted, and at most a blank line more. */
static void
assert_item (const TlsrptItem *item, const guint8 *data, guint64 cap)
{
  const guint8 *raw = data + item->offset;
  gsize raw_size = (gsize)(item->end - item->offset);
  gsize size;
  const guint8 *bytes = g_bytes_get_data (item->bytes, &size);
  gboolean found = FALSE;

  g_assert_cmpuint (raw_size, >=, 5);
  g_assert_cmpmem (raw, 5, "From ", 5);
  if (item->is_cut) {
    g_assert_cmpmem (bytes, size, raw, MIN (raw_size, cap));
    g_assert_cmpuint (raw_size, >, cap);
    return;
  }
  g_assert_cmpuint (size, <=, cap);
  for (gsize blank = 0; blank <= 2 && !found; blank++) {
    gsize own = raw_size - blank;
    g_autoptr (GBytes) plain = unquoted (raw, own);

    found = is_blank (raw + own, blank) &&
            (g_bytes_equal (plain, item->bytes) || (size == own && memcmp (bytes, raw, own) == 0));
  }
  g_assert_true (found);
}

/* The items meet, from the first `From ` line to the end, and each stays within its own bytes. */
static void
assert_tiled (const GPtrArray *items, const guint8 *data, gsize size, gsize blank, guint64 cap)
{
  guint64 end = blank;

  g_assert_cmpuint (items->len, >, 0);
  for (guint i = 0; i < items->len; i++) {
    const TlsrptItem *item = item_at (items, i);

    g_assert_cmpuint (item->offset, ==, end);
    end = item->end;
    g_assert_cmpuint (end, >, item->offset);
    g_assert_cmpuint (end, <=, size);
    assert_item (item, data, cap);
  }
  g_assert_cmpuint (end, ==, size);
}

static gboolean
has_content_length (const guint8 *data, gsize size)
{
  static const char name[] = "content-length:";

  for (gsize i = 0; i + sizeof name - 1 <= size; i++)
    if (g_ascii_strncasecmp ((const char *)data + i, name, sizeof name - 1) == 0)
      return TRUE;
  return FALSE;
}

/* Where the header of the item at @start begins. */
static gsize
header_of (const guint8 *data, gsize size, gsize start)
{
  gsize ahead = TLSRPT_FROM_LINE_MAX_BYTES + TLSRPT_FROM_LINE_LOOK_BYTES;

  return tlsrpt_from_line_skip (data, MIN (size, start + ahead), start);
}

/* By another way: line by line over all of it. */
static void
assert_split_by_lines (const GPtrArray *items, const guint8 *data, gsize size, gsize blank)
{
  gsize header = header_of (data, size, blank);
  gsize line = blank;
  guint n = 1;

  while (line < size) {
    const guint8 *feed = memchr (data + line, '\n', size - line);

    line = feed != NULL ? (gsize)(feed - data) + 1 : size;
    if (line < header || line == size ||
        tlsrpt_from_line_judge (data, size, line) < TLSRPT_FROM_LINE_BEGINS_MAIL_PERHAPS)
      continue;
    g_assert_cmpuint (n, <, items->len);
    g_assert_cmpuint (item_at (items, n++)->offset, ==, line);
    header = header_of (data, size, line);
  }
  g_assert_cmpuint (n, ==, items->len);
}

/* No item has a line in it that begins a mail beyond doubt, whatever Content-Length says: that would be a
 * message swallowed by another. */
static void
assert_nothing_swallowed (const GPtrArray *items, const guint8 *data, gsize size)
{
  for (guint i = 0; i < items->len; i++) {
    const TlsrptItem *item = item_at (items, i);
    gsize at = MAX (header_of (data, size, (gsize)item->offset), 1) - 1;
    const guint8 *hit;

    while (at < item->end &&
           (hit = memmem (data + at, (gsize)item->end - at, "\nFrom ", 6)) != NULL) {
      at = (gsize)(hit - data) + 1;
      g_assert_cmpint (tlsrpt_from_line_judge (data, size, at), !=, TLSRPT_FROM_LINE_BEGINS_MAIL);
    }
  }
}

/* The same from standard input, of which a read gives @chunk bytes. */
static GPtrArray *
read_in_chunks (const guint8 *data, gsize size, gsize chunk, guint64 cap)
{
  int ends[2];
  int saved = dup (STDIN_FILENO);
  gboolean failed;
  GPtrArray *items;

  chunk = MAX (chunk, size / PACKETS_MAX + 1);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET, 0, ends), ==, 0);
  for (gsize at = 0; at < size; at += chunk) {
    gsize length = MIN (chunk, size - at);
    g_assert_cmpint (send (ends[0], data + at, length, 0), ==, (gssize)length);
  }
  close (ends[0]);
  dup2 (ends[1], STDIN_FILENO);
  close (ends[1]);
  items = read_path ("-", cap, NULL, G_MAXUINT, &failed);
  g_assert_false (failed);
  if (saved >= 0) {
    dup2 (saved, STDIN_FILENO);
    close (saved);
  }
  return items;
}

static GByteArray *
packed_in_two (const guint8 *data, gsize size, gsize cut)
{
  GByteArray *packed = scratch_pack (data, cut);
  g_autoptr (GByteArray) second = scratch_pack (data + cut, size - cut);

  return g_byte_array_append (packed, second->data, second->len);
}

/* The first run took @n items, all of them stored, and is gone on with. */
static void
assert_resumed (const char *path, const GPtrArray *items, guint n, guint64 cap)
{
  g_autoptr (GHashTable) stored = tlsrpt_positions_new ();
  g_autoptr (GHashTable) nothing = tlsrpt_positions_new ();
  g_autoptr (GPtrArray) first = read_path (path, cap, nothing, n, NULL);
  g_autoptr (GPtrArray) rest = NULL;
  gboolean failed;

  g_assert_cmpuint (first->len, ==, n);
  for (guint i = 0; i < n; i++) {
    TlsrptPosition position = tlsrpt_archive_position (item_at (first, i));
    tlsrpt_positions_set (stored, &position);
  }
  rest = read_path (path, cap, stored, G_MAXUINT, &failed);
  g_assert_false (failed);
  assert_same (rest, items, n);
}

/* Where @item of an mbox that was cut ends: what was too long then may have grown. */
static guint64
end_in (const GPtrArray *items, const TlsrptItem *item)
{
  for (guint i = 0; item->is_cut && i < items->len; i++)
    if (item_at (items, i)->offset == item->offset)
      return item_at (items, i)->end;
  return item->end;
}

/* The mbox was @cut bytes long when all of it was stored, and grew: what is passed over is what was
 * read then, and where it goes on no more than a blank line is left out. */
static void
assert_grown (const guint8 *data, gsize size, gsize cut, guint64 cap, const GPtrArray *items)
{
  g_autoptr (GHashTable) stored = tlsrpt_positions_new ();
  g_autoptr (GHashTable) nothing = tlsrpt_positions_new ();
  g_autoptr (GPtrArray) before = read_bytes (data, cut, cap, nothing);
  g_autoptr (GPtrArray) after = NULL;
  gsize end = 0;

  for (guint i = 0; i < before->len; i++) {
    const TlsrptItem *item = item_at (before, i);
    TlsrptPosition position = tlsrpt_archive_position (item);

    if (item->place != TLSRPT_PLACE_MBOX)
      return;
    tlsrpt_positions_set (stored, &position);
    end = (gsize)end_in (items, item);
  }
  after = read_bytes (data, size, cap, stored);
  if (after->len > 0 && item_at (after, 0)->offset == item_at (items, 0)->offset) {
    assert_same (after, items, 0);
    return;
  }
  for (guint i = 0; i < after->len; i++) {
    const TlsrptItem *item = item_at (after, i);

    g_assert_cmpuint (item->offset, >=, end);
    g_assert_true (is_blank (data + end, (gsize)(item->offset - end)));
    g_assert_cmpuint (item->offset - end, <=, i == 0 ? 2 : 0);
    assert_item (item, data, cap);
    end = (gsize)item->end;
  }
  g_assert_true (size - end <= 2 && is_blank (data + end, size - end));
}

/* FNV-1a: where to cut, so that a file is an mbox and no more. */
static guint
hash_of (const guint8 *data, gsize size)
{
  guint hash = 2166136261u;

  for (gsize i = 0; i < size; i++)
    hash = (hash ^ data[i]) * 16777619u;
  return hash;
}

/* @raw is the file, @data the same with its line ends mended. */
static void
assert_mbox (const guint8 *raw, const guint8 *data, gsize size, gsize blank, guint64 cap)
{
  guint hash = hash_of (data, size);
  gboolean is_mended = memcmp (raw, data, size) != 0;
  g_autoptr (MemoryFile) file = memory_file_new (raw, size);
  g_autoptr (GPtrArray) items = read_bytes (raw, size, cap, NULL);
  g_autoptr (GPtrArray) chunks = NULL;
  g_autoptr (GByteArray) packed = packed_in_two (raw, size, (hash >> 8) % (size + 1));

  assert_tiled (items, data, size, blank, cap);
  assert_nothing_swallowed (items, data, size);
  if (!has_content_length (data, size))
    assert_split_by_lines (items, data, size, blank);
  chunks = read_in_chunks (raw, size, 1 + hash % 97, cap);
  assert_same (chunks, items, 0);
  assert_resumed (file->path, items, 1 + (hash >> 16) % items->len, cap);
  if (!is_mended)
    assert_grown (data, size, (hash >> 4) % size, cap, items);
  if (blank <= BLANK_MAX_BYTES) {
    g_autoptr (MemoryFile) packed_file = memory_file_new (packed->data, packed->len);
    g_autoptr (GPtrArray) inflated = read_bytes (packed->data, packed->len, cap, NULL);

    assert_same (inflated, items, 0);
    assert_resumed (packed_file->path, items, 1 + (hash >> 20) % items->len, cap);
  }
}

/* What is no mbox is one item, or an error, or, where it is packed, whatever is in it. */
static void
assert_other (const guint8 *data, gsize size)
{
  g_autoptr (MemoryFile) file = memory_file_new (data, size);
  gboolean failed;
  g_autoptr (GPtrArray) items = read_path (file->path, 1 << 20, NULL, G_MAXUINT, &failed);

  for (guint i = 1; i < items->len; i++)
    g_assert_cmpuint (item_at (items, i)->offset, ==, item_at (items, i - 1)->end);
  if (tlsrpt_inflate_packing (data, size) != TLSRPT_PACKING_PLAIN)
    return;
  g_assert_false (failed);
  g_assert_cmpuint (items->len, ==, size > 0 ? 1 : 0);
  if (size > 0)
    g_assert_cmpmem (g_bytes_get_data (item_at (items, 0)->bytes, NULL),
                     g_bytes_get_size (item_at (items, 0)->bytes), data, size);
}

/* A copy whose lines end in LF, where the first of @data ends in a CR alone. */
static guint8 *
mended (const guint8 *data, gsize size)
{
  guint8 *copy = g_memdup2 (data, size);
  gsize first = 0;

  while (first < size && data[first] != '\r' && data[first] != '\n')
    first++;
  if (first >= 4000 || first + 1 >= size || data[first] != '\r' || data[first + 1] == '\n')
    return copy;
  for (gsize i = 0; i < size; i++)
    if (copy[i] == '\r' && (i + 1 == size || copy[i + 1] != '\n'))
      copy[i] = '\n';
  return copy;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree guint8 *lines = mended (data, size);
  gsize blank = tlsrpt_from_line_skip_blank (lines, size);

  if (blank < 4000 && tlsrpt_inflate_packing (data, size) == TLSRPT_PACKING_PLAIN &&
      tlsrpt_content_form (data, MIN (size, TLSRPT_CONTENT_LOOK_BYTES), NULL) == TLSRPT_FORM_MBOX) {
    assert_mbox (data, lines, size, blank, 1 << 20);
    assert_mbox (data, lines, size, blank, 16 + hash_of (data, size) % 64);
  } else {
    assert_other (data, size);
  }
  return 0;
}
