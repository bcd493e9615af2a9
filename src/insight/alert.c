/* SPDX-License-Identifier: GPL-3.0-or-later
 * An event is offered to a channel until the channel has taken it. The status is never OK while no
 * reports come in. */
#include "insight/alert.h"

#include "core/domain.h"
#include "core/report/report.h"
#include "insight/partition-fault.h"
#include "insight/snapshot.h"
#include "insight/update.h"
#include "pg/row.h"

#include <string.h>

/* One alert to a channel at a time; the first number are the bytes of "tlsa". */
static const char hold_sql[] =
    "SELECT pg_catalog.pg_advisory_xact_lock(1953264481, pg_catalog.hashtext($1))";

/* By its failed sessions, or by what doctor found where none has failed yet. */
#define TOUCHES(domains)                                                                           \
  "(EXISTS (SELECT FROM tlsrpt.incident_member m"                                                  \
  "  WHERE m.incident_no = i.incident_no AND m.mail_domain = ANY (" domains "))"                   \
  " OR EXISTS (SELECT FROM tlsrpt.incident_use u"                                                  \
  "  WHERE u.incident_no = i.incident_no AND u.mail_domain = ANY (" domains ")))"

/* A channel is not told of incidents that ended before it was set up, unless no channel has
 * taken them. $3 are mail domains, separated by spaces. */
#define PENDING                                                                                    \
  " FROM tlsrpt.event e JOIN tlsrpt.incident_list i USING (incident_no)"                           \
  " WHERE e.day <= tlsrpt.today() AND i.state <> 'merged'"                                         \
  " AND NOT EXISTS (SELECT FROM tlsrpt.delivery d"                                                 \
  "  WHERE d.event_no = e.event_no AND d.channel = $1)"                                            \
  " AND (i.is_open OR NOT EXISTS (SELECT FROM tlsrpt.delivery d WHERE d.event_no = e.event_no)"    \
  "  OR EXISTS (SELECT FROM tlsrpt.delivery d"                                                     \
  "   WHERE d.channel = $1 AND d.event_no < e.event_no))"                                          \
  " AND (NOT $2::boolean OR i.severity = 'critical')"                                              \
  " AND ($3::text IS NULL OR " TOUCHES ("string_to_array($3, ' ')") ")"
#define WORST_FIRST                                                                                \
  " ORDER BY i.is_open DESC, i.severity, i.failed_sessions DESC, i.incident_no, e.event_no"

static const char event_sql[] = ", e.event_no, e.event" PENDING WORST_FIRST;
static const char pending_sql[] = "SELECT coalesce(array_agg(e.event_no), '{}') AS numbers" PENDING;

/* As one who sees only the domains of a contact. */
static const char of_contact_sql[] =
    ", e.event_no, e.event FROM tlsrpt.incident_event e JOIN tlsrpt.incident_list i"
    " USING (incident_no) WHERE e.event_no = ANY ($1::bigint[])" WORST_FIRST;

static const char open_sql[] =
    " FROM tlsrpt.incident_list i WHERE i.is_open AND i.severity <> 'minor'"
    " AND (NOT $1::boolean OR i.severity = 'critical')"
    " AND ($2::text IS NULL OR " TOUCHES (
        "ARRAY[$2]") ")"
                     " ORDER BY i.severity, i.failed_sessions DESC, i.incident_no";

/* Mails that are not reports say nothing about whether reports come in. */
static const char refused_sql[] =
    "SELECT coalesce(sum(recent_messages), 0)::bigint AS refused FROM tlsrpt.quarantine_count"
    " WHERE reason <> 'no-report'";

/* The latest day by an index. Of the stored reports no more are counted than were refused: an archive of years
 * may have arrived yesterday. */
