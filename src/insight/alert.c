/* SPDX-License-Identifier: GPL-3.0-or-later
 * Incidents beside what was told of them. An incident is the one told before if domain and result
 * type are the same, its days overlap, and no report names another MX. */
#include "insight/alert.h"

#include "core/domain.h"
#include "core/report/report.h"
#include "insight/snapshot.h"

#include <string.h>

/* The bytes of "tlsalt": one alert at a time, through a pooler too. */
static const char lock_sql[] = "SELECT pg_catalog.pg_advisory_xact_lock(128017291439220)";

#define THRESHOLDS                                                                                 \
  "(i.result_type = 'no-reports' OR (i.failed_sessions >= $2::numeric"                             \
  " AND i.failed_share >= $3::numeric AND i.reporters >= $4::integer"                              \
  " AND (i.is_enforced OR NOT $5::boolean)))"

/* A day to come is no day to look back from: who asks for one hides nothing by it. */
#define LOOKED_ON "least(tlsrpt.today(), (now() AT TIME ZONE 'UTC')::date)"

/* After the columns of an incident: passes the thresholds, number told before, event. What is known of
 * a later day stands: an alert that looks back tells nothing of it. */
static const char events_sql[] =
    ", " THRESHOLDS " AS passes, a.alert_no,"
    " CASE WHEN a.alert_no IS NULL THEN CASE WHEN i.state <> 'closed' AND " THRESHOLDS
    "   THEN 'opened' END"
    "  WHEN a.looked_on > tlsrpt.today() THEN NULL"
    "  WHEN i.state = 'closed' THEN CASE WHEN a.state <> 'closed' THEN 'closed' END"
    "  WHEN a.state = 'closed' THEN 'opened'"
    "  WHEN (i.severity = 'critical' AND a.severity <> 'critical')"
    "   OR (i.state = 'flapping' AND a.state <> 'flapping')"
    "   OR (i.reporters > 1 AND a.reporters <= 1)"
    "   OR (i.failed_share >= 2 * a.failed_share AND i.failed_share >= a.failed_share + 0.1)"
    "   THEN 'worsened' END AS event"
    " FROM tlsrpt.incident i LEFT JOIN LATERAL ("
    "  SELECT s.* FROM tlsrpt.alert_state s"
    "   WHERE s.policy_domain = i.policy_domain AND s.result_type = i.result_type"
    "    AND (s.receiving_mx IS NULL OR i.receiving_mx IS NULL OR s.receiving_mx = i.receiving_mx)"
    "    AND s.first_day <= i.last_day + 4 AND s.last_day >= i.first_day - 4"
    "   ORDER BY s.receiving_mx IS NOT DISTINCT FROM i.receiving_mx DESC, s.alert_no DESC LIMIT 1"
    " ) a ON true"
    " WHERE i.last_day >= tlsrpt.today() - 60 AND i.run_last_day >= tlsrpt.today() - 60"
    " AND ($1::text IS NULL OR i.policy_domain = $1)"
    " ORDER BY i.severity, i.policy_domain, i.receiving_mx, i.result_type, i.first_day";

static const char insert_sql[] =
    "INSERT INTO tlsrpt.alert_state (policy_domain, result_type, receiving_mx, first_day, last_day,"
    " state, severity, reporters, failed_share, event, looked_on) VALUES ($1, $2, $3, $4::date,"
    " $5::date, $6, $7, $8::integer, $9::double precision, $10, " LOOKED_ON ")";

/* What was told stays as it was told, for the next comparison; days and MX follow the incident. */
static const char update_sql[] =
    "UPDATE tlsrpt.alert_state SET receiving_mx = coalesce($2, receiving_mx),"
    " first_day = least(first_day, $3::date), last_day = greatest(last_day, $4::date),"
    " state = CASE WHEN $8::text IS NULL THEN state ELSE $5 END,"
    " severity = CASE WHEN $8 IS NULL THEN severity ELSE $6 END,"
    " reporters = CASE WHEN $8 IS NULL THEN reporters ELSE $7::integer END,"
    " failed_share = CASE WHEN $8 IS NULL THEN failed_share ELSE $9::double precision END,"
    " event_at = CASE WHEN $8 IS NULL THEN event_at ELSE now() END, event = coalesce($8, event),"
    " looked_on = " LOOKED_ON " WHERE alert_no = $1::bigint AND looked_on <= tlsrpt.today()";

