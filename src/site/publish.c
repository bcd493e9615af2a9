/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files into a folder, all at once. New ones wait in a folder of their own, beside the old. */
#define _GNU_SOURCE /* syncfs */
#include "site/publish.h"

#include "core/errors.h"
#include "site/file.h"
#include "site/manifest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MANIFEST ".tlsrpt-site"
#define STAGING ".tlsrpt-new"
#define MANIFEST_BYTES_MAX (1u << 30)

/* A file that waits in the staging folder under its number. */
typedef struct {
  char *path;
  guint number;
} Waiting;

struct _TlsrptPublish {
  char *name;
  int folder;
  int staging;
  GHashTable *folders;
  GHashTable *before;
  GHashTable *after;
  GArray *waiting;
  guint unchanged;
};

static gboolean
fail (const TlsrptPublish *publish, const char *path, const char *what, GError **error)
{
  int number = errno;
  g_autofree char *quoted = tlsrpt_quote (publish->name);
  gboolean passes = number == ENOSPC || number == EDQUOT || number == EIO || number == EINTR;

  g_set_error (error, TLSRPT_ERROR, passes ? TLSRPT_ERROR_TEMPORARY : TLSRPT_ERROR_OPERATOR,
               "site: %s%s%s in '%s': %s", what, *path != '\0' ? " " : "", path, quoted,
               g_strerror (number));
  return FALSE;
}

static void
waiting_clear (gpointer data)
{
  g_free (((Waiting *)data)->path);
}

static void
close_folder (gpointer data)
{
  close (GPOINTER_TO_INT (data));
}

/* Whatever an interrupted run left waiting. */
static void
empty_staging (int staging)
{
  DIR *names = tlsrpt_file_list (staging);
  const char *name;

  while (names != NULL && (name = tlsrpt_file_next (names)) != NULL)
    unlinkat (staging, name, 0);
  if (names != NULL)
    closedir (names);
}

static gboolean
has_files (int folder)
{
  DIR *names = tlsrpt_file_list (folder);
  const char *name;

  if (names == NULL)
    return TRUE;
  do
    name = tlsrpt_file_next (names);
  while (name != NULL && (strcmp (name, STAGING) == 0 || strcmp (name, "lost+found") == 0));
  closedir (names);
  return name != NULL;
}

static gboolean
read_manifest (TlsrptPublish *publish, GError **error)
{
  g_autoptr (GBytes) bytes = tlsrpt_file_read (publish->folder, MANIFEST, MANIFEST_BYTES_MAX);
  g_autofree char *text = NULL;
  g_autofree char *quoted = tlsrpt_quote (publish->name);

  if (bytes == NULL && errno != ENOENT)
    return fail (publish, MANIFEST, "cannot read", error);
  if (bytes == NULL && has_files (publish->folder)) {
    g_set_error (
        error, TLSRPT_ERROR, TLSRPT_ERROR_OPERATOR,
        "site: '%s' has files and was not made by this command; name an empty folder, or one "
        "that is missing",
        quoted);
    return FALSE;
  }
  if (bytes != NULL)
    text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  publish->before = text != NULL ? tlsrpt_manifest_parse (text) : tlsrpt_manifest_new ();
  if (publish->before != NULL)
    return TRUE;
  g_set_error (
      error, TLSRPT_ERROR, TLSRPT_ERROR_OPERATOR,
      "site: %s in '%s' is damaged, so that nothing may be removed there; empty the folder",
      MANIFEST, quoted);
  return FALSE;
}

static gboolean
lock (const TlsrptPublish *publish, GError **error)
{
  g_autofree char *quoted = NULL;

  if (flock (publish->folder, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  if (errno != EWOULDBLOCK)
    return fail (publish, "", "cannot lock", error);
  quoted = tlsrpt_quote (publish->name);
  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY, "site: another run is writing to '%s'",
               quoted);
  return FALSE;
}

TlsrptPublish *
tlsrpt_publish_open (const char *path, GError **error)
{
  g_autoptr (TlsrptPublish) publish = g_new0 (TlsrptPublish, 1);

  publish->name = g_strdup (path);
  publish->staging = -1;
  publish->folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, close_folder);
  publish->after = tlsrpt_manifest_new ();
  publish->waiting = g_array_new (FALSE, FALSE, sizeof (Waiting));
  g_array_set_clear_func (publish->waiting, waiting_clear);
  if (mkdir (path, 0777) != 0 && errno != EEXIST)
    publish->folder = -1;
  else
    publish->folder = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (publish->folder < 0) {
    fail (publish, "", "cannot open the folder", error);
    return NULL;
  }
  if (!lock (publish, error) || !read_manifest (publish, error))
    return NULL;
  publish->staging = tlsrpt_file_folder (publish->folder, STAGING);
  if (publish->staging < 0) {
    fail (publish, STAGING, "cannot make", error);
    return NULL;
  }
  empty_staging (publish->staging);
  return g_steal_pointer (&publish);
}

