/* SPDX-License-Identifier: GPL-3.0-or-later
 * Asks the server to cancel a statement that has passed its deadline, and does not wait long for
 * that. */
#include "pg/cancel.h"

/* PQcancel() opens a connection of its own and waits for it without a limit; this is its limit. */
#define CANCEL_GRACE (G_TIME_SPAN_SECOND / 2)

typedef struct {
  GMutex mutex;
  GCond cond;
  PGcancel *request;
  gboolean sent;
} Cancel;

static void
cancel_clear (gpointer data)
{
  Cancel *cancel = data;

  PQfreeCancel (cancel->request);
  g_mutex_clear (&cancel->mutex);
  g_cond_clear (&cancel->cond);
}

static gpointer
send_cancel (gpointer data)
{
  Cancel *cancel = data;
  char text[256];

  PQcancel (cancel->request, text, sizeof text);
  g_mutex_lock (&cancel->mutex);
  cancel->sent = TRUE;
  g_cond_signal (&cancel->cond);
  g_mutex_unlock (&cancel->mutex);
  g_atomic_rc_box_release_full (cancel, cancel_clear);
  return NULL;
}

/* PQcancel() runs in a thread that may outlive this call. If no thread can be started, as in a
 * delivery, which forbids itself threads (root alone is above that limit), the alarm of the
 * delivery is the bound. */
void
tlsrpt_cancel (PGconn *connection)
{
  Cancel *cancel = g_atomic_rc_box_new0 (Cancel);
  gint64 until = g_get_monotonic_time () + CANCEL_GRACE;
  GThread *thread;

  g_mutex_init (&cancel->mutex);
  g_cond_init (&cancel->cond);
  cancel->request = PQgetCancel (connection);
  if (cancel->request == NULL) {
    g_atomic_rc_box_release_full (cancel, cancel_clear);
    return;
  }
  thread = g_thread_try_new ("cancel", send_cancel, g_atomic_rc_box_acquire (cancel), NULL);
  if (thread == NULL) {
    send_cancel (cancel); /* with the reference that was the thread's */
  } else {
    g_mutex_lock (&cancel->mutex);
    while (!cancel->sent && g_cond_wait_until (&cancel->cond, &cancel->mutex, until))
      ;
    g_mutex_unlock (&cancel->mutex);
    g_thread_unref (thread);
  }
  g_atomic_rc_box_release_full (cancel, cancel_clear);
}
