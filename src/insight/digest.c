/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reads a digest from the views, in one snapshot. */
#include "insight/digest.h"

#include "core/domain.h"
#include "core/report/report.h"
#include "insight/contact.h"
#include "insight/digest-incident.h"
#include "insight/snapshot.h"
#include "insight/update.h"
#include "pg/row.h"

#include <string.h>

/* Of one mail domain. $4 is the number of days, so that the days before come from the same pass. */
static const char domain_total_sql[] =
    "SELECT count(DISTINCT report_uid) FILTER (WHERE day >= $1::date) AS "
    "reports," TLSRPT_SECTION_SUMS
    " FROM tlsrpt.session_count WHERE day BETWEEN $1::date - $4::integer AND $2::date"
    " AND mail_domain = $3";

#define OF_PERIOD " FILTER (WHERE day >= $1::date), 0) AS "
static const char total_sql[] =
    "SELECT coalesce(sum(reports)" OF_PERIOD "reports,"
    " coalesce(sum(unknown_reports)" OF_PERIOD "unknown_reports,"
    " coalesce(sum(unauthentic_reports)" OF_PERIOD "unauthentic_reports,"
    " coalesce(sum(repeats)" OF_PERIOD "repeats,"
    " coalesce(sum(impersonating_reports)" OF_PERIOD "impersonating_reports," TLSRPT_SECTION_SUMS
    " FROM tlsrpt.daily_total WHERE day BETWEEN $1::date - $4::integer AND $2::date"
    " AND $3::text IS NULL";

static void
take_trust (TlsrptDigest *digest, const PGresult *result)
{
  digest->unknown_reports = tlsrpt_row_copy (result, 0, "unknown_reports");
  digest->unauthentic_reports = tlsrpt_row_copy (result, 0, "unauthentic_reports");
  digest->repeats = tlsrpt_row_copy (result, 0, "repeats");
  digest->impersonating_reports = tlsrpt_row_copy (result, 0, "impersonating_reports");
}

static gboolean
load_total (TlsrptDigest *digest, TlsrptPg *pg, GError **error)
{
  g_autofree char *days = g_strdup_printf ("%u", digest->period.days);
  g_autoptr (PGresult) result =
      tlsrpt_pg_query_text (pg, digest->domain != NULL ? domain_total_sql : total_sql, error,
                            digest->period.since, digest->period.until, digest->domain, days,
                            TLSRPT_PG_END);
  double sessions, before;

  if (result == NULL)
    return FALSE;
  digest->reports = tlsrpt_row_copy (result, 0, "reports");
  digest->sessions = tlsrpt_row_copy (result, 0, "sessions");
  digest->failed_sessions = tlsrpt_row_copy (result, 0, "failed_sessions");
  sessions = g_ascii_strtod (digest->sessions, NULL);
  if (sessions > 0)
    digest->failed_share = g_ascii_strtod (digest->failed_sessions, NULL) / sessions;
  before = g_ascii_strtod (tlsrpt_row_text (result, 0, "sessions_before"), NULL);
  digest->share_before =
      before > 0 ? g_ascii_strtod (tlsrpt_row_text (result, 0, "failed_before"), NULL) / before
                 : -1;
  if (digest->domain == NULL)
    take_trust (digest, result);
  return TRUE;
}

/* A report over several days speaks of its last one. */
static const char reporters_sql[] =
    "SELECT max(least(last_day, $2::date)) AS last_day,"
    " count(DISTINCT reporter_domain) AS reporters,"
    " count(DISTINCT reporter_domain) FILTER (WHERE last_day >= $2::date) AS of_last_day"
    " FROM tlsrpt.report_fact WHERE last_day >= $1::date AND first_day <= $2::date"
    " AND $3::text IS NULL";

static const char domain_reporters_sql[] =
    "SELECT max(day) AS last_day, count(DISTINCT reporter_domain) AS reporters,"
    " count(DISTINCT reporter_domain) FILTER (WHERE day = $2::date) AS of_last_day"
    " FROM tlsrpt.session_count WHERE day BETWEEN $1::date AND $2::date AND mail_domain = $3";

static gboolean
load_reporters (TlsrptDigest *digest, TlsrptPg *pg, GError **error)
{
  g_autoptr (PGresult) result =
      tlsrpt_pg_query_text (pg, digest->domain != NULL ? domain_reporters_sql : reporters_sql,
                            error, digest->period.since, digest->period.until, digest->domain,
                            TLSRPT_PG_END);

  if (result == NULL)
    return FALSE;
  digest->last_day = tlsrpt_row_copy (result, 0, "last_day");
  digest->reporters = (guint)tlsrpt_row_number (result, 0, "reporters");
  digest->reporters_of_last_day = (guint)tlsrpt_row_number (result, 0, "of_last_day");
  return TRUE;
}

