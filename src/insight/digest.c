/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reads a digest from the views, in one snapshot. */
#include "insight/digest.h"

#include "core/domain.h"
#include "core/refusal.h"
#include "core/report/report.h"
#include "insight/snapshot.h"
#include "insight/update.h"

#include <string.h>

/* Of one mail domain. */
static const char domain_total_sql[] =
    "SELECT count(DISTINCT report_uid), coalesce(sum(sessions), 0), coalesce(sum(failed_sessions), "
    "0)"
    " FROM tlsrpt.session_count WHERE day BETWEEN $1::date AND $2::date AND mail_domain = $3";

static const char total_sql[] = "SELECT coalesce(sum(reports), 0), coalesce(sum(sessions), 0), "
                                "coalesce(sum(failed_sessions), 0)"
                                " FROM tlsrpt.daily_total"
                                " WHERE day BETWEEN $1::date AND $2::date AND $3::text IS NULL";

static char *
shifted (const char *day, guint days)
{
  return tlsrpt_judgement_day_text (tlsrpt_judgement_day (day) - (gint32)days);
}

static gboolean
load_total_before (TlsrptDigest *digest, TlsrptPg *pg, GError **error)
{
  g_autofree char *since = shifted (digest->period.since, digest->period.days);
  g_autofree char *until = shifted (digest->period.until, digest->period.days);
  g_autoptr (PGresult) result =
      tlsrpt_pg_query_text (pg, digest->domain != NULL ? domain_total_sql : total_sql, error, since,
                            until, digest->domain, TLSRPT_PG_END);
  double sessions;

  if (result == NULL)
    return FALSE;
  sessions = g_ascii_strtod (PQgetvalue (result, 0, 1), NULL);
  digest->share_before =
      sessions > 0 ? g_ascii_strtod (PQgetvalue (result, 0, 2), NULL) / sessions : -1;
  return TRUE;
}

static const char reporters_sql[] =
    "SELECT count(DISTINCT reporter_domain),"
    " count(DISTINCT reporter_domain) FILTER (WHERE last_day >= $2::date)"
    " FROM tlsrpt.report_fact WHERE last_day >= $1::date AND first_day <= $2::date";

static gboolean
load_reporters (TlsrptDigest *digest, TlsrptPg *pg, GError **error)
{
  g_autoptr (PGresult) result = tlsrpt_pg_query_text (
      pg, reporters_sql, error, digest->period.since, digest->period.until, TLSRPT_PG_END);

  if (result == NULL)
    return FALSE;
  digest->reporters = (guint)g_ascii_strtoull (PQgetvalue (result, 0, 0), NULL, 10);
  digest->reporters_of_last_day = (guint)g_ascii_strtoull (PQgetvalue (result, 0, 1), NULL, 10);
  return TRUE;
}

static gboolean
load_total (TlsrptDigest *digest, TlsrptPg *pg, GError **error)
{
  g_autoptr (PGresult) result =
      tlsrpt_pg_query_text (pg, digest->domain != NULL ? domain_total_sql : total_sql, error,
                            digest->period.since, digest->period.until, digest->domain,
                            TLSRPT_PG_END);
  double sessions;

  if (result == NULL)
    return FALSE;
  digest->reports = g_strdup (PQgetvalue (result, 0, 0));
  digest->sessions = g_strdup (PQgetvalue (result, 0, 1));
  digest->failed_sessions = g_strdup (PQgetvalue (result, 0, 2));
  sessions = g_ascii_strtod (digest->sessions, NULL);
  if (sessions > 0)
    digest->failed_share = g_ascii_strtod (digest->failed_sessions, NULL) / sessions;
  return TRUE;
}

/* A table in a digest has 50 rows at most, and says how many more there are. A chart by day has
 * a bound of its own. */
static char *
section_sql (const TlsrptSection *section, gboolean all)
{
  const char *sql = all && section->total_sql != NULL ? section->total_sql : section->sql;

  return section->by_day ? g_strdup (sql)
                         : g_strconcat ("SELECT t.*, count(*) OVER () FROM (", sql,
                                        ") AS t LIMIT " G_STRINGIFY (TLSRPT_SECTION_ROWS), NULL);
}

static gboolean
load_tables (TlsrptDigest *digest, TlsrptPg *pg, GError **error)
{
  guint n;
  const TlsrptSection *sections = tlsrpt_sections (&n);

  for (guint i = 0; i < n; i++) {
    g_autofree char *sql = section_sql (&sections[i], digest->domain == NULL);
    g_autoptr (PGresult) result = tlsrpt_pg_query_text (
        pg, sql, error, digest->period.since, digest->period.until, digest->domain, TLSRPT_PG_END);

    if (result == NULL)
      return FALSE;
    g_ptr_array_add (digest->tables,
                     tlsrpt_table_new (sections[i].columns, tlsrpt_section_columns (&sections[i]),
                                       result));
  }
  return TRUE;
}