/* Reports that came back leave no incident behind that could say so. */
static const char gone_sql[] =
    "UPDATE tlsrpt.alert_state s SET state = 'closed', event = 'closed', event_at = now(), "
    "looked_on = " LOOKED_ON
    " WHERE s.looked_on <= tlsrpt.today() AND s.result_type = 'no-reports' AND s.state <> 'closed'"
    "  AND ($1::text IS NULL OR s.policy_domain = $1)"
    "  AND NOT EXISTS (SELECT FROM tlsrpt.silent_domain d WHERE d.policy_domain = s.policy_domain)"
    " RETURNING policy_domain, receiving_mx, result_type, 'no-reports', 'reports have come back',"
    "  'closed', severity, first_day, last_day, 0, 0, 0, reporters, '-', 0, 0, 'ours', NULL,"
    "  'Reports on this domain come in again.', '', '', ''";

static const char notify_sql[] =
    "SELECT pg_catalog.pg_notify('tlsrpt_incident', json_build_object('event', $1::text,"
    " 'policy_domain', left($2::text, 255), 'receiving_mx', left($3::text, 255),"
    " 'result_type', left($4::text, 255), 'severity', $5::text, 'first_day', $6::text)::text)";

static void
event_free (gpointer data)
{
  TlsrptAlertEvent *event = data;

  g_free (event->event);
  tlsrpt_incident_free (event->incident);
  g_free (event);
}

static gboolean
done (PGresult *result)
{
  g_autoptr (PGresult) owned = result;

  return owned != NULL;
}

static gboolean
notify (TlsrptPg *pg, const char *event, const TlsrptIncident *incident, GError **error)
{
  return done (tlsrpt_pg_query_text (pg, notify_sql, error, event, incident->policy_domain,
                                     incident->receiving_mx, incident->result_type,
                                     incident->severity, incident->first_day, TLSRPT_PG_END));
}

