/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lists a folder in sorted chunks. Each chunk takes another pass over the folder, so that ten
 * million files take no more memory than a hundred thousand. Also keeps how far the folder was
 * read. */
#include "core/archive/folder.h"

#include "core/errors.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* @entries are the names behind @last, the last name of the chunk before. */
struct _TlsrptFolder {
  char *path;
  gboolean files_only;
  guint chunk_names;
  GPtrArray *entries;
  guint next;
  char *last;
  gboolean complete;
  gboolean listed_once;
  gboolean failed;
  guint64 listed;
  TlsrptPosition position;
};

static void
set_key (TlsrptFolder *folder)
{
  g_autofree char *real = NULL;
  char *found = realpath (folder->path, NULL);

  real = g_strdup (found != NULL ? found : folder->path);
  free (found);
  tlsrpt_position_digest (folder->position.archive, "folder", (gsize)6, real, strlen (real), NULL);
}

TlsrptFolder *
tlsrpt_folder_new (const char *path, gboolean files_only, guint chunk_names)
{
  TlsrptFolder *folder = g_new0 (TlsrptFolder, 1);

  folder->path = g_strdup (path);
  folder->files_only = files_only;
  folder->chunk_names = chunk_names;
  folder->entries = g_ptr_array_new_with_free_func (g_free);
  set_key (folder);
  return folder;
}

static TlsrptFolderEntry *
entry_new (const char *name)
{
  gsize size = strlen (name) + 1;
  TlsrptFolderEntry *entry = g_malloc0 (sizeof *entry + size);

  memcpy (entry->name, name, size);
  return entry;
}

TlsrptFolder *
tlsrpt_folder_new_of (const char *path, const char *const *names)
{
  TlsrptFolder *folder = tlsrpt_folder_new (path, FALSE, 0);

  for (gsize i = 0; names[i] != NULL; i++) {
    TlsrptFolderEntry *entry = entry_new (names[i]);
    entry->is_folder = TRUE;
    g_ptr_array_add (folder->entries, entry);
  }
  folder->complete = TRUE;
  folder->listed_once = TRUE;
  return folder;
}

void
tlsrpt_folder_free (TlsrptFolder *folder)
{
  g_free (folder->path);
  g_free (folder->last);
  g_ptr_array_unref (folder->entries);
  g_free (folder);
}

const char *
tlsrpt_folder_path (const TlsrptFolder *folder)
{
  return folder->path;
}

guint64
tlsrpt_folder_listed (const TlsrptFolder *folder)
{
  return folder->listed;
}

void
tlsrpt_folder_fail (TlsrptFolder *folder)
{
  folder->failed = TRUE;
}

gboolean
tlsrpt_folder_position (const TlsrptFolder *folder, TlsrptPosition *position)
{
  *position = folder->position;
  return !folder->failed;
}

static gboolean
fail (TlsrptFolder *folder, int code, const char *what, GError **error)
{
  g_autofree char *quoted = tlsrpt_quote (folder->path);

  folder->failed = TRUE;
  g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (code), "source: %s %s: %s",
               quoted, what, g_strerror (code));
  return FALSE;
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(const TlsrptFolderEntry *const *)a)->name,
                 (*(const TlsrptFolderEntry *const *)b)->name);
}

static void
keep_first_chunk (TlsrptFolder *folder)
{
  g_ptr_array_sort (folder->entries, compare_entries);
  if (folder->entries->len <= folder->chunk_names)
    return;
  g_ptr_array_set_size (folder->entries, (gint)folder->chunk_names);
  folder->complete = FALSE;
}

/* Looks up kind and size, and drops what is neither a file nor a folder: a pipe would block the
 * walk. What cannot be looked up stays, so that opening it reports the reason. */
static void
look_at_entries (TlsrptFolder *folder, int fd)
{
  guint kept = 0;

  for (guint i = 0; i < folder->entries->len; i++) {
    TlsrptFolderEntry *entry = g_ptr_array_index (folder->entries, i);
    struct stat status;

    if (fstatat (fd, entry->name, &status, 0) == 0) {
      entry->is_folder = S_ISDIR (status.st_mode);
      if (!S_ISREG (status.st_mode) && (!entry->is_folder || folder->files_only)) {
        g_free (entry);
        continue;
      }
      if (!entry->is_folder) {
        entry->size = (guint64)status.st_size;
        entry->modified =
            status.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + status.st_mtim.tv_nsec;
      }
    }
    folder->listed += entry->size;
    folder->entries->pdata[kept++] = entry;
  }
  folder->entries->len = kept;
}

static gboolean
list_chunk (TlsrptFolder *folder, GError **error)
{
  DIR *stream = opendir (folder->path);
  const struct dirent *found;
  int failure;

  folder->complete = TRUE; /* a folder that fails is not tried again */
  folder->listed_once = TRUE;
  folder->next = 0;
  g_ptr_array_set_size (folder->entries, 0);
  if (stream == NULL)
    return fail (folder, errno, "cannot be opened", error);
  while (errno = 0, (found = readdir (stream)) != NULL) {
    if (found->d_name[0] == '.' ||
        (folder->last != NULL && strcmp (found->d_name, folder->last) <= 0))
      continue;
    g_ptr_array_add (folder->entries, entry_new (found->d_name));
    if (folder->entries->len >= 2 * folder->chunk_names)
      keep_first_chunk (folder);
  }
  failure = errno;
  keep_first_chunk (folder);
  if (!folder->complete) {
    const TlsrptFolderEntry *last = g_ptr_array_index (folder->entries, folder->entries->len - 1);
    g_free (folder->last);
    folder->last = g_strdup (last->name);
  }
  look_at_entries (folder, dirfd (stream));
  closedir (stream);
  return failure == 0 || fail (folder, failure, "cannot be read", error);
}

/* The flags of a Maildir are in the file name and change as a person reads; the part before them
 * does not. */
static void
count_entry (TlsrptFolder *folder, const TlsrptFolderEntry *entry)
{
  guint64 facts[] = { entry->size, (guint64)entry->modified, (guint64)entry->is_folder };

  folder->position.done++;
  tlsrpt_position_digest (folder->position.check, folder->position.check,
                          (gsize)TLSRPT_POSITION_BYTES, entry->name, strcspn (entry->name, ":"),
                          facts, sizeof facts, NULL);
}

const TlsrptFolderEntry *
tlsrpt_folder_next (TlsrptFolder *folder, GError **error)
{
  const TlsrptFolderEntry *entry;

  while (folder->next == folder->entries->len) {
    if (folder->complete && folder->listed_once)
      return NULL;
    if (!list_chunk (folder, error))
      return NULL;
  }
  entry = g_ptr_array_index (folder->entries, folder->next++);
  count_entry (folder, entry);
  return entry;
}

guint64
tlsrpt_folder_stored (const TlsrptFolder *folder, TlsrptResume *resume)
{
  const TlsrptPosition *position =
      tlsrpt_positions_find (resume->positions, folder->position.archive);
  g_autoptr (TlsrptFolder) again = NULL;

  if (position == NULL || folder->chunk_names == 0)
    return 0;
  again = tlsrpt_folder_new (folder->path, folder->files_only, folder->chunk_names);
  while (again->position.done < position->done)
    if (tlsrpt_folder_next (again, NULL) == NULL)
      return 0;
  if (memcmp (again->position.check, position->check, sizeof position->check) != 0)
    return 0;
  tlsrpt_resume_note (resume, position, folder->path, position->done, "entries");
  return position->done;
}
