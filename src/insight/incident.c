/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reads incidents from the view, and makes the two lines for a person. */
#include "insight/incident.h"

#include "insight/incident-row.h"
#include "insight/look.h"
#include "insight/recall.h"
#include "insight/table.h"
#include "pg/row.h"

#include <string.h>

/* Enough for any real name of a host or a reporter; a stranger's may be of any length. */
#define NAME_CHARACTERS 60
#define NAMES_SHOWN 3

static const char more_columns[] =
    ", i.held, i.held_until, i.held_note, i.held_by,"
    " i.held_severity <> 'critical' AND i.severity = 'critical'"
    "  OR i.held_severity = 'minor' AND i.severity = 'warning' AS is_worse, i.was_told,"
    " i.late_sessions";

char *
tlsrpt_incident_sql (const char *rest)
{
  g_autofree char *columns = tlsrpt_incident_row_list (FALSE);

  return g_strconcat ("SELECT ", columns, more_columns, rest, NULL);
}

static TlsrptIncident *
incident_new (const PGresult *result, int row)
{
  TlsrptIncident *incident = g_new0 (TlsrptIncident, 1);

  incident->judgement = tlsrpt_incident_row_judgement (result, row);
  incident->held = tlsrpt_row_copy (result, row, "held");
  incident->held_until = tlsrpt_row_copy (result, row, "held_until");
  incident->held_note = tlsrpt_row_copy (result, row, "held_note");
  incident->held_by = tlsrpt_row_copy (result, row, "held_by");
  incident->is_worse = tlsrpt_row_truth (result, row, "is_worse");
  incident->was_told = tlsrpt_row_truth (result, row, "was_told");
  incident->late_sessions = tlsrpt_row_copy (result, row, "late_sessions");
  return incident;
}

void
tlsrpt_incident_free (TlsrptIncident *incident)
{
  if (incident == NULL)
    return;
  tlsrpt_judgement_free (incident->judgement);
  tlsrpt_remedy_free (incident->remedy);
  g_free (incident->held);
  g_free (incident->held_until);
  g_free (incident->held_note);
  g_free (incident->held_by);
  g_free (incident->late_sessions);
  g_free (incident->look);
  g_free (incident);
}

static const char sight_sql[] =
    "SELECT incident_no, extract(epoch FROM looked_at)::bigint AS looked_at,"
    " extract(epoch FROM since)::bigint AS since,"
    " extract(epoch FROM turned_after)::bigint AS turned_after, is_healthy, detail"
    " FROM tlsrpt.incident_sight WHERE incident_no = ANY ($1::bigint[])";

static void
take_sight (TlsrptIncident *incident, const PGresult *result, int row)
{
  const TlsrptJudgement *judgement = incident->judgement;
  g_autofree char *detail = tlsrpt_text_shown (tlsrpt_row_text (result, row, "detail"));
  TlsrptLookedAt look = {
    .looked_at = (gint64)tlsrpt_row_number (result, row, "looked_at"),
    .since = (gint64)tlsrpt_row_number (result, row, "since"),
    .turned_after = (gint64)tlsrpt_row_number (result, row, "turned_after"),
    .is_healthy = tlsrpt_row_truth (result, row, "is_healthy"),
    .detail = detail,
  };

  incident->look = tlsrpt_judgement_is_looming (judgement)
                       ? tlsrpt_look_plain (&look)
                       : tlsrpt_look_text (&look, judgement->first_day, judgement->last_day,
                                           tlsrpt_judgement_is_over (judgement));
}

/* An incident of several events is there several times. */
static gboolean
take_sights (TlsrptPg *pg, const GPtrArray *incidents, const char *numbers, GError **error)
{
  g_autoptr (GHashTable) rows = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (PGresult) result = tlsrpt_pg_query_text (pg, sight_sql, error, numbers, TLSRPT_PG_END);

  if (result == NULL)
    return FALSE;
  for (int row = 0; row < PQntuples (result); row++) {
    gint64 number = (gint64)tlsrpt_row_number (result, row, "incident_no");

    g_hash_table_insert (rows, g_memdup2 (&number, sizeof number), GINT_TO_POINTER (row + 1));
  }
  for (guint i = 0; i < incidents->len; i++) {
    TlsrptIncident *incident = incidents->pdata[i];
    int row = GPOINTER_TO_INT (g_hash_table_lookup (rows, &incident->judgement->number));

    if (row > 0)
      take_sight (incident, result, row - 1);
  }
  return TRUE;
}