static gboolean
remember (TlsrptPg *pg, const char *alert_no, const char *event, const TlsrptIncident *incident,
          GError **error)
{
  char share[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *reporters = g_strdup_printf ("%u", incident->reporters);

  g_ascii_dtostr (share, sizeof share, incident->failed_share);
  if (alert_no == NULL)
    return done (tlsrpt_pg_query_text (pg, insert_sql, error, incident->policy_domain,
                                       incident->result_type, incident->receiving_mx,
                                       incident->first_day, incident->last_day, incident->state,
                                       incident->severity, reporters, share, event, TLSRPT_PG_END));
  return done (tlsrpt_pg_query_text (pg, update_sql, error, alert_no, incident->receiving_mx,
                                     incident->first_day, incident->last_day, incident->state,
                                     incident->severity, reporters, event, share, TLSRPT_PG_END));
}

static void
add_event (TlsrptAlert *alert, const char *name, TlsrptIncident *incident)
{
  TlsrptAlertEvent *event = g_new0 (TlsrptAlertEvent, 1);

  event->event = g_strdup (name);
  event->incident = incident;
  g_ptr_array_add (alert->events, event);
}

static gboolean
take_row (TlsrptAlert *alert, TlsrptPg *pg, const PGresult *result, int row, GError **error)
{
  int column = PQnfields (result) - 3;
  gboolean passes = *PQgetvalue (result, row, column) == 't';
  const char *alert_no =
      PQgetisnull (result, row, column + 1) ? NULL : PQgetvalue (result, row, column + 1);
  const char *event =
      PQgetisnull (result, row, column + 2) ? NULL : PQgetvalue (result, row, column + 2);
  TlsrptIncident *incident = tlsrpt_incident_new (result, row);

  if (passes && !tlsrpt_incident_is_over (incident)) {
    g_ptr_array_add (alert->open, tlsrpt_incident_new (result, row));
    alert->critical += strcmp (incident->severity, "critical") == 0;
  }
  if (event == NULL) {
    gboolean kept = alert_no == NULL || remember (pg, alert_no, NULL, incident, error);

    tlsrpt_incident_free (incident);
    return kept;
  }
  add_event (alert, event, incident);
  return remember (pg, alert_no, event, incident, error) && notify (pg, event, incident, error);
}

static gboolean
take_incidents (TlsrptAlert *alert, TlsrptPg *pg, const TlsrptAlertOptions *options,
                const char *domain, GError **error)
{
  char share[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *sessions = g_strdup_printf ("%u", options->min_sessions);
  g_autofree char *reporters = g_strdup_printf ("%u", options->min_reporters);
  /* In a subquery the names of the view's columns cannot meet those of alert_state. */
  g_autofree char *sql =
      g_strconcat ("SELECT ", tlsrpt_incident_columns, ", passes, alert_no, event FROM (SELECT i.*",
                   events_sql, ") AS e", NULL);
  g_autoptr (PGresult) result = NULL;

  g_ascii_formatd (share, sizeof share, "%.9f", options->min_share);
  result = tlsrpt_pg_query_text (pg, sql, error, domain, sessions, share, reporters,
                                 options->enforced_only ? "true" : "false", TLSRPT_PG_END);
  if (result == NULL)
    return FALSE;
  for (int row = 0; row < PQntuples (result); row++)
    if (!take_row (alert, pg, result, row, error))
      return FALSE;
  return TRUE;
}

static gboolean
take_gone (TlsrptAlert *alert, TlsrptPg *pg, const char *domain, GError **error)
{
  g_autoptr (PGresult) result = tlsrpt_pg_query_text (pg, gone_sql, error, domain, TLSRPT_PG_END);

  if (result == NULL)
    return FALSE;
  for (int row = 0; row < PQntuples (result); row++) {
    TlsrptIncident *incident = tlsrpt_incident_new (result, row);

    add_event (alert, "closed", incident);
    if (!notify (pg, "closed", incident, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
lock (TlsrptPg *pg, const TlsrptAlertOptions *options, GError **error)
{
  const char *today = options->today != NULL ? options->today : "";

  return done (tlsrpt_pg_query (pg, lock_sql, 0, NULL, error)) &&
         tlsrpt_snapshot_stand_on (pg, today, error);
}

TlsrptAlert *
tlsrpt_alert_begin (TlsrptPg *pg, const TlsrptAlertOptions *options, GError **error)
{
  g_autoptr (TlsrptAlert) alert = g_new0 (TlsrptAlert, 1);
  g_autofree char *domain =
      options->domain != NULL ? tlsrpt_domain_canonical (options->domain) : NULL;

  alert->events = g_ptr_array_new_with_free_func (event_free);
  alert->open = g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_incident_free);
  alert->transaction = tlsrpt_pg_begin (pg, TLSRPT_SESSION_WRITE, error);
  if (alert->transaction == NULL || !lock (pg, options, error) ||
      !take_incidents (alert, pg, options, domain, error) || !take_gone (alert, pg, domain, error))
    return NULL;
  return g_steal_pointer (&alert);
}

gboolean
tlsrpt_alert_commit (TlsrptAlert *alert, GError **error)
{
  return tlsrpt_pg_commit (alert->transaction, error);
}

void
tlsrpt_alert_free (TlsrptAlert *alert)
{
  if (alert == NULL)
    return;
  tlsrpt_pg_transaction_free (alert->transaction);
  g_ptr_array_unref (alert->events);
  g_ptr_array_unref (alert->open);
  g_free (alert);
}
