/* SPDX-License-Identifier: GPL-3.0-or-later
 * Removes ranges of keys in batches, one transaction for each batch. Partitions of whole months are
 * dropped first, so that only the month of the bound, and what has no partition, is left for batches. */
#include "store/retention.h"

#include "pg/records.h"
#include "store/entry.h"
#include "store/partition.h"

/* Reports in one transaction: tens of milliseconds, locks on few rows. */
#define BATCH "1000"
#define SECONDS_OF_A_DAY (24 * 60 * 60)
#define FIRST_KEY "00000000-0000-0000-0000-000000000000"

/* How many reports a statement removed, and the last of them; none if nothing is left. */
typedef struct {
  gint64 reports;
  const char *last;
} Batch;

static const TlsrptColumn batch_columns[] = {
  { "reports", &tlsrpt_array_int8, .offset = G_STRUCT_OFFSET (Batch, reports), .sql = "count(*)" },
  { "last", &tlsrpt_array_text, .offset = G_STRUCT_OFFSET (Batch, last),
    .sql = "max(report_uid::text)" },
};

static const TlsrptRelation batch_relation = TLSRPT_RELATION (NULL, batch_columns);

/* Each takes the key to start from and the key to end before; the batches of evidence walk along, as
 * what they have passed is still there. */
#define OF_AGE "report_uid >= $1::uuid AND report_uid < $2::uuid"
static const char count_reports[] =
    "SELECT {columns} FROM (SELECT NULL AS report_uid FROM tlsrpt.report_key WHERE " OF_AGE
    ") AS old";
static const char count_evidence[] =
    "SELECT {columns} FROM (SELECT NULL AS report_uid FROM tlsrpt.report_key WHERE " OF_AGE
    "  AND evidence IS NOT NULL) AS old";
static const char drop_reports[] =
    "WITH batch AS (SELECT report_uid FROM tlsrpt.report_key WHERE " OF_AGE
    "  ORDER BY report_uid LIMIT " BATCH " FOR UPDATE),"
    " gone AS (DELETE FROM tlsrpt.report_key r USING batch WHERE r.report_uid = batch.report_uid"
    "  RETURNING r.report_uid)"
    " SELECT {columns} FROM gone";
static const char drop_evidence[] =
    "WITH batch AS (SELECT report_uid FROM tlsrpt.report_key WHERE " OF_AGE
    " AND evidence IS NOT NULL"
    "  ORDER BY report_uid LIMIT " BATCH " FOR UPDATE),"
    " gone AS (UPDATE tlsrpt.report_key r SET evidence = NULL FROM batch"
    "  WHERE r.report_uid = batch.report_uid RETURNING r.report_uid)"
    " SELECT {columns} FROM gone";

static gint64
first_kept_day (const TlsrptRetention *retention)
{
  gint64 day = g_get_real_time () / G_TIME_SPAN_DAY - retention->older_than_days;
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (day * SECONDS_OF_A_DAY);

  return retention->whole_months ? day - (g_date_time_get_day_of_month (time) - 1) : day;
}

/* Makes new months and drops old ones as a whole: a user who may prune may make them. */
static gboolean
turn_months (TlsrptPg *pg, gint64 first_kept, guint64 *reports, GError **error)
{
  return tlsrpt_partition_ahead (pg, error) &&
         tlsrpt_partition_drop (pg, first_kept, reports, error);
}

/* Before reports go and after: the chain of digests has them all, and says why they are gone. */
static gboolean
link_prune (TlsrptPg *pg, const TlsrptRetention *retention, const char *end, GError **error)
{
  g_autoptr (PGresult) result = NULL;

  if (retention->dry_run)
    return TRUE;
  result = tlsrpt_pg_query_text (
      pg,
      "SELECT tlsrpt.link_prune($1, date '1970-01-01' + ('x' || left($2, 8))::bit(32)::integer)",
      error, retention->evidence_only ? "prune-evidence" : "prune", end, TLSRPT_PG_END);
  return result != NULL;
}

gboolean
tlsrpt_retention_run (TlsrptPg *pg, const TlsrptRetention *retention, guint64 *reports,
                      GError **error)
{
  gint64 first_kept = first_kept_day (retention);
  gboolean keeps_months = retention->dry_run || retention->evidence_only;
  g_autofree char *start = g_strdup (FIRST_KEY);
  g_autofree char *end = tlsrpt_entry_first_key (first_kept);
  const char *sql = retention->evidence_only ? drop_evidence : drop_reports;

  if (retention->dry_run)
    sql = retention->evidence_only ? count_evidence : count_reports;
  *reports = 0;
  if (!link_prune (pg, retention, end, error) ||
      (!keeps_months && !turn_months (pg, first_kept, reports, error)))
    return FALSE;
  for (;;) {
    const TlsrptPgParam params[] = { { .value = start }, { .value = end } };
    g_autoptr (TlsrptRecords) records =
        tlsrpt_records_query (pg, &batch_relation, sizeof (Batch), sql, 2, params, error);
    const Batch *batch;

    if (records == NULL)
      return FALSE;
    batch = tlsrpt_records_get (records, 0);
    *reports += (guint64)batch->reports;
    if (batch->last == NULL)
      return link_prune (pg, retention, end, error) &&
             (keeps_months || tlsrpt_partition_analyze (pg, error));
    g_free (start);
    start = g_strdup (batch->last);
  }
}
