/* SPDX-License-Identifier: GPL-3.0-or-later
 * Runs a program that reads a text, under a deadline. */
#include "command/hand-over.h"

#include "core/errors.h"

#include <gio/gio.h>

#define SENDMAIL "/usr/sbin/sendmail"

typedef struct {
  GMainLoop *loop;
  GSubprocess *process;
  gboolean has_ended;
  gboolean is_late;
} Wait;

static void
on_ended (GObject *process, GAsyncResult *result, gpointer data)
{
  Wait *wait = data;

  wait->has_ended =
      g_subprocess_communicate_finish (G_SUBPROCESS (process), result, NULL, NULL, NULL);
  g_main_loop_quit (wait->loop);
}

static gboolean
on_late (gpointer data)
{
  Wait *wait = data;

  wait->is_late = TRUE;
  g_subprocess_force_exit (wait->process);
  return G_SOURCE_REMOVE;
}

gboolean
tlsrpt_hand_over (const char *const *argv, const char *text, GError **error)
{
  g_autoptr (GError) start_error = NULL;
  g_autoptr (GSubprocess) process =
      g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDIN_PIPE, &start_error);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  Wait wait = { .loop = loop, .process = process };
  guint timer;

  if (process == NULL) {
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY, "%s cannot be started: %s", argv[0],
                 start_error->message);
    return FALSE;
  }
  timer = g_timeout_add_seconds (TLSRPT_HAND_OVER_SECONDS, on_late, &wait);
  g_subprocess_communicate_async (process, bytes, NULL, on_ended, &wait);
  g_main_loop_run (loop);
  if (!wait.is_late)
    g_source_remove (timer);
  if (!wait.is_late && g_subprocess_get_if_exited (process) &&
      g_subprocess_get_exit_status (process) == 0)
    return TRUE;
  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY, "%s %s", argv[0],
               wait.is_late ? "took too long" : "did not end with 0");
  return FALSE;
}

gboolean
tlsrpt_hand_over_mail (const char *text, GError **error)
{
  const char *sendmail = g_getenv ("SENDMAIL");
  const char *const argv[] = { sendmail != NULL ? sendmail : SENDMAIL, "-t", "-oi", NULL };

  return tlsrpt_hand_over (argv, text, error);
}
