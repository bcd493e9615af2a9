/* SPDX-License-Identifier: GPL-3.0-or-later
 * Finds the files below a folder: a stack of open folders, each entered once. Files that an
 * earlier run stored are skipped. */
#include "core/archive/walk.h"

#include "core/errors.h"
#include "core/archive/folder.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#define DEPTH_MAX 32

/* A folder being read; its first @stored entries are skipped, except folders. */
typedef struct {
  TlsrptFolder *folder;
  gboolean is_mail;
  guint64 stored;
  guint64 given;
} Frame;

struct _TlsrptWalk {
  char *root;
  guint chunk_names;
  TlsrptResume *resume;
  GPtrArray *frames;
  GHashTable *entered; /* "device:inode" */
  guint64 closed;      /* bytes listed in folders that are done with */
  guint64 passed;
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
  tlsrpt_folder_free (frame->folder);
  g_free (frame);
}

TlsrptWalk *
tlsrpt_walk_new (const char *path, guint chunk_names, TlsrptResume *resume)
{
  TlsrptWalk *walk = g_new0 (TlsrptWalk, 1);

  walk->root = g_strdup (path);
  walk->chunk_names = chunk_names;
  walk->resume = resume;
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

static Frame *
top (const TlsrptWalk *walk)
{
  return walk->frames->len > 0 ? g_ptr_array_index (walk->frames, walk->frames->len - 1) : NULL;
}

guint64
tlsrpt_walk_listed (const TlsrptWalk *walk)
{
  guint64 listed = walk->closed;

  for (guint i = 0; i < walk->frames->len; i++)
    listed += tlsrpt_folder_listed (((Frame *)g_ptr_array_index (walk->frames, i))->folder);
  return listed;
}

guint64
tlsrpt_walk_passed (const TlsrptWalk *walk)
{
  return walk->passed;
}

void
tlsrpt_walk_mark_failed (TlsrptWalk *walk)
{
  if (top (walk) != NULL)
    tlsrpt_folder_fail (top (walk)->folder);
}

static gboolean
has_folder (const char *path, const char *name)
{
  g_autofree char *folder = g_build_filename (path, name, NULL);

  return g_file_test (folder, G_FILE_TEST_IS_DIR);
}

static gboolean
may_enter (TlsrptWalk *walk, const char *path, gboolean *seen, GError **error)
{
  g_autofree char *quoted = tlsrpt_quote (path);
  struct stat status;

  if (walk->frames->len >= DEPTH_MAX) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
                 "source: %s is more than %d folders deep", quoted, DEPTH_MAX);
    return FALSE;
  }
  if (stat (path, &status) != 0) {
    int saved = errno;
    g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (saved),
                 "source: %s cannot be opened: %s", quoted, g_strerror (saved));
    return FALSE;
  }
  *seen = !g_hash_table_add (walk->entered, g_strdup_printf ("%ju:%ju", (uintmax_t)status.st_dev,
                                                             (uintmax_t)status.st_ino));
  return TRUE;
}

static gboolean
enter (TlsrptWalk *walk, const char *path, gboolean is_mail, GError **error)
{
  static const char *const maildir[] = { "cur", "new", NULL };
  gboolean is_maildir = has_folder (path, "cur") && has_folder (path, "new");
  gboolean seen;
  Frame *frame;

  if (!may_enter (walk, path, &seen, error))
    return FALSE;
  if (seen)
    return TRUE;
  frame = g_new0 (Frame, 1);
  frame->is_mail = is_mail || is_maildir;
  frame->folder = is_maildir ? tlsrpt_folder_new_of (path, maildir)
                             : tlsrpt_folder_new (path, is_mail, walk->chunk_names);
  if (walk->resume != NULL)
    frame->stored = tlsrpt_folder_stored (frame->folder, walk->resume);
  g_ptr_array_add (walk->frames, frame);
  return TRUE;
}

static void
leave (TlsrptWalk *walk)
{
  walk->closed += tlsrpt_folder_listed (top (walk)->folder);
  g_ptr_array_set_size (walk->frames, (gint)walk->frames->len - 1);
}

static TlsrptWalkFile *
file_new (const Frame *frame, const TlsrptFolderEntry *entry, char *path)
{
  TlsrptWalkFile *file = g_new0 (TlsrptWalkFile, 1);

  file->path = path;
  file->size = entry->size;
  file->is_mail = frame->is_mail;
  file->has_position = tlsrpt_folder_position (frame->folder, &file->position);
  return file;
}

TlsrptWalkFile *
tlsrpt_walk_next (TlsrptWalk *walk, GError **error)
{
  g_autoptr (GError) failure = NULL;
  Frame *frame;

  if (walk->root != NULL) {
    g_autofree char *root = g_steal_pointer (&walk->root);
    if (!enter (walk, root, FALSE, error))
      return NULL;
  }
  while ((frame = top (walk)) != NULL) {
    const TlsrptFolderEntry *entry = tlsrpt_folder_next (frame->folder, &failure);
    g_autofree char *path = NULL;

    if (failure != NULL) {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
    if (entry == NULL) {
      leave (walk);
      continue;
    }
    path = g_build_filename (tlsrpt_folder_path (frame->folder), entry->name, NULL);
    if (!entry->is_folder) {
      if (frame->given++ >= frame->stored)
        return file_new (frame, entry, g_steal_pointer (&path));
      walk->passed += entry->size;
    } else {
      frame->given++;
      if (!enter (walk, path, frame->is_mail, error))
        return NULL;
    }
  }
  return NULL;
}
