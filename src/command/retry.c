/* SPDX-License-Identifier: GPL-3.0-or-later
 * Messages out of quarantine to rows, one at a time: decoded and judged as if they came in today,
 * stored, then removed. Refuses to touch what was cut. */
#include "command/intake.h"
#include "command/retry.h"

#include <string.h>

typedef struct {
  TlsrptPg *pg;
  TlsrptStore *store;
  const TlsrptSettings *settings;
  guint64 released;
  guint64 kept;
  guint64 cut;
} Retry;

/* Archives of documents fill quarantine too, and nothing else tells them from mails: a header field's
 * name holds none of these bytes. */
static TlsrptSourceKind
kind_of (const guchar *raw, gsize length)
{
  static const guchar mark[] = { 0xef, 0xbb, 0xbf };
  gsize i = length >= 3 && memcmp (raw, mark, sizeof mark) == 0 ? 3 : 0;

  if (length >= 2 && ((raw[0] == 0x1f && raw[1] == 0x8b) || (raw[0] == 0x78 && raw[1] >= 0x80)))
    return TLSRPT_SOURCE_DOCUMENT;
  while (i < length && g_ascii_isspace (raw[i]))
    i++;
  return i < length && (raw[i] == '{' || raw[i] == '[') ? TLSRPT_SOURCE_DOCUMENT
                                                        : TLSRPT_SOURCE_MESSAGE;
}

/* Why it stays, if it does: its own refusal, else what the store made of one of its reports. */
static GError *
refusal_of (const TlsrptIntake *intake)
{
  const GArray *outcomes = intake->item->outcomes;

  if (intake->decoded->refusal != NULL)
    return g_error_copy (intake->decoded->refusal);
  for (guint i = 0; i < outcomes->len; i++) {
    TlsrptOutcome outcome = g_array_index (outcomes, TlsrptOutcome, i);

    if (outcome == TLSRPT_OUTCOME_CONFLICT)
      return g_error_new_literal (
          TLSRPT_ERROR, TLSRPT_ERROR_CONFLICT,
          "store: a stored report has the same identity and another document");
    if (outcome == TLSRPT_OUTCOME_QUARANTINED)
      return g_error_new_literal (TLSRPT_ERROR, TLSRPT_ERROR_REFUSED_VALUE,
                                  "store: the server refused a value");
  }
  return NULL;
}

static gboolean
store_reports (Retry *retry, TlsrptIntake *intake, GError **error)
{
  g_autoptr (GPtrArray) intakes = g_ptr_array_new ();
  g_autoptr (GPtrArray) batch = g_ptr_array_new ();

  g_ptr_array_add (intakes, intake);
  if (!tlsrpt_intake_accept_by_table (intakes, retry->store, error))
    return FALSE;
  /* It is in quarantine already. */
  g_clear_pointer (&intake->item->refused, tlsrpt_refused_free);
  if (intake->item->reports->len == 0)
    return TRUE;
  g_ptr_array_add (batch, intake->item);
  return tlsrpt_store_put (retry->store, batch, error);
}

static gboolean
settle (Retry *retry, const char *uid, TlsrptIntake *intake, GError **error)
{
  g_autoptr (GArray) verdicts = g_array_new (FALSE, TRUE, sizeof (TlsrptQuarantineVerdict));
  g_autoptr (GError) refusal = refusal_of (intake);
  g_autofree char *stage = refusal != NULL ? tlsrpt_refusal_stage (refusal) : NULL;
  TlsrptQuarantineVerdict verdict = { .uid = uid };

  if (refusal != NULL) {
    verdict.reason = tlsrpt_error_reason ((TlsrptError)refusal->code);
    verdict.stage = stage;
    verdict.detail = refusal->message;
  }
  g_array_append_val (verdicts, verdict);
  if (!tlsrpt_quarantine_settle (retry->pg, verdicts, error))
    return FALSE;
  retry->released += refusal == NULL;
  retry->kept += refusal != NULL;
  return TRUE;
}

static gboolean
retry_one (Retry *retry, const TlsrptQuarantined *entry, GError **error)
{
  g_autoptr (TlsrptIntake) intake = NULL;
  TlsrptSourceItem source_item = { .path = (char *)"quarantine", .bytes = entry->raw };

  tlsrpt_pg_set_deadline (retry->pg, g_get_monotonic_time () +
                                         (gint64)retry->settings->deadline * G_TIME_SPAN_SECOND);
  source_item.kind = kind_of (g_bytes_get_data (entry->raw, NULL), g_bytes_get_size (entry->raw));
  intake = tlsrpt_intake_new (&source_item, entry->envelope_sender, retry->settings);
  return store_reports (retry, intake, error) && settle (retry, entry->uid, intake, error);
}

static gboolean
retry_all (Retry *retry, const TlsrptQuarantineFilter *filter, GError **error)
{
  g_autofree char *last = NULL;
  TlsrptQuarantineSum sum;

  if (!tlsrpt_quarantine_sum (retry->pg, filter, &sum, error))
    return FALSE;
  retry->cut = (guint64)sum.cut;
  for (;;) {
    g_autoptr (TlsrptRecords) page = tlsrpt_quarantine_page (retry->pg, filter, last, error);

    if (page == NULL)
      return FALSE;
    if (tlsrpt_records_length (page) == 0)
      return TRUE;
    for (guint row = 0; row < tlsrpt_records_length (page); row++) {
      const TlsrptQuarantined *entry = tlsrpt_records_get (page, row);

      if (!retry_one (retry, entry, error))
        return FALSE;
      g_free (last);
      last = g_strdup (entry->uid);
    }
  }
}

gboolean
tlsrpt_retry_run (TlsrptPg *pg, const TlsrptSettings *settings,
                  const TlsrptQuarantineFilter *filter, GError **error)
{
  g_autoptr (TlsrptStore) store = tlsrpt_intake_open_store (settings, error);
  Retry retry = { .pg = pg, .store = store, .settings = settings };
  gboolean done = store != NULL && retry_all (&retry, filter, error);

  if (store != NULL)
    g_print ("%" G_GUINT64_FORMAT " released, %" G_GUINT64_FORMAT " kept, %" G_GUINT64_FORMAT
             " cut and not tried\n",
             retry.released, retry.kept, retry.cut);
  return done;
}
