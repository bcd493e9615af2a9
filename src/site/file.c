/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files of an open folder. */
#include "site/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

const char *
tlsrpt_file_next (DIR *folder)
{
  const struct dirent *found;

  do
    found = readdir (folder);
  while (found != NULL && (strcmp (found->d_name, ".") == 0 || strcmp (found->d_name, "..") == 0));
  return found != NULL ? found->d_name : NULL;
}

DIR *
tlsrpt_file_list (int folder)
{
  int copy = openat (folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  return copy >= 0 ? fdopendir (copy) : NULL;
}

int
tlsrpt_file_folder (int parent, const char *name)
{
  if (mkdirat (parent, name, 0777) != 0 && errno != EEXIST)
    return -1;
  return openat (parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

GBytes *
tlsrpt_file_read (int folder, const char *name, gsize most)
{
  int file = openat (folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  struct stat status;
  g_autofree char *bytes = NULL;
  gsize length = 0;
  gssize n = 1;

  if (file < 0)
    return NULL;
  if (fstat (file, &status) == 0 && S_ISREG (status.st_mode) && (gsize)status.st_size <= most) {
    bytes = g_malloc ((gsize)status.st_size + 1);
    while (n > 0 && length < (gsize)status.st_size) {
      n = read (file, bytes + length, (gsize)status.st_size - length);
      length += n > 0 ? (gsize)n : 0;
    }
  } else {
    errno = EINVAL;
  }
  close (file);
  return bytes != NULL && n >= 0 ? g_bytes_new_take (g_steal_pointer (&bytes), length) : NULL;
}

gboolean
tlsrpt_file_has (int folder, const char *name, gconstpointer bytes, gsize length)
{
  g_autoptr (GBytes) old = tlsrpt_file_read (folder, name, length);

  return old != NULL && g_bytes_get_size (old) == length &&
         memcmp (g_bytes_get_data (old, NULL), bytes, length) == 0;
}

gint64
tlsrpt_file_changed_at (const struct stat *status)
{
  return (gint64)status->st_mtim.tv_sec * 1000000000 + status->st_mtim.tv_nsec;
}

static gboolean
write_all (int file, const char *bytes, gsize length)
{
  while (length > 0) {
    gssize n = write (file, bytes, length);

    if (n < 0 && errno != EINTR)
      return FALSE;
    bytes += MAX (n, 0);
    length -= (gsize)MAX (n, 0);
  }
  return TRUE;
}

gboolean
tlsrpt_file_write (int folder, const char *name, gconstpointer bytes, gsize length,
                   gint64 *changed_at)
{
  int file = openat (folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  struct stat status;
  gboolean is_written;

  if (file < 0)
    return FALSE;
  is_written = write_all (file, bytes, length) && fstat (file, &status) == 0;
  if (is_written && changed_at != NULL)
    *changed_at = tlsrpt_file_changed_at (&status);
  return close (file) == 0 && is_written;
}