static const char trust_sql[] =
    "SELECT coalesce(sum(reports) FILTER (WHERE dkim_result = 'unknown'), 0),"
    " coalesce(sum(reports) FILTER (WHERE dkim_result <> 'unknown' AND NOT is_verified), 0),"
    " (SELECT coalesce(sum(messages), 0) FROM tlsrpt.refusal_count WHERE reason = 'unauthentic'),"
    " coalesce(sum(reports) FILTER (WHERE is_repeat AND NOT is_impersonating), 0),"
    " coalesce(sum(reports) FILTER (WHERE is_impersonating), 0)"
    " FROM tlsrpt.trust"
    " WHERE day BETWEEN $1::date AND $2::date AND ($3::text IS NULL OR mail_domain = $3)";

static const char refusals_sql[] = "SELECT messages, cause FROM tlsrpt.refusal_count"
                                   " WHERE reason = 'unauthentic' ORDER BY messages DESC, cause";

static gboolean
load_refusals (TlsrptDigest *digest, TlsrptPg *pg, GError **error)
{
  g_autoptr (PGresult) result = tlsrpt_pg_query (pg, refusals_sql, 0, NULL, error);
  g_autoptr (GString) text = g_string_new (NULL);

  if (result == NULL)
    return FALSE;
  for (int row = 0; row < PQntuples (result); row++) {
    const char *cause = PQgetisnull (result, row, 1) ? NULL : PQgetvalue (result, row, 1);
    const char *advice = tlsrpt_refusal_advice ("unauthentic", cause);

    g_string_append_printf (text, "%s%s %s (%s)", row > 0 ? "; " : "", PQgetvalue (result, row, 0),
                            cause != NULL ? cause : "of unknown cause", advice);
  }
  digest->refusals = text->len > 0 ? g_strdup (text->str) : NULL;
  return TRUE;
}

static gboolean
load_trust (TlsrptDigest *digest, TlsrptPg *pg, GError **error)
{
  g_autoptr (PGresult) result =
      tlsrpt_pg_query_text (pg, trust_sql, error, digest->period.since, digest->period.until,
                            digest->domain, TLSRPT_PG_END);

  if (result == NULL)
    return FALSE;
  digest->unknown_reports = g_strdup (PQgetvalue (result, 0, 0));
  digest->unauthentic_reports = g_strdup (PQgetvalue (result, 0, 1));
  digest->refused_mails = g_strdup (PQgetvalue (result, 0, 2));
  digest->repeats = g_strdup (PQgetvalue (result, 0, 3));
  digest->impersonating_reports = g_strdup (PQgetvalue (result, 0, 4));
  return load_refusals (digest, pg, error);
}

/* Open incidents are shown whenever they began. The counts include all. */
#define BROKEN " FILTER (WHERE i.is_open) OVER ()"
#define ENDED " FILTER (WHERE NOT i.is_open) OVER ()"
static const char counts_sql[] =
    ", count(*)" BROKEN ", count(*) FILTER (WHERE i.first_day >= $1::date) OVER (), count(*)" ENDED
    ", count(*) FILTER (WHERE i.is_open AND i.severity = 'critical') OVER (),"
    " count(*) FILTER (WHERE NOT i.is_open AND i.first_day >= $1::date) OVER ()"
    " FROM tlsrpt.incident_list i WHERE i.severity <> 'minor' AND i.state <> 'merged'"
    " AND (i.is_open OR i.last_day >= $1::date) AND i.first_day <= $2::date"
    " AND ($3::text IS NULL OR EXISTS (SELECT FROM tlsrpt.incident_tally t"
    "  WHERE t.incident_no = i.incident_no AND t.kind IN ('mail-domain', 'policy-domain')"
    "  AND t.name = $3))"
    " ORDER BY NOT i.is_open, i.severity, i.failed_sessions DESC, i.incident_no"
    " LIMIT " G_STRINGIFY (TLSRPT_DIGEST_INCIDENTS);

static void
take_counts (TlsrptDigest *digest, const PGresult *result)
{
  int column = PQnfields (result) - TLSRPT_N_DIGEST_PARTS - 2;
  guint numbers[TLSRPT_N_DIGEST_PARTS + 2];

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    numbers[i] = (guint)g_ascii_strtoull (PQgetvalue (result, 0, column + (int)i), NULL, 10);
  memcpy (digest->counts, numbers, sizeof digest->counts);
  digest->critical = numbers[TLSRPT_N_DIGEST_PARTS];
  digest->new_and_over = numbers[TLSRPT_N_DIGEST_PARTS + 1];
}

