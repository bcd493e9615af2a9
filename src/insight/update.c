/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lock, read, judge, write. */
#include "insight/update.h"

#include "insight/book-update.h"
#include "insight/gather.h"
#include "insight/looming.h"
#include "insight/recall.h"
#include "insight/record.h"
#include "insight/snapshot.h"

/* The bytes of "tlsinc": one update at a time, through a pooler too. */
static const char lock_sql[] =
    "SELECT pg_catalog.pg_advisory_xact_lock(128009141579363), " TLSRPT_SNAPSHOT_MEMORY;
static const char may_sql[] =
    "SELECT pg_catalog.has_table_privilege('tlsrpt.incident', 'INSERT, UPDATE')"
    " AND NOT pg_catalog.pg_is_in_recovery()";

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
tlsrpt_update_may (TlsrptPg *pg, gboolean *may, GError **error)
{
  g_autoptr (PGresult) result = tlsrpt_pg_query (pg, may_sql, 0, NULL, error);

  if (result == NULL)
    return FALSE;
  *may = *PQgetvalue (result, 0, 0) == 't';
  return TRUE;
}
