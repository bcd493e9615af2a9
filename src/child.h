/* SPDX-License-Identifier: GPL-3.0-or-later
 * A child process for the work that a stranger's bytes may end: the parent keeps the bytes, and learns
 * whether the child died of them. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptChildEnd:
 * @TLSRPT_CHILD_IS_SELF: this process is the child: it does the work
 * @TLSRPT_CHILD_EXITED: the child ended by itself; its exit status is for the mail system
 * @TLSRPT_CHILD_DIED_OF_MESSAGE: the child died while it decoded, by a fault or by a wall: another try
 *   would end the same way
 * @TLSRPT_CHILD_DIED: the child died later, or was told to end: the mail is to be tried again
 */
typedef enum {
  TLSRPT_CHILD_IS_SELF,
  TLSRPT_CHILD_EXITED,
  TLSRPT_CHILD_DIED_OF_MESSAGE,
  TLSRPT_CHILD_DIED,
} TlsrptChildEnd;

/**
 * tlsrpt_child_run:
 * @deadline: seconds the run may take
 * @status: (out): exit status of the child, or the signal that ended it
 * @error: return location
 *
 * Returns twice: in a child, behind the walls of walls.h, where it is to do its work, say
 * tlsrpt_child_say_decoded() and tlsrpt_child_end(); and in the parent, once the child has ended. Half of @deadline is
 * the child's share of processor time until it has said so. It ends with its parent, however that ends.
 * To be called while there is no thread.
 *
 * Errors: %TLSRPT_ERROR_TEMPORARY: no process could be started.
 *
 * Returns: how the child ended; %TLSRPT_CHILD_DIED with @error set
 */
TlsrptChildEnd tlsrpt_child_run (guint deadline, int *status, GError **error);

/**
 * tlsrpt_child_say_decoded:
 *
 * In the child: what the stranger sent is understood, and from here on nothing depends on how it was
 * written. Its share of processor time becomes the whole. Elsewhere nothing.
 */
void tlsrpt_child_say_decoded (void);

/**
 * tlsrpt_child_end:
 * @status: exit status, 0 to 254
 *
 * In the child: the last thing it does. The parent learns @status and need not wait until the kernel has
 * taken the child apart. Elsewhere, and under a sanitizer, nothing.
 */
void tlsrpt_child_end (int status);

G_END_DECLS
