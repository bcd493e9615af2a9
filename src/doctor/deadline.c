/* SPDX-License-Identifier: GPL-3.0-or-later
 * Timers of one thread that cancel what other threads wait for. */
#include "doctor/deadline.h"

#include "core/errors.h"

struct _TlsrptDeadline {
  GCancellable *cancellable;
  GSource *source;
  guint seconds;
};

static gpointer
watch (gpointer data)
{
  g_main_loop_run (data);
  return NULL;
}

/* One thread for all probes of the process; it never ends. */
static GMainContext *
context (void)
{
  static GMainContext *watched;

  if (g_once_init_enter (&watched)) {
    GMainContext *made = g_main_context_new ();

    g_thread_unref (g_thread_new ("deadline", watch, g_main_loop_new (made, FALSE)));
    g_once_init_leave (&watched, made);
  }
  return watched;
}

static gboolean
is_over (gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_REMOVE;
}

TlsrptDeadline *
tlsrpt_deadline_new (guint seconds)
{
  TlsrptDeadline *deadline = g_new0 (TlsrptDeadline, 1);

  deadline->seconds = seconds;
  deadline->cancellable = g_cancellable_new ();
  deadline->source = g_timeout_source_new_seconds (seconds);
  g_source_set_callback (deadline->source, is_over, g_object_ref (deadline->cancellable),
                         g_object_unref);
  g_source_attach (deadline->source, context ());
  return deadline;
}

void
tlsrpt_deadline_free (TlsrptDeadline *deadline)
{
  if (deadline == NULL)
    return;
  g_source_destroy (deadline->source);
  g_source_unref (deadline->source);
  g_object_unref (deadline->cancellable);
  g_free (deadline);
}

GCancellable *
tlsrpt_deadline_cancellable (TlsrptDeadline *deadline)
{
  return deadline->cancellable;
}

gboolean
tlsrpt_deadline_is_over (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

char *
tlsrpt_deadline_text (TlsrptDeadline *deadline, const GError *error)
{
  if (tlsrpt_deadline_is_over (error))
    return g_strdup_printf ("no end within %u seconds", deadline->seconds);
  return tlsrpt_quote (error->message);
}
