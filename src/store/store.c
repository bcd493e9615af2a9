/* SPDX-License-Identifier: GPL-3.0-or-later
 * A batch into the database: in statements that are a transaction each and safe to repeat, so that
 * whatever fails is done again. Refuses a schema it does not know. */
#include "store/store.h"

#include "pg/array.h"
#include "store/batch.h"
#include "pg/pg.h"
#include "store/reporters.h"
#include "store/rows.h"
#include "store/slices.h"
#include "store/twins.h"
#include "pg/sqlstate.h"

#include <string.h>

/* What one statement takes together, in bytes; a single report over it goes alone. libpq and the
 * server each hold a copy or two, and past 16 MB larger statements are no faster. */
#define STATEMENT_BYTES (16 * 1024 * 1024)
/* Tries of one statement on a connection that stood; the pause before the first repetition, doubled
 * each time, and where that ends. */
#define TRIES_MAX 7
#define PAUSE_MICROSECONDS (20 * 1000)
#define PAUSE_MAX_MICROSECONDS G_TIME_SPAN_SECOND

struct _TlsrptStore {
  TlsrptPg *pg;
  TlsrptConnecting *connecting; /* the first attempt, until somebody needs it */
  char *conninfo;
  guint deadline_seconds;
  gint64 run_deadline;
  gint64 deadline;
  gboolean keep_evidence;
  gsize quarantine_bytes;
  gboolean in_transaction; /* of whole mails: what fails undoes all, and is not tried again alone */
  gboolean lets_wait;      /* quarantine is full: what should go there is left to whoever has it */
};

static void
start_clock (TlsrptStore *store)
{
  store->deadline = store->run_deadline;
  if (store->deadline == 0)
    store->deadline = g_get_monotonic_time () + store->deadline_seconds * G_TIME_SPAN_SECOND;
  if (store->pg != NULL)
    tlsrpt_pg_set_deadline (store->pg, store->deadline);
}

static gboolean
connect_again (TlsrptStore *store, GError **error)
{
  g_clear_pointer (&store->pg, tlsrpt_pg_free);
  if (store->connecting != NULL)
    store->pg =
        tlsrpt_pg_connect_end (g_steal_pointer (&store->connecting), store->deadline, error);
  else
    store->pg = tlsrpt_pg_connect (store->conninfo, store->deadline, error);
  return store->pg != NULL;
}

TlsrptStore *
tlsrpt_store_new (const TlsrptStoreOptions *options)
{
  TlsrptStore *store = g_new0 (TlsrptStore, 1);

  store->conninfo = g_strdup (options->conninfo);
  store->deadline_seconds = options->deadline_seconds;
  store->run_deadline = options->run_deadline;
  store->keep_evidence = options->keep_evidence;
  store->quarantine_bytes = options->quarantine_bytes;
  store->connecting = tlsrpt_connect_begin (store->conninfo);
  return store;
}

gboolean
tlsrpt_store_connect (TlsrptStore *store, GError **error)
{
  start_clock (store);
  return (store->pg != NULL && tlsrpt_pg_is_usable (store->pg)) || connect_again (store, error);
}

TlsrptStore *
tlsrpt_store_open (const TlsrptStoreOptions *options, GError **error)
{
  g_autoptr (TlsrptStore) store = tlsrpt_store_new (options);

  return tlsrpt_store_connect (store, error) ? g_steal_pointer (&store) : NULL;
}

void
tlsrpt_store_free (TlsrptStore *store)
{
  if (store == NULL)
    return;
  tlsrpt_pg_free (store->pg);
  tlsrpt_connecting_free (store->connecting);
  g_free (store->conninfo);
  g_free (store);
}

static void
mark_settled (TlsrptUnit *unit, TlsrptOutcome result)
{
  unit->result = result;
  unit->is_settled = TRUE;
}

/* What is verified takes the place of what is not, by the next statement. One that is unseen stays
 * unsettled too: the next statement sees the other. */
static void
settle_report (TlsrptUnit *unit, TlsrptRowsFate fate)
{
  gboolean is_over_unverified =
      fate == TLSRPT_ROWS_SAME_UNVERIFIED || fate == TLSRPT_ROWS_OTHER_UNVERIFIED;

  if (fate == TLSRPT_ROWS_INSERTED)
    mark_settled (unit, TLSRPT_OUTCOME_STORED);
  else if (is_over_unverified && unit->report->is_verified)
    g_ptr_array_add (unit->entry->supersedes, tlsrpt_entry_uid_text (unit->uid));
  else if (fate == TLSRPT_ROWS_SAME || fate == TLSRPT_ROWS_SAME_UNVERIFIED)
    mark_settled (unit, TLSRPT_OUTCOME_DUPLICATE);
  else if (fate != TLSRPT_ROWS_UNSEEN)
    tlsrpt_unit_mark_conflict (unit);
}