GPtrArray *
tlsrpt_incident_take (TlsrptPg *pg, const PGresult *result, GError **error)
{
  g_autoptr (GPtrArray) incidents =
      g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_incident_free);
  g_autoptr (GPtrArray) judgements = g_ptr_array_new ();
  g_autofree char *numbers = NULL;

  for (int row = 0; row < PQntuples (result); row++) {
    TlsrptIncident *incident = incident_new (result, row);

    g_ptr_array_add (incidents, incident);
    g_ptr_array_add (judgements, incident->judgement);
  }
  numbers = tlsrpt_judgement_numbers (judgements);
  if (incidents->len > 0 && (!tlsrpt_recall_tallies (pg, judgements, error) ||
                             !take_sights (pg, incidents, numbers, error)))
    return NULL;
  for (guint i = 0; i < incidents->len; i++) {
    TlsrptIncident *incident = incidents->pdata[i];

    incident->remedy = tlsrpt_remedy_new (incident->judgement);
  }
  return g_steal_pointer (&incidents);
}

gboolean
tlsrpt_incident_is_over (const TlsrptIncident *incident)
{
  return tlsrpt_judgement_is_over (incident->judgement);
}

char *
tlsrpt_incident_place (const TlsrptIncident *incident)
{
  g_autofree char *words = tlsrpt_judgement_place_words (incident->judgement);

  return tlsrpt_text_elided (words, NAME_CHARACTERS);
}

const char *
tlsrpt_incident_title (const TlsrptIncident *incident)
{
  return tlsrpt_remedy_title (incident->remedy->finding);
}

static void
append_more (GString *names, const GPtrArray *all)
{
  g_autofree char *more = NULL;

  if (all->len <= NAMES_SHOWN)
    return;
  more = tlsrpt_count_shown (all->len - NAMES_SHOWN);
  g_string_append_printf (names, " and %s more", more);
}

char *
tlsrpt_incident_names (const GPtrArray *tallies)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < MIN (tallies->len, NAMES_SHOWN); i++) {
    g_autofree char *name =
        tlsrpt_text_elided (((TlsrptTally *)tallies->pdata[i])->name, NAME_CHARACTERS);

    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", name);
  }
  append_more (names, tallies);
  return g_string_free (names, FALSE);
}

char *
tlsrpt_incident_headline (const TlsrptIncident *incident)
{
  const TlsrptJudgement *judgement = incident->judgement;
  g_autofree char *place = tlsrpt_incident_place (incident);
  g_autofree char *count = tlsrpt_count_shown (judgement->mail_domains->len);
  g_autofree char *domains = NULL;

  if (judgement->mail_domains->len > 1)
    domains = g_strdup_printf (", for %s domains", count);
  return g_strdup_printf ("#%" G_GINT64_FORMAT " %s: %s%s", judgement->number, place,
                          tlsrpt_incident_title (incident), domains != NULL ? domains : "");
}

const char *
tlsrpt_incident_fault (const TlsrptIncident *incident)
{
  switch (incident->judgement->fault) {
  case TLSRPT_FAULT_OURS:
    return "likely on our side";
  case TLSRPT_FAULT_THEIRS:
    return "likely that reporter's own: others succeed at the same place";
  case TLSRPT_FAULT_BETWEEN:
    return "likely the network between: others succeed at the same place";
  case TLSRPT_FAULT_UNCLEAR:
  case TLSRPT_N_FAULTS:
    break;
  }
  return incident->judgement->is_security
             ? "find out first whose this host is: it may be an interception"
             : "unclear: another reporter's sessions to the same place would decide it";
}

const char *
tlsrpt_incident_effect (const TlsrptIncident *incident)
{
  switch (incident->judgement->effect) {
  case TLSRPT_EFFECT_REFUSED:
    return "mail is refused";
  case TLSRPT_EFFECT_UNPROTECTED:
    return "mail is delivered without protection";
  case TLSRPT_EFFECT_UNKNOWN:
    return "the reports do not show whether mail is refused";
  case TLSRPT_EFFECT_NOTHING:
  case TLSRPT_N_EFFECTS:
    break;
  }
  return "nothing happened to mail";
}

char *
tlsrpt_incident_witnesses (const GPtrArray *witnesses)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < MIN (witnesses->len, NAMES_SHOWN); i++) {
    const TlsrptWitness *witness = witnesses->pdata[i];
    g_autofree char *name = tlsrpt_text_elided (
        witness->organization_name != NULL ? witness->organization_name : witness->domain,
        NAME_CHARACTERS);

    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", name);
  }
  append_more (names, witnesses);
  return g_string_free (names, FALSE);
}

