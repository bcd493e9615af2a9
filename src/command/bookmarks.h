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

void tlsrpt_bookmarks_free (TlsrptBookmarks *bookmarks);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptBookmarks, tlsrpt_bookmarks_free)

/** tlsrpt_bookmarks_stored: (transfer none): what earlier runs stored; does not change */
TlsrptPositions *tlsrpt_bookmarks_stored (const TlsrptBookmarks *bookmarks);

/** tlsrpt_bookmarks_resumed: notes that the archive of @position is skipped up to there */
void tlsrpt_bookmarks_resumed (TlsrptBookmarks *bookmarks, const TlsrptPosition *position);

/** tlsrpt_bookmarks_add: notes that @item, and all of its archive before it, is stored */
void tlsrpt_bookmarks_add (TlsrptBookmarks *bookmarks, const TlsrptItem *item);

/**
 * tlsrpt_bookmarks_save:
 * @bookmarks: positions
 *
 * Saves what was added since the last time. What goes wrong costs the next run some duplicates and
 * is no error of this one.
 */
void tlsrpt_bookmarks_save (TlsrptBookmarks *bookmarks);

/** tlsrpt_bookmarks_forget: all archives were read to their end: a later run reads them anew */
void tlsrpt_bookmarks_forget (TlsrptBookmarks *bookmarks);

G_END_DECLS