static gboolean
load_incidents (TlsrptDigest *digest, TlsrptPg *pg, GError **error)
{
  g_autofree char *sql = tlsrpt_incident_sql (counts_sql);
  gint32 since = tlsrpt_judgement_day (digest->period.since);
  g_autoptr (PGresult) result = tlsrpt_pg_query_text (
      pg, sql, error, digest->period.since, digest->period.until, digest->domain, TLSRPT_PG_END);

  if (result == NULL)
    return FALSE;
  if (PQntuples (result) > 0)
    take_counts (digest, result);
  digest->incidents = tlsrpt_incident_take (pg, result, error);
  for (guint i = 0; digest->incidents != NULL && i < digest->incidents->len; i++) {
    TlsrptIncident *incident = digest->incidents->pdata[i];

    incident->is_new = incident->judgement->first_day >= since;
  }
  return digest->incidents != NULL;
}

static const char judged_sql[] =
    "SELECT max(day), max(day) IS DISTINCT FROM $1::date,"
    " (SELECT count(*) FROM tlsrpt.incident_list i WHERE i.severity = 'minor'"
    "  AND i.state <> 'merged' AND i.last_day >= $2::date AND i.first_day <= $3::date"
    "  AND ($4::text IS NULL OR EXISTS (SELECT FROM tlsrpt.incident_tally t"
    "   WHERE t.incident_no = i.incident_no AND t.kind IN ('mail-domain', 'policy-domain')"
    "   AND t.name = $4))) FROM tlsrpt.judged_day";

static gboolean
load_judged (TlsrptDigest *digest, TlsrptPg *pg, GError **error)
{
  g_autoptr (PGresult) result =
      tlsrpt_pg_query_text (pg, judged_sql, error, digest->period.standing, digest->period.since,
                            digest->period.until, digest->domain, TLSRPT_PG_END);

  if (result == NULL)
    return FALSE;
  if (!PQgetisnull (result, 0, 0))
    digest->judged_on = g_strdup (PQgetvalue (result, 0, 0));
  digest->is_stale = *PQgetvalue (result, 0, 1) == 't';
  digest->minor = (guint)g_ascii_strtoull (PQgetvalue (result, 0, 2), NULL, 10);
  return TRUE;
}

/* For a user who may write incidents they are brought up to date first. */
static gboolean
bring_up_to_date (TlsrptPg *pg, const TlsrptPeriod *period, const TlsrptThresholds *thresholds,
                  GError **error)
{
  gboolean may;

  return tlsrpt_update_may (pg, &may, error) &&
         (!may || tlsrpt_update (pg, tlsrpt_judgement_day (period->standing), thresholds, error));
}

TlsrptDigest *
tlsrpt_digest_load (TlsrptPg *pg, const TlsrptPeriod *period, const char *domain,
                    const TlsrptThresholds *thresholds, GError **error)
{
  g_autoptr (TlsrptDigest) digest = g_new0 (TlsrptDigest, 1);
  g_autoptr (TlsrptPgTransaction) transaction = NULL;

  digest->period = *period;
  digest->domain = domain != NULL ? tlsrpt_domain_canonical (domain) : NULL;
  digest->tables = g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_table_free);
  if (!bring_up_to_date (pg, period, thresholds, error))
    return NULL;
  transaction = tlsrpt_snapshot_begin (pg, period->until, error);
  if (transaction == NULL || !load_judged (digest, pg, error) || !load_total (digest, pg, error) ||
      !load_total_before (digest, pg, error) || !load_reporters (digest, pg, error) ||
      !load_trust (digest, pg, error) || !tlsrpt_room_load (&digest->room, pg, error) ||
      !load_incidents (digest, pg, error) || !load_tables (digest, pg, error) ||
      !tlsrpt_pg_commit (transaction, error))
    return NULL;
  return g_steal_pointer (&digest);
}

void
tlsrpt_digest_free (TlsrptDigest *digest)
{
  if (digest == NULL)
    return;
  g_free (digest->domain);
  g_free (digest->reports);
  g_free (digest->repeats);
  g_free (digest->impersonating_reports);
  g_free (digest->sessions);
  g_free (digest->failed_sessions);
  g_free (digest->unknown_reports);
  g_free (digest->unauthentic_reports);
  g_free (digest->refused_mails);
  g_free (digest->refusals);
  g_free (digest->room.text);
  g_free (digest->judged_on);
  g_clear_pointer (&digest->incidents, g_ptr_array_unref);
  g_clear_pointer (&digest->tables, g_ptr_array_unref);
  g_free (digest);
}
