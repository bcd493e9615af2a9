/* SPDX-License-Identifier: GPL-3.0-or-later
 * Positions in archives: a table of them, and the digests they are made of. */
#include "core/archive/position.h"

#include "core/errors.h"

#include <stdarg.h>
#include <string.h>

static guint
hash_archive (gconstpointer archive)
{
  guint hash;

  memcpy (&hash, archive, sizeof hash); /* any part of a digest is a good hash */
  return hash;
}

static gboolean
is_same_archive (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, TLSRPT_POSITION_BYTES) == 0;
}

TlsrptPositions *
tlsrpt_positions_new (void)
{
  return g_hash_table_new_full (hash_archive, is_same_archive, NULL, g_free);
}

void
tlsrpt_positions_set (TlsrptPositions *positions, const TlsrptPosition *position)
{
  TlsrptPosition *copy = g_memdup2 (position, sizeof *position);

  g_hash_table_replace (positions, copy->archive, copy);
}

const TlsrptPosition *
tlsrpt_positions_find (TlsrptPositions *positions, const guint8 *archive)
{
  return positions != NULL ? g_hash_table_lookup (positions, archive) : NULL;
}

void
tlsrpt_resume_note_free (TlsrptResumeNote *note)
{
  g_free (note->text);
  g_free (note);
}

TlsrptResumeNote *
tlsrpt_resume_note (TlsrptResume *resume, const TlsrptPosition *position, const char *path,
                    guint64 amount, const char *unit)
{
  TlsrptResumeNote *note = g_new0 (TlsrptResumeNote, 1);
  g_autofree char *quoted = tlsrpt_quote (path);

  note->text = g_strdup_printf ("%s: the first %" G_GUINT64_FORMAT
                                " %s were stored by an earlier run and are passed over",
                                quoted, amount, unit);
  note->position = *position;
  g_queue_push_tail (&resume->notes, note);
  return note;
}

void
tlsrpt_position_digest (guint8 *to, ...)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize length = TLSRPT_POSITION_BYTES;
  gconstpointer data;
  va_list parts;

  va_start (parts, to);
  while ((data = va_arg (parts, gconstpointer)) != NULL) {
    gsize size = va_arg (parts, gsize);
    guint64 prefix = GUINT64_TO_BE ((guint64)size);

    g_checksum_update (checksum, (const guchar *)&prefix, sizeof prefix);
    g_checksum_update (checksum, data, (gssize)size);
  }
  va_end (parts);
  g_checksum_get_digest (checksum, to, &length);
}
