/* SPDX-License-Identifier: GPL-3.0-or-later
 * Keeps in the database, over a connection of its own, how far each archive is stored. */
#include "command/bookmarks.h"

#include "command/database.h"
#include "core/archive/archive.h"
#include "store/positions.h"

#include <string.h>

/* So many archives may be finished before their positions are deleted together; past this number
 * the positions are deleted at once. A folder of a million mboxes is then read again, as
 * duplicates, after an interruption. */
#define TOUCHED_MAX 100000u

struct _TlsrptBookmarks {
  const TlsrptSettings *settings;
  TlsrptPg *pg;
  TlsrptPositions *stored;
  TlsrptPositions *touched;
  /* Last item of each archive in this batch, not owned. */
  GPtrArray *items;
};

TlsrptBookmarks *
tlsrpt_bookmarks_open (const TlsrptSettings *settings, gboolean from_start, GError **error)
{
  g_autoptr (TlsrptBookmarks) bookmarks = g_new0 (TlsrptBookmarks, 1);

  bookmarks->settings = settings;
  bookmarks->items = g_ptr_array_new ();
  bookmarks->touched = tlsrpt_positions_new ();
  bookmarks->pg = tlsrpt_database_open (settings, 0, error);
  if (bookmarks->pg == NULL)
    return NULL;
  bookmarks->stored =
      from_start ? tlsrpt_positions_new () : tlsrpt_positions_load (bookmarks->pg, error);
  if (bookmarks->stored == NULL)
    return NULL;
  return g_steal_pointer (&bookmarks);
}

void
tlsrpt_bookmarks_free (TlsrptBookmarks *bookmarks)
{
  g_clear_pointer (&bookmarks->stored, g_hash_table_unref);
  g_hash_table_unref (bookmarks->touched);
  g_ptr_array_unref (bookmarks->items);
  tlsrpt_pg_free (bookmarks->pg);
  g_free (bookmarks);
}

TlsrptPositions *
tlsrpt_bookmarks_stored (const TlsrptBookmarks *bookmarks)
{
  return bookmarks->stored;
}

static gboolean
ready (TlsrptBookmarks *bookmarks)
{
  guint seconds = (guint)bookmarks->settings->deadline;

  if (tlsrpt_pg_is_usable (bookmarks->pg)) {
    tlsrpt_pg_set_deadline (bookmarks->pg, g_get_monotonic_time () + seconds * G_TIME_SPAN_SECOND);
    return TRUE;
  }
  {
    TlsrptPg *pg = tlsrpt_database_open (bookmarks->settings, 0, NULL);
    if (pg == NULL)
      return FALSE;
    tlsrpt_pg_free (bookmarks->pg);
    bookmarks->pg = pg;
  }
  return TRUE;
}

void
tlsrpt_bookmarks_resumed (TlsrptBookmarks *bookmarks, const TlsrptPosition *position)
{
  tlsrpt_positions_set (bookmarks->touched, position);
}

static gboolean
is_same_archive (const TlsrptItem *a, const TlsrptItem *b)
{
  return memcmp (a->position.archive, b->position.archive, TLSRPT_POSITION_BYTES) == 0;
}

/* Items of one archive follow each other, so that comparing with the last one finds almost all. */
void
tlsrpt_bookmarks_add (TlsrptBookmarks *bookmarks, const TlsrptItem *item)
{
  guint n = bookmarks->items->len;

  if (item->place == TLSRPT_PLACE_NONE)
    return;
  if (n > 0 && is_same_archive (g_ptr_array_index (bookmarks->items, n - 1), item))
    bookmarks->items->pdata[n - 1] = (gpointer)item;
  else
    g_ptr_array_add (bookmarks->items, (gpointer)item);
}

void
tlsrpt_bookmarks_save (TlsrptBookmarks *bookmarks)
{
  g_autoptr (GHashTable) positions = tlsrpt_positions_new ();

  for (guint i = 0; i < bookmarks->items->len; i++) {
    TlsrptPosition position = tlsrpt_archive_position (g_ptr_array_index (bookmarks->items, i));

    tlsrpt_positions_set (positions, &position);
    tlsrpt_positions_set (bookmarks->touched, &position);
  }
  g_ptr_array_set_size (bookmarks->items, 0);
  if (g_hash_table_size (positions) == 0 || !ready (bookmarks))
    return;
  tlsrpt_positions_save (bookmarks->pg, positions, NULL);
  if (g_hash_table_size (bookmarks->touched) > TOUCHED_MAX)
    tlsrpt_bookmarks_forget (bookmarks);
}

void
tlsrpt_bookmarks_forget (TlsrptBookmarks *bookmarks)
{
  if (g_hash_table_size (bookmarks->touched) == 0 || !ready (bookmarks))
    return;
  tlsrpt_positions_forget (bookmarks->pg, bookmarks->touched, NULL);
  g_hash_table_remove_all (bookmarks->touched);
}
