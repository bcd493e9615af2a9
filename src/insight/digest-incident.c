/* SPDX-License-Identifier: GPL-3.0-or-later
 * Incidents of a period: those that are open, whenever they began, and those that were over in it. */
#include "insight/digest-incident.h"

#include "insight/card.h"
#include "pg/row.h"

/* Open incidents are shown whenever they began. The counts include all. The numbers of a domain's incidents are
 * an array, as the view makes its rows only for what it is asked by a key. */
static const char counts_sql[] =
    ", count(*) FILTER (WHERE i.is_open) OVER () AS broken,"
    " count(*) FILTER (WHERE i.first_day >= $1::date) OVER () AS new,"
    " count(*) FILTER (WHERE NOT i.is_open) OVER () AS ended,"
    " count(*) FILTER (WHERE i.is_open AND i.severity = 'critical') OVER () AS critical,"
    " count(*) FILTER (WHERE NOT i.is_open AND i.first_day >= $1::date) OVER () AS new_and_over"
    " FROM tlsrpt.incident_list i WHERE i.severity <> 'minor' AND i.state <> 'merged'"
    " AND (i.is_open OR i.last_day >= $1::date) AND i.first_day <= $2::date"
    " AND ($3::text IS NULL OR i.incident_no = ANY (ARRAY (SELECT t.incident_no"
    "  FROM tlsrpt.incident_tally t"
    "  WHERE t.kind IN ('mail-domain', 'policy-domain') AND t.name = $3)))"
    " ORDER BY NOT i.is_open, i.severity, i.failed_sessions DESC, i.incident_no"
    " LIMIT $4::bigint";

static void
take_counts (TlsrptDigest *digest, const PGresult *result)
{
  digest->counts[TLSRPT_DIGEST_BROKEN] = (guint)tlsrpt_row_number (result, 0, "broken");
  digest->counts[TLSRPT_DIGEST_NEW] = (guint)tlsrpt_row_number (result, 0, "new");
  digest->counts[TLSRPT_DIGEST_ENDED] = (guint)tlsrpt_row_number (result, 0, "ended");
  digest->critical = (guint)tlsrpt_row_number (result, 0, "critical");
  digest->new_and_over = (guint)tlsrpt_row_number (result, 0, "new_and_over");
}

static gboolean
load_incidents (TlsrptDigest *digest, TlsrptPg *pg, GError **error)
{
  g_autofree char *sql = tlsrpt_incident_sql (counts_sql);
  gint32 since = tlsrpt_judgement_day (digest->period.since);
  g_autoptr (PGresult) result = tlsrpt_pg_query_text (
      pg, sql, error, digest->period.since, digest->period.until, digest->domain,
      digest->is_whole ? NULL : G_STRINGIFY (TLSRPT_DIGEST_INCIDENTS), TLSRPT_PG_END);

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
    "SELECT max(day) AS judged_on, max(day) IS DISTINCT FROM $1::date AS is_stale,"
    " (SELECT count(*) FROM tlsrpt.incident_list i WHERE i.severity = 'minor'"
    "  AND i.state <> 'merged' AND i.last_day >= $2::date AND i.first_day <= $3::date"
    "  AND ($4::text IS NULL OR i.incident_no = ANY (ARRAY (SELECT t.incident_no"
    "   FROM tlsrpt.incident_tally t"
    "   WHERE t.kind IN ('mail-domain', 'policy-domain') AND t.name = $4)))) AS minor"
    " FROM tlsrpt.judged_day";

static gboolean
load_judged (TlsrptDigest *digest, TlsrptPg *pg, GError **error)
{
  g_autoptr (PGresult) result =
      tlsrpt_pg_query_text (pg, judged_sql, error, digest->period.standing, digest->period.since,
                            digest->period.until, digest->domain, TLSRPT_PG_END);

  if (result == NULL)
    return FALSE;
  digest->judged_on = tlsrpt_row_copy (result, 0, "judged_on");
  digest->is_stale = tlsrpt_row_truth (result, 0, "is_stale");
  digest->minor = (guint)tlsrpt_row_number (result, 0, "minor");
  return TRUE;
}

static const char history_sql[] = "SELECT incident_no, days_ago, failed_sessions"
                                  " FROM tlsrpt.incident_known_day($1, $2, $3)";

static GHashTable *
by_number (const GPtrArray *incidents)
{
  GHashTable *numbers = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (guint i = 0; i < incidents->len; i++)
    g_hash_table_insert (numbers, &((TlsrptIncident *)incidents->pdata[i])->judgement->number,
                         incidents->pdata[i]);
  return numbers;
}

static char *
numbers_text (const GPtrArray *incidents)
{
  g_autoptr (GPtrArray) judgements = g_ptr_array_new ();

  for (guint i = 0; i < incidents->len; i++)
    g_ptr_array_add (judgements, ((TlsrptIncident *)incidents->pdata[i])->judgement);
  return tlsrpt_judgement_numbers (judgements);
}

gboolean
tlsrpt_digest_incident_history (const GPtrArray *incidents, gint32 last_day, gboolean is_coming,
                                TlsrptPg *pg, GError **error)
{
  g_autofree char *last = tlsrpt_judgement_day_text (last_day);
  g_autofree char *numbers = numbers_text (incidents);
  g_autoptr (GHashTable) known = by_number (incidents);
  g_autoptr (PGresult) result = tlsrpt_pg_query_text (
      pg, history_sql, error, numbers, last, G_STRINGIFY (TLSRPT_HISTORY_DAYS), TLSRPT_PG_END);

  if (result == NULL)
    return FALSE;
  for (guint i = 0; i < incidents->len; i++) {
    TlsrptIncident *incident = incidents->pdata[i];

    incident->history.last_day = last_day;
    incident->history.is_coming = is_coming;
  }
  for (int row = 0; row < PQntuples (result); row++) {
    gint64 number = (gint64)tlsrpt_row_number (result, row, "incident_no");
    guint ago = (guint)tlsrpt_row_number (result, row, "days_ago");
    TlsrptIncident *incident = g_hash_table_lookup (known, &number);

    if (incident == NULL || ago >= TLSRPT_HISTORY_DAYS)
      continue;
    incident->history.failed_sessions[TLSRPT_HISTORY_DAYS - 1 - ago] =
        tlsrpt_row_number (result, row, "failed_sessions");
    incident->history.is_known[TLSRPT_HISTORY_DAYS - 1 - ago] = TRUE;
  }
  return TRUE;
}

/* Today is left out, as hardly any report on it can have come. */
static gboolean
load_history (TlsrptDigest *digest, TlsrptPg *pg, GError **error)
{
  gint32 until = tlsrpt_judgement_day (digest->period.until);
  gboolean is_today = tlsrpt_period_day (&digest->period, digest->period.until) == TLSRPT_DAY_TODAY;

  return tlsrpt_digest_incident_history (digest->incidents, is_today ? until - 1 : until,
                                         digest->period.is_incomplete, pg, error);
}

gboolean
tlsrpt_digest_incident_load (TlsrptDigest *digest, TlsrptPg *pg, GError **error)
{
  g_autoptr (GPtrArray) causes = NULL;

  if (!load_judged (digest, pg, error) || !load_incidents (digest, pg, error) ||
      !load_history (digest, pg, error))
    return FALSE;
  causes = tlsrpt_advice_of (digest->incidents, TRUE);
  digest->causes = causes->len;
  digest->affected = tlsrpt_card_affected (digest->incidents);
  return TRUE;
}
