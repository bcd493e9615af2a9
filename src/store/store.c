/* SPDX-License-Identifier: GPL-3.0-or-later
 * A batch into the database, each message whole or not at all. Refuses a schema it does not know. */
#include "store/store.h"

#include "core/limits.h"
#include "pg/array.h"
#include "pg/sqlstate.h"
#include "store/batch.h"
#include "store/link.h"
#include "store/put.h"
#include "store/slices.h"

struct _TlsrptStore {
  TlsrptLink link;
  TlsrptPut put;
};

/* If each message makes one row, each is whole anyway, and two round trips are saved. @units are theirs then. */
struct _TlsrptStoreBatch {
  GPtrArray *items;
  GPtrArray *units;
  TlsrptPutFirst first;
};

TlsrptStore *
tlsrpt_store_new (const TlsrptStoreOptions *options)
{
  TlsrptStore *store = g_new0 (TlsrptStore, 1);

  tlsrpt_link_init (&store->link, options->conninfo, options->deadline_seconds,
                    options->run_deadline);
  store->put = (TlsrptPut){ .link = &store->link,
                            .keep_evidence = options->keep_evidence,
                            .quarantine_bytes = options->quarantine_bytes };
  return store;
}

gboolean
tlsrpt_store_connect (TlsrptStore *store, GError **error)
{
  tlsrpt_link_start_clock (&store->link);
  return tlsrpt_link_ensure (&store->link, error);
}

void
tlsrpt_store_free (TlsrptStore *store)
{
  if (store == NULL)
    return;
  tlsrpt_link_clear (&store->link);
  g_free (store);
}

static void
error_free (gpointer error)
{
  g_clear_error ((GError **)&error);
}

