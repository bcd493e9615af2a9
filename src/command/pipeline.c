/* SPDX-License-Identifier: GPL-3.0-or-later
 * Threads between a source and the database. Parcels wait in one queue in the order of the source.
 * Each decoding thread takes the first parcel that nobody has taken; the consumer takes the head
 * of the queue once it is decoded. */
#include "command/pipeline.h"

#include "command/authenticity.h"
#include "command/judge.h"
#include "core/decode.h"
#include "core/facts/keys.h"

/* A parcel is full at whichever limit comes first. Smaller parcels cost a wake-up every few
 * messages; with larger ones a thread waits for another. */
#define PARCEL_MESSAGES 32u
#define PARCEL_BYTES ((guint64)256 * 1024)
/* How much may be read ahead of the consumer, decoded or not: enough for a large batch. One
 * parcel is always allowed, whatever its size. A report in memory takes a few times the size of
 * its document. */
#define AHEAD_MESSAGES 4096u
#define AHEAD_BYTES ((guint64)16 * 1024 * 1024)
/* How long the reading thread may take to notice that it must stop. */
#define STOP_PATIENCE (G_TIME_SPAN_SECOND / 2)

struct _TlsrptPipeline {
  TlsrptSource *source; /* else @reader */
  TlsrptPipelineReader reader;
  guint64 bytes_read; /* of items, by the thread that reads */
  const TlsrptSettings *settings;
  TlsrptDns *dns;
  gboolean prepares_keys;
  GMutex mutex;
  GCond decoded;  /* for the consumer: the head is decoded, or there is an end */
  GCond room;     /* for the reader */
  GQueue parcels; /* in order */
  guint messages;
  guint64 bytes;
  TlsrptSourceTally tally;
  gboolean read_all;
  gboolean stopped;
  GThreadPool *decoders;
};

/* A parcel while it is in the queue. */
typedef struct {
  TlsrptParcel *parcel;
  gboolean is_decoded;
} Slot;

static TlsrptParcel *
parcel_new (void)
{
  TlsrptParcel *parcel = g_new0 (TlsrptParcel, 1);

  parcel->items = g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_item_free);
  parcel->notes = g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_resume_note_free);
  return parcel;
}

void
tlsrpt_parcel_free (TlsrptParcel *parcel)
{
  g_clear_pointer (&parcel->items, g_ptr_array_unref);
  g_ptr_array_unref (parcel->notes);
  g_clear_error (&parcel->error);
  g_free (parcel);
}

static void
slot_free (Slot *slot)
{
  g_clear_pointer (&slot->parcel, tlsrpt_parcel_free);
  g_free (slot);
}

static void
pipeline_clear (gpointer data)
{
  TlsrptPipeline *pipeline = data;

  g_queue_clear_full (&pipeline->parcels, (GDestroyNotify)slot_free);
  g_clear_pointer (&pipeline->source, tlsrpt_source_free);
  if (pipeline->reader.free != NULL)
    pipeline->reader.free (pipeline->reader.data);
  g_mutex_clear (&pipeline->mutex);
  g_cond_clear (&pipeline->decoded);
  g_cond_clear (&pipeline->room);
}

static TlsrptItem *
read_item (TlsrptPipeline *pipeline, TlsrptParcel *parcel)
{
  TlsrptItem *item;
  TlsrptResumeNote *note;

  if (pipeline->source == NULL)
    return pipeline->reader.next (pipeline->reader.data, &parcel->error);
  item = tlsrpt_source_next (pipeline->source, &parcel->error);
  while ((note = tlsrpt_source_take_note (pipeline->source)) != NULL)
    g_ptr_array_add (parcel->notes, note);
  return item;
}

/* Reads a parcel; an empty one is the end. */
static TlsrptParcel *
read_parcel (TlsrptPipeline *pipeline)
{
  TlsrptParcel *parcel = parcel_new ();

  while (parcel->error == NULL && parcel->items->len < PARCEL_MESSAGES &&
         parcel->bytes < PARCEL_BYTES) {
    TlsrptItem *item = read_item (pipeline, parcel);

    if (item == NULL)
      break;
    parcel->bytes += g_bytes_get_size (item->bytes);
    g_ptr_array_add (parcel->items, item);
  }
  pipeline->bytes_read += parcel->bytes;
  parcel->done = pipeline->bytes_read;
  if (pipeline->source != NULL)
    tlsrpt_source_progress (pipeline->source, &parcel->done, &parcel->total);
  return parcel;
}

static gboolean
has_room (const TlsrptPipeline *pipeline)
{
  return pipeline->parcels.length == 0 ||
         (pipeline->messages < AHEAD_MESSAGES && pipeline->bytes < AHEAD_BYTES);
}

/* Returns: whether to go on */
static gboolean
enqueue (TlsrptPipeline *pipeline, TlsrptParcel *parcel)
{
  TlsrptSourceTally tally =
      pipeline->source != NULL ? tlsrpt_source_tally (pipeline->source) : (TlsrptSourceTally){ 0 };
  gboolean end = parcel->items->len == 0 && parcel->error == NULL && parcel->notes->len == 0;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&pipeline->mutex);

  while (!has_room (pipeline) && !pipeline->stopped)
    g_cond_wait (&pipeline->room, &pipeline->mutex);
  pipeline->tally = tally;
  if (end || pipeline->stopped) {
    tlsrpt_parcel_free (parcel);
  } else {
    Slot *slot = g_new0 (Slot, 1);
    slot->parcel = parcel;
    g_queue_push_tail (&pipeline->parcels, slot);
    pipeline->messages += parcel->items->len;
    pipeline->bytes += parcel->bytes;
    g_thread_pool_push (pipeline->decoders, slot, NULL);
  }
  return !end && !pipeline->stopped;
}

