/* SPDX-License-Identifier: GPL-3.0-or-later
 * One message or document, with all that becomes known of it. */
#include "core/item.h"

TlsrptItem *
tlsrpt_item_new (TlsrptItemKind kind, GBytes *bytes, const char *path)
{
  TlsrptItem *item = g_new0 (TlsrptItem, 1);

  item->kind = kind;
  item->bytes = g_bytes_ref (bytes);
  item->path = g_strdup (path);
  item->reports = g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_report_free);
  item->outcomes = g_array_new (FALSE, TRUE, sizeof (TlsrptOutcome));
  return item;
}

void
tlsrpt_item_free (TlsrptItem *item)
{
  if (item == NULL)
    return;
  g_bytes_unref (item->bytes);
  g_free (item->envelope_sender);
  g_free (item->path);
  tlsrpt_envelope_free (item->envelope);
  g_ptr_array_unref (item->reports);
  g_clear_error (&item->refusal);
  g_free (item->authenticated_domain);
  g_clear_error (&item->deferral);
  g_array_unref (item->outcomes);
  g_free (item);
}

TlsrptReport *
tlsrpt_item_report (const TlsrptItem *item, guint i)
{
  return g_ptr_array_index (item->reports, i);
}

void
tlsrpt_item_judge_reports (TlsrptItem *item, TlsrptItemJudge judge, gconstpointer data)
{
  for (guint i = 0; i < item->reports->len;) {
    g_autoptr (GError) refusal = judge (tlsrpt_item_report (item, i), data);

    if (refusal == NULL) {
      i++;
      continue;
    }
    g_ptr_array_remove_index (item->reports, i);
    if (item->refusal == NULL)
      item->refusal = g_steal_pointer (&refusal);
  }
}

gboolean
tlsrpt_item_has_outcome (const TlsrptItem *item, TlsrptOutcome outcome)
{
  for (guint i = 0; i < item->outcomes->len; i++)
    if (g_array_index (item->outcomes, TlsrptOutcome, i) == outcome)
      return TRUE;
  return FALSE;
}
