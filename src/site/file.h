/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files of a folder that is open: nothing is reached through a link, and errno says why something failed. */
#pragma once

#include <dirent.h>
#include <glib.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/**
 * tlsrpt_file_list:
 * @folder: an open folder
 *
 * Returns: (transfer full) (nullable): its names from the beginning, for tlsrpt_file_next() and closedir();
 *   %NULL with errno set
 */
DIR *tlsrpt_file_list (int folder);

/**
 * tlsrpt_file_next:
 * @folder: names that are being read
 *
 * Returns: (transfer none) (nullable): the next name that is neither `.` nor `..`, good until the next
 *   call; %NULL at the end
 */
const char *tlsrpt_file_next (DIR *folder);

/**
 * tlsrpt_file_folder:
 * @parent: an open folder
 * @name: name of a folder in it, which is made if it is missing
 *
 * Returns: the folder, opened, or -1 with errno set, also where @name is a link: what is written
 *   through one would be a stranger's
 */
int tlsrpt_file_folder (int parent, const char *name);

/**
 * tlsrpt_file_read:
 * @folder: an open folder
 * @name: name of a file in it
 * @most: bytes that it may have
 *
 * Returns: (transfer full) (nullable): all its bytes, or %NULL with errno set
 */
GBytes *tlsrpt_file_read (int folder, const char *name, gsize most);

/**
 * tlsrpt_file_has:
 * @folder: an open folder
 * @name: name of a file in it
 * @bytes: (array length=length): what it may have
 * @length: how many bytes
 *
 * Returns: whether it can be read and has these bytes and no others
 */
gboolean tlsrpt_file_has (int folder, const char *name, gconstpointer bytes, gsize length);

/**
 * tlsrpt_file_changed_at:
 * @status: what is known of a file
 *
 * Returns: its time of modification, in nanoseconds since 1970
 */
gint64 tlsrpt_file_changed_at (const struct stat *status);

/**
 * tlsrpt_file_write:
 * @folder: an open folder
 * @name: name of a file that is not there yet
 * @bytes: (array length=length): what it is to have
 * @length: how many bytes
 * @changed_at: (out) (optional): its time of modification, as tlsrpt_file_changed_at()
 *
 * Returns: %FALSE with errno set
 */
gboolean tlsrpt_file_write (int folder, const char *name, gconstpointer bytes, gsize length,
                            gint64 *changed_at);

G_END_DECLS
