/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lock, read, judge, write. */
#include "insight/update.h"

#include "insight/book-update.h"
#include "insight/gather.h"
#include "insight/looming.h"
#include "insight/recall.h"
#include "insight/record.h"
#include "insight/snapshot.h"

static const char lock_sql[] = "SELECT " TLSRPT_PG_INCIDENT_LOCK ", " TLSRPT_SNAPSHOT_MEMORY;

gboolean
tlsrpt_update (TlsrptPg *pg, gint32 today, const TlsrptThresholds *thresholds, GError **error)
{
  g_autoptr (TlsrptPgTransaction) transaction = tlsrpt_pg_begin (pg, TLSRPT_SESSION_WRITE, error);
  g_autoptr (PGresult) lock = NULL;
  g_autoptr (TlsrptFacts) facts = NULL;
  g_autoptr (TlsrptBook) book = NULL;
  g_autoptr (GPtrArray) seen = NULL;

  if (transaction == NULL)
    return FALSE;
  lock = tlsrpt_pg_query (pg, lock_sql, 0, NULL, error);
  if (lock == NULL)
    return FALSE;
  book = tlsrpt_recall_book (pg, today, thresholds, error);
  /* A day before that of the last judgement changes nothing: its facts are not needed. */
  if (book != NULL)
    facts = book->judged_on > today ? tlsrpt_facts_new ()
                                    : tlsrpt_gather (pg, today, thresholds, error);
  seen = facts != NULL ? tlsrpt_looming_read (pg, today, thresholds, error) : NULL;
  if (seen == NULL)
    return FALSE;
  tlsrpt_book_update (book, facts, today, thresholds);
  tlsrpt_looming_apply (book, seen, today);
  return tlsrpt_record_save (pg, book, today, error) && tlsrpt_pg_commit (transaction, error);
}

gboolean
tlsrpt_update_where_may (TlsrptPg *pg, gint32 today, const TlsrptThresholds *thresholds,
                         GError **error)
{
  gboolean may;

  return tlsrpt_pg_may_write (pg, "tlsrpt.incident", "INSERT, UPDATE", &may, error) &&
         (!may || tlsrpt_update (pg, today, thresholds, error));
}