static gpointer
read_on (gpointer data)
{
  TlsrptPipeline *pipeline = data;

  while (enqueue (pipeline, read_parcel (pipeline)))
    ;
  g_mutex_lock (&pipeline->mutex);
  pipeline->read_all = TRUE;
  g_cond_signal (&pipeline->decoded);
  g_cond_broadcast (&pipeline->room);
  g_mutex_unlock (&pipeline->mutex);
  g_atomic_rc_box_release_full (pipeline, pipeline_clear);
  return NULL;
}

static guint64
decode_parcel (const TlsrptPipeline *pipeline, TlsrptParcel *parcel)
{
  guint64 grown = 0;

  for (guint i = 0; i < parcel->items->len; i++) {
    TlsrptItem *item = g_ptr_array_index (parcel->items, i);
    g_autoptr (TlsrptDkim) dkim = tlsrpt_authenticity_ask (item, pipeline->dns);

    tlsrpt_decode (item, &pipeline->settings->limits);
    tlsrpt_judge (item, dkim, pipeline->dns, pipeline->settings);
    for (guint j = 0; j < item->reports->len; j++) {
      if (pipeline->prepares_keys)
        tlsrpt_keys_prepare (tlsrpt_item_report (item, j));
      grown += tlsrpt_item_report (item, j)->document_bytes;
    }
  }
  return grown;
}

static void
decode_slot (gpointer data, gpointer user_data)
{
  Slot *slot = data;
  TlsrptPipeline *pipeline = user_data;
  guint64 grown = decode_parcel (pipeline, slot->parcel);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&pipeline->mutex);

  slot->parcel->bytes += grown;
  pipeline->bytes += grown;
  slot->is_decoded = TRUE;
  if (pipeline->parcels.head->data == slot)
    g_cond_signal (&pipeline->decoded);
}

static TlsrptPipeline *
start (TlsrptSource *source, const TlsrptPipelineReader *reader, const TlsrptSettings *settings,
       TlsrptDns *dns, gboolean prepares_keys, guint n_decoders)
{
  TlsrptPipeline *pipeline = g_atomic_rc_box_new0 (TlsrptPipeline);

  pipeline->source = source;
  if (reader != NULL)
    pipeline->reader = *reader;
  pipeline->settings = settings;
  pipeline->dns = dns;
  pipeline->prepares_keys = prepares_keys;
  g_mutex_init (&pipeline->mutex);
  g_cond_init (&pipeline->decoded);
  g_cond_init (&pipeline->room);
  pipeline->decoders = g_thread_pool_new (decode_slot, pipeline, (int)n_decoders, FALSE, NULL);
  g_thread_unref (g_thread_new ("read", read_on, g_atomic_rc_box_acquire (pipeline)));
  return pipeline;
}

TlsrptPipeline *
tlsrpt_pipeline_start (TlsrptSource *source, const TlsrptSettings *settings, TlsrptDns *dns,
                       gboolean prepares_keys, guint n_decoders)
{
  return start (source, NULL, settings, dns, prepares_keys, n_decoders);
}

TlsrptPipeline *
tlsrpt_pipeline_start_reader (const TlsrptPipelineReader *reader, const TlsrptSettings *settings,
                              TlsrptDns *dns, guint n_decoders)
{
  return start (NULL, reader, settings, dns, FALSE, n_decoders);
}

TlsrptParcel *
tlsrpt_pipeline_take (TlsrptPipeline *pipeline, gint64 until, gboolean *ended)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&pipeline->mutex);
  TlsrptParcel *parcel = NULL;

  *ended = FALSE;
  for (;;) {
    Slot *slot = g_queue_peek_head (&pipeline->parcels);

    if (slot != NULL && slot->is_decoded)
      break;
    if (slot == NULL && pipeline->read_all) {
      *ended = TRUE;
      return NULL;
    }
    if (!g_cond_wait_until (&pipeline->decoded, &pipeline->mutex, until))
      return NULL;
  }
  {
    Slot *slot = g_queue_pop_head (&pipeline->parcels);
    parcel = g_steal_pointer (&slot->parcel);
    slot_free (slot);
  }
  pipeline->messages -= parcel->items->len;
  pipeline->bytes -= parcel->bytes;
  g_cond_signal (&pipeline->room);
  return parcel;
}

TlsrptSourceTally
tlsrpt_pipeline_tally (TlsrptPipeline *pipeline)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&pipeline->mutex);

  return pipeline->tally;
}

void
tlsrpt_pipeline_stop (TlsrptPipeline *pipeline)
{
  gint64 until = g_get_monotonic_time () + STOP_PATIENCE;

  g_mutex_lock (&pipeline->mutex);
  pipeline->stopped = TRUE;
  g_cond_broadcast (&pipeline->room);
  g_mutex_unlock (&pipeline->mutex);
  /* Nothing is added once it is stopped; what still waits is dropped with the queue. */
  g_thread_pool_free (pipeline->decoders, TRUE, TRUE);
  /* The reading thread holds a reference until it ends. It is given time to end, so that no
   * thread runs when the program exits. */
  g_mutex_lock (&pipeline->mutex);
  while (!pipeline->read_all && g_cond_wait_until (&pipeline->room, &pipeline->mutex, until))
    ;
  g_mutex_unlock (&pipeline->mutex);
  g_atomic_rc_box_release_full (pipeline, pipeline_clear);
}
