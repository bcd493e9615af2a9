/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files into a folder, all at once: only what changed is written, and what we made before and no longer
 * make goes. Touches no file that it did not make. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** TlsrptPublish: opaque: a folder that is being brought up to date */
typedef struct _TlsrptPublish TlsrptPublish;

/**
 * TlsrptPublished:
 * @written: files that are new or changed
 * @unchanged: files that are as they were
 * @removed: files that are gone
 */
typedef struct {
  guint written;
  guint unchanged;
  guint removed;
} TlsrptPublished;

/**
 * tlsrpt_publish_open:
 * @path: a folder: one that is missing, an empty one, or one that was published to before
 * @error: return location
 *
 * Makes the folder if it is missing, and locks it until tlsrpt_publish_free().
 *
 * Errors: %TLSRPT_ERROR_OPERATOR (it has files and none of them is ours, or it cannot be written),
 * %TLSRPT_ERROR_TEMPORARY (somebody else publishes there now).
 *
 * Returns: (transfer full): the folder, or %NULL with @error set
 */
TlsrptPublish *tlsrpt_publish_open (const char *path, GError **error);

/**
 * tlsrpt_publish_free:
 * @publish: (transfer full) (nullable): what to free
 *
 * Without tlsrpt_publish_finish() the folder stays as it was.
 */
void tlsrpt_publish_free (TlsrptPublish *publish);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptPublish, tlsrpt_publish_free)

/**
 * tlsrpt_publish_has:
 * @publish: a folder
 * @path: path of a file in it
 * @source: digest of all that the file would be made of
 *
 * Returns: whether the file is there, untouched since it was made of @source
 */
gboolean tlsrpt_publish_has (TlsrptPublish *publish, const char *path, const char *source);

/**
 * tlsrpt_publish_keep:
 * @publish: a folder
 * @path: path of a file of which tlsrpt_publish_has() returned %TRUE
 *
 * Keeps the file as it is: tlsrpt_publish_put() is not needed.
 */
void tlsrpt_publish_keep (TlsrptPublish *publish, const char *path);

/**
 * tlsrpt_publish_made:
 * @publish: a folder
 * @path: path of a file in it
 *
 * Returns: whether an earlier run made the file, whatever has become of it
 */
gboolean tlsrpt_publish_made (TlsrptPublish *publish, const char *path);

/**
 * tlsrpt_publish_put:
 * @publish: a folder
 * @path: path of a file in it, one folder deep at most; one that is no path of ours ends in abort
 * @source: (nullable): as for tlsrpt_publish_has()
 * @bytes: what the file is to have
 * @error: return location
 *
 * Compares the bytes with those of the file. New ones are visible only after tlsrpt_publish_finish(). A thread
 * of its own compares and writes, so that an error may be that of an earlier page; the last ones are those of
 * tlsrpt_publish_finish().
 *
 * Errors: %TLSRPT_ERROR_OPERATOR, also if a stranger's file has the name; %TLSRPT_ERROR_TEMPORARY.
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_publish_put (TlsrptPublish *publish, const char *path, const char *source,
                             GBytes *bytes, GError **error);

/**
 * tlsrpt_publish_finish:
 * @publish: a folder
 * @published: (out): what came of it
 * @error: return location
 *
 * Puts each file in its place by renaming, in the order of tlsrpt_publish_put(), and then removes old
 * ones. All bytes are on disk before the first name changes.
 *
 * Errors: as tlsrpt_publish_put().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_publish_finish (TlsrptPublish *publish, TlsrptPublished *published, GError **error);

G_END_DECLS
