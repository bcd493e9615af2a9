/* SPDX-License-Identifier: GPL-3.0-or-later
 * What became of reports, by what a statement did with them. */
#include "store/settle.h"

#include "store/rows.h"
#include "store/twins.h"

static void
settle_as (TlsrptUnit *unit, TlsrptOutcome result)
{
  unit->result = result;
  unit->is_settled = TRUE;
}

/* The next statement lets a verified report replace an unverified one. A report that was not
 * seen also stays unsettled: the next statement sees it. */
static void
settle_report (TlsrptUnit *unit, TlsrptRowsFate fate)
{
  gboolean is_over_unverified =
      fate == TLSRPT_ROWS_SAME_UNVERIFIED || fate == TLSRPT_ROWS_OTHER_UNVERIFIED;

  if (fate == TLSRPT_ROWS_INSERTED)
    settle_as (unit, TLSRPT_OUTCOME_STORED);
  else if (is_over_unverified && unit->report->is_verified)
    g_ptr_array_add (unit->entry->supersedes, tlsrpt_entry_uid_text (unit->uid));
  else if (fate == TLSRPT_ROWS_SAME || fate == TLSRPT_ROWS_SAME_UNVERIFIED)
    settle_as (unit, TLSRPT_OUTCOME_DUPLICATE);
  else if (fate != TLSRPT_ROWS_UNSEEN)
    tlsrpt_unit_mark_conflict (unit);
}

static void
settle_twin (TlsrptUnit *unit, TlsrptTwin twin)
{
  if (twin == TLSRPT_TWIN_DUPLICATE)
    settle_as (unit, TLSRPT_OUTCOME_DUPLICATE);
  else if (twin == TLSRPT_TWIN_CONFLICT)
    tlsrpt_unit_mark_conflict (unit);
}

/* Reports that were kept out by another with the same claim or content. */
static gboolean
settle_unseen (GPtrArray *units, TlsrptPg *pg, gboolean in_transaction, GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();
  g_autoptr (GArray) twins = NULL;
  g_autoptr (GError) failure = NULL;

  if (units->len == 0)
    return TRUE;
  for (guint i = 0; i < units->len; i++)
    g_ptr_array_add (entries, ((TlsrptUnit *)units->pdata[i])->entry);
  twins = tlsrpt_twins_find (entries, pg, &failure);
  for (guint i = 0; twins != NULL && i < units->len; i++)
    settle_twin (units->pdata[i], g_array_index (twins, TlsrptTwin, i));
  if (twins != NULL)
    return TRUE;
  if (!in_transaction && g_error_matches (failure, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY))
    return TRUE; /* the next statement finds them where they are */
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
tlsrpt_settle (TlsrptUnit **units, guint n, const GArray *fates, TlsrptPg *pg,
               gboolean in_transaction, GError **error)
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
  return settle_unseen (unseen, pg, in_transaction, error);
}
