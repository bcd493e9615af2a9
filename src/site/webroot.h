/* SPDX-License-Identifier: GPL-3.0-or-later
 * A folder that is ours: locked, with the list of what was written there, and a folder in it where new files
 * wait. Refuses a folder of somebody else. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptWebroot:
 * @name: its path, as it was given
 * @top: its descriptor
 * @staging: descriptor of the folder in it where new files wait
 * @listed: (element-type utf8 TlsrptManifestEntry): files that earlier runs wrote
 * @lock: held while @below is used
 * @below: (element-type utf8 int): descriptors of the folders in it
 */
typedef struct {
  char *name;
  int top;
  int staging;
  GHashTable *listed;
  GMutex lock;
  GHashTable *below;
} TlsrptWebroot;

/**
 * tlsrpt_webroot_open:
 * @path: a folder: one that is missing, an empty one, or one that was published to before
 * @error: return location
 *
 * Makes the folder if it is missing, locks it, and removes what an interrupted run left waiting.
 *
 * Errors: %TLSRPT_ERROR_OPERATOR (it has files and none of them is ours, or it cannot be written),
 * %TLSRPT_ERROR_TEMPORARY (somebody else has locked it).
 *
 * Returns: (transfer full): the folder, or %NULL with @error set
 */
TlsrptWebroot *tlsrpt_webroot_open (const char *path, GError **error);

/**
 * tlsrpt_webroot_free:
 * @folder: (transfer full) (nullable): what to free; what still waits in it is removed
 */
void tlsrpt_webroot_free (TlsrptWebroot *folder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptWebroot, tlsrpt_webroot_free)

/**
 * tlsrpt_webroot_of:
 * @folder: a folder
 * @path: path of a file in it, one folder deep at most
 * @name: (out) (transfer none): its last part
 *
 * Makes the folder that the file is in, if it is missing. Threads may call it at the same time.
 *
 * Returns: descriptor of the folder that the file is in; -1 with errno set
 */
int tlsrpt_webroot_of (TlsrptWebroot *folder, const char *path, const char **name);

/**
 * tlsrpt_webroot_list:
 * @folder: a folder
 * @manifest: (element-type utf8 TlsrptManifestEntry): what is to stand in the list of its files
 * @also: (nullable) (element-type utf8 TlsrptManifestEntry): what else is, where @manifest does not name it
 * @error: return location
 *
 * Replaces the list of its files, if it is another one. All bytes that were written to the file system are on disk
 * before.
 *
 * Errors: as tlsrpt_webroot_fail().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_webroot_list (TlsrptWebroot *folder, GHashTable *manifest, GHashTable *also,
                              GError **error);

/**
 * tlsrpt_webroot_sync:
 * @folder: a folder
 * @error: return location
 *
 * Errors: as tlsrpt_webroot_fail().
 *
 * Returns: %TRUE when all names in it are on disk, %FALSE with @error set
 */
gboolean tlsrpt_webroot_sync (TlsrptWebroot *folder, GError **error);

/**
 * tlsrpt_webroot_fail:
 * @folder: a folder
 * @path: what in it the error is about, or ""
 * @what: what could not be done, e.g. `cannot write`
 * @error: return location
 *
 * Errors: %TLSRPT_ERROR_TEMPORARY (errno is of a kind that passes, as a full disk), %TLSRPT_ERROR_OPERATOR.
 *
 * Returns: %FALSE with @error set by errno
 */
gboolean tlsrpt_webroot_fail (const TlsrptWebroot *folder, const char *path, const char *what,
                              GError **error);

G_END_DECLS
