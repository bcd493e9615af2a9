/* SPDX-License-Identifier: GPL-3.0-or-later
 * Incidents by number, domain, MX or reporter; what an operator says of them. */
#include "insight/acknowledge.h"

#include "core/domain.h"
#include "core/errors.h"
#include "core/report/report.h"
#include "insight/snapshot.h"
#include "insight/table.h"
#include "insight/wrap.h"
#include "pg/row.h"

#include <string.h>

#define TERMINAL_COLUMNS 100
#define DOMAINS_SHOWN 1000

static const char insert_sql[] =
    "INSERT INTO tlsrpt.acknowledgement (action, subject_kind, subject, until_day, note, severity)"
    " SELECT $1, $2, $3, $4::date, $5, (SELECT i.severity FROM tlsrpt.incident i"
    "  WHERE $2 = 'incident' AND i.incident_no::text = $3)"
    " WHERE $2 <> 'incident' OR EXISTS (SELECT FROM tlsrpt.incident i"
    "  WHERE i.incident_no::text = $3) RETURNING acknowledgement_no";
static const char end_sql[] =
    "UPDATE tlsrpt.acknowledgement SET ended_at = now()"
    " WHERE subject_kind = $1 AND subject = $2 AND ended_at IS NULL RETURNING acknowledgement_no";

static const char list_sql[] =
    " FROM tlsrpt.incident_list i WHERE i.state <> 'merged'"
    " AND ($1::boolean OR (i.is_open AND i.severity <> 'minor'))"
    " AND CASE $2 WHEN 'incident' THEN i.incident_no::text = $3"
    "  WHEN 'domain' THEN EXISTS (SELECT FROM tlsrpt.incident_tally t WHERE t.incident_no ="
    "   i.incident_no AND t.kind IN ('mail-domain', 'policy-domain') AND t.name = $3)"
    "  WHEN 'mx' THEN i.place = $3 OR EXISTS (SELECT FROM tlsrpt.incident_tally t"
    "   WHERE t.incident_no = i.incident_no AND t.kind = 'receiving-mx' AND t.name = $3)"
    "  WHEN 'reporter' THEN i.place = $3 OR EXISTS (SELECT FROM tlsrpt.incident_tally t"
    "   WHERE t.incident_no = i.incident_no AND t.kind = 'reporter' AND t.name = $3)"
    "  ELSE true END"
    " ORDER BY NOT i.is_open, i.severity, i.last_day DESC, i.incident_no";

static const char event_sql[] = "SELECT day, event, severity, coalesce(string_agg(channel, ', ' "
                                "ORDER BY channel), '') AS channels"
                                " FROM tlsrpt.incident_event WHERE incident_no = $1::bigint"
                                " GROUP BY event_no, day, event, severity ORDER BY event_no";

static char *
canonical_name (const TlsrptSubject *subject)
{
  return subject->kind == NULL                     ? NULL
         : strcmp (subject->kind, "incident") == 0 ? g_strdup (subject->name)
                                                   : tlsrpt_domain_canonical (subject->name);
}

gboolean
tlsrpt_acknowledge_end (TlsrptPg *pg, const TlsrptSubject *subject, GError **error)
{
  g_autofree char *name = canonical_name (subject);
  g_autoptr (PGresult) result =
      tlsrpt_pg_query_text (pg, end_sql, error, subject->kind, name, TLSRPT_PG_END);

  return result != NULL;
}

gboolean
tlsrpt_acknowledge (TlsrptPg *pg, const char *action, const TlsrptSubject *subject,
                    const char *until, const char *note, GError **error)
{
  g_autofree char *name = canonical_name (subject);
  g_autoptr (TlsrptPgTransaction) transaction = tlsrpt_pg_begin (pg, TLSRPT_SESSION_WRITE, error);
  g_autoptr (PGresult) result = NULL;

  if (transaction == NULL || !tlsrpt_acknowledge_end (pg, subject, error))
    return FALSE;
  result = tlsrpt_pg_query_text (pg, insert_sql, error, action, subject->kind, name, until, note,
                                 TLSRPT_PG_END);
  if (result == NULL)
    return FALSE;
  if (PQntuples (result) == 0) {
    g_autofree char *quoted = tlsrpt_quote (subject->name);

    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE, "incident: there is no number %s",
                 quoted);
    return FALSE;
  }
  return tlsrpt_pg_commit (transaction, error);
}

GPtrArray *
tlsrpt_acknowledge_list (TlsrptPg *pg, const TlsrptSubject *subject, gboolean all,
                         const char *today, GError **error)
{
  g_autofree char *sql = tlsrpt_incident_sql (list_sql);
  g_autofree char *name = canonical_name (subject);
  g_autoptr (TlsrptPgTransaction) transaction = tlsrpt_snapshot_begin (pg, today, error);
  g_autoptr (PGresult) result = NULL;

  if (transaction == NULL)
    return NULL;
  result = tlsrpt_pg_query_text (pg, sql, error, all ? "true" : "false",
                                 subject->kind != NULL ? subject->kind : "", name, TLSRPT_PG_END);
  return result != NULL ? tlsrpt_incident_take (pg, result, error) : NULL;
}

