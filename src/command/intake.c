/* SPDX-License-Identifier: GPL-3.0-or-later
 * Judged messages and documents to the database. */
#include "command/intake.h"

#include "command/judge.h"

static void
add_patterns (GHashTable *patterns, const char *domain)
{
  g_auto (GStrv) found = tlsrpt_accept_patterns (domain);

  for (guint i = 0; found[i] != NULL; i++)
    g_hash_table_add (patterns, g_strdup (found[i]));
}

static GHashTable *
patterns_of (GPtrArray *items)
{
  GHashTable *patterns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < items->len; i++) {
    const TlsrptItem *item = g_ptr_array_index (items, i);

    for (guint j = 0; j < item->reports->len; j++) {
      const TlsrptReport *report = tlsrpt_item_report (item, j);

      add_patterns (patterns, report->report_domain);
      for (guint k = 0; k < report->policies->len; k++)
        add_patterns (patterns, tlsrpt_report_policy (report, k)->policy_domain);
    }
  }
  return patterns;
}

/* One query for all of @items. */
static gboolean
accept_by_table (GPtrArray *items, const TlsrptSettings *settings, TlsrptStore *store,
                 GError **error)
{
  g_autoptr (GHashTable) patterns = patterns_of (items);
  g_autoptr (TlsrptAccept) in_table = NULL;

  if (g_hash_table_size (patterns) > 0) {
    in_table = tlsrpt_store_find_accepted (store, patterns, error);
    if (in_table == NULL)
      return FALSE;
  }
  for (guint i = 0; i < items->len; i++)
    tlsrpt_judge_domains (g_ptr_array_index (items, i), settings->accept, in_table);
  return TRUE;
}

gboolean
tlsrpt_intake_is_for_store (TlsrptItem *item, const TlsrptSettings *settings)
{
  item->is_refusal_kept = item->refusal != NULL && settings->on_reject != TLSRPT_ON_REJECT_DISCARD;
  return item->reports->len > 0 || item->is_refusal_kept;
}

static void
prepare_for_store (TlsrptIntake *intake, const TlsrptSettings *settings, const TlsrptStore *store)
{
  for (guint i = 0; i < intake->items->len; i++)
    if (tlsrpt_intake_is_for_store (g_ptr_array_index (intake->items, i), settings))
      g_ptr_array_add (intake->for_store, g_ptr_array_index (intake->items, i));
  intake->batch = tlsrpt_store_prepare (store, intake->for_store);
}

TlsrptIntake *
tlsrpt_intake_prepare (GPtrArray *items, const TlsrptSettings *settings, const TlsrptStore *store)
{
  TlsrptIntake *intake = g_new0 (TlsrptIntake, 1);

  intake->items = g_ptr_array_ref (items);
  intake->for_store = g_ptr_array_new ();
  if (!settings->accept_domains_table)
    prepare_for_store (intake, settings, store);
  return intake;
}

gboolean
tlsrpt_intake_finish (TlsrptIntake *intake, const TlsrptSettings *settings, TlsrptStore *store,
                      GError **error)
{
  if (settings->accept_domains_table && !accept_by_table (intake->items, settings, store, error))
    return FALSE;
  if (intake->batch == NULL)
    prepare_for_store (intake, settings, store);
  return intake->for_store->len == 0 || tlsrpt_store_put_prepared (store, intake->batch, error);
}

void
tlsrpt_intake_free (TlsrptIntake *intake)
{
  if (intake == NULL)
    return;
  g_clear_pointer (&intake->batch, tlsrpt_store_batch_free);
  g_ptr_array_unref (intake->for_store);
  g_ptr_array_unref (intake->items);
  g_free (intake);
}

gboolean
tlsrpt_intake_store (GPtrArray *items, const TlsrptSettings *settings, TlsrptStore *store,
                     GError **error)
{
  g_autoptr (TlsrptIntake) intake = tlsrpt_intake_prepare (items, settings, store);

  return tlsrpt_intake_finish (intake, settings, store, error);
}

TlsrptStore *
tlsrpt_intake_new_store (const TlsrptSettings *settings, gint64 run_deadline)
{
  TlsrptStoreOptions options = {
    .conninfo = settings->conninfo,
    .deadline_seconds = (guint)settings->deadline,
    .run_deadline = run_deadline,
    .keep_evidence = settings->keep_evidence,
    .quarantine_bytes = (gsize)settings->limits.quarantine_bytes,
  };

  return tlsrpt_store_new (&options);
}

TlsrptStore *
tlsrpt_intake_open_store (const TlsrptSettings *settings, GError **error)
{
  g_autoptr (TlsrptStore) store = tlsrpt_intake_new_store (settings, 0);

  return tlsrpt_store_connect (store, error) ? g_steal_pointer (&store) : NULL;
}