/* Most tables have 50 rows at most, and say how many more there are. A chart by day has a bound of its
 * own. */
static char *
section_sql (const TlsrptSection *section, const TlsrptDigest *digest)
{
  const char *sql =
      digest->domain == NULL && section->total_sql != NULL ? section->total_sql : section->sql;

  return section->has_all || digest->is_whole
             ? g_strdup (sql)
             : g_strconcat ("SELECT t.*, count(*) OVER () FROM (", sql,
                            ") AS t LIMIT " G_STRINGIFY (TLSRPT_SECTION_ROWS), NULL);
}

static PGresult *
query_section (const TlsrptDigest *digest, const TlsrptSection *section, TlsrptPg *pg,
               GError **error)
{
  const TlsrptPeriod *period = &digest->period;
  g_autofree char *sql = section_sql (section, digest);
  g_autofree char *from = NULL;
  g_autofree char *until = NULL;

  if (!section->is_late)
    return tlsrpt_pg_query_text (pg, sql, error, period->since, period->until, digest->domain,
                                 TLSRPT_PG_END);
  tlsrpt_period_late (period, &from, &until);
  return tlsrpt_pg_query_text (pg, sql, error, period->since, from, digest->domain, until,
                               TLSRPT_PG_END);
}

/* The sums are those of the digest, so that the row agrees with its first lines. */
static char *
sum_of (const TlsrptDigest *digest, const TlsrptTable *table, guint column)
{
  const char *name = table->columns[column].name;
  char share[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *rows = NULL;

  if (column == 0) {
    rows = tlsrpt_count_shown (tlsrpt_table_rows (table));
    return g_strdup_printf ("All %s", rows);
  }
  if (strcmp (name, "reporters") == 0)
    return g_strdup_printf ("%u", digest->reporters);
  if (strcmp (name, "sessions") == 0)
    return g_strdup (digest->sessions);
  if (strcmp (name, "failed_sessions") == 0)
    return g_strdup (digest->failed_sessions);
  if (strcmp (name, "failed_share") == 0)
    return g_strdup (g_ascii_dtostr (share, sizeof share, digest->failed_share));
  return NULL;
}

static void
set_total (const TlsrptDigest *digest, TlsrptTable *table)
{
  if (tlsrpt_table_rows (table) < 2)
    return;
  table->total = g_ptr_array_new_with_free_func (g_free);
  for (guint column = 0; column < table->n_columns; column++)
    g_ptr_array_add (table->total, sum_of (digest, table, column));
}

static gboolean
load_tables (TlsrptDigest *digest, TlsrptPg *pg, GError **error)
{
  guint n;
  const TlsrptSection *sections = tlsrpt_sections (&n);

  for (guint i = 0; i < n; i++) {
    g_autoptr (PGresult) result = query_section (digest, &sections[i], pg, error);
    TlsrptTable *table;

    if (result == NULL)
      return FALSE;
    table = tlsrpt_table_new (sections[i].columns, tlsrpt_section_columns (&sections[i]), result);
    if (sections[i].finish != NULL)
      sections[i].finish (table, &digest->period);
    if (sections[i].has_total)
      set_total (digest, table);
    g_ptr_array_add (digest->tables, table);
  }
  return TRUE;
}

static const char trust_sql[] =
    "SELECT coalesce(sum(reports) FILTER (WHERE dkim_result = 'unknown'), 0) AS unknown_reports,"
    " coalesce(sum(reports) FILTER (WHERE dkim_result <> 'unknown' AND NOT is_verified), 0)"
    "  AS unauthentic_reports,"
    " coalesce(sum(reports) FILTER (WHERE is_repeat AND NOT is_impersonating), 0) AS repeats,"
    " coalesce(sum(reports) FILTER (WHERE is_impersonating), 0) AS impersonating_reports"
    " FROM tlsrpt.trust"
    " WHERE day BETWEEN $1::date AND $2::date AND report_day BETWEEN $1::date AND $2::date"
    " AND mail_domain = $3";

/* The total of all domains has these numbers, with a report on several domains in them once. */
static gboolean
load_trust (TlsrptDigest *digest, TlsrptPg *pg, GError **error)
{
  g_autoptr (PGresult) result = NULL;

  if (digest->domain == NULL)
    return TRUE;
  result = tlsrpt_pg_query_text (pg, trust_sql, error, digest->period.since, digest->period.until,
                                 digest->domain, TLSRPT_PG_END);
  if (result == NULL)
    return FALSE;
  take_trust (digest, result);
  return TRUE;
}

static const char quarantine_sql[] = "SELECT reason, cause, messages FROM tlsrpt.refusal_count"
                                     " ORDER BY messages DESC, reason, cause";

static void
quarantined_free (gpointer data)
{
  TlsrptQuarantined *quarantined = data;

  g_free (quarantined->reason);
  g_free (quarantined->cause);
  g_free (quarantined);
}

static gboolean
load_quarantine (TlsrptDigest *digest, TlsrptPg *pg, GError **error)
{
  g_autoptr (PGresult) result = tlsrpt_pg_query (pg, quarantine_sql, 0, NULL, error);

  if (result == NULL)
    return FALSE;
  digest->quarantine = g_ptr_array_new_with_free_func (quarantined_free);
  for (int row = 0; row < PQntuples (result); row++) {
    TlsrptQuarantined *quarantined = g_new0 (TlsrptQuarantined, 1);

    quarantined->reason = tlsrpt_row_copy (result, row, "reason");
    quarantined->cause = tlsrpt_row_copy (result, row, "cause");
    quarantined->messages = tlsrpt_row_number (result, row, "messages");
    g_ptr_array_add (digest->quarantine, quarantined);
  }
  return TRUE;
}

/* Who reads it: a person, one who may see one domain alone, a program. */
typedef enum { FOR_PERSON, FOR_CONTACT, FOR_PROGRAM } Reader;

static TlsrptDigest *
load (TlsrptPg *pg, const TlsrptPeriod *period, const char *domain,
      const TlsrptThresholds *thresholds, Reader reader, GError **error)
{
  g_autoptr (TlsrptDigest) digest = g_new0 (TlsrptDigest, 1);
  g_autoptr (TlsrptPgTransaction) transaction = NULL;
  gboolean is_contact = reader == FOR_CONTACT;

  digest->period = *period;
  digest->is_whole = reader == FOR_PROGRAM;
  digest->domain = domain != NULL ? tlsrpt_domain_canonical (domain) : NULL;
  digest->tables = g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_table_free);
  if (!is_contact &&
      !tlsrpt_update_where_may (pg, tlsrpt_judgement_day (period->standing), thresholds, error))
    return NULL;
  transaction = tlsrpt_snapshot_begin (pg, period->until, error);
  if (transaction == NULL || (is_contact && !tlsrpt_contact_restrict (pg, digest->domain, error)) ||
      !tlsrpt_digest_incident_load (digest, pg, error) || !load_total (digest, pg, error) ||
      !load_reporters (digest, pg, error) || !load_trust (digest, pg, error) ||
      !load_quarantine (digest, pg, error) || !tlsrpt_room_load (&digest->room, pg, error) ||
      !load_tables (digest, pg, error) || !tlsrpt_pg_commit (transaction, error))
    return NULL;
  return g_steal_pointer (&digest);
}

