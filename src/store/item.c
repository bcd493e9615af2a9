/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the store is handed: messages with their reports, and messages for quarantine. */
#include "store/item.h"

#include <string.h>

/* Who floods with large messages must not fill quarantine with few of them; a head says what it was. */
static GBytes *
head_of (const TlsrptBatchItem *item)
{
  if (item->quarantine_bytes == 0 || g_bytes_get_size (item->raw) <= item->quarantine_bytes)
    return g_bytes_ref (item->raw);
  return g_bytes_new_from_bytes (item->raw, 0, item->quarantine_bytes);
}

TlsrptRefused *
tlsrpt_refused_new (const TlsrptBatchItem *item, const GError *refusal)
{
  TlsrptRefused *refused = g_new0 (TlsrptRefused, 1);

  refused->raw = head_of (item);
  refused->whole = g_bytes_ref (item->raw);
  refused->truncated =
      item->is_truncated || g_bytes_get_size (refused->raw) < g_bytes_get_size (item->raw);
  refused->reason =
      refusal->domain == TLSRPT_ERROR ? (TlsrptError)refusal->code : TLSRPT_ERROR_INTERNAL;
  refused->stage = tlsrpt_refusal_stage (refusal);
  refused->detail = g_strdup (refusal->message);
  refused->envelope_sender = g_strdup (item->envelope_sender);
  refused->authenticated_domain = g_strdup (item->authenticated_domain);
  if (item->envelope != NULL) {
    refused->header_from = g_strdup (item->envelope->header_from);
    refused->message_id = g_strdup (item->envelope->message_id);
  }
  return refused;
}

void
tlsrpt_refused_free (TlsrptRefused *refused)
{
  if (refused == NULL)
    return;
  g_clear_pointer (&refused->raw, g_bytes_unref);
  g_clear_pointer (&refused->whole, g_bytes_unref);
  g_free (refused->authenticated_domain);
  g_free (refused->stage);
  g_free (refused->detail);
  g_free (refused->envelope_sender);
  g_free (refused->header_from);
  g_free (refused->message_id);
  g_free (refused);
}

static void
free_report (gpointer report)
{
  tlsrpt_report_free (report);
}

TlsrptBatchItem *
tlsrpt_batch_item_new (GBytes *raw)
{
  TlsrptBatchItem *item = g_new0 (TlsrptBatchItem, 1);

  item->raw = g_bytes_ref (raw);
  item->reports = g_ptr_array_new_with_free_func (free_report);
  item->outcomes = g_array_new (FALSE, TRUE, sizeof (TlsrptOutcome));
  return item;
}

void
tlsrpt_batch_item_free (TlsrptBatchItem *item)
{
  if (item == NULL)
    return;
  g_clear_pointer (&item->raw, g_bytes_unref);
  g_free (item->envelope_sender);
  g_free (item->authenticated_domain);
  g_clear_pointer (&item->reports, g_ptr_array_unref);
  tlsrpt_refused_free (item->refused);
  g_clear_pointer (&item->outcomes, g_array_unref);
  g_free (item);
}
