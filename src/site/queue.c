/* SPDX-License-Identifier: GPL-3.0-or-later
 * Work for one other thread. */
#include "site/queue.h"

struct _TlsrptQueue {
  TlsrptQueueFunc function;
  gpointer data;
  gsize bytes_max;
  GThread *thread;
  GMutex lock;
  GCond changed;
  GQueue waiting;
  gsize bytes;
  gboolean is_closed;
};

typedef struct {
  gpointer work;
  gsize bytes;
} Piece;

/* The next piece; %NULL if there will be none. Called and left with the lock held. */
static Piece *
next (TlsrptQueue *queue)
{
  while (g_queue_is_empty (&queue->waiting) && !queue->is_closed)
    g_cond_wait (&queue->changed, &queue->lock);
  return g_queue_pop_head (&queue->waiting);
}

static gpointer
run (gpointer data)
{
  TlsrptQueue *queue = data;
  Piece *piece;

  g_mutex_lock (&queue->lock);
  while ((piece = next (queue)) != NULL) {
    g_mutex_unlock (&queue->lock);
    queue->function (piece->work, queue->data);
    g_mutex_lock (&queue->lock);
    queue->bytes -= piece->bytes;
    g_cond_broadcast (&queue->changed);
    g_free (piece);
  }
  g_mutex_unlock (&queue->lock);
  return NULL;
}

TlsrptQueue *
tlsrpt_queue_new (TlsrptQueueFunc function, gpointer data, gsize bytes_max)
{
  TlsrptQueue *queue = g_new0 (TlsrptQueue, 1);

  queue->function = function;
  queue->data = data;
  queue->bytes_max = bytes_max;
  g_mutex_init (&queue->lock);
  g_cond_init (&queue->changed);
  g_queue_init (&queue->waiting);
  queue->thread = g_thread_try_new ("queue", run, queue, NULL);
  return queue;
}

void
tlsrpt_queue_push (TlsrptQueue *queue, gpointer work, gsize bytes)
{
  Piece *piece;

  if (queue->thread == NULL) {
    queue->function (work, queue->data);
    return;
  }
  piece = g_new (Piece, 1);
  *piece = (Piece){ work, bytes };
  g_mutex_lock (&queue->lock);
  while (queue->bytes > 0 && queue->bytes + bytes > queue->bytes_max)
    g_cond_wait (&queue->changed, &queue->lock);
  queue->bytes += bytes;
  g_queue_push_tail (&queue->waiting, piece);
  g_cond_broadcast (&queue->changed);
  g_mutex_unlock (&queue->lock);
}

void
tlsrpt_queue_finish (TlsrptQueue *queue)
{
  g_mutex_lock (&queue->lock);
  queue->is_closed = TRUE;
  g_cond_broadcast (&queue->changed);
  g_mutex_unlock (&queue->lock);
  if (queue->thread != NULL)
    g_thread_join (queue->thread);
  g_mutex_clear (&queue->lock);
  g_cond_clear (&queue->changed);
  g_free (queue);
}
