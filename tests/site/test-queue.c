/* SPDX-License-Identifier: GPL-3.0-or-later
 * Work for another thread: all of it, in order, and no more in memory than was allowed. */
#include "site/queue.h"

#define PIECES 1000
#define BYTES_MAX 3

static int n_done;

static void
do_piece (gpointer work, gpointer data)
{
  g_assert_cmpint (GPOINTER_TO_INT (work), ==, g_atomic_int_get (&n_done));
  g_assert_true (data == &n_done);
  g_atomic_int_inc (&n_done);
}

static TlsrptQueue *
begin (void)
{
  g_atomic_int_set (&n_done, 0);
  return tlsrpt_queue_new (do_piece, &n_done, BYTES_MAX);
}

static void
test_order (void)
{
  TlsrptQueue *queue = begin ();

  for (int i = 0; i < PIECES; i++) {
    tlsrpt_queue_push (queue, GINT_TO_POINTER (i), 1);
    g_assert_cmpint (i + 1 - g_atomic_int_get (&n_done), <=, BYTES_MAX);
  }
  tlsrpt_queue_finish (queue);
  g_assert_cmpint (n_done, ==, PIECES);
}

static void
test_large (void)
{
  TlsrptQueue *queue = begin ();

  for (int i = 0; i < PIECES; i++) {
    tlsrpt_queue_push (queue, GINT_TO_POINTER (i), BYTES_MAX + 1);
    g_assert_cmpint (i + 1 - g_atomic_int_get (&n_done), <=, 1);
  }
  tlsrpt_queue_finish (queue);
  g_assert_cmpint (n_done, ==, PIECES);
}

static void
test_nothing (void)
{
  tlsrpt_queue_finish (begin ());
  g_assert_cmpint (n_done, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/queue/does-all-in-order-and-holds-no-more-than-it-may", test_order);
  g_test_add_func ("/queue/holds-one-that-is-too-large-alone", test_large);
  g_test_add_func ("/queue/ends-without-work", test_nothing);
  return g_test_run ();
}
