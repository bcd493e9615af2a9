/* SPDX-License-Identifier: GPL-3.0-or-later
 * A folder to the files below it. A folder is listed a chunk of sorted names at a time, each chunk by
 * another pass over it, so that ten million files take no more memory than a hundred thousand. */
#include "core/walk.h"

#include "core/errors.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#define DEPTH_MAX 32

typedef struct {
  guint64 size;
  gboolean is_folder;
  char name[];
} Entry;

/* A folder being read: @entries are the names behind @last, the last name of the chunk before. */
typedef struct {
  char *path;
  gboolean is_mail;
  GPtrArray *entries;
  guint next;
  char *last;
  gboolean complete;
} Frame;

struct _TlsrptWalk {
  char *root;
  guint chunk_names;
  GPtrArray *frames;
  GHashTable *entered; /* "device:inode" */
  guint64 listed;
};

void
tlsrpt_walk_file_free (TlsrptWalkFile *file)
{
  g_free (file->path);
  g_free (file);
}

static void
frame_free (Frame *frame)
{
  g_free (frame->path);
  g_free (frame->last);
  g_ptr_array_unref (frame->entries);
  g_free (frame);
}

TlsrptWalk *
tlsrpt_walk_new (const char *path, guint chunk_names)
{
  TlsrptWalk *walk = g_new0 (TlsrptWalk, 1);

  walk->root = g_strdup (path);
  walk->chunk_names = chunk_names;
  walk->frames = g_ptr_array_new_with_free_func ((GDestroyNotify)frame_free);
  walk->entered = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return walk;
}

void
tlsrpt_walk_free (TlsrptWalk *walk)
{
  g_ptr_array_unref (walk->frames);
  g_hash_table_unref (walk->entered);
  g_free (walk->root);
  g_free (walk);
}

guint64
tlsrpt_walk_listed (const TlsrptWalk *walk)
{
  return walk->listed;
}

static gboolean
fail (const char *path, int code, const char *what, GError **error)
{
  g_autofree char *quoted = tlsrpt_quote (path);

  g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (code), "source: %s %s: %s",
               quoted, what, g_strerror (code));
  return FALSE;
}

static Entry *
entry_new (const char *name)
{
  gsize size = strlen (name) + 1;
  Entry *entry = g_malloc0 (sizeof *entry + size);

  memcpy (entry->name, name, size);
  return entry;
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(const Entry *const *)a)->name, (*(const Entry *const *)b)->name);
}

static void
keep_first (GPtrArray *entries, guint n)
{
  g_ptr_array_sort (entries, compare_entries);
  if (entries->len > n)
    g_ptr_array_set_size (entries, (gint)n);
}

/* Asks for kind and size, and drops what is neither file nor folder: a pipe would hang the walk.
 * What cannot be asked stays, so that opening it says why. */
static void
look_at_entries (TlsrptWalk *walk, Frame *frame, int folder)
{
  guint kept = 0;

  for (guint i = 0; i < frame->entries->len; i++) {
    Entry *entry = g_ptr_array_index (frame->entries, i);
    struct stat status;

    if (fstatat (folder, entry->name, &status, 0) == 0) {
      entry->is_folder = S_ISDIR (status.st_mode);
      entry->size = S_ISREG (status.st_mode) ? (guint64)status.st_size : 0;
      if (!S_ISREG (status.st_mode) && (!entry->is_folder || frame->is_mail)) {
        g_free (entry);
        continue;
      }
    }
    walk->listed += entry->size;
    frame->entries->pdata[kept++] = entry;
  }
  frame->entries->len = kept;
}

