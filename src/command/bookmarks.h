/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where a replay that was stopped resumes: positions in archives, saved after each batch and deleted
 * once all is read. */
#pragma once

#include "core/archive/position.h"
#include "core/item.h"
#include "settings.h"

#include <glib.h>

G_BEGIN_DECLS

/** TlsrptBookmarks: positions, and a connection to save them by */
typedef struct _TlsrptBookmarks TlsrptBookmarks;

/**
 * tlsrpt_bookmarks_open:
 * @settings: settings
 * @from_start: go by no earlier run's positions
 * @error: return location
 *
 * Errors: as tlsrpt_database_open(), tlsrpt_positions_load().
 *
 * Returns: (transfer full): positions of earlier runs, or %NULL with @error set
 */
TlsrptBookmarks *tlsrpt_bookmarks_open (const TlsrptSettings *settings, gboolean from_start,
                                        GError **error);

/**
 * tlsrpt_bookmarks_free:
 * @bookmarks: (transfer full): what to free
 */
void tlsrpt_bookmarks_free (TlsrptBookmarks *bookmarks);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptBookmarks, tlsrpt_bookmarks_free)

/**
 * tlsrpt_bookmarks_stored:
 * @bookmarks: positions
 *
 * Returns: (transfer none): what earlier runs stored; it does not change
 */
TlsrptPositions *tlsrpt_bookmarks_stored (const TlsrptBookmarks *bookmarks);

/**
 * tlsrpt_bookmarks_resumed:
 * @bookmarks: positions
 * @position: where the archive is resumed
 *
 * Notes that the archive of @position is skipped up to there.
 */
void tlsrpt_bookmarks_resumed (TlsrptBookmarks *bookmarks, const TlsrptPosition *position);

/**
 * tlsrpt_bookmarks_add:
 * @bookmarks: positions
 * @item: an item that is stored
 *
 * Notes that @item, and all of its archive before it, is stored.
 */
void tlsrpt_bookmarks_add (TlsrptBookmarks *bookmarks, const TlsrptItem *item);

/**
 * tlsrpt_bookmarks_save:
 * @bookmarks: positions
 *
 * Saves what was added since the last time. What goes wrong costs the next run some duplicates and
 * is no error of this one.
 */
void tlsrpt_bookmarks_save (TlsrptBookmarks *bookmarks);

/**
 * tlsrpt_bookmarks_forget:
 * @bookmarks: positions
 *
 * Deletes the positions once all archives were read to their end, so that a later run reads them
 * again.
 */
void tlsrpt_bookmarks_forget (TlsrptBookmarks *bookmarks);

G_END_DECLS
