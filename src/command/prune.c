/* SPDX-License-Identifier: GPL-3.0-or-later
 * Old reports, or their evidence alone, out of the database: by the day in their key, in small
 * transactions that hold up no delivery. Refuses to guess how old is old. */
#include "command/command.h"
#include "command/database.h"
#include "core/errors.h"
#include "exits.h"

#include <stdlib.h>
#include <string.h>

/* Reports in one transaction: tens of milliseconds, locks on few rows. */
#define BATCH "1000"
#define PRUNE_SECONDS (6 * 60 * 60)
#define FIRST_KEY "00000000-0000-0000-0000-000000000000"

static char *option_older_than;
static gboolean option_evidence_only;
static gboolean option_dry_run;

static const GOptionEntry options[] = {
  { "older-than", 0, 0, G_OPTION_ARG_STRING, &option_older_than,
    "reports whose period began more than DAYS ago", "DAYS" },
  { "evidence-only", 0, 0, G_OPTION_ARG_NONE, &option_evidence_only,
    "remove the bytes as received, keep the rows", NULL },
  { "dry-run", 'n', 0, G_OPTION_ARG_NONE, &option_dry_run, "count, remove nothing", NULL },
  G_OPTION_ENTRY_NULL,
};

/* Each takes the key to start from and the key to end before; the batches of evidence walk along,
 * as what they have passed is still there. */
static const char count_reports[] = "SELECT count(*), NULL FROM tlsrpt.report WHERE report_uid >= "
                                    "$1::uuid AND report_uid < $2::uuid";
static const char count_evidence[] = "SELECT count(*), NULL FROM tlsrpt.report WHERE report_uid >= "
                                     "$1::uuid AND report_uid < $2::uuid"
                                     " AND evidence IS NOT NULL";
static const char drop_reports[] =
    "WITH batch AS (SELECT report_uid FROM tlsrpt.report"
    "  WHERE report_uid >= $1::uuid AND report_uid < $2::uuid"
    "  ORDER BY report_uid LIMIT " BATCH " FOR UPDATE),"
    " gone AS (DELETE FROM tlsrpt.report r USING batch WHERE r.report_uid = batch.report_uid"
    "  RETURNING r.report_uid)"
    " SELECT count(*), max(report_uid::text) FROM gone";
static const char drop_evidence[] =
    "WITH batch AS (SELECT report_uid FROM tlsrpt.report"
    "  WHERE report_uid >= $1::uuid AND report_uid < $2::uuid AND evidence IS NOT NULL"
    "  ORDER BY report_uid LIMIT " BATCH " FOR UPDATE),"
    " gone AS (UPDATE tlsrpt.report r SET evidence = NULL FROM batch"
    "  WHERE r.report_uid = batch.report_uid RETURNING r.report_uid)"
    " SELECT count(*), max(report_uid::text) FROM gone";

/* The first key of the day @days before today: a key begins with its day. */
static char *
key_of_day (guint days)
{
  gint64 today = g_get_real_time () / G_TIME_SPAN_DAY;
  gint64 day = MAX (today - (gint64)days, 0);

  return g_strdup_printf ("%08" G_GINT64_MODIFIER "x-0000-0000-0000-000000000000", day);
}

static gboolean
walk (TlsrptPg *pg, const char *sql, const char *end, guint64 *total, GError **error)
{
  g_autofree char *start = g_strdup (FIRST_KEY);

  for (*total = 0;;) {
    g_autoptr (PGresult) result = tlsrpt_pg_query_text (pg, sql, error, start, end, TLSRPT_PG_END);

    if (result == NULL) {
      tlsrpt_database_explain (pg, error);
      return FALSE;
    }
    *total += g_ascii_strtoull (PQgetvalue (result, 0, 0), NULL, 10);
    if (PQgetisnull (result, 0, 1))
      return TRUE;
    g_free (start);
    start = g_strdup (PQgetvalue (result, 0, 1));
  }
}

static int
run (const TlsrptSettings *settings, char **arguments, GError **error)
{
  g_autoptr (TlsrptPg) pg = NULL;
  g_autofree char *end = NULL;
  const char *sql;
  guint days;
  guint64 total;

  if (option_older_than == NULL || arguments[0] != NULL) {
    g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE,
                         "prune: --older-than DAYS is needed, and nothing else");
    return TLSRPT_EXIT_USAGE;
  }
  if (!tlsrpt_days_parse (option_older_than, "prune: --older-than", &days, error))
    return TLSRPT_EXIT_USAGE;
  pg = tlsrpt_database_open (settings, PRUNE_SECONDS, error);
  if (pg == NULL)
    return TLSRPT_EXIT_FAILURE;
  end = key_of_day (days);
  if (option_dry_run)
    sql = option_evidence_only ? count_evidence : count_reports;
  else
    sql = option_evidence_only ? drop_evidence : drop_reports;
  if (!walk (pg, sql, end, &total, error))
    return TLSRPT_EXIT_FAILURE;
  g_print ("%s of %" G_GUINT64_FORMAT " reports %s\n", option_evidence_only ? "evidence" : "rows",
           total, option_dry_run ? "would be removed" : "removed");
  return TLSRPT_EXIT_OK;
}

const TlsrptCommand tlsrpt_command_prune = {
  .name = "prune",
  .arguments = "--older-than DAYS",
  .summary = "remove old reports, or only their evidence",
  .options = options,
  .run = run,
};
