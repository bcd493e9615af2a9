/* SPDX-License-Identifier: GPL-3.0-or-later
 * A message or document with where it came from. */
#include "core/archive/source-item.h"

TlsrptPosition
tlsrpt_source_item_position (const TlsrptSourceItem *item)
{
  TlsrptPosition position = item->position;
  gsize size;
  const guint8 *data = g_bytes_get_data (item->bytes, &size);

  if (item->place == TLSRPT_PLACE_MBOX) /* never empty; a whole one is another than one cut there */
    tlsrpt_position_digest (position.check, data, size, item->oversized ? "cut" : NULL, (gsize)3,
                            NULL);
  return position;
}

void
tlsrpt_source_item_free (TlsrptSourceItem *item)
{
  g_bytes_unref (item->bytes);
  g_free (item->envelope_sender);
  g_free (item->path);
  g_free (item);
}
