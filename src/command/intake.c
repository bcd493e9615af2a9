/* SPDX-License-Identifier: GPL-3.0-or-later
 * One message or document to an item for the store, its refusal, if any, to an entry for quarantine. */
#include "command/intake.h"

TlsrptDecoded *
tlsrpt_intake_decode (const TlsrptSourceItem *source_item, const TlsrptLimits *limits)
{
  TlsrptDecoded *decoded;

  if (source_item->kind == TLSRPT_SOURCE_DOCUMENT) {
    g_autofree char *name = g_path_get_basename (source_item->path);
    decoded = tlsrpt_decode_document (source_item->bytes, name, limits);
  } else {
    decoded = tlsrpt_decode_message (source_item->bytes, limits);
  }
  /* A report that ends before the cut is not believed either: the mail is not what was sent. */
  if (source_item->oversized) {
    g_ptr_array_set_size (decoded->reports, 0);
    g_clear_error (&decoded->refusal);
    decoded->refusal =
        g_error_new (TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
                     "message: larger than %" G_GUINT64_FORMAT " bytes (setting message-bytes)",
                     limits->message_bytes);
  }
  return decoded;
}

TlsrptIntake *
tlsrpt_intake_new (const TlsrptSourceItem *source_item, const char *envelope_sender,
                   const TlsrptSettings *settings)
{
  TlsrptIntake *intake = g_new0 (TlsrptIntake, 1);

  intake->decoded = tlsrpt_intake_decode (source_item, &settings->limits);
  intake->item = tlsrpt_batch_item_new (source_item->bytes);
  intake->item->envelope = intake->decoded->envelope;
  intake->item->envelope_sender = g_strdup (envelope_sender);
  g_ptr_array_unref (intake->item->reports);
  intake->item->reports = g_ptr_array_ref (intake->decoded->reports);
  for (guint i = 0; i < intake->item->reports->len; i++) {
    TlsrptReport *report = g_ptr_array_index (intake->item->reports, i);
    report->envelope_sender = tlsrpt_report_string (report, envelope_sender);
  }
  if (intake->decoded->refusal != NULL && settings->on_reject != TLSRPT_ON_REJECT_DISCARD) {
    intake->item->refused = tlsrpt_refused_new (source_item->bytes, intake->decoded->refusal,
                                                intake->decoded->envelope, envelope_sender);
    intake->item->refused->truncated = source_item->oversized;
  }
  return intake;
}

void
tlsrpt_intake_free (TlsrptIntake *intake)
{
  tlsrpt_batch_item_free (intake->item);
  tlsrpt_decoded_free (intake->decoded);
  g_free (intake);
}

TlsrptStore *
tlsrpt_intake_open_store (const TlsrptSettings *settings, gint64 run_deadline, GError **error)
{
  TlsrptStoreOptions options = {
    .conninfo = settings->conninfo,
    .deadline_seconds = (guint)settings->deadline,
    .run_deadline = run_deadline,
    .keep_evidence = settings->keep_evidence,
  };

  return tlsrpt_store_open (&options, error);
}