static void
settle_twin (TlsrptUnit *unit, TlsrptTwin twin)
{
  if (twin == TLSRPT_TWIN_DUPLICATE)
    mark_settled (unit, TLSRPT_OUTCOME_DUPLICATE);
  else if (twin == TLSRPT_TWIN_CONFLICT)
    tlsrpt_unit_mark_conflict (unit);
}

/* Those that a twin kept out: what they are known to be from now on. */
static gboolean
settle_unseen (TlsrptStore *store, GPtrArray *units, GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();
  g_autoptr (GArray) twins = NULL;
  g_autoptr (GError) failure = NULL;

  if (units->len == 0)
    return TRUE;
  for (guint i = 0; i < units->len; i++)
    g_ptr_array_add (entries, ((TlsrptUnit *)units->pdata[i])->entry);
  twins = tlsrpt_twins_find (entries, store->pg, &failure);
  for (guint i = 0; twins != NULL && i < units->len; i++)
    settle_twin (units->pdata[i], g_array_index (twins, TlsrptTwin, i));
  if (twins != NULL)
    return TRUE;
  if (!store->in_transaction && g_error_matches (failure, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY))
    return TRUE; /* the next statement finds them where they are */
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
settle (TlsrptStore *store, TlsrptUnit **units, guint n, const GArray *fates, GError **error)
{
  g_autoptr (GPtrArray) unseen = g_ptr_array_new ();
  guint report = 0;

  for (guint i = 0; i < n; i++) {
    TlsrptRowsFate fate;

    if (units[i]->report == NULL) {
      units[i]->is_settled = TRUE;
      continue;
    }
    fate = g_array_index (fates, TlsrptRowsFate, report++);
    if (fate == TLSRPT_ROWS_UNSEEN)
      g_ptr_array_add (unseen, units[i]);
    settle_report (units[i], fate);
  }
  return settle_unseen (store, unseen, error);
}

/* TRUE once there is a connection; else @failure says why there is none. */
static gboolean
ensure_connection (TlsrptStore *store, GError **failure)
{
  return (store->pg != NULL && tlsrpt_pg_is_usable (store->pg)) || connect_again (store, failure);
}

/* FALSE where the deadline leaves no time for a pause and another try. */
static gboolean
rest (const TlsrptStore *store, gint64 *pause)
{
  gint64 now = *pause;

  if (g_get_monotonic_time () + now >= store->deadline)
    return FALSE;
  g_usleep ((gulong)now);
  *pause = MIN (2 * now, PAUSE_MAX_MICROSECONDS);
  return TRUE;
}

static GArray *
put_once (TlsrptStore *store, TlsrptUnit **units, guint n, GError **error)
{
  g_autoptr (TlsrptRows) rows = tlsrpt_rows_new ();
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();
  g_auto (TlsrptReporters) reporters = { 0 };

  for (guint i = 0; i < n; i++)
    if (units[i]->report != NULL)
      g_ptr_array_add (entries, units[i]->entry);
  if (!tlsrpt_reporters_judge (&reporters, entries, store->pg, error))
    return NULL;
  tlsrpt_rows_set_reporters (rows, &reporters);
  for (guint i = 0; i < n; i++)
    if (units[i]->report != NULL)
      tlsrpt_rows_add_entry (rows, units[i]->entry, store->keep_evidence);
    else
      tlsrpt_rows_add_refused (rows, units[i]->item, units[i]->refusal, units[i]->uid,
                               store->quarantine_bytes);
  return tlsrpt_rows_store (rows, store->pg, error);
}

/* Done again on a collision and on a lost connection. Where the connection was lost while the server
 * committed, the repetition finds the reports stored: nobody has to guess. A server that restarts is
 * waited for; one that dies of this very statement is not killed for ever. */
static gboolean
put_together (TlsrptStore *store, TlsrptUnit **units, guint n, GError **error)
{
  gint64 pause = PAUSE_MICROSECONDS;
  guint tries = 0;

  if (store->in_transaction) {
    g_autoptr (GArray) fates = put_once (store, units, n, error);

    return fates != NULL && settle (store, units, n, fates, error);
  }
  for (;;) {
    g_autoptr (GError) failure = NULL;

    if (ensure_connection (store, &failure)) {
      g_autoptr (GArray) fates = put_once (store, units, n, &failure);

      tries++;
      if (fates != NULL && settle (store, units, n, fates, &failure))
        return TRUE;
      if (!tlsrpt_sqlstate_is_transient (tlsrpt_pg_sqlstate (store->pg)))
        tries = TRIES_MAX;
    }
    if (!g_error_matches (failure, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY) || tries == TRIES_MAX ||
        !rest (store, &pause)) {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  }
}

/* Whether the last statement wanted more room in quarantine than there is: the rest of a batch can do
 * without. */
static gboolean
is_quarantine_full (const TlsrptStore *store)
{
  return store->pg != NULL && strcmp (tlsrpt_pg_sqlstate (store->pg), "TQ001") == 0;
}

/* A report that the server refused, by its value or for want of room, goes to quarantine. */
static void
refuse (TlsrptUnit *unit, const GError *failure)
{
  gboolean is_flood = g_error_matches (failure, TLSRPT_ERROR, TLSRPT_ERROR_FLOOD);

  tlsrpt_unit_refuse (unit, failure, is_flood ? TLSRPT_OUTCOME_FLOOD : TLSRPT_OUTCOME_QUARANTINED);
}

/* Where the server refuses a value, halves are tried until the piece at fault is alone. */
static gboolean
put_units (TlsrptStore *store, TlsrptUnit **units, guint n, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (put_together (store, units, n, &failure))
    return TRUE;
  if (store->in_transaction ||
      (!tlsrpt_error_is_message_fault (failure) && !is_quarantine_full (store))) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
  }
  if (n > 1)
    return put_units (store, units, n / 2, error) &&
           put_units (store, units + n / 2, n - n / 2, error);
  if (units[0]->report == NULL && is_quarantine_full (store)) {
    units[0]->result = TLSRPT_OUTCOME_WAITING;
    units[0]->is_settled = TRUE;
    return TRUE;
  }
  if (units[0]->report == NULL) {
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_INTERNAL, "store: quarantine refused: %s",
                 failure->message);
    return FALSE;
  }
  /* The message is to blame: what is kept of it has the store's stage, whatever found it. */
  g_prefix_error (&failure, "store: ");
  refuse (units[0], failure);
  return TRUE;
}

