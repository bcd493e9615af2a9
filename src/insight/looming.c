/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sights into the book. */
#include "insight/looming.h"

#include "pg/row.h"

#include <string.h>

/* What was seen last for each domain; a look of some days ago says nothing of today. */
static const char seen_sql[] =
    "SELECT kind, place, bool_or(NOT is_healthy) AS is_wrong, min(good_until) < "
    "  ($1::date + $3::integer + 1)::timestamp AT TIME ZONE 'UTC' AS ends_soon"
    " FROM (SELECT DISTINCT ON (o.kind, o.place, o.mail_domain) o.* FROM tlsrpt.observation o"
    "  WHERE o.kind NOT IN ('domain', 'domain-mx') AND o.at < ($1::date + 1)::timestamp AT TIME "
    "ZONE 'UTC'"
    "   AND o.at >= ($1::date - $2::integer)::timestamp AT TIME ZONE 'UTC'"
    "  ORDER BY o.kind, o.place, o.mail_domain, o.at DESC, o.observation_no DESC) AS latest"
    " GROUP BY kind, place ORDER BY kind, place";

TlsrptSeen *
tlsrpt_looming_seen_new (TlsrptPlaceKind place_kind, const char *place, const char *cause)
{
  TlsrptSeen *seen = g_new0 (TlsrptSeen, 1);

  *seen = (TlsrptSeen){ place_kind, g_strdup (place), cause };
  return seen;
}

void
tlsrpt_looming_seen_free (TlsrptSeen *seen)
{
  g_free (seen->place);
  g_free (seen);
}

GPtrArray *
tlsrpt_looming_read (TlsrptPg *pg, gint32 today, const TlsrptThresholds *thresholds, GError **error)
{
  g_autofree char *day = tlsrpt_judgement_day_text (today);
  g_autofree char *looked = g_strdup_printf ("%d", thresholds->looked_days);
  g_autofree char *ending = g_strdup_printf ("%d", thresholds->ending_days);
  g_autoptr (PGresult) result =
      tlsrpt_pg_query_text (pg, seen_sql, error, day, looked, ending, TLSRPT_PG_END);
  GPtrArray *all;

  if (result == NULL)
    return NULL;
  all = g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_looming_seen_free);
  for (int row = 0; row < PQntuples (result); row++) {
    const char *cause = tlsrpt_row_truth (result, row, "is_wrong")    ? TLSRPT_CAUSE_FOUND_WRONG
                        : tlsrpt_row_truth (result, row, "ends_soon") ? TLSRPT_CAUSE_ENDS_SOON
                                                                      : NULL;
    TlsrptPlaceKind kind =
        tlsrpt_judgement_word (tlsrpt_place_names, TLSRPT_N_PLACES,
                               tlsrpt_row_text (result, row, "kind"), TLSRPT_PLACE_INTAKE);

    g_ptr_array_add (all,
                     tlsrpt_looming_seen_new (kind, tlsrpt_row_text (result, row, "place"), cause));
  }
  return all;
}

static TlsrptBookEntry *
open_entry (const TlsrptBook *book, const TlsrptSeen *seen)
{
  for (guint i = 0; i < book->entries->len; i++) {
    TlsrptBookEntry *entry = book->entries->pdata[i];
    const TlsrptJudgement *judgement = entry->judgement;

    if (judgement->place_kind == seen->place_kind && !tlsrpt_judgement_is_over (judgement) &&
        g_strcmp0 (judgement->place, seen->place) == 0)
      return entry;
  }
  return NULL;
}

static void
open_new (TlsrptBook *book, const TlsrptSeen *seen, gint32 today)
{
  TlsrptJudgement *judgement = tlsrpt_judgement_new ();
  TlsrptBookEntry *entry = tlsrpt_book_entry_new (book, judgement);

  judgement->number = book->next_number++;
  judgement->place_kind = seen->place_kind;
  judgement->place = g_strdup (seen->place);
  judgement->cause = g_strdup (seen->cause);
  judgement->severity = TLSRPT_SEVERITY_WARNING;
  judgement->fault = TLSRPT_FAULT_OURS;
  judgement->first_day = judgement->last_day = judgement->last_word_day = today;
  entry->judged_on = today;
  tlsrpt_book_update_tell (book, entry, TLSRPT_EVENT_OPENED, today);
}

static void
go_on (TlsrptBook *book, TlsrptBookEntry *entry, const TlsrptSeen *seen, gint32 today)
{
  TlsrptJudgement *judgement = entry->judgement;
  gboolean is_other = strcmp (judgement->cause, seen->cause) != 0;

  entry->is_changed = entry->is_changed || is_other || judgement->last_day != today;
  judgement->last_day = judgement->last_word_day = today;
  if (!is_other)
    return;
  g_free (judgement->cause);
  judgement->cause = g_strdup (seen->cause);
  if (strcmp (seen->cause, TLSRPT_CAUSE_FOUND_WRONG) == 0)
    tlsrpt_book_update_tell (book, entry, TLSRPT_EVENT_WORSENED, today);
}

void
tlsrpt_looming_apply (TlsrptBook *book, const GPtrArray *seen, gint32 today)
{
  if (book->judged_on != today)
    return;
  for (guint i = 0; i < seen->len; i++) {
    const TlsrptSeen *one = seen->pdata[i];
    TlsrptBookEntry *entry = open_entry (book, one);

    if (entry == NULL && one->cause != NULL) {
      open_new (book, one, today);
    } else if (entry != NULL && tlsrpt_judgement_is_looming (entry->judgement)) {
      if (one->cause != NULL) {
        go_on (book, entry, one, today);
        continue;
      }
      entry->judgement->state = TLSRPT_STATE_CLOSED;
      entry->judgement->over_day = today;
      tlsrpt_book_update_tell (book, entry, TLSRPT_EVENT_CLOSED, today);
    }
  }
}