/* Reports come a day late: the last day shows how recent this is. */
char *
tlsrpt_incident_days (const TlsrptIncident *incident)
{
  const TlsrptJudgement *judgement = incident->judgement;
  g_autofree char *first = tlsrpt_judgement_day_text (judgement->first_day);
  g_autofree char *last = tlsrpt_judgement_day_text (judgement->last_day);
  gboolean one_day = judgement->first_day == judgement->last_day;

  switch (judgement->state) {
  case TLSRPT_STATE_OPEN:
  case TLSRPT_STATE_FLAPPING:
  case TLSRPT_STATE_RECOVERING:
    return g_strdup_printf (
        "since %s%s%s%s%s", first, judgement->state == TLSRPT_STATE_FLAPPING ? ", on and off" : "",
        one_day || judgement->place_kind == TLSRPT_PLACE_INTAKE ? "" : ", last on ",
        one_day || judgement->place_kind == TLSRPT_PLACE_INTAKE ? "" : last,
        judgement->state == TLSRPT_STATE_RECOVERING ? ", with a first clean day after it" : "");
  case TLSRPT_STATE_CLOSED:
  case TLSRPT_STATE_UNPROVEN:
  case TLSRPT_STATE_EXPIRED:
  case TLSRPT_STATE_MERGED:
  case TLSRPT_N_STATES:
    break;
  }
  return g_strdup_printf ("%s%s%s%s", one_day ? "on " : "", one_day ? "" : first,
                          one_day ? "" : " to ", last);
}

static const char *
shown_ending (const TlsrptIncident *incident)
{
  switch (incident->judgement->state) {
  case TLSRPT_STATE_UNPROVEN:
    return "; not seen since, but nothing shows it repaired";
  case TLSRPT_STATE_EXPIRED:
    return "; its reporters have sent nothing since, so that nobody knows whether it is repaired";
  default:
    return "";
  }
}

char *
tlsrpt_incident_failed (const TlsrptIncident *incident)
{
  const TlsrptJudgement *judgement = incident->judgement;
  guint64 all = MAX (judgement->sessions, judgement->failed_sessions);
  g_autofree char *failed = tlsrpt_count_shown (judgement->failed_sessions);
  g_autofree char *of = tlsrpt_count_shown (all);
  g_autofree char *share =
      tlsrpt_share_shown (all > 0 ? (double)judgement->failed_sessions / (double)all : 0);

  return g_strdup_printf ("%s of %s sessions failed (%s)", failed, of, share);
}

char *
tlsrpt_incident_proof (const TlsrptIncident *incident)
{
  const TlsrptJudgement *judgement = incident->judgement;
  g_autofree char *days = tlsrpt_incident_days (incident);
  g_autofree char *names = tlsrpt_incident_witnesses (judgement->witnesses);
  g_autofree char *failed = tlsrpt_incident_failed (incident);
  gboolean is_unclear = judgement->fault == TLSRPT_FAULT_UNCLEAR && !judgement->is_security;

  if (judgement->place_kind == TLSRPT_PLACE_INTAKE)
    return g_strdup_printf ("%s without a report%s", days, shown_ending (incident));
  if (tlsrpt_judgement_is_looming (judgement))
    return g_strdup_printf ("%s; no session has failed; %s", days,
                            incident->look != NULL ? incident->look
                                                   : "doctor has not looked since");
  return g_strdup_printf ("%s%s; %s; %s%s%s; %s%s%s%s", days, shown_ending (incident), failed,
                          tlsrpt_incident_effect (incident), *names != '\0' ? "; seen by " : "",
                          names, is_unclear ? "whose fault is " : "",
                          tlsrpt_incident_fault (incident), incident->look != NULL ? "; " : "",
                          incident->look != NULL ? incident->look : "");
}

char *
tlsrpt_incident_held (const TlsrptIncident *incident)
{
  g_autofree char *note = NULL;

  if (incident->held == NULL)
    return NULL;
  note = tlsrpt_text_shown (incident->held_note);
  return g_strdup_printf ("%s by %s%s%s: %s%s",
                          strcmp (incident->held, "mute") == 0 ? "muted" : "acknowledged",
                          incident->held_by, incident->held_until != NULL ? " until " : "",
                          incident->held_until != NULL ? incident->held_until : "", note,
                          incident->is_worse ? "; it has become worse since" : "");
}
