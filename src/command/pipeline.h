/* SPDX-License-Identifier: GPL-3.0-or-later
 * A source to decoded messages in the order of the source: one thread reads, several decode, ahead of
 * the consumer, up to a bound in messages and bytes. */
#pragma once

#include "core/archive/source.h"
#include "core/item.h"
#include "dns.h"
#include "settings.h"

#include <glib.h>

G_BEGIN_DECLS

/** TlsrptPipeline: an opaque set of threads and what they hold */
typedef struct _TlsrptPipeline TlsrptPipeline;

/**
 * TlsrptParcel:
 * @items: (nullable) (element-type TlsrptItem): what was read, in order, decoded and judged; may be
 *   taken out
 * @notes: (element-type TlsrptResumeNote): archives that an earlier run stored in part
 * @error: (nullable): what could not be read behind @items; the source continues behind it
 * @bytes: weight of it all in memory, in bytes, about
 * @done: bytes of the source's files consumed with @items; of a reader, bytes of all items so far
 * @total: bytes of all files of the source known then; 0 if unknown
 *
 * A few messages that go from thread to thread together.
 */
typedef struct {
  GPtrArray *items;
  GPtrArray *notes;
  GError *error;
  guint64 bytes;
  guint64 done;
  guint64 total;
} TlsrptParcel;

/**
 * tlsrpt_parcel_free:
 * @parcel: (transfer full): what to free
 */
void tlsrpt_parcel_free (TlsrptParcel *parcel);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptParcel, tlsrpt_parcel_free)

/**
 * tlsrpt_pipeline_start:
 * @source: (transfer full): what to read
 * @settings: settings, which must outlive the pipeline
 * @dns: (nullable): where keys are looked up; %NULL: signatures are not verified; outlives the pipeline
 * @prepares_keys: whether they also do tlsrpt_keys_prepare(), for reports that go to the store as they are
 * @n_decoders: threads that decode, 1 or more
 *
 * Returns: (transfer full): threads at work
 */
TlsrptPipeline *tlsrpt_pipeline_start (TlsrptSource *source, const TlsrptSettings *settings,
                                       TlsrptDns *dns, gboolean prepares_keys, guint n_decoders);

/**
 * TlsrptPipelineReader:
 * @data: what to read from
 * @next: returns the next item of @data (transfer full); %NULL at the end, or with its error set: then
 *   it is called again
 * @free: (nullable): frees @data
 *
 * What reads items from elsewhere than an archive, in a thread of its own.
 */
typedef struct {
  gpointer data;
  TlsrptItem *(*next) (gpointer data, GError **error);
  GDestroyNotify free;
} TlsrptPipelineReader;

/**
 * tlsrpt_pipeline_start_reader:
 * @reader: what to read; copied, with its data
 * @settings: settings, which must outlive the pipeline
 * @dns: (nullable): as for tlsrpt_pipeline_start()
 * @n_decoders: threads that decode, 1 or more
 *
 * Returns: (transfer full): threads at work, as of tlsrpt_pipeline_start(); no parcel knows a total
 */
TlsrptPipeline *tlsrpt_pipeline_start_reader (const TlsrptPipelineReader *reader,
                                              const TlsrptSettings *settings, TlsrptDns *dns,
                                              guint n_decoders);

/**
 * tlsrpt_pipeline_take:
 * @pipeline: a pipeline
 * @until: g_get_monotonic_time() value to wait for
 * @ended: (out): %TRUE if all was taken
 *
 * Returns: (transfer full) (nullable): the next parcel; %NULL at the end, or if it was not ready in time
 */
TlsrptParcel *tlsrpt_pipeline_take (TlsrptPipeline *pipeline, gint64 until, gboolean *ended);

/**
 * tlsrpt_pipeline_tally:
 * @pipeline: a pipeline
 *
 * Returns: what else is to be said of what was read so far; all of it once tlsrpt_pipeline_take() ended
 */
TlsrptSourceTally tlsrpt_pipeline_tally (TlsrptPipeline *pipeline);

/**
 * tlsrpt_pipeline_stop:
 * @pipeline: (transfer full): a pipeline
 *
 * Ends the threads and drops what was not taken. A thread that waits for a pipe's next bytes is left
 * to the end of the process.
 */
void tlsrpt_pipeline_stop (TlsrptPipeline *pipeline);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptPipeline, tlsrpt_pipeline_stop)

G_END_DECLS