static gboolean
put_round (TlsrptStore *store, GPtrArray *round, GError **error)
{
  guint first = 0;

  while (first < round->len) {
    gsize weight = 0;
    guint n = 0;

    while (first + n < round->len) {
      const TlsrptUnit *unit = round->pdata[first + n];

      if (n > 0 && weight + unit->weight > STATEMENT_BYTES)
        break;
      weight += unit->weight;
      n++;
    }
    if (!put_units (store, (TlsrptUnit **)round->pdata + first, n, error))
      return FALSE;
    first += n;
  }
  return TRUE;
}

/* What has no room in quarantine, of the message itself or of what became of its reports. */
static void
let_wait (GPtrArray *units)
{
  for (guint i = 0; i < units->len; i++) {
    TlsrptUnit *unit = units->pdata[i];

    if (unit->report != NULL || unit->is_settled)
      continue;
    unit->result = TLSRPT_OUTCOME_WAITING;
    unit->is_settled = TRUE;
  }
}

static gboolean
put_rounds (TlsrptStore *store, GPtrArray *units, GError **error)
{
  for (;;) {
    g_autoptr (GPtrArray) round = NULL;

    if (store->lets_wait)
      let_wait (units);
    round = tlsrpt_units_take_round (units);

    if (round->len == 0)
      return TRUE;
    if (g_get_monotonic_time () >= store->deadline) {
      g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_DEADLINE,
                           "store: not all stored before the deadline");
      return FALSE;
    }
    if (!put_round (store, round, error))
      return FALSE;
  }
}

/* In one transaction, which is undone unless @is_kept and nothing fails. */
static gboolean
put_in_transaction (TlsrptStore *store, GPtrArray *units, gboolean is_kept, GError **error)
{
  g_autoptr (TlsrptPgTransaction) transaction = NULL;
  gboolean done;

  if (!ensure_connection (store, error))
    return FALSE;
  transaction = tlsrpt_pg_begin (store->pg, TLSRPT_SESSION_WRITE, error);
  if (transaction == NULL)
    return FALSE;
  store->in_transaction = TRUE;
  done = put_rounds (store, units, error);
  store->in_transaction = FALSE;
  return done && (!is_kept || tlsrpt_pg_commit (transaction, error));
}

static void
error_free (gpointer error)
{
  g_clear_error ((GError **)&error);
}

