/* SPDX-License-Identifier: GPL-3.0-or-later
 * Work that another thread does, one piece after another. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** TlsrptQueue: opaque: a thread and the work that waits for it */
typedef struct _TlsrptQueue TlsrptQueue;

/**
 * TlsrptQueueFunc:
 * @work: (transfer full): a piece of work
 * @data: as given to tlsrpt_queue_new()
 *
 * Does @work, in the other thread.
 */
typedef void (*TlsrptQueueFunc) (gpointer work, gpointer data);

/**
 * tlsrpt_queue_new:
 * @function: does the work
 * @data: for @function
 * @bytes_max: bytes of work that wait at most; one larger piece waits alone
 *
 * Where no thread can be had, tlsrpt_queue_push() does the work itself.
 *
 * Returns: (transfer full): a queue
 */
TlsrptQueue *tlsrpt_queue_new (TlsrptQueueFunc function, gpointer data, gsize bytes_max);

/**
 * tlsrpt_queue_push:
 * @queue: a queue
 * @work: (transfer full): a piece of work
 * @bytes: its size
 *
 * Adds @work, and waits while there is more than the queue may hold.
 */
void tlsrpt_queue_push (TlsrptQueue *queue, gpointer work, gsize bytes);

/**
 * tlsrpt_queue_finish:
 * @queue: (transfer full): a queue
 *
 * Waits until all work is done.
 */
void tlsrpt_queue_finish (TlsrptQueue *queue);

G_END_DECLS