/* Finds the reports of a mail that the server refuses: each is tried alone, and undone. */
static GPtrArray *
find_faults (TlsrptStore *store, GPtrArray *item, GError **error)
{
  g_autoptr (GPtrArray) units = tlsrpt_units_new (item);
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func (error_free);

  g_ptr_array_set_size (faults, (int)units->len);
  for (guint i = 0; i < units->len; i++) {
    TlsrptUnit *unit = units->pdata[i];
    g_autoptr (GPtrArray) alone = g_ptr_array_new ();
    g_autoptr (GError) failure = NULL;

    g_ptr_array_add (alone, unit);
    if (unit->report == NULL || tlsrpt_put_in_transaction (&store->put, alone, FALSE, &failure))
      continue;
    if (!tlsrpt_error_is_message_fault (failure)) {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
    /* The message is at fault: its entry in quarantine names the stage `store`, whatever found
     * it. */
    g_prefix_error (&failure, "store: ");
    faults->pdata[unit->outcome] = g_steal_pointer (&failure);
  }
  return g_steal_pointer (&faults);
}

static void
refuse_faults (GPtrArray *units, const GPtrArray *faults)
{
  for (guint i = 0; faults != NULL && i < units->len; i++) {
    TlsrptUnit *unit = units->pdata[i];

    if (unit->report != NULL && faults->pdata[unit->outcome] != NULL)
      tlsrpt_put_refuse (unit, faults->pdata[unit->outcome]);
  }
}

/* Each report of a mail has room by itself, and all have none: none is stored. */
static void
flood_all (GPtrArray *faults, const GError *failure)
{
  for (guint i = 0; i < faults->len; i++)
    if (faults->pdata[i] == NULL)
      faults->pdata[i] = g_error_copy (failure);
}

static gboolean
is_worth_another (TlsrptStore *store, const GError *failure, guint *tries, guint *rests)
{
  if (!g_error_matches (failure, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY))
    return FALSE;
  if (store->link.pg != NULL)
    *tries = tlsrpt_sqlstate_is_transient (tlsrpt_link_sqlstate (&store->link)) ? *tries + 1
                                                                                : TLSRPT_PUT_TRIES;
  return *tries < TLSRPT_PUT_TRIES && tlsrpt_link_rest (&store->link, (*rests)++);
}

static gboolean
put_whole (TlsrptStore *store, gpointer *items, guint n, GError **error)
{
  g_autoptr (GPtrArray) mails = g_ptr_array_new ();
  g_autoptr (GPtrArray) faults = NULL;
  guint rests = 0;
  guint tries = 0;
  gboolean lets_wait = FALSE;
  gboolean is_flooded = FALSE;

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (mails, items[i]);
  for (;;) {
    g_autoptr (GPtrArray) units = tlsrpt_units_new (mails);
    g_autoptr (GError) failure = NULL;
    gboolean done;

    refuse_faults (units, faults);
    store->put.lets_wait = lets_wait;
    done = tlsrpt_put_in_transaction (&store->put, units, TRUE, &failure);
    store->put.lets_wait = FALSE;
    if (done) {
      tlsrpt_units_report_outcomes (mails, units);
      return TRUE;
    }
    if (n > 1 &&
        (tlsrpt_error_is_message_fault (failure) || tlsrpt_put_is_quarantine_full (&store->put)))
      return put_whole (store, items, n / 2, error) &&
             put_whole (store, items + n / 2, n - n / 2, error);
    if (tlsrpt_put_is_quarantine_full (&store->put) && !lets_wait) {
      lets_wait = TRUE;
    } else if (tlsrpt_error_is_message_fault (failure) && faults == NULL) {
      faults = find_faults (store, mails, error);
      if (faults == NULL)
        return FALSE;
    } else if (g_error_matches (failure, TLSRPT_ERROR, TLSRPT_ERROR_FLOOD) && !is_flooded) {
      g_prefix_error (&failure, "store: ");
      flood_all (faults, failure);
      is_flooded = TRUE;
    } else if (tlsrpt_error_is_message_fault (failure)) {
      g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_INTERNAL, "store: quarantine refused: %s",
                   failure->message);
      return FALSE;
    } else if (!is_worth_another (store, failure, &tries, &rests)) {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  }
}

/* Whether @item comes to more than one row, which are stored all or none. */
static gboolean
is_composed (const TlsrptItem *item)
{
  return item->reports->len + (item->is_refusal_kept ? 1 : 0) > 1;
}

/* A large report fills a transaction: its slices go to whichever report with its key belongs to
 * the transaction. */
static gsize
weight_of (gconstpointer object)
{
  const TlsrptItem *item = object;

  for (guint i = 0; i < item->reports->len; i++)
    if (tlsrpt_slices_are_needed (item->reports->pdata[i]))
      return TLSRPT_STATEMENT_BYTES;
  return tlsrpt_units_weight (item);
}

static gboolean
put_composed (TlsrptStore *store, GPtrArray *items, GError **error)
{
  guint n;

  for (guint first = 0; first < items->len; first += n) {
    n = tlsrpt_put_fitting (items, first, weight_of);
    if (!put_whole (store, items->pdata + first, n, error))
      return FALSE;
  }
  return TRUE;
}

TlsrptStoreBatch *
tlsrpt_store_prepare (const TlsrptStore *store, GPtrArray *items)
{
  TlsrptStoreBatch *batch = g_new0 (TlsrptStoreBatch, 1);
  gboolean any_composed = FALSE;

  for (guint i = 0; i < items->len; i++)
    any_composed = any_composed || is_composed (items->pdata[i]);
  batch->items = g_ptr_array_ref (items);
  if (!any_composed) {
    batch->units = tlsrpt_units_new (items);
    batch->first = tlsrpt_put_prepare (&store->put, batch->units);
  }
  return batch;
}

void
tlsrpt_store_batch_free (TlsrptStoreBatch *batch)
{
  if (batch == NULL)
    return;
  g_clear_pointer (&batch->first.rows, tlsrpt_rows_free);
  g_clear_pointer (&batch->units, g_ptr_array_unref);
  g_ptr_array_unref (batch->items);
  g_free (batch);
}

gboolean
tlsrpt_store_put_prepared (TlsrptStore *store, TlsrptStoreBatch *batch, GError **error)
{
  gboolean is_put;

  tlsrpt_link_start_clock (&store->link);
  if (batch->units == NULL)
    return put_composed (store, batch->items, error);
  store->put.first = &batch->first;
  is_put = tlsrpt_put_rounds (&store->put, batch->units, error);
  store->put.first = NULL;
  if (!is_put)
    return FALSE;
  tlsrpt_units_report_outcomes (batch->items, batch->units);
  return TRUE;
}

gboolean
tlsrpt_store_put (TlsrptStore *store, GPtrArray *items, GError **error)
{
  g_autoptr (TlsrptStoreBatch) batch = tlsrpt_store_prepare (store, items);

  return tlsrpt_store_put_prepared (store, batch, error);
}

TlsrptAccept *
tlsrpt_store_find_accepted (TlsrptStore *store, GHashTable *patterns, GError **error)
{
  g_autoptr (TlsrptAccept) found = NULL;
  g_autoptr (PGresult) result = NULL;
  TlsrptArray array;
  TlsrptPgParam param;
  GHashTableIter iterator;
  gpointer pattern;

  tlsrpt_link_start_clock (&store->link);
  tlsrpt_array_init (&array, &tlsrpt_array_text);
  g_hash_table_iter_init (&iterator, patterns);
  while (g_hash_table_iter_next (&iterator, &pattern, NULL))
    tlsrpt_array_add_text (&array, pattern);
  param = tlsrpt_array_param (&array);
  result = tlsrpt_link_query (&store->link,
                              "SELECT domain FROM tlsrpt.accepted_domain WHERE domain = ANY ($1)",
                              &param, error);
  tlsrpt_array_clear (&array);
  if (result == NULL)
    return NULL;
  found = tlsrpt_accept_new ();
  for (int row = 0; row < PQntuples (result); row++)
    tlsrpt_accept_add (found, PQgetvalue (result, row, 0));
  return g_steal_pointer (&found);
}
