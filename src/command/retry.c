/* SPDX-License-Identifier: GPL-3.0-or-later
 * Decodes and judges messages of quarantine again as if they arrived today, stores what it can and
 * removes that from quarantine. Messages that were cut are left alone. */
#include "command/retry.h"

#include "command/database.h"
#include "command/feed.h"
#include "command/intake.h"
#include "core/decode.h"

#define DECODERS_MAX 64u

/* Reads quarantine in the reading thread of the pipeline, over a connection of its own. */
typedef struct {
  TlsrptPg *pg;
  const TlsrptSettings *settings;
  const TlsrptQuarantineFilter *filter;
  TlsrptRecords *page;
  guint next;
  gboolean ended;
} Reader;

typedef struct {
  TlsrptPg *pg;
  TlsrptStore *store;
  TlsrptDns *dns;
  TlsrptProgress *progress;
  TlsrptProgressState state;
  const TlsrptSettings *settings;
  guint64 released;
  guint64 kept;
  guint64 cut;
} Retry;

static void
retry_clear (Retry *retry)
{
  g_clear_pointer (&retry->progress, tlsrpt_progress_free);
  g_clear_pointer (&retry->store, tlsrpt_store_free);
  g_clear_pointer (&retry->dns, tlsrpt_dns_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Retry, retry_clear)

static void
reader_free (gpointer data)
{
  Reader *reader = data;

  tlsrpt_records_free (reader->page);
  tlsrpt_pg_free (reader->pg);
  g_free (reader);
}

static void
give_time (TlsrptPg *pg, const TlsrptSettings *settings)
{
  tlsrpt_pg_set_deadline (pg, g_get_monotonic_time () +
                                  (gint64)settings->deadline * G_TIME_SPAN_SECOND);
}

static gboolean
turn_page (Reader *reader, GError **error)
{
  g_autoptr (TlsrptRecords) read = g_steal_pointer (&reader->page);
  const TlsrptQuarantined *last =
      read != NULL ? tlsrpt_records_get (read, tlsrpt_records_length (read) - 1) : NULL;

  give_time (reader->pg, reader->settings);
  reader->next = 0;
  reader->page =
      tlsrpt_quarantine_page (reader->pg, reader->filter, last != NULL ? last->uid : NULL, error);
  reader->ended = reader->page == NULL || tlsrpt_records_length (reader->page) == 0;
  return !reader->ended;
}

static TlsrptItem *
read_next (gpointer data, GError **error)
{
  Reader *reader = data;
  const TlsrptQuarantined *entry;
  TlsrptItem *item;

  if (reader->ended ||
      ((reader->page == NULL || reader->next == tlsrpt_records_length (reader->page)) &&
       !turn_page (reader, error)))
    return NULL;
  entry = tlsrpt_records_get (reader->page, reader->next++);
  item = tlsrpt_item_new (tlsrpt_source_kind_of (entry->raw), entry->raw, entry->uid);
  item->envelope_sender = g_strdup (entry->envelope_sender);
  return item;
}

/* Why a message stays in quarantine, if it does: its own refusal, or what the store made of one
 * of its reports. */
static GError *
refusal_of (const TlsrptItem *item)
{
  if (item->refusal != NULL)
    return g_error_copy (item->refusal);
  if (tlsrpt_item_has_outcome (item, TLSRPT_OUTCOME_CONFLICT))
    return g_error_new_literal (
        TLSRPT_ERROR, TLSRPT_ERROR_CONFLICT,
        "store: a stored report has the same identity and says something else");
  if (tlsrpt_item_has_outcome (item, TLSRPT_OUTCOME_FLOOD))
    return g_error_new_literal (TLSRPT_ERROR, TLSRPT_ERROR_FLOOD,
                                "store: the store has no more room for reports of this signing "
                                "domain, or of this day: see view store_usage");
  if (tlsrpt_item_has_outcome (item, TLSRPT_OUTCOME_QUARANTINED) ||
      tlsrpt_item_has_outcome (item, TLSRPT_OUTCOME_WAITING))
    return g_error_new_literal (TLSRPT_ERROR, TLSRPT_ERROR_REFUSED_VALUE,
                                "store: the server refused a value");
  return NULL;
}

static void
verdict_clear (gpointer data)
{
  TlsrptQuarantineVerdict *verdict = data;

  g_free ((char *)verdict->stage);
  g_free ((char *)verdict->detail);
}

static void
add_verdict (Retry *retry, GArray *verdicts, const TlsrptItem *item)
{
  g_autoptr (GError) refusal = refusal_of (item);
  TlsrptQuarantineVerdict verdict = { .uid = item->path };

  if (refusal != NULL) {
    verdict.reason = tlsrpt_error_reason ((TlsrptError)refusal->code);
    verdict.stage = tlsrpt_refusal_stage (refusal);
    verdict.detail = g_strdup (refusal->message);
  }
  retry->released += refusal == NULL;
  retry->kept += refusal != NULL;
  g_array_append_val (verdicts, verdict);
}

static gboolean
on_read (gpointer data G_GNUC_UNUSED, TlsrptParcel *parcel, GError **error)
{
  if (parcel->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&parcel->error));
  return FALSE;
}

