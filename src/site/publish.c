/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files into a folder, all at once. New ones wait in a folder of their own, beside the old. */
#include "site/publish.h"

#include "core/errors.h"
#include "site/file.h"
#include "site/webroot.h"
#include "site/manifest.h"
#include "site/queue.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Pages that wait for the disk while others are made. */
#define QUEUE_BYTES_MAX (16 * 1024 * 1024)

/* A file that waits in the staging folder under its number. */
typedef struct {
  char *path;
  guint number;
} Waiting;

/* A page for the other thread. */
typedef struct {
  char *path;
  char *source;
  GBytes *bytes;
} Page;

/* Below @lock is what both threads use. */
struct _TlsrptPublish {
  TlsrptWebroot *folder;
  GArray *waiting;
  TlsrptQueue *queue;
  GMutex lock;
  GHashTable *after;
  guint unchanged;
  GError *failure;
  gboolean is_abandoned;
};

static void
page_free (Page *page)
{
  g_free (page->path);
  g_free (page->source);
  g_bytes_unref (page->bytes);
  g_free (page);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Page, page_free)

static void
waiting_clear (gpointer data)
{
  g_free (((Waiting *)data)->path);
}

static gboolean
fail_stranger (const TlsrptPublish *publish, const char *path, GError **error)
{
  g_autofree char *quoted = tlsrpt_quote (publish->folder->name);

  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_OPERATOR,
               "site: '%s' has a file %s that this command did not make; move it away", quoted,
               path);
  return FALSE;
}

static void
add_to_list (TlsrptPublish *publish, const char *path, const TlsrptManifestEntry *entry,
             gboolean is_unchanged)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&publish->lock);

  g_assert (!g_hash_table_contains (publish->after, path));
  tlsrpt_manifest_set (publish->after, path, entry);
  publish->unchanged += is_unchanged ? 1 : 0;
}

static gboolean
write_page (TlsrptPublish *publish, const Page *page, GError **error)
{
  gsize length;
  gconstpointer bytes = g_bytes_get_data (page->bytes, &length);
  TlsrptManifestEntry entry = { .size = length, .source = page->source };
  Waiting waiting = { .number = publish->waiting->len };
  g_autofree char *staged = g_strdup_printf ("%u", waiting.number);
  struct stat status;
  const char *name;
  int folder = tlsrpt_webroot_of (publish->folder, page->path, &name);

  if (folder < 0)
    return tlsrpt_webroot_fail (publish->folder, page->path, "cannot make the folder of", error);
  if (fstatat (folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
    if (!g_hash_table_contains (publish->folder->listed, page->path))
      return fail_stranger (publish, page->path, error);
    if ((gsize)status.st_size == length && tlsrpt_file_has (folder, name, bytes, length)) {
      entry.changed_at = tlsrpt_file_changed_at (&status);
      add_to_list (publish, page->path, &entry, TRUE);
      return TRUE;
    }
  }
  if (!tlsrpt_file_write (publish->folder->staging, staged, bytes, length, &entry.changed_at))
    return tlsrpt_webroot_fail (publish->folder, page->path, "cannot write", error);
  add_to_list (publish, page->path, &entry, FALSE);
  waiting.path = g_strdup (page->path);
  g_array_append_val (publish->waiting, waiting);
  return TRUE;
}

/* Whether no page is wanted any more, and why, if one could not be written. */
static gboolean
is_over (TlsrptPublish *publish, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&publish->lock);

  if (publish->failure != NULL && error != NULL)
    *error = g_error_copy (publish->failure);
  return publish->failure != NULL || publish->is_abandoned;
}

/* In the other thread. What comes after a failure is not written. */
static void
take_page (gpointer work, gpointer data)
{
  g_autoptr (Page) page = work;
  g_autoptr (GError) failure = NULL;
  TlsrptPublish *publish = data;

  if (is_over (publish, NULL) || write_page (publish, page, &failure))
    return;
  g_mutex_lock (&publish->lock);
  publish->failure = g_steal_pointer (&failure);
  g_mutex_unlock (&publish->lock);
}

TlsrptPublish *
tlsrpt_publish_open (const char *path, GError **error)
{
  g_autoptr (TlsrptWebroot) folder = tlsrpt_webroot_open (path, error);
  TlsrptPublish *publish;

  if (folder == NULL)
    return NULL;
  publish = g_new0 (TlsrptPublish, 1);
  publish->folder = g_steal_pointer (&folder);
  publish->after = tlsrpt_manifest_new ();
  publish->waiting = g_array_new (FALSE, FALSE, sizeof (Waiting));
  g_array_set_clear_func (publish->waiting, waiting_clear);
  g_mutex_init (&publish->lock);
  publish->queue = tlsrpt_queue_new (take_page, publish, QUEUE_BYTES_MAX);
  return publish;
}