static const char intake_sql[] =
    "SELECT last_day, $1::date - 1 - last_day AS silent_days,"
    " (SELECT count(*) FROM (SELECT stored_at FROM tlsrpt.report_fact"
    "  WHERE stored_at >= now() - interval '3 days' AND last_day <= $1::date"
    "  LIMIT $2::bigint) AS recent) AS stored"
    " FROM (SELECT (SELECT last_day FROM tlsrpt.report_fact WHERE last_day <= $1::date"
    "  ORDER BY last_day DESC LIMIT 1) AS last_day OFFSET 0) AS latest";

static const char backlog_sql[] =
    "SELECT reason, recent_messages, cause FROM tlsrpt.refusal_count WHERE recent_messages > 0"
    " ORDER BY recent_messages DESC, reason, cause";

static const char delivered_sql[] =
    "INSERT INTO tlsrpt.delivery (event_no, channel) VALUES ($1::bigint, $2)"
    " ON CONFLICT DO NOTHING";

static void
notice_free (gpointer data)
{
  TlsrptNotice *notice = data;

  tlsrpt_incident_free (notice->incident);
  g_array_unref (notice->numbers);
  g_free (notice);
}

static void
backlog_free (gpointer data)
{
  TlsrptBacklog *backlog = data;

  g_free (backlog->reason);
  g_free (backlog->cause);
  g_free (backlog);
}

/* A muted incident is mentioned only if it has become worse; an acknowledged one is not said to
 * have opened. */
static gboolean
is_hidden (const TlsrptIncident *incident, guint kind)
{
  if (incident->held == NULL || kind == TLSRPT_EVENT_WORSENED)
    return FALSE;
  return strcmp (incident->held, "mute") == 0 || kind == TLSRPT_EVENT_OPENED;
}

/* Rows of one incident follow each other. */
static void
add_event (TlsrptAlert *alert, TlsrptIncident *incident, const PGresult *result, int row)
{
  TlsrptNotice *last =
      alert->notices->len > 0 ? alert->notices->pdata[alert->notices->len - 1] : NULL;
  gint64 number = (gint64)tlsrpt_row_number (result, row, "event_no");
  guint kind = tlsrpt_judgement_word (tlsrpt_event_names, TLSRPT_N_EVENTS,
                                      tlsrpt_row_text (result, row, "event"), 0);

  if (is_hidden (incident, kind)) {
    tlsrpt_incident_free (incident);
    return;
  }
  if (last != NULL && last->incident->judgement->number == incident->judgement->number) {
    tlsrpt_incident_free (incident);
  } else {
    last = g_new0 (TlsrptNotice, 1);
    last->incident = incident;
    last->numbers = g_array_new (FALSE, FALSE, sizeof (gint64));
    g_ptr_array_add (alert->notices, last);
  }
  last->kinds |= 1u << kind;
  g_array_append_val (last->numbers, number);
}

static gboolean
take_events (TlsrptAlert *alert, TlsrptPg *pg, const PGresult *result, GError **error)
{
  g_autoptr (GPtrArray) incidents = NULL;

  if (result == NULL)
    return FALSE;
  incidents = tlsrpt_incident_take (pg, result, error);
  if (incidents == NULL)
    return FALSE;
  g_ptr_array_set_free_func (incidents, NULL);
  for (guint i = 0; i < incidents->len; i++)
    add_event (alert, incidents->pdata[i], result, (int)i);
  return TRUE;
}

static gboolean
load_events (TlsrptAlert *alert, TlsrptPg *pg, const TlsrptAlertOptions *options,
             const char *domain, GError **error)
{
  g_autofree char *sql = tlsrpt_incident_sql (event_sql);
  g_autoptr (PGresult) result =
      tlsrpt_pg_query_text (pg, sql, error, options->channel,
                            options->critical_only ? "true" : "false", domain, TLSRPT_PG_END);

  return take_events (alert, pg, result, error);
}

