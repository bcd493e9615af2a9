/* SPDX-License-Identifier: GPL-3.0-or-later
 * Gathers the parcels of a pipeline into batches and stores them. */
#include "command/feed.h"

#include "command/intake.h"
#include "core/limits.h"

/* A batch is as many messages as the database takes in about BATCH_TIME: enough to hide the round
 * trip and the commit however far away it is, few enough that an interrupt is answered at once. */
#define BATCH_MESSAGES_FIRST 500u
#define BATCH_MESSAGES_MIN 50u
#define BATCH_MESSAGES_MAX 2000u
#define BATCH_TIME (G_TIME_SPAN_SECOND / 4)
/* Messages that wait for more to come are stored after this time. */
#define BATCH_WAIT G_TIME_SPAN_SECOND
#define LOOK_INTERVAL (G_TIME_SPAN_SECOND / 10)

/* The batch that is being gathered, and how large it is to be. */
typedef struct {
  GPtrArray *items;
  guint64 bytes;
  guint64 done;
  guint64 total;
  gint64 started; /* when the first parcel came; 0 if there is none */
  guint target;
} Batch;

static void
batch_clear (Batch *batch)
{
  g_clear_pointer (&batch->items, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Batch, batch_clear)

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
is_due (const Batch *batch, gboolean waited)
{
  return batch->items->len >= batch->target || batch->bytes >= TLSRPT_STATEMENT_BYTES ||
         (waited && batch->started != 0 && g_get_monotonic_time () - batch->started >= BATCH_WAIT);
}

static void
adapt_target (Batch *batch, gint64 taken)
{
  if (taken > 2 * BATCH_TIME)
    batch->target = MAX (batch->target / 2, BATCH_MESSAGES_MIN);
  else if (taken < BATCH_TIME / 2 && batch->items->len >= batch->target)
    batch->target = MIN (batch->target * 2, BATCH_MESSAGES_MAX);
}

static gboolean
store (const TlsrptFeed *feed, Batch *batch, GError **error)
{
  gint64 started = g_get_monotonic_time ();

  if (batch->items->len > 0) {
    if (!tlsrpt_intake_store (batch->items, feed->settings, feed->store, error))
      return FALSE;
    adapt_target (batch, g_get_monotonic_time () - started);
    if (!feed->on_stored (feed->data, batch->items, error))
      return FALSE;
  }
  if (batch->started != 0)
    feed->state->done = batch->done;
  if (batch->total > 0)
    feed->state->total = batch->total;
  g_ptr_array_set_size (batch->items, 0);
  batch->bytes = 0;
  batch->started = 0;
  return TRUE;
}

gboolean
tlsrpt_feed_run (const TlsrptFeed *feed, TlsrptPipeline *pipeline, GError **error)
{
  g_auto (Batch) batch = {
    .items = g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_item_free),
    .target = BATCH_MESSAGES_FIRST,
  };
  gboolean ended = FALSE;

  while (!ended && (feed->stop == NULL || *feed->stop == 0)) {
    g_autoptr (TlsrptParcel) parcel =
        tlsrpt_pipeline_take (pipeline, g_get_monotonic_time () + LOOK_INTERVAL, &ended);

    if (parcel != NULL) {
      if (!feed->on_read (feed->data, parcel, error))
        return FALSE;
      add (&batch, parcel);
    }
    if (is_due (&batch, parcel == NULL) && !store (feed, &batch, error))
      return FALSE;
    tlsrpt_progress_show (feed->progress, feed->state);
  }
  return store (feed, &batch, error);
}
