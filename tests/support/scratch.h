/* SPDX-License-Identifier: GPL-3.0-or-later
 * A folder of files that a test makes, and what the reader of sources finds in it, as text. */
#pragma once

#include "core/archive/source.h"

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  char *folder;
} Scratch;

/** scratch_make: set-up of a fixture: a new folder */
void scratch_make (Scratch *scratch, gconstpointer unused);

/** scratch_remove: tear-down of a fixture: removes the folder */
void scratch_remove (Scratch *scratch, gconstpointer unused);

/** scratch_put_bytes: writes a file below the folder, with the folders it lies in */
void scratch_put_bytes (const Scratch *scratch, const char *name, const void *data, gsize size);

/** scratch_put: scratch_put_bytes() for text */
void scratch_put (const Scratch *scratch, const char *name, const char *text);

/** scratch_put_packed: scratch_put() in gzip */
void scratch_put_packed (const Scratch *scratch, const char *name, const char *text);

/** scratch_pack: (transfer full): one gzip member */
GByteArray *scratch_pack (const void *plain, gsize size);

/**
 * scratch_read:
 * @scratch: (nullable): folder whose path is cut from the items' paths
 * @paths: (array zero-terminated=1): what to read
 * @message_bytes: cap, 0 for the default
 *
 * Returns: (transfer full): a line for each item, `path kind offset-end [oversized]: bytes`, or error
 */
char *scratch_read (const Scratch *scratch, const char *const *paths, guint64 message_bytes);

/** scratch_assert_items: fails unless scratch_read() of one path below the folder is @expected */
void scratch_assert_items (const Scratch *scratch, const char *name, guint64 message_bytes,
                           const char *expected);

G_END_DECLS