/* Which of a mail's reports the server refuses: each is tried alone, and undone. */
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
    if (unit->report == NULL || put_in_transaction (store, alone, FALSE, &failure))
      continue;
    if (!tlsrpt_error_is_message_fault (failure)) {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
    /* The message is to blame: what is kept of it has the store's stage, whatever found it. */
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
      refuse (unit, faults->pdata[unit->outcome]);
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
is_worth_another (TlsrptStore *store, const GError *failure, guint *tries, gint64 *pause)
{
  if (!g_error_matches (failure, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY))
    return FALSE;
  if (store->pg != NULL)
    *tries = tlsrpt_sqlstate_is_transient (tlsrpt_pg_sqlstate (store->pg)) ? *tries + 1 : TRIES_MAX;
  return *tries < TRIES_MAX && rest (store, pause);
}

static gboolean
put_whole (TlsrptStore *store, gpointer *items, guint n, GError **error)
{
  g_autoptr (GPtrArray) mails = g_ptr_array_new ();
  g_autoptr (GPtrArray) faults = NULL;
  gint64 pause = PAUSE_MICROSECONDS;
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
    store->lets_wait = lets_wait;
    done = put_in_transaction (store, units, TRUE, &failure);
    store->lets_wait = FALSE;
    if (done) {
      tlsrpt_units_report_outcomes (mails, units);
      return TRUE;
    }
    if (n > 1 && (tlsrpt_error_is_message_fault (failure) || is_quarantine_full (store)))
      return put_whole (store, items, n / 2, error) &&
             put_whole (store, items + n / 2, n - n / 2, error);
    if (is_quarantine_full (store) && !lets_wait) {
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
    } else if (!is_worth_another (store, failure, &tries, &pause)) {
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

/* A giant fills a transaction: its slices go to whichever report with its key is of the transaction. */
static gsize
weight_of (const TlsrptItem *item)
{
  for (guint i = 0; i < item->reports->len; i++)
    if (tlsrpt_slices_are_needed (item->reports->pdata[i]))
      return STATEMENT_BYTES;
  return tlsrpt_units_weight (item);
}

static gboolean
put_composed (TlsrptStore *store, GPtrArray *items, GError **error)
{
  guint first = 0;

  while (first < items->len) {
    gsize weight = 0;
    guint n = 0;

    while (first + n < items->len) {
      gsize more = weight_of (items->pdata[first + n]);

      if (n > 0 && weight + more > STATEMENT_BYTES)
        break;
      weight += more;
      n++;
    }
    if (!put_whole (store, items->pdata + first, n, error))
      return FALSE;
    first += n;
  }
  return TRUE;
}

/* Where each message comes to one row, each is whole anyway: two round trips fewer. */
gboolean
tlsrpt_store_put (TlsrptStore *store, GPtrArray *items, GError **error)
{
  gboolean any_composed = FALSE;
  g_autoptr (GPtrArray) units = NULL;

  start_clock (store);
  for (guint i = 0; i < items->len; i++)
    any_composed = any_composed || is_composed (items->pdata[i]);
  if (any_composed)
    return put_composed (store, items, error);
  units = tlsrpt_units_new (items);
  if (!put_rounds (store, units, error))
    return FALSE;
  tlsrpt_units_report_outcomes (items, units);
  return TRUE;
}

/* Twice, as a connection that was lost since the last batch shows only when it is used. */
static PGresult *
query_again (TlsrptStore *store, const char *sql, const TlsrptPgParam *param, GError **error)
{
  for (guint try = 1;; try++) {
    g_autoptr (GError) failure = NULL;
    PGresult *result = NULL;

    if ((store->pg != NULL && tlsrpt_pg_is_usable (store->pg)) || connect_again (store, &failure))
      result = tlsrpt_pg_query (store->pg, sql, 1, param, &failure);
    if (result != NULL)
      return result;
    if (try == 2 || !g_error_matches (failure, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY)) {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  }
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

  start_clock (store);
  tlsrpt_array_init (&array, &tlsrpt_array_text);
  g_hash_table_iter_init (&iterator, patterns);
  while (g_hash_table_iter_next (&iterator, &pattern, NULL))
    tlsrpt_array_add_text (&array, pattern);
  param = tlsrpt_array_param (&array);
  result = query_again (store, "SELECT domain FROM tlsrpt.accepted_domain WHERE domain = ANY ($1)",
                        &param, error);
  tlsrpt_array_clear (&array);
  if (result == NULL)
    return NULL;
  found = tlsrpt_accept_new ();
  for (int row = 0; row < PQntuples (result); row++)
    tlsrpt_accept_add (found, PQgetvalue (result, row, 0));
  return g_steal_pointer (&found);
}
