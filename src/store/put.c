/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sorted pieces into the database, in statements that are safe to repeat: what fails is done again,
 * and what cannot be stored goes to quarantine. */
#include "store/put.h"

#include "core/limits.h"
#include "pg/sqlstate.h"
#include "store/reporters.h"
#include "store/rows.h"
#include "store/settle.h"

#include <string.h>

static TlsrptRows *
make_rows (const TlsrptPut *put, TlsrptUnit *const *units, guint n)
{
  TlsrptRows *rows = tlsrpt_rows_new ();

  for (guint i = 0; i < n; i++)
    if (units[i]->report != NULL)
      tlsrpt_rows_add_entry (rows, units[i]->entry, put->keep_evidence);
    else
      tlsrpt_rows_add_refused (rows, units[i]->item, units[i]->refusal, units[i]->uid,
                               put->quarantine_bytes);
  return rows;
}

/* The rows that were made beforehand, unless the server knows something of a reporter that changes one of them. */
static TlsrptRows *
take_rows (TlsrptPut *put, TlsrptUnit *const *units, guint n)
{
  g_autoptr (TlsrptRows) rows = NULL;

  if (put->first != NULL && put->first->n == n && put->first->unit == units[0])
    rows = g_steal_pointer (&put->first->rows);
  for (guint i = 0; rows != NULL && i < n; i++)
    if (units[i]->entry != NULL && units[i]->entry->has_changed)
      g_clear_pointer (&rows, tlsrpt_rows_free);
  return rows != NULL ? g_steal_pointer (&rows) : make_rows (put, units, n);
}

static GArray *
put_once (TlsrptPut *put, TlsrptUnit **units, guint n, GError **error)
{
  g_autoptr (TlsrptPgTransaction) transaction G_GNUC_UNUSED =
      put->in_transaction ? NULL : tlsrpt_pg_begin_short (put->link->pg);
  g_autoptr (TlsrptRows) rows = NULL;
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();
  g_auto (TlsrptReporters) reporters = { 0 };

  for (guint i = 0; i < n; i++)
    if (units[i]->report != NULL)
      g_ptr_array_add (entries, units[i]->entry);
  if (!tlsrpt_reporters_judge (&reporters, entries, put->link->pg, error))
    return NULL;
  rows = take_rows (put, units, n);
  tlsrpt_rows_set_reporters (rows, &reporters);
  return tlsrpt_rows_store (rows, put->link->pg, error);
}

/* Tries again after a collision or a lost connection. If the connection was lost while the
 * server committed, the next try finds the reports stored. A restarting server is waited for,
 * but a statement that makes the server crash is not repeated without end. */
static gboolean
put_together (TlsrptPut *put, TlsrptUnit **units, guint n, GError **error)
{
  guint rests = 0;
  guint tries = 0;

  if (put->in_transaction) {
    g_autoptr (GArray) fates = put_once (put, units, n, error);

    return fates != NULL && tlsrpt_settle (units, n, fates, put->link->pg, TRUE, error);
  }
  for (;;) {
    g_autoptr (GError) failure = NULL;

    if (tlsrpt_link_ensure (put->link, &failure)) {
      g_autoptr (GArray) fates = put_once (put, units, n, &failure);

      tries++;
      if (fates != NULL && tlsrpt_settle (units, n, fates, put->link->pg, FALSE, &failure))
        return TRUE;
      if (!tlsrpt_sqlstate_is_transient (tlsrpt_link_sqlstate (put->link)))
        tries = TLSRPT_PUT_TRIES;
    }
    if (!g_error_matches (failure, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY) ||
        tries == TLSRPT_PUT_TRIES || !tlsrpt_link_rest (put->link, rests++)) {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  }
}

/* Whether the last statement needed more room than quarantine has: the rest of a batch can be
 * stored without it. */
gboolean
tlsrpt_put_is_quarantine_full (const TlsrptPut *put)
{
  return strcmp (tlsrpt_link_sqlstate (put->link), "TQ001") == 0;
}

/* A report that the server refused, by its value or for want of room, goes to quarantine. */
void
tlsrpt_put_refuse (TlsrptUnit *unit, const GError *failure)
{
  gboolean is_flood = g_error_matches (failure, TLSRPT_ERROR, TLSRPT_ERROR_FLOOD);

  tlsrpt_unit_refuse (unit, failure, is_flood ? TLSRPT_OUTCOME_FLOOD : TLSRPT_OUTCOME_QUARANTINED);
}

/* If the server refuses a value, halves are tried until the piece at fault is alone. */
static gboolean
put_units (TlsrptPut *put, TlsrptUnit **units, guint n, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (put_together (put, units, n, &failure))
    return TRUE;
  if (put->in_transaction ||
      (!tlsrpt_error_is_message_fault (failure) && !tlsrpt_put_is_quarantine_full (put))) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
  }
  if (n > 1)
    return put_units (put, units, n / 2, error) && put_units (put, units + n / 2, n - n / 2, error);
  if (units[0]->report == NULL && tlsrpt_put_is_quarantine_full (put)) {
    units[0]->result = TLSRPT_OUTCOME_WAITING;
    units[0]->is_settled = TRUE;
    return TRUE;
  }
  if (units[0]->report == NULL) {
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_INTERNAL, "store: quarantine refused: %s",
                 failure->message);
    return FALSE;
  }
  /* The message is at fault: its entry in quarantine names the stage `store`, whatever found it. */
  g_prefix_error (&failure, "store: ");
  tlsrpt_put_refuse (units[0], failure);
  return TRUE;
}

