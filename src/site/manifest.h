/* SPDX-License-Identifier: GPL-3.0-or-later
 * The list of files that a folder has from us: what may be replaced and removed there. Pure. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptManifestEntry:
 * @size: bytes of the file
 * @changed_at: its time of modification, in nanoseconds since 1970
 * @source: (nullable): digest of what the file was made of; %NULL if it is made anew each time
 */
typedef struct {
  guint64 size;
  gint64 changed_at;
  char *source;
} TlsrptManifestEntry;

/**
 * tlsrpt_manifest_new:
 *
 * Returns: (transfer full) (element-type utf8 TlsrptManifestEntry): an empty list, by path
 */
GHashTable *tlsrpt_manifest_new (void);

/**
 * tlsrpt_manifest_set:
 * @manifest: a list
 * @path: path of a file below the folder
 * @entry: what is known of it; copied
 *
 * Adds or replaces an entry.
 */
void tlsrpt_manifest_set (GHashTable *manifest, const char *path, const TlsrptManifestEntry *entry);

/**
 * tlsrpt_manifest_is_path:
 * @path: what may be a path of ours
 *
 * Returns: whether it names a file in the folder or in one directly below, in letters, digits and
 *   `-`, `_`, `.`, `~`, not beginning with a dot
 */
gboolean tlsrpt_manifest_is_path (const char *path);

/**
 * tlsrpt_manifest_parse:
 * @text: a written list
 *
 * Returns: (transfer full) (nullable) (element-type utf8 TlsrptManifestEntry): the list; %NULL if @text is
 *   not one of ours
 */
GHashTable *tlsrpt_manifest_parse (const char *text);

/**
 * tlsrpt_manifest_text:
 * @manifest: a list
 *
 * Returns: (transfer full): it in writing, sorted by path
 */
char *tlsrpt_manifest_text (GHashTable *manifest);

G_END_DECLS
