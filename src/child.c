/* SPDX-License-Identifier: GPL-3.0-or-later
 * Runs a step in a child process made by fork(), and says what a death of it means. */
#include "child.h"

#include "core/errors.h"
#include "walls.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Where the child says that it has decoded; -1 in every other process. */
static int told = -1;

/* A person or a service manager ends a process by these signals. Any other is the fault of what
 * the process did, or the kernel ended it, as when memory runs out. */
static gboolean
is_told_to_end (int signal_number)
{
  return signal_number == SIGTERM || signal_number == SIGINT || signal_number == SIGHUP ||
         signal_number == SIGQUIT || signal_number == SIGPIPE;
}

static void
become_child (guint deadline, const int ends[2], pid_t parent)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (getppid () != parent)
    raise (SIGKILL); /* the parent was gone before it could be watched */
  close (ends[0]);
  told = ends[1];
  tlsrpt_walls_raise (deadline);
  tlsrpt_walls_lower_processor_time (MAX (deadline / 2, 1));
}

static TlsrptChildEnd
await (pid_t pid, int end, int *status)
{
  int ended;
  char byte;
  gboolean is_decoded;

  while (waitpid (pid, &ended, 0) < 0)
    g_assert (errno == EINTR);
  is_decoded = read (end, &byte, 1) == 1;
  close (end);
  if (WIFEXITED (ended)) {
    *status = WEXITSTATUS (ended);
    return TLSRPT_CHILD_EXITED;
  }
  *status = WTERMSIG (ended);
  return is_decoded || is_told_to_end (*status) ? TLSRPT_CHILD_DIED : TLSRPT_CHILD_DIED_OF_MESSAGE;
}

TlsrptChildEnd
tlsrpt_child_run (guint deadline, int *status, GError **error)
{
  pid_t parent = getpid ();
  pid_t pid;
  int ends[2];

  if (!g_unix_open_pipe (ends, FD_CLOEXEC, NULL) || (pid = fork ()) < 0) {
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY,
                 "message: no process to decode it: %s", g_strerror (errno));
    return TLSRPT_CHILD_DIED;
  }
  if (pid == 0) {
    become_child (deadline, ends, parent);
    return TLSRPT_CHILD_IS_SELF;
  }
  close (ends[1]);
  return await (pid, ends[0], status);
}

void
tlsrpt_child_say_decoded (void)
{
  if (told < 0)
    return;
  tlsrpt_walls_restore_processor_time ();
  /* Writing one byte to an empty pipe does not block. If it could fail, a later death would be
   * blamed on the message. */
  if (write (told, "", 1) != 1)
    g_warn_if_reached ();
  close (told);
  told = -1;
}