static gboolean
load_open (TlsrptAlert *alert, TlsrptPg *pg, const TlsrptAlertOptions *options, const char *domain,
           GError **error)
{
  g_autofree char *sql = tlsrpt_incident_sql (open_sql);
  g_autoptr (PGresult) result = tlsrpt_pg_query_text (
      pg, sql, error, options->critical_only ? "true" : "false", domain, TLSRPT_PG_END);
  guint kept = 0;

  if (result == NULL)
    return FALSE;
  g_clear_pointer (&alert->open, g_ptr_array_unref);
  alert->open = tlsrpt_incident_take (pg, result, error);
  for (guint i = 0; alert->open != NULL && i < alert->open->len; i++) {
    TlsrptIncident *incident = alert->open->pdata[i];

    if (incident->held != NULL) {
      alert->held++;
      alert->held_worse += incident->is_worse;
      tlsrpt_incident_free (incident);
      continue;
    }
    alert->critical += incident->judgement->severity == TLSRPT_SEVERITY_CRITICAL;
    alert->open->pdata[kept++] = incident;
  }
  for (guint i = kept; alert->open != NULL && i < alert->open->len; i++)
    alert->open->pdata[i] = NULL;
  if (alert->open != NULL)
    g_ptr_array_set_size (alert->open, (int)kept);
  return alert->open != NULL;
}

static gboolean
load_backlog (TlsrptAlert *alert, TlsrptPg *pg, GError **error)
{
  g_autoptr (PGresult) result = tlsrpt_pg_query (pg, backlog_sql, 0, NULL, error);

  if (result == NULL)
    return FALSE;
  for (int row = 0; row < PQntuples (result); row++) {
    TlsrptBacklog *backlog = g_new0 (TlsrptBacklog, 1);

    backlog->reason = tlsrpt_row_copy (result, row, "reason");
    backlog->messages = tlsrpt_row_number (result, row, "recent_messages");
    backlog->cause = tlsrpt_row_copy (result, row, "cause");
    g_ptr_array_add (alert->backlog, backlog);
  }
  return TRUE;
}

static gboolean
load_intake (TlsrptAlert *alert, TlsrptPg *pg, const TlsrptAlertOptions *options, GError **error)
{
  g_autofree char *day = tlsrpt_judgement_day_text (options->today);
  g_autoptr (PGresult) refusals = tlsrpt_pg_query (pg, refused_sql, 0, NULL, error);
  g_autoptr (PGresult) result = NULL;
  const char *last_day;
  guint64 stored;
  guint64 refused;

  if (refusals == NULL || !load_backlog (alert, pg, error))
    return FALSE;
  result = tlsrpt_pg_query_text (pg, intake_sql, error, day,
                                 tlsrpt_row_text (refusals, 0, "refused"), TLSRPT_PG_END);
  if (result == NULL)
    return FALSE;
  last_day = tlsrpt_row_text (result, 0, "last_day");
  stored = tlsrpt_row_number (result, 0, "stored");
  refused = tlsrpt_row_number (refusals, 0, "refused");
  if (last_day == NULL)
    alert->unknown = g_strdup ("there is no report in the database");
  else if ((gint64)tlsrpt_row_number (result, 0, "silent_days") >=
           options->thresholds->silence_days)
    alert->unknown = g_strdup_printf ("no report from anyone on a day after %s", last_day);
  else if (refused > stored)
    alert->unknown = g_strdup_printf ("more reports are refused than stored: %" G_GUINT64_FORMAT
                                      " and %" G_GUINT64_FORMAT " in 3 days",
                                      refused, stored);
  return TRUE;
}

static gboolean
hold (TlsrptPg *pg, const TlsrptAlertOptions *options, GError **error)
{
  g_autofree char *day = tlsrpt_judgement_day_text (options->today);
  g_autoptr (PGresult) result =
      tlsrpt_pg_query_text (pg, hold_sql, error, options->channel, TLSRPT_PG_END);

  return result != NULL && tlsrpt_snapshot_stand_on (pg, day, error);
}