char *
tlsrpt_acknowledge_line (const TlsrptIncident *incident)
{
  GString *text = g_string_new (NULL);
  g_autofree char *headline = tlsrpt_incident_headline (incident);
  g_autofree char *proof = tlsrpt_incident_proof (incident);
  g_autofree char *held = tlsrpt_incident_held (incident);
  g_autofree char *first =
      g_strdup_printf ("%s %s %s", tlsrpt_state_names[incident->judgement->state],
                       tlsrpt_severity_names[incident->judgement->severity], headline);

  tlsrpt_wrap_append (text, first, "", 0);
  tlsrpt_wrap_append (text, proof, "  ", 0);
  if (held != NULL)
    tlsrpt_wrap_append (text, held, "  ", 0);
  return g_string_free (text, FALSE);
}

static void
append_tallies (GString *text, const char *heading, const GPtrArray *tallies)
{
  if (tallies->len == 0)
    return;
  g_string_append_printf (text, "%s:\n", heading);
  for (guint i = 0; i < MIN (tallies->len, DOMAINS_SHOWN); i++) {
    const TlsrptTally *tally = tallies->pdata[i];
    g_autofree char *name = tlsrpt_text_shown (tally->name);

    g_string_append_printf (text, "  %s, %" G_GUINT64_FORMAT " sessions\n", name,
                            tally->failed_sessions);
  }
}

static void
append_witnesses (GString *text, const GPtrArray *witnesses)
{
  g_string_append (text, "Reporters:\n");
  for (guint i = 0; i < witnesses->len; i++) {
    const TlsrptWitness *witness = witnesses->pdata[i];
    g_autofree char *domain = tlsrpt_text_shown (witness->domain);
    g_autofree char *name = tlsrpt_text_shown (witness->organization_name);
    g_autofree char *contact = tlsrpt_text_shown (witness->contact_info);
    g_autofree char *day = tlsrpt_judgement_day_text (witness->last_day);

    g_string_append_printf (text, "  %s (%s, %s), %" G_GUINT64_FORMAT " sessions, last on %s\n",
                            domain, name, contact, witness->failed_sessions, day);
  }
}

static void
append_lines (GString *text, const char *heading, char **lines, const char *mark)
{
  if (lines[0] == NULL)
    return;
  g_string_append_printf (text, "%s:\n", heading);
  for (guint i = 0; lines[i] != NULL; i++)
    tlsrpt_wrap_append (text, lines[i], mark, mark[2] == '$' ? 0 : TERMINAL_COLUMNS);
}

static void
append_events (GString *text, const PGresult *events)
{
  if (PQntuples (events) > 0)
    g_string_append (text, "Told:\n");
  for (int row = 0; row < PQntuples (events); row++) {
    const char *channels = tlsrpt_row_text (events, row, "channels");
    g_autofree char *shown = tlsrpt_text_shown (*channels != '\0' ? channels : "nobody yet");

    g_string_append_printf (text, "  %s %s (%s): %s\n", tlsrpt_row_text (events, row, "day"),
                            tlsrpt_row_text (events, row, "event"),
                            tlsrpt_row_text (events, row, "severity"), shown);
  }
}

char *
tlsrpt_acknowledge_show (TlsrptPg *pg, const TlsrptIncident *incident, GError **error)
{
  const TlsrptJudgement *judgement = incident->judgement;
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, judgement->number);
  g_autofree char *line = tlsrpt_acknowledge_line (incident);
  g_autoptr (PGresult) events = tlsrpt_pg_query_text (pg, event_sql, error, number, TLSRPT_PG_END);
  GString *text;

  if (events == NULL)
    return NULL;
  text = g_string_new (line);
  tlsrpt_wrap_append (text, incident->remedy->meaning, "", TERMINAL_COLUMNS);
  if (strcmp (incident->late_sessions, "0") != 0)
    g_string_append_printf (text, "%s sessions became known after it was over.\n",
                            incident->late_sessions);
  append_tallies (text, "Mail domains", judgement->mail_domains);
  append_tallies (text, "Result types", judgement->result_types);
  append_tallies (text, "MX hosts", judgement->receiving_mx);
  append_lines (text, "Addresses of the MX", judgement->receiving_ips, "  ");
  append_witnesses (text, judgement->witnesses);
  append_lines (text, "The reporters' own words", incident->remedy->words, "  ");
  append_lines (text, "Likely causes", incident->remedy->causes, "  - ");
  append_lines (text, "What to check", incident->remedy->commands, "  $ ");
  append_lines (text, "What to change", incident->remedy->changes, "  - ");
  append_events (text, events);
  if (incident->remedy->draft != NULL)
    g_string_append_printf (text, "A mail to the reporter, for sendmail -t:\n%s",
                            incident->remedy->draft);
  return g_string_free (text, FALSE);
}