void
tlsrpt_publish_free (TlsrptPublish *publish)
{
  if (publish == NULL)
    return;
  if (publish->staging >= 0) {
    empty_staging (publish->staging);
    close (publish->staging);
    unlinkat (publish->folder, STAGING, AT_REMOVEDIR);
  }
  if (publish->folder >= 0)
    close (publish->folder);
  g_hash_table_unref (publish->folders);
  g_clear_pointer (&publish->before, g_hash_table_unref);
  g_hash_table_unref (publish->after);
  g_array_unref (publish->waiting);
  g_free (publish->name);
  g_free (publish);
}

/* The folder that @path is in, opened once, and what is left of @path there. */
static int
folder_of (TlsrptPublish *publish, const char *path, const char **name)
{
  const char *slash = strchr (path, '/');
  g_autofree char *above = slash != NULL ? g_strndup (path, (gsize)(slash - path)) : NULL;
  gpointer known;
  int folder;

  *name = slash != NULL ? slash + 1 : path;
  if (above == NULL)
    return publish->folder;
  if (g_hash_table_lookup_extended (publish->folders, above, NULL, &known))
    return GPOINTER_TO_INT (known);
  folder = tlsrpt_file_folder (publish->folder, above);
  if (folder >= 0)
    g_hash_table_insert (publish->folders, g_steal_pointer (&above), GINT_TO_POINTER (folder));
  return folder;
}

gboolean
tlsrpt_publish_has (TlsrptPublish *publish, const char *path, const char *source)
{
  const TlsrptManifestEntry *entry = g_hash_table_lookup (publish->before, path);
  struct stat status;
  const char *name;
  int folder;

  if (entry == NULL || g_strcmp0 (entry->source, source) != 0)
    return FALSE;
  folder = folder_of (publish, path, &name);
  return folder >= 0 && fstatat (folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISREG (status.st_mode) && (guint64)status.st_size == entry->size &&
         tlsrpt_file_changed_at (&status) == entry->changed_at;
}

void
tlsrpt_publish_keep (TlsrptPublish *publish, const char *path)
{
  tlsrpt_manifest_set (publish->after, path, g_hash_table_lookup (publish->before, path));
  publish->unchanged++;
}

static gboolean
fail_stranger (const TlsrptPublish *publish, const char *path, GError **error)
{
  g_autofree char *quoted = tlsrpt_quote (publish->name);

  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_OPERATOR,
               "site: '%s' has a file %s that this command did not make; move it away", quoted,
               path);
  return FALSE;
}

/* Whether the file already has these bytes. */
static gboolean
is_same (int folder, const char *name, gconstpointer bytes, gsize length, const struct stat *status)
{
  g_autoptr (GBytes) old = NULL;

  if (!S_ISREG (status->st_mode) || (gsize)status->st_size != length)
    return FALSE;
  old = tlsrpt_file_read (folder, name, length);
  return old != NULL && g_bytes_get_size (old) == length &&
         memcmp (g_bytes_get_data (old, NULL), bytes, length) == 0;
}

