/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reads an mbox message by message. What an earlier run stored is skipped if the messages up to there
 * are found at the same places with the same content; otherwise all of it is read. */
#include "core/archive/archive.h"

#include "core/archive/mbox.h"
#include "core/from-line.h"

#include <string.h>
#include <zlib.h>

/* Enough bytes to tell one message from all others, and cheap to read. */
#define KEY_MAX_BYTES ((gsize)1024 * 1024)
/* Blank lines that may stand before the first `From ` line. */
#define BLANK_MAX_BYTES 4096

struct _TlsrptArchive {
  TlsrptInput *input;
  char *path;
  guint64 message_bytes;
  TlsrptResume *resume;
  gboolean started;
  guint64 doubts;
  guint32
      crc; /* CRC-32 of the messages so far: a file that someone edited is told from one that grew */
  guint8 key[TLSRPT_POSITION_BYTES];
};

/* Whether the first line ends in a bare CR: then all lines do. */
static gboolean
has_bare_cr (const guint8 *data, gsize size)
{
  const guint8 *cr = size > 0 ? memchr (data, '\r', size) : NULL;
  gsize at = cr != NULL ? (gsize)(cr - data) : size;

  return at + 1 < size && data[at + 1] != '\n' && memchr (data, '\n', at) == NULL;
}

/* Goes to the first `From ` line, and makes line ends LF. */
static void
go_to_first (TlsrptInput *input)
{
  const guint8 *data;
  gsize size;

  tlsrpt_input_fill (input, BLANK_MAX_BYTES, NULL); /* an error stays for the next reader */
  data = tlsrpt_input_window (input, &size);
  if (has_bare_cr (data, size)) {
    tlsrpt_input_mend_cr (input);
    data = tlsrpt_input_window (input, &size);
  }
  tlsrpt_input_skip (input, tlsrpt_from_line_skip_blank (data, size));
}

TlsrptArchive *
tlsrpt_archive_new (TlsrptInput *input, const char *path, guint64 message_bytes,
                    TlsrptResume *resume)
{
  TlsrptArchive *archive = g_new0 (TlsrptArchive, 1);

  archive->input = input;
  archive->path = g_strdup (path);
  archive->message_bytes = message_bytes;
  archive->resume = resume;
  go_to_first (input);
  return archive;
}

void
tlsrpt_archive_free (TlsrptArchive *archive)
{
  tlsrpt_input_free (archive->input);
  g_free (archive->path);
  g_free (archive);
}

guint64
tlsrpt_archive_consumed (const TlsrptArchive *archive)
{
  return tlsrpt_input_consumed (archive->input);
}

guint64
tlsrpt_archive_doubts (const TlsrptArchive *archive)
{
  return archive->doubts;
}

static guint32
crc_of (guint32 crc, GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return (guint32)crc32_z (crc, data, size);
}

static TlsrptItem *
read_item (TlsrptArchive *archive, GError **error)
{
  guint64 offset = tlsrpt_input_offset (archive->input);
  gboolean is_cut;
  g_autoptr (GBytes) bytes =
      tlsrpt_mbox_next (archive->input, archive->message_bytes, &is_cut, &archive->doubts, error);
  TlsrptItem *item;

  if (bytes == NULL)
    return NULL;
  item = tlsrpt_item_new (TLSRPT_ITEM_MESSAGE, bytes, archive->path);
  item->offset = offset;
  item->end = tlsrpt_input_offset (archive->input);
  item->is_cut = is_cut;
  item->place = archive->resume != NULL ? TLSRPT_PLACE_MBOX : TLSRPT_PLACE_NONE;
  item->position.done = offset;
  item->crc_before = archive->crc;
  if (archive->resume != NULL)
    archive->crc = crc_of (archive->crc, bytes);
  return item;
}

TlsrptPosition
tlsrpt_archive_position (const TlsrptItem *item)
{
  TlsrptPosition position = item->position;
  gsize size;
  const guint8 *data = g_bytes_get_data (item->bytes, &size);
  guint32 crc = GUINT32_TO_BE (item->crc_before);

  if (item->place ==
      TLSRPT_PLACE_MBOX) /* never empty; a whole message and one that was cut there must differ */
    tlsrpt_position_digest (position.check, &crc, sizeof crc, data, size,
                            item->is_cut ? "cut" : NULL, (gsize)3, NULL);
  return position;
}

static void
set_key (TlsrptArchive *archive, const TlsrptItem *first)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (first->bytes, &size);

  tlsrpt_position_digest (archive->key, "mbox", (gsize)4, data, MIN (size, KEY_MAX_BYTES), NULL);
}

/* Whether the messages up to @position are those that were stored; the input is behind them then. They are
 * read again, which is cheap beside what decoding them cost. */
static gboolean
go_to (TlsrptArchive *archive, const TlsrptItem *first, const TlsrptPosition *position)
{
  g_autoptr (TlsrptItem) last = NULL;
  const TlsrptItem *found = first;
  TlsrptPosition here;

  while (found != NULL && found->offset < position->done) {
    g_clear_pointer (&last, tlsrpt_item_free);
    found = last = read_item (archive, NULL);
  }
  archive->doubts = 0; /* told by the run that stored them */
  if (found == NULL || found->offset != position->done)
    return FALSE;
  here = tlsrpt_archive_position (found);
  return memcmp (here.check, position->check, sizeof here.check) == 0;
}

/* Opens the file again. If that fails, for whatever reason, nothing may be skipped either. */
static gboolean
go_back (TlsrptArchive *archive, TlsrptPacking packing, GError **error)
{
  TlsrptInput *input = tlsrpt_input_open (archive->path, error);

  if (input == NULL)
    return FALSE;
  if (packing != TLSRPT_PACKING_PLAIN) {
    tlsrpt_input_fill (input, 1, NULL);
    tlsrpt_input_inflate (input, packing);
  }
  tlsrpt_input_free (archive->input);
  archive->input = input;
  archive->crc = 0;
  go_to_first (input);
  return TRUE;
}

static TlsrptItem *
start (TlsrptArchive *archive, GError **error)
{
  g_autoptr (TlsrptItem) first = read_item (archive, error);
  const TlsrptPosition *position;
  TlsrptResumeNote *note;

  archive->started = TRUE;
  if (first == NULL || archive->resume == NULL)
    return g_steal_pointer (&first);
  set_key (archive, first);
  position = tlsrpt_positions_find (archive->resume->positions, archive->key);
  if (position == NULL)
    return g_steal_pointer (&first);
  if (go_to (archive, first, position)) {
    note = tlsrpt_resume_note (archive->resume, position, archive->path,
                               tlsrpt_input_offset (archive->input), "bytes");
    note->bytes = tlsrpt_input_consumed (archive->input);
    return read_item (archive, error);
  }
  if (!go_back (archive, tlsrpt_input_packing (archive->input), error))
    return NULL;
  return read_item (archive, error);
}

TlsrptItem *
tlsrpt_archive_next (TlsrptArchive *archive, GError **error)
{
  TlsrptItem *item = archive->started ? read_item (archive, error) : start (archive, error);

  if (item != NULL)
    memcpy (item->position.archive, archive->key, sizeof archive->key);
  return item;
}
