/* SPDX-License-Identifier: GPL-3.0-or-later
 * Runs a step in a child process made by fork(), and says what a death of it means. */
#include "child.h"

#include "core/errors.h"
#include "walls.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the child says once it has decoded; anything else is its exit status, and the last word. */
#define DECODED ((guint8)255)

/* Where the child says these; -1 in every other process. */
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

/* Returns: whether the child said its exit status */
static gboolean
listen_to (int end, gboolean *is_decoded, int *status)
{
  guint8 word;
  gssize n;

  for (;;) {
    n = read (end, &word, 1);
    if (n == 0 || (n < 0 && errno != EINTR))
      return FALSE;
    if (n == 1 && word != DECODED) {
      *status = word;
      return TRUE;
    }
    *is_decoded = *is_decoded || n == 1;
  }
}

/* A child that has said its status has no more to do than to give back its memory, which takes as long as
 * a fifth of its work: that is not waited for. */
static TlsrptChildEnd
await (pid_t pid, int end, int *status)
{
  gboolean is_decoded = FALSE;
  gboolean is_told = listen_to (end, &is_decoded, status);
  int ended;

  close (end);
  if (is_told)
    return TLSRPT_CHILD_EXITED;
  while (waitpid (pid, &ended, 0) < 0)
    g_assert (errno == EINTR);
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

/* Writing one byte to a pipe that has room does not block. */
static void
say (guint8 word)
{
  if (write (told, &word, 1) != 1)
    g_warn_if_reached ();
}

void
tlsrpt_child_say_decoded (void)
{
  if (told < 0)
    return;
  tlsrpt_walls_restore_processor_time ();
  say (DECODED); /* if it failed, a later death would be blamed on the message */
}

void
tlsrpt_child_end (int status)
{
  if (told < 0)
    return;
#ifdef TLSRPT_WALLS_SANITIZED /* what the sanitizer finds at the end is to be seen in the exit status */
  (void)status;
#else
  fflush (NULL);
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    close (fd); /* a mail system reads what is printed up to its end */
  say ((guint8)status);
  _exit (status);
#endif
}