void
tlsrpt_publish_free (TlsrptPublish *publish)
{
  if (publish == NULL)
    return;
  g_mutex_lock (&publish->lock);
  publish->is_abandoned = TRUE;
  g_mutex_unlock (&publish->lock);
  g_clear_pointer (&publish->queue, tlsrpt_queue_finish);
  tlsrpt_webroot_free (publish->folder);
  g_hash_table_unref (publish->after);
  g_array_unref (publish->waiting);
  g_clear_error (&publish->failure);
  g_mutex_clear (&publish->lock);
  g_free (publish);
}

gboolean
tlsrpt_publish_has (TlsrptPublish *publish, const char *path, const char *source)
{
  const TlsrptManifestEntry *entry = g_hash_table_lookup (publish->folder->listed, path);
  struct stat status;
  const char *name;
  int folder;

  if (entry == NULL || g_strcmp0 (entry->source, source) != 0)
    return FALSE;
  folder = tlsrpt_webroot_of (publish->folder, path, &name);
  return folder >= 0 && fstatat (folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISREG (status.st_mode) && (guint64)status.st_size == entry->size &&
         tlsrpt_file_changed_at (&status) == entry->changed_at;
}

void
tlsrpt_publish_keep (TlsrptPublish *publish, const char *path)
{
  add_to_list (publish, path, g_hash_table_lookup (publish->folder->listed, path), TRUE);
}

gboolean
tlsrpt_publish_made (TlsrptPublish *publish, const char *path)
{
  return g_hash_table_contains (publish->folder->listed, path);
}

gboolean
tlsrpt_publish_put (TlsrptPublish *publish, const char *path, const char *source, GBytes *bytes,
                    GError **error)
{
  Page *page;

  g_assert (tlsrpt_manifest_is_path (path));
  if (is_over (publish, error))
    return FALSE;
  page = g_new (Page, 1);
  *page = (Page){ g_strdup (path), g_strdup (source), g_bytes_ref (bytes) };
  tlsrpt_queue_push (publish->queue, page, g_bytes_get_size (bytes));
  return TRUE;
}

static gboolean
rename_waiting (TlsrptPublish *publish, GError **error)
{
  for (guint i = 0; i < publish->waiting->len; i++) {
    const Waiting *waiting = &g_array_index (publish->waiting, Waiting, i);
    g_autofree char *staged = g_strdup_printf ("%u", waiting->number);
    const char *name;
    int folder = tlsrpt_webroot_of (publish->folder, waiting->path, &name);

    if (folder < 0 || renameat (publish->folder->staging, staged, folder, name) != 0)
      return tlsrpt_webroot_fail (publish->folder, waiting->path, "cannot replace", error);
  }
  return TRUE;
}

/* Paths that were ours and are not made any more. */
static GPtrArray *
old_paths (TlsrptPublish *publish)
{
  GPtrArray *old = g_ptr_array_new ();
  GHashTableIter entries;
  gpointer path;

  g_hash_table_iter_init (&entries, publish->folder->listed);
  while (g_hash_table_iter_next (&entries, &path, NULL))
    if (!g_hash_table_contains (publish->after, path))
      g_ptr_array_add (old, path);
  return old;
}

static gboolean
remove_old (TlsrptPublish *publish, const GPtrArray *old, GError **error)
{
  for (guint i = 0; i < old->len; i++) {
    const char *name;
    int folder = tlsrpt_webroot_of (publish->folder, old->pdata[i], &name);

    if (folder < 0 || (unlinkat (folder, name, 0) != 0 && errno != ENOENT))
      return tlsrpt_webroot_fail (publish->folder, old->pdata[i], "cannot remove", error);
  }
  return TRUE;
}

gboolean
tlsrpt_publish_finish (TlsrptPublish *publish, TlsrptPublished *published, GError **error)
{
  g_autoptr (GPtrArray) old = NULL;

  g_clear_pointer (&publish->queue, tlsrpt_queue_finish);
  if (is_over (publish, error))
    return FALSE;
  old = old_paths (publish);
  *published = (TlsrptPublished){ .written = publish->waiting->len,
                                  .unchanged = publish->unchanged,
                                  .removed = old->len };
  /* The list has a file before the folder does, and until after it is gone: a run that dies leaves
   * none that the next would take for a stranger's. */
  return ((publish->waiting->len == 0 && old->len == 0) ||
          (tlsrpt_webroot_list (publish->folder, publish->after, publish->folder->listed, error) &&
           rename_waiting (publish, error) && remove_old (publish, old, error) &&
           tlsrpt_webroot_sync (publish->folder, error))) &&
         tlsrpt_webroot_list (publish->folder, publish->after, NULL, error);
}