guint
tlsrpt_put_fitting (const GPtrArray *objects, guint first, TlsrptPutWeight weight)
{
  gsize taken = 0;
  guint n = 0;

  for (; first + n < objects->len; n++) {
    taken += weight (objects->pdata[first + n]);
    if (n > 0 && taken > TLSRPT_STATEMENT_BYTES)
      break;
  }
  return n;
}

static gsize
weight_of (gconstpointer unit)
{
  return ((const TlsrptUnit *)unit)->weight;
}

TlsrptPutFirst
tlsrpt_put_prepare (const TlsrptPut *put, GPtrArray *units)
{
  g_autoptr (GPtrArray) round = tlsrpt_units_take_round (units);
  TlsrptPutFirst first = { .n = tlsrpt_put_fitting (round, 0, weight_of) };

  if (first.n > 0) {
    first.unit = round->pdata[0];
    first.rows = make_rows (put, (TlsrptUnit **)round->pdata, first.n);
  }
  return first;
}

static gboolean
put_round (TlsrptPut *put, GPtrArray *round, GError **error)
{
  guint n;

  for (guint first = 0; first < round->len; first += n) {
    n = tlsrpt_put_fitting (round, first, weight_of);
    if (!put_units (put, (TlsrptUnit **)round->pdata + first, n, error))
      return FALSE;
  }
  return TRUE;
}

/* Marks what has no room in quarantine: the message itself, or what became of its reports. */
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

gboolean
tlsrpt_put_rounds (TlsrptPut *put, GPtrArray *units, GError **error)
{
  for (;;) {
    g_autoptr (GPtrArray) round = NULL;

    if (put->lets_wait)
      let_wait (units);
    round = tlsrpt_units_take_round (units);

    if (round->len == 0)
      return TRUE;
    if (g_get_monotonic_time () >= put->link->deadline) {
      g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_DEADLINE,
                           "store: the deadline passed before all was stored");
      return FALSE;
    }
    if (!put_round (put, round, error))
      return FALSE;
  }
}

/* One transaction, which is undone unless @is_kept and nothing fails. */
gboolean
tlsrpt_put_in_transaction (TlsrptPut *put, GPtrArray *units, gboolean is_kept, GError **error)
{
  g_autoptr (TlsrptPgTransaction) transaction = NULL;
  gboolean done;

  if (!tlsrpt_link_ensure (put->link, error))
    return FALSE;
  transaction = tlsrpt_pg_begin (put->link->pg, TLSRPT_SESSION_WRITE, error);
  if (transaction == NULL)
    return FALSE;
  put->in_transaction = TRUE;
  done = tlsrpt_put_rounds (put, units, error);
  put->in_transaction = FALSE;
  return done && (!is_kept || tlsrpt_pg_commit (transaction, error));
}