TlsrptDigest *
tlsrpt_digest_load (TlsrptPg *pg, const TlsrptPeriod *period, const char *domain,
                    const TlsrptThresholds *thresholds, GError **error)
{
  return load (pg, period, domain, thresholds, FOR_PERSON, error);
}

TlsrptDigest *
tlsrpt_digest_load_of_contact (TlsrptPg *pg, const TlsrptPeriod *period, const char *domain,
                               GError **error)
{
  return load (pg, period, domain, NULL, FOR_CONTACT, error);
}

TlsrptDigest *
tlsrpt_digest_load_whole (TlsrptPg *pg, const TlsrptPeriod *period, const char *domain,
                          const TlsrptThresholds *thresholds, GError **error)
{
  return load (pg, period, domain, thresholds, FOR_PROGRAM, error);
}

void
tlsrpt_digest_free (TlsrptDigest *digest)
{
  if (digest == NULL)
    return;
  g_free (digest->domain);
  g_free (digest->site);
  g_free (digest->reports);
  g_free (digest->repeats);
  g_free (digest->impersonating_reports);
  g_free (digest->sessions);
  g_free (digest->failed_sessions);
  g_free (digest->unknown_reports);
  g_free (digest->unauthentic_reports);
  g_free (digest->last_day);
  g_clear_pointer (&digest->quarantine, g_ptr_array_unref);
  g_free (digest->room.text);
  g_free (digest->judged_on);
  g_clear_pointer (&digest->incidents, g_ptr_array_unref);
  g_clear_pointer (&digest->tables, g_ptr_array_unref);
  g_free (digest);
}
