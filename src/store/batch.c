/* SPDX-License-Identifier: GPL-3.0-or-later
 * Splits messages into pieces for the server, a report or a refused message each, sorted by key;
 * pieces with equal keys are compared. */
#include "store/batch.h"

#include <string.h>

/* Bytes that a failure detail takes for numbers, keys and lengths, beside its text. */
#define FAILURE_WEIGHT 160
#define REPORT_WEIGHT 1024

static void
unit_free (gpointer data)
{
  TlsrptUnit *unit = data;

  g_clear_error (&unit->own_refusal);
  tlsrpt_entry_free (unit->entry);
  g_free (unit);
}

/* The key of quarantine: the same message is kept once. */
static void
quarantine_uid (GBytes *raw, guint8 uid[TLSRPT_UID_BYTES])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[TLSRPT_DIGEST_BYTES];
  gsize length = sizeof digest;
  gsize size;
  const guint8 *data = g_bytes_get_data (raw, &size);

  if (size > 0)
    g_checksum_update (checksum, data, (gssize)size);
  g_checksum_get_digest (checksum, digest, &length);
  memcpy (uid, digest, TLSRPT_UID_BYTES);
}

static TlsrptUnit *
unit_new (GPtrArray *units, TlsrptItem *item, guint outcome)
{
  TlsrptUnit *unit = g_new0 (TlsrptUnit, 1);

  unit->item = item;
  unit->outcome = outcome;
  g_ptr_array_add (units, unit);
  return unit;
}

static gsize
report_weight (const TlsrptReport *report)
{
  gsize weight = REPORT_WEIGHT + (gsize)report->document_bytes;

  if (report->evidence != NULL)
    weight += g_bytes_get_size (report->evidence);
  for (guint i = 0; i < report->policies->len; i++)
    weight += FAILURE_WEIGHT * (1 + (gsize)tlsrpt_report_policy (report, i)->failures->len);
  return weight;
}

static gsize
refused_weight (const TlsrptItem *item)
{
  return REPORT_WEIGHT + g_bytes_get_size (item->bytes);
}

gsize
tlsrpt_units_weight (const TlsrptItem *item)
{
  gsize weight = item->is_refusal_kept ? refused_weight (item) : 0;

  for (guint i = 0; i < item->reports->len; i++)
    weight += report_weight (item->reports->pdata[i]);
  return weight;
}

static void
set_refused (TlsrptUnit *unit, const GError *refusal)
{
  unit->report = NULL;
  unit->refusal = refusal;
  unit->weight = refused_weight (unit->item);
  quarantine_uid (unit->item->bytes, unit->uid);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const TlsrptUnit *left = *(TlsrptUnit *const *)a;
  const TlsrptUnit *right = *(TlsrptUnit *const *)b;

  if ((left->report == NULL) != (right->report == NULL))
    return left->report == NULL ? 1 : -1;
  return memcmp (left->uid, right->uid, TLSRPT_UID_BYTES);
}

GPtrArray *
tlsrpt_units_new (GPtrArray *items)
{
  GPtrArray *units = g_ptr_array_new_with_free_func (unit_free);

  for (guint i = 0; i < items->len; i++) {
    TlsrptItem *item = items->pdata[i];

    for (guint j = 0; j < item->reports->len; j++) {
      TlsrptUnit *unit = unit_new (units, item, j);

      unit->report = item->reports->pdata[j];
      unit->entry = tlsrpt_entry_new (item->reports->pdata[j]);
      unit->weight = report_weight (unit->report);
      memcpy (unit->uid, unit->entry->keys.uid, TLSRPT_UID_BYTES);
    }
    if (item->is_refusal_kept) {
      TlsrptUnit *unit = unit_new (units, item, item->reports->len);

      unit->result = TLSRPT_OUTCOME_QUARANTINED;
      set_refused (unit, item->refusal);
    }
  }
  /* GLib's sort is stable: of two with one key the one that came first is stored. */
  g_ptr_array_sort (units, compare);
  return units;
}

void
tlsrpt_unit_refuse (TlsrptUnit *unit, const GError *error, TlsrptOutcome result)
{
  unit->own_refusal = g_error_copy (error);
  unit->result = result;
  set_refused (unit, unit->own_refusal);
}

void
tlsrpt_unit_mark_conflict (TlsrptUnit *unit)
{
  g_autoptr (GError) conflict =
      g_error_new_literal (TLSRPT_ERROR, TLSRPT_ERROR_CONFLICT,
                           "store: a stored report has the same identity and says something else");

  tlsrpt_unit_refuse (unit, conflict, TLSRPT_OUTCOME_CONFLICT);
}

static gboolean
same_key (const TlsrptUnit *left, const TlsrptUnit *right)
{
  return left->report != NULL && right->report != NULL &&
         memcmp (left->uid, right->uid, TLSRPT_UID_BYTES) == 0;
}

/* Whether @stored has the content of @unit and is trusted no less. */
static gboolean
is_as_good (const TlsrptUnit *stored, const TlsrptUnit *unit)
{
  return memcmp (stored->entry->keys.content, unit->entry->keys.content, TLSRPT_DIGEST_BYTES) ==
             0 &&
         (stored->report->is_verified || !unit->report->is_verified);
}

/* A settled piece that still has its report is stored under its key. If it went to quarantine,
 * the server judges the pieces with the same key. */
GPtrArray *
tlsrpt_units_take_round (GPtrArray *units)
{
  GPtrArray *round = g_ptr_array_new ();
  const TlsrptUnit *stored = NULL;
  const TlsrptUnit *taken = NULL;

  for (guint i = 0; i < units->len; i++) {
    TlsrptUnit *unit = units->pdata[i];

    if (unit->is_settled) {
      if (unit->report != NULL)
        stored = unit;
      continue;
    }
    if (stored != NULL && same_key (stored, unit) && is_as_good (stored, unit)) {
      unit->result = TLSRPT_OUTCOME_DUPLICATE;
      unit->is_settled = TRUE;
    } else if (stored != NULL && same_key (stored, unit) && stored->item == unit->item) {
      tlsrpt_unit_mark_conflict (unit);
      g_ptr_array_add (round, unit);
    } else if (taken == NULL || !same_key (taken, unit)) {
      g_ptr_array_add (round, unit);
      taken = unit;
    }
  }
  /* Pieces that became entries for quarantine are still where their reports were. */
  g_ptr_array_sort (round, compare);
  return round;
}

void
tlsrpt_units_report_outcomes (GPtrArray *items, GPtrArray *units)
{
  for (guint i = 0; i < items->len; i++) {
    TlsrptItem *item = items->pdata[i];

    g_array_set_size (item->outcomes, item->reports->len + (item->is_refusal_kept ? 1 : 0));
  }
  for (guint i = 0; i < units->len; i++) {
    const TlsrptUnit *unit = units->pdata[i];

    g_array_index (unit->item->outcomes, TlsrptOutcome, unit->outcome) = unit->result;
  }
}