static gboolean
on_stored (gpointer data, const GPtrArray *items, GError **error)
{
  Retry *retry = data;
  g_autoptr (GArray) verdicts = g_array_new (FALSE, TRUE, sizeof (TlsrptQuarantineVerdict));

  g_array_set_clear_func (verdicts, verdict_clear);
  for (guint i = 0; i < items->len; i++)
    add_verdict (retry, verdicts, g_ptr_array_index (items, i));
  retry->state.messages = retry->released + retry->kept;
  retry->state.quarantined = retry->kept;
  give_time (retry->pg, retry->settings);
  return tlsrpt_quarantine_settle (retry->pg, verdicts, error);
}

static gboolean
retry_all (Retry *retry, TlsrptPipeline *pipeline, GError **error)
{
  const TlsrptFeed feed = {
    .settings = retry->settings,
    .store = retry->store,
    .progress = retry->progress,
    .state = &retry->state,
    .on_read = on_read,
    .on_stored = on_stored,
    .data = retry,
  };

  return tlsrpt_feed_run (&feed, pipeline, error);
}

static gboolean
run (Retry *retry, const TlsrptQuarantineFilter *filter, GError **error)
{
  TlsrptPg *pg = tlsrpt_database_open (retry->settings, 0, error);
  Reader *reader;
  g_autoptr (TlsrptPipeline) pipeline = NULL;
  TlsrptQuarantineSum sum;

  if (pg == NULL)
    return FALSE;
  reader = g_new0 (Reader, 1);
  reader->pg = pg;
  reader->settings = retry->settings;
  reader->filter = filter;
  pipeline = tlsrpt_pipeline_start_reader (
      &(TlsrptPipelineReader){ .data = reader, .next = read_next, .free = reader_free },
      retry->settings, retry->dns, MIN (g_get_num_processors (), DECODERS_MAX));
  if (!tlsrpt_quarantine_sum (retry->pg, filter, &sum, error))
    return FALSE;
  retry->cut = (guint64)sum.cut;
  retry->state.total = (guint64)sum.bytes;
  return retry_all (retry, pipeline, error);
}

gboolean
tlsrpt_retry_run (TlsrptPg *pg, const TlsrptSettings *settings,
                  const TlsrptQuarantineFilter *filter, GError **error)
{
  TlsrptSettings kept_already = *settings;
  g_auto (Retry) retry = { .pg = pg, .settings = &kept_already };
  gboolean done;

  /* What is refused is in quarantine already. */
  kept_already.on_reject = TLSRPT_ON_REJECT_DISCARD;
  retry.store = tlsrpt_intake_open_store (settings, error);
  if (retry.store == NULL)
    return FALSE;
  if (settings->verify_dkim)
    retry.dns = tlsrpt_dns_new ((gint64)settings->deadline * G_TIME_SPAN_SECOND / 2);
  retry.progress = tlsrpt_progress_new (tlsrpt_progress_kind (FALSE));
  done = run (&retry, filter, error);
  tlsrpt_progress_hide (retry.progress);
  g_print ("%" G_GUINT64_FORMAT " released, %" G_GUINT64_FORMAT " kept, %" G_GUINT64_FORMAT
           " cut and not tried\n",
           retry.released, retry.kept, retry.cut);
  return done;
}
