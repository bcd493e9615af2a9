/* SPDX-License-Identifier: GPL-3.0-or-later
 * The folder of the site: its lock, its list of files, and its folder of new files. */
#define _GNU_SOURCE /* syncfs */
#include "site/webroot.h"

#include "core/errors.h"
#include "site/file.h"
#include "site/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define MANIFEST ".tlsrpt-site"
#define STAGING ".tlsrpt-new"
#define MANIFEST_BYTES_MAX (1u << 30)

gboolean
tlsrpt_webroot_fail (const TlsrptWebroot *folder, const char *path, const char *what,
                     GError **error)
{
  int number = errno;
  g_autofree char *quoted = tlsrpt_quote (folder->name);
  gboolean is_full = number == ENOSPC || number == EDQUOT;
  gboolean passes = is_full || number == EIO || number == EINTR;

  g_set_error (error, TLSRPT_ERROR, passes ? TLSRPT_ERROR_TEMPORARY : TLSRPT_ERROR_OPERATOR,
               "site: %s%s%s in '%s': %s%s", what, *path != '\0' ? " " : "", path, quoted,
               g_strerror (number), is_full ? "; free some space there and run this again" : "");
  return FALSE;
}

static void
close_folder (gpointer data)
{
  close (GPOINTER_TO_INT (data));
}

/* Removes what an interrupted run left waiting. */
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
has_files (int top)
{
  DIR *names = tlsrpt_file_list (top);
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
read_manifest (TlsrptWebroot *folder, GError **error)
{
  g_autoptr (GBytes) bytes = tlsrpt_file_read (folder->top, MANIFEST, MANIFEST_BYTES_MAX);
  g_autofree char *text = NULL;
  g_autofree char *quoted = tlsrpt_quote (folder->name);

  if (bytes == NULL && errno != ENOENT)
    return tlsrpt_webroot_fail (folder, MANIFEST, "cannot read", error);
  if (bytes == NULL && has_files (folder->top)) {
    g_set_error (
        error, TLSRPT_ERROR, TLSRPT_ERROR_OPERATOR,
        "site: '%s' has files and was not made by this command; name an empty folder, or one "
        "that is missing",
        quoted);
    return FALSE;
  }
  if (bytes != NULL)
    text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  folder->listed = text != NULL ? tlsrpt_manifest_parse (text) : tlsrpt_manifest_new ();
  if (folder->listed != NULL)
    return TRUE;
  g_set_error (
      error, TLSRPT_ERROR, TLSRPT_ERROR_OPERATOR,
      "site: %s in '%s' is damaged, so that nothing may be removed there; empty the folder",
      MANIFEST, quoted);
  return FALSE;
}

static gboolean
lock (const TlsrptWebroot *folder, GError **error)
{
  g_autofree char *quoted = NULL;

  if (flock (folder->top, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  if (errno != EWOULDBLOCK)
    return tlsrpt_webroot_fail (folder, "", "cannot lock", error);
  quoted = tlsrpt_quote (folder->name);
  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY,
               "site: another run is writing to '%s'; wait until it has ended", quoted);
  return FALSE;
}

TlsrptWebroot *
tlsrpt_webroot_open (const char *path, GError **error)
{
  g_autoptr (TlsrptWebroot) folder = g_new0 (TlsrptWebroot, 1);

  folder->name = g_strdup (path);
  folder->staging = -1;
  folder->below = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, close_folder);
  g_mutex_init (&folder->lock);
  if (mkdir (path, 0777) != 0 && errno != EEXIST)
    folder->top = -1;
  else
    folder->top = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder->top < 0) {
    tlsrpt_webroot_fail (folder, "", "cannot open the folder", error);
    return NULL;
  }
  if (!lock (folder, error) || !read_manifest (folder, error))
    return NULL;
  folder->staging = tlsrpt_file_folder (folder->top, STAGING);
  if (folder->staging < 0) {
    tlsrpt_webroot_fail (folder, STAGING, "cannot make", error);
    return NULL;
  }
  empty_staging (folder->staging);
  /* From the start: folders that a first run made before it failed would be taken for a stranger's. */
  if (g_hash_table_size (folder->listed) == 0 &&
      !tlsrpt_webroot_list (folder, folder->listed, NULL, error))
    return NULL;
  return g_steal_pointer (&folder);
}

void
tlsrpt_webroot_free (TlsrptWebroot *folder)
{
  if (folder == NULL)
    return;
  if (folder->staging >= 0) {
    empty_staging (folder->staging);
    close (folder->staging);
    unlinkat (folder->top, STAGING, AT_REMOVEDIR);
  }
  if (folder->top >= 0)
    close (folder->top);
  g_hash_table_unref (folder->below);
  g_clear_pointer (&folder->listed, g_hash_table_unref);
  g_mutex_clear (&folder->lock);
  g_free (folder->name);
  g_free (folder);
}

int
tlsrpt_webroot_of (TlsrptWebroot *folder, const char *path, const char **name)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&folder->lock);
  const char *slash = strchr (path, '/');
  g_autofree char *above = slash != NULL ? g_strndup (path, (gsize)(slash - path)) : NULL;
  gpointer known;
  int opened;

  *name = slash != NULL ? slash + 1 : path;
  if (above == NULL)
    return folder->top;
  if (g_hash_table_lookup_extended (folder->below, above, NULL, &known))
    return GPOINTER_TO_INT (known);
  opened = tlsrpt_file_folder (folder->top, above);
  if (opened >= 0)
    g_hash_table_insert (folder->below, g_steal_pointer (&above), GINT_TO_POINTER (opened));
  return opened;
}

gboolean
tlsrpt_webroot_list (TlsrptWebroot *folder, GHashTable *manifest, GHashTable *also, GError **error)
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
  if (tlsrpt_file_has (folder->top, MANIFEST, text, strlen (text)))
    return TRUE;
  if (tlsrpt_file_write (folder->staging, "manifest", text, strlen (text), NULL) &&
      syncfs (folder->top) == 0 &&
      renameat (folder->staging, "manifest", folder->top, MANIFEST) == 0 &&
      fsync (folder->top) == 0)
    return TRUE;
  return tlsrpt_webroot_fail (folder, MANIFEST, "cannot write", error);
}

gboolean
tlsrpt_webroot_sync (TlsrptWebroot *folder, GError **error)
{
  GHashTableIter all;
  gpointer name, below;

  g_hash_table_iter_init (&all, folder->below);
  while (g_hash_table_iter_next (&all, &name, &below))
    if (fsync (GPOINTER_TO_INT (below)) != 0)
      return tlsrpt_webroot_fail (folder, name, "cannot sync", error);
  return TRUE;
}
