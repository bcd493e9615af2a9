/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lock, read, judge, write; nothing where nothing is new. */
#include "insight/update.h"

#include "insight/book-update.h"
#include "insight/gather.h"
#include "insight/looming.h"
#include "insight/recall.h"
#include "insight/record.h"
#include "insight/snapshot.h"
#include "pg/row.h"

static const char lock_sql[] = "SELECT " TLSRPT_PG_INCIDENT_LOCK ", " TLSRPT_SNAPSHOT_MEMORY;

/* Read before the facts: what is stored in between is judged the next time. A judgement for an earlier day
 * than the last one changes nothing. */
static const char version_sql[] =
    "SELECT concat_ws(' ', $1::text, facts) AS version, coalesce(judged.day > $2::date"
    "  OR (judged.day = $2::date AND judged.version = concat_ws(' ', $1::text, facts, incidents)), "
    "false) AS is_judged"
    " FROM tlsrpt.judgement_version LEFT JOIN tlsrpt.judged ON true";
static const char again_sql[] = "UPDATE tlsrpt.judged SET judged_at = now()";

/* The version of what is not in the database. */
static PGresult *
read_version (TlsrptPg *pg, gint32 today, const TlsrptThresholds *thresholds, GError **error)
{
  g_autofree char *day = tlsrpt_judgement_day_text (today);
  g_autofree char *digest = g_compute_checksum_for_data (
      G_CHECKSUM_SHA256, (const guchar *)thresholds, sizeof *thresholds);
  g_autofree char *own = g_strdup_printf ("%s %s", TLSRPT_VERSION, digest);

  return tlsrpt_pg_query_text (pg, version_sql, error, own, day, TLSRPT_PG_END);
}

static gboolean
judge (TlsrptPg *pg, gint32 today, const TlsrptThresholds *thresholds, const char *version,
       GError **error)
{
  g_autoptr (TlsrptBook) book = tlsrpt_recall_book (pg, today, thresholds, error);
  g_autoptr (TlsrptFacts) facts =
      book != NULL ? tlsrpt_gather (pg, today, thresholds, error) : NULL;
  g_autoptr (GPtrArray) seen =
      facts != NULL ? tlsrpt_looming_read (pg, today, thresholds, error) : NULL;

  if (seen == NULL)
    return FALSE;
  tlsrpt_book_update (book, facts, today, thresholds);
  tlsrpt_looming_apply (book, seen, today);
  return tlsrpt_record_save (pg, book, today, version, error);
}

gboolean
tlsrpt_update (TlsrptPg *pg, gint32 today, const TlsrptThresholds *thresholds, GError **error)
{
  g_autoptr (TlsrptPgTransaction) transaction = tlsrpt_pg_begin (pg, TLSRPT_SESSION_WRITE, error);
  g_autoptr (PGresult) lock = NULL;
  g_autoptr (PGresult) version = NULL;
  g_autoptr (PGresult) again = NULL;

  if (transaction == NULL)
    return FALSE;
  lock = tlsrpt_pg_query (pg, lock_sql, 0, NULL, error);
  if (lock == NULL)
    return FALSE;
  version = read_version (pg, today, thresholds, error);
  if (version == NULL)
    return FALSE;
  if (tlsrpt_row_truth (version, 0, "is_judged")) {
    again = tlsrpt_pg_query (pg, again_sql, 0, NULL, error);
    return again != NULL && tlsrpt_pg_commit (transaction, error);
  }
  return judge (pg, today, thresholds, tlsrpt_row_text (version, 0, "version"), error) &&
         tlsrpt_pg_commit (transaction, error);
}

gboolean
tlsrpt_update_where_may (TlsrptPg *pg, gint32 today, const TlsrptThresholds *thresholds,
                         GError **error)
{
  gboolean may;

  return tlsrpt_pg_may (pg, "tlsrpt.incident", "INSERT, UPDATE", &may, error) &&
         (!may || tlsrpt_update (pg, today, thresholds, error));
}
