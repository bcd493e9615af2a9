/* SPDX-License-Identifier: GPL-3.0-or-later
 * Gathers the parcels of a pipeline into batches and stores them, one after the other. A thread stores a batch
 * while the next one is gathered and prepared. All callbacks are called in the caller's thread. */
#include "command/feed.h"

#include "command/intake.h"
#include "core/limits.h"

/* A batch is as many messages as the database takes in about BATCH_TIME: enough to hide the round
 * trips, the commit and the planning of statements, few enough that an interrupt is answered at once. */
#define BATCH_MESSAGES_FIRST 500u
#define BATCH_MESSAGES_MIN 50u
#define BATCH_MESSAGES_MAX 2000u
#define BATCH_TIME (G_TIME_SPAN_SECOND * 2 / 5)
/* Messages that wait for more to come are stored after this time. */
#define BATCH_WAIT G_TIME_SPAN_SECOND
#define LOOK_INTERVAL (G_TIME_SPAN_SECOND / 10)

/* Messages that are gathered, then stored by a thread. */
typedef struct {
  const TlsrptFeed *feed;
  GPtrArray *items;
  guint64 bytes;
  guint64 done;
  guint64 total;
  gint64 started; /* when the first parcel came; 0 if there is none */
  TlsrptIntake *intake;
  GThread *thread; /* of these four the thread sets the last three */
  GError *failure;
  gint64 taken;
  gint is_over;
} Batch;

/* What is gathered, what is being stored, and how large a batch is to be. */
typedef struct {
  const TlsrptFeed *feed;
  Batch *gathered;
  Batch *in_store; /* (nullable) */
  guint target;
} Run;

static Batch *
batch_new (const TlsrptFeed *feed)
{
  Batch *batch = g_new0 (Batch, 1);

  batch->feed = feed;
  batch->items = g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_item_free);
  return batch;
}

/* A batch in the store cannot be left: its statement ends by itself, or at its deadline. */
static void
batch_free (Batch *batch)
{
  if (batch == NULL)
    return;
  g_clear_pointer (&batch->thread, g_thread_join);
  g_clear_pointer (&batch->intake, tlsrpt_intake_free);
  g_clear_error (&batch->failure);
  g_ptr_array_unref (batch->items);
  g_free (batch);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Batch, batch_free)

static void
run_clear (Run *run)
{
  g_clear_pointer (&run->in_store, batch_free);
  g_clear_pointer (&run->gathered, batch_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

static void
add (Batch *batch, TlsrptParcel *parcel)
{
  if (batch->started == 0)
    batch->started = g_get_monotonic_time ();
  batch->bytes += parcel->bytes;
  batch->done = parcel->done;
  batch->total = parcel->total;
  g_ptr_array_extend_and_steal (batch->items, g_steal_pointer (&parcel->items));
}

static gboolean
is_due (const Run *run, gboolean waited)
{
  const Batch *batch = run->gathered;

  return batch->items->len >= run->target || batch->bytes >= TLSRPT_STATEMENT_BYTES ||
         (waited && batch->started != 0 && g_get_monotonic_time () - batch->started >= BATCH_WAIT);
}

static void
adapt_target (Run *run, const Batch *stored)
{
  if (stored->taken > 2 * BATCH_TIME)
    run->target = MAX (run->target / 2, BATCH_MESSAGES_MIN);
  else if (stored->taken < BATCH_TIME / 2 && stored->items->len >= run->target)
    run->target = MIN (run->target * 2, BATCH_MESSAGES_MAX);
}

static gpointer
store (gpointer data)
{
  Batch *batch = data;
  gint64 started = g_get_monotonic_time ();

  tlsrpt_intake_finish (batch->intake, batch->feed->settings, batch->feed->store, &batch->failure);
  batch->taken = g_get_monotonic_time () - started;
  g_atomic_int_set (&batch->is_over, TRUE);
  return NULL;
}

/* Waits for the batch in the store. Nothing follows one that failed. */
static gboolean
await (Batch *batch, GError **error)
{
  if (batch == NULL)
    return TRUE;
  g_clear_pointer (&batch->thread, g_thread_join);
  if (batch->failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&batch->failure));
  return FALSE;
}

/* @stored: (nullable): a batch that went well */
static gboolean
tell (Run *run, const Batch *stored, GError **error)
{
  TlsrptProgressState *state = run->feed->state;

  if (stored == NULL)
    return TRUE;
  adapt_target (run, stored);
  if (stored->items->len > 0 && !run->feed->on_stored (run->feed->data, stored->items, error))
    return FALSE;
  if (stored->started != 0)
    state->done = stored->done;
  if (stored->total > 0)
    state->total = stored->total;
  return TRUE;
}

/* Ends with the batch in the store, if there is one. */
static gboolean
settle (Run *run, GError **error)
{
  g_autoptr (Batch) stored = g_steal_pointer (&run->in_store);

  return await (stored, error) && tell (run, stored, error);
}

/* Prepares what is gathered while the batch before is stored, and stores it while the batch before is told of. */
static gboolean
hand_over (Run *run, GError **error)
{
  g_autoptr (Batch) stored = NULL;
  Batch *next = run->gathered;

  next->intake = tlsrpt_intake_prepare (next->items, run->feed->settings, run->feed->store);
  if (!await (run->in_store, error))
    return FALSE;
  stored = g_steal_pointer (&run->in_store);
  next->thread = g_thread_new ("store", store, next);
  run->in_store = next;
  run->gathered = batch_new (run->feed);
  return tell (run, stored, error);
}

gboolean
tlsrpt_feed_run (const TlsrptFeed *feed, TlsrptPipeline *pipeline, GError **error)
{
  g_auto (Run) run = { .feed = feed, .gathered = batch_new (feed), .target = BATCH_MESSAGES_FIRST };
  gboolean ended = FALSE;

  while (!ended && (feed->stop == NULL || *feed->stop == 0)) {
    g_autoptr (TlsrptParcel) parcel =
        tlsrpt_pipeline_take (pipeline, g_get_monotonic_time () + LOOK_INTERVAL, &ended);

    if (parcel != NULL) {
      if (!feed->on_read (feed->data, parcel, error))
        return FALSE;
      add (run.gathered, parcel);
    }
    if (run.in_store != NULL && g_atomic_int_get (&run.in_store->is_over) && !settle (&run, error))
      return FALSE;
    if (is_due (&run, parcel == NULL) && !hand_over (&run, error))
      return FALSE;
    tlsrpt_progress_show (feed->progress, feed->state);
  }
  return hand_over (&run, error) && settle (&run, error);
}