static gboolean
list_chunk (TlsrptWalk *walk, Frame *frame, GError **error)
{
  DIR *folder = opendir (frame->path);
  const struct dirent *found;
  int failed = 0;

  frame->complete = TRUE; /* a folder that fails is not tried again */
  frame->next = 0;
  g_ptr_array_set_size (frame->entries, 0);
  if (folder == NULL)
    return fail (frame->path, errno, "cannot be opened", error);
  while (errno = 0, (found = readdir (folder)) != NULL) {
    if (found->d_name[0] == '.' ||
        (frame->last != NULL && strcmp (found->d_name, frame->last) <= 0))
      continue;
    g_ptr_array_add (frame->entries, entry_new (found->d_name));
    if (frame->entries->len >= 2 * walk->chunk_names) {
      keep_first (frame->entries, walk->chunk_names);
      frame->complete = FALSE;
    }
  }
  failed = errno;
  if (frame->entries->len > walk->chunk_names)
    frame->complete = FALSE;
  keep_first (frame->entries, walk->chunk_names);
  if (!frame->complete) {
    const Entry *last = g_ptr_array_index (frame->entries, frame->entries->len - 1);
    g_free (frame->last);
    frame->last = g_strdup (last->name);
  }
  look_at_entries (walk, frame, dirfd (folder));
  closedir (folder);
  return failed == 0 || fail (frame->path, failed, "cannot be read", error);
}

static gboolean
has_folder (const char *path, const char *name)
{
  g_autofree char *folder = g_build_filename (path, name, NULL);

  return g_file_test (folder, G_FILE_TEST_IS_DIR);
}

static Frame *
frame_new (const char *path, gboolean is_mail)
{
  Frame *frame = g_new0 (Frame, 1);

  frame->path = g_strdup (path);
  frame->is_mail = is_mail;
  frame->entries = g_ptr_array_new_with_free_func (g_free);
  return frame;
}

static gboolean
enter (TlsrptWalk *walk, const char *path, gboolean is_mail, GError **error)
{
  struct stat status;
  Frame *frame;

  if (walk->frames->len >= DEPTH_MAX) {
    g_autofree char *quoted = tlsrpt_quote (path);
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
                 "source: %s lies more than %d folders deep", quoted, DEPTH_MAX);
    return FALSE;
  }
  if (stat (path, &status) != 0)
    return fail (path, errno, "cannot be opened", error);
  if (!g_hash_table_add (walk->entered, g_strdup_printf ("%ju:%ju", (uintmax_t)status.st_dev,
                                                         (uintmax_t)status.st_ino)))
    return TRUE;
  frame = frame_new (path, is_mail);
  g_ptr_array_add (walk->frames, frame);
  if (has_folder (path, "cur") && has_folder (path, "new")) {
    static const char *const folders[] = { "cur", "new" };
    for (gsize i = 0; i < G_N_ELEMENTS (folders); i++) {
      Entry *entry = entry_new (folders[i]);
      entry->is_folder = TRUE;
      g_ptr_array_add (frame->entries, entry);
    }
    frame->is_mail = TRUE;
    frame->complete = TRUE;
    return TRUE;
  }
  return list_chunk (walk, frame, error);
}

TlsrptWalkFile *
tlsrpt_walk_next (TlsrptWalk *walk, GError **error)
{
  if (walk->root != NULL) {
    g_autofree char *root = g_steal_pointer (&walk->root);
    if (!enter (walk, root, FALSE, error))
      return NULL;
  }
  while (walk->frames->len > 0) {
    Frame *frame = g_ptr_array_index (walk->frames, walk->frames->len - 1);
    g_autofree char *path = NULL;
    const Entry *entry;

    if (frame->next == frame->entries->len) {
      if (frame->complete)
        g_ptr_array_set_size (walk->frames, (gint)walk->frames->len - 1);
      else if (!list_chunk (walk, frame, error))
        return NULL;
      continue;
    }
    entry = g_ptr_array_index (frame->entries, frame->next++);
    path = g_build_filename (frame->path, entry->name, NULL);
    if (!entry->is_folder) {
      TlsrptWalkFile *file = g_new0 (TlsrptWalkFile, 1);
      file->path = g_steal_pointer (&path);
      file->size = entry->size;
      file->is_mail = frame->is_mail;
      return file;
    }
    if (!enter (walk, path, frame->is_mail, error))
      return NULL;
  }
  return NULL;
}