/* Which events there are is asked with all rights, as deliveries are not the contact's to read; what they are
 * about is read as the contact. */
static gboolean
load_of_contact (TlsrptAlert *alert, TlsrptPg *pg, const TlsrptAlertOptions *options,
                 GError **error)
{
  const char *domains = options->contact->domain;
  g_autofree char *sql = tlsrpt_incident_sql (of_contact_sql);
  g_autoptr (PGresult) pending =
      tlsrpt_pg_query_text (pg, pending_sql, error, options->channel,
                            options->critical_only ? "true" : "false", domains, TLSRPT_PG_END);
  g_autoptr (PGresult) result = NULL;

  if (pending == NULL || !tlsrpt_contact_restrict (pg, domains, error))
    return FALSE;
  result =
      tlsrpt_pg_query_text (pg, sql, error, tlsrpt_row_text (pending, 0, "numbers"), TLSRPT_PG_END);
  return take_events (alert, pg, result, error) && load_open (alert, pg, options, NULL, error) &&
         tlsrpt_contact_restrict (pg, NULL, error);
}

static gboolean
load_all (TlsrptAlert *alert, TlsrptPg *pg, const TlsrptAlertOptions *options, GError **error)
{
  g_autofree char *domain =
      options->domain != NULL ? tlsrpt_domain_canonical (options->domain) : NULL;

  return load_events (alert, pg, options, domain, error) &&
         load_open (alert, pg, options, domain, error) && load_intake (alert, pg, options, error) &&
         tlsrpt_room_load (&alert->room, pg, error) &&
         tlsrpt_partition_fault_line (pg, &alert->partitions, error);
}

TlsrptAlert *
tlsrpt_alert_begin (TlsrptPg *pg, const TlsrptAlertOptions *options, GError **error)
{
  g_autoptr (TlsrptAlert) alert = g_new0 (TlsrptAlert, 1);

  alert->today = options->today;
  alert->notices = g_ptr_array_new_with_free_func (notice_free);
  alert->open = g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_incident_free);
  alert->backlog = g_ptr_array_new_with_free_func (backlog_free);
  if (options->contact == NULL && !tlsrpt_update (pg, options->today, options->thresholds, error))
    return NULL;
  alert->transaction = tlsrpt_pg_begin (pg, TLSRPT_SESSION_WRITE, error);
  if (alert->transaction == NULL || !hold (pg, options, error) ||
      !(options->contact != NULL ? load_of_contact (alert, pg, options, error)
                                 : load_all (alert, pg, options, error)))
    return NULL;
  return g_steal_pointer (&alert);
}

gboolean
tlsrpt_alert_delivered (TlsrptAlert *alert, TlsrptPg *pg, const TlsrptAlertOptions *options,
                        GError **error)
{
  for (guint i = 0; i < alert->notices->len; i++) {
    const TlsrptNotice *notice = alert->notices->pdata[i];

    for (guint j = 0; j < notice->numbers->len; j++) {
      g_autofree char *number =
          g_strdup_printf ("%" G_GINT64_FORMAT, g_array_index (notice->numbers, gint64, j));
      g_autoptr (PGresult) result =
          tlsrpt_pg_query_text (pg, delivered_sql, error, number, options->channel, TLSRPT_PG_END);

      if (result == NULL)
        return FALSE;
    }
  }
  return tlsrpt_pg_commit (alert->transaction, error);
}

void
tlsrpt_alert_free (TlsrptAlert *alert)
{
  if (alert == NULL)
    return;
  tlsrpt_pg_transaction_free (alert->transaction);
  g_clear_pointer (&alert->notices, g_ptr_array_unref);
  g_clear_pointer (&alert->open, g_ptr_array_unref);
  g_clear_pointer (&alert->backlog, g_ptr_array_unref);
  g_free (alert->unknown);
  g_free (alert->room.text);
  g_free (alert->partitions);
  g_free (alert);
}