gboolean
tlsrpt_publish_put (TlsrptPublish *publish, const char *path, const char *source,
                    gconstpointer bytes, gsize length, GError **error)
{
  TlsrptManifestEntry entry = { .size = length, .source = (char *)source };
  gboolean is_ours = g_hash_table_contains (publish->before, path);
  Waiting waiting = { .number = publish->waiting->len };
  g_autofree char *staged = g_strdup_printf ("%u", waiting.number);
  struct stat status;
  const char *name;
  int folder;

  g_assert (tlsrpt_manifest_is_path (path) && !g_hash_table_contains (publish->after, path));
  folder = folder_of (publish, path, &name);
  if (folder < 0)
    return fail (publish, path, "cannot make the folder of", error);
  if (fstatat (folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
    if (!is_ours)
      return fail_stranger (publish, path, error);
    if (is_same (folder, name, bytes, length, &status)) {
      entry.changed_at = tlsrpt_file_changed_at (&status);
      tlsrpt_manifest_set (publish->after, path, &entry);
      publish->unchanged++;
      return TRUE;
    }
  }
  if (!tlsrpt_file_write (publish->staging, staged, bytes, length, &entry.changed_at))
    return fail (publish, path, "cannot write", error);
  tlsrpt_manifest_set (publish->after, path, &entry);
  waiting.path = g_strdup (path);
  g_array_append_val (publish->waiting, waiting);
  return TRUE;
}

static gboolean
is_unchanged (TlsrptPublish *publish, const char *text)
{
  g_autoptr (GBytes) old = tlsrpt_file_read (publish->folder, MANIFEST, MANIFEST_BYTES_MAX);

  return old != NULL && g_bytes_get_size (old) == strlen (text) &&
         memcmp (g_bytes_get_data (old, NULL), text, strlen (text)) == 0;
}

/* @also: (nullable): files that may be there besides those of @manifest */
static gboolean
write_manifest (TlsrptPublish *publish, GHashTable *manifest, GHashTable *also, GError **error)
{
  g_autoptr (GHashTable) all = tlsrpt_manifest_new ();
  g_autofree char *text = NULL;
  GHashTableIter entries;
  gpointer path, entry;

  for (int i = 0; i < 2; i++) {
    if ((i == 0 ? also : manifest) == NULL)
      continue;
    g_hash_table_iter_init (&entries, i == 0 ? also : manifest);
    while (g_hash_table_iter_next (&entries, &path, &entry))
      tlsrpt_manifest_set (all, path, entry);
  }
  text = tlsrpt_manifest_text (all);
  if (is_unchanged (publish, text))
    return TRUE;
  if (tlsrpt_file_write (publish->staging, "manifest", text, strlen (text), NULL) &&
      syncfs (publish->folder) == 0 &&
      renameat (publish->staging, "manifest", publish->folder, MANIFEST) == 0 &&
      fsync (publish->folder) == 0)
    return TRUE;
  return fail (publish, MANIFEST, "cannot write", error);
}

static gboolean
rename_waiting (TlsrptPublish *publish, GError **error)
{
  for (guint i = 0; i < publish->waiting->len; i++) {
    const Waiting *waiting = &g_array_index (publish->waiting, Waiting, i);
    g_autofree char *staged = g_strdup_printf ("%u", waiting->number);
    const char *name;
    int folder = folder_of (publish, waiting->path, &name);

    if (folder < 0 || renameat (publish->staging, staged, folder, name) != 0)
      return fail (publish, waiting->path, "cannot replace", error);
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

  g_hash_table_iter_init (&entries, publish->before);
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
    int folder = folder_of (publish, old->pdata[i], &name);

    if (folder < 0 || (unlinkat (folder, name, 0) != 0 && errno != ENOENT))
      return fail (publish, old->pdata[i], "cannot remove", error);
  }
  return TRUE;
}

static gboolean
sync_folders (TlsrptPublish *publish, GError **error)
{
  GHashTableIter folders;
  gpointer name, folder;

  g_hash_table_iter_init (&folders, publish->folders);
  while (g_hash_table_iter_next (&folders, &name, &folder))
    if (fsync (GPOINTER_TO_INT (folder)) != 0)
      return fail (publish, name, "cannot sync", error);
  return TRUE;
}

gboolean
tlsrpt_publish_finish (TlsrptPublish *publish, TlsrptPublished *published, GError **error)
{
  g_autoptr (GPtrArray) old = old_paths (publish);

  *published = (TlsrptPublished){ .written = publish->waiting->len,
                                  .unchanged = publish->unchanged,
                                  .removed = old->len };
  /* The list has a file before the folder does, and until after it is gone: a run that dies leaves
   * none that the next would take for a stranger's. */
  return ((publish->waiting->len == 0 && old->len == 0) ||
          (write_manifest (publish, publish->after, publish->before, error) &&
           rename_waiting (publish, error) && remove_old (publish, old, error) &&
           sync_folders (publish, error))) &&
         write_manifest (publish, publish->after, NULL, error);
}
