/* SPDX-License-Identifier: GPL-3.0-or-later
 * A digest to JSON: the words of the views, numbers as numbers where they fit. */
#include "insight/json.h"

#include "insight/advice.h"
#include "insight/lead.h"

#include "core/report/json.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* Past 2^53 a reader of JSON would round: the digits stay a string. */
static void
add_number (JsonBuilder *builder, const char *name, const char *digits)
{
  gint64 value;

  if (digits != NULL && g_ascii_string_to_signed (
                            digits, 10, 0, G_GINT64_CONSTANT (9007199254740992), &value, NULL)) {
    json_builder_set_member_name (builder, name);
    json_builder_add_int_value (builder, value);
  } else {
    tlsrpt_json_add_text (builder, name, digits);
  }
}

static void
add_integer (JsonBuilder *builder, const char *name, guint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, (gint64)MIN (value, (guint64)G_MAXINT64));
}

static void
add_double (JsonBuilder *builder, const char *name, double value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_double_value (builder, value);
}

static void
add_flag (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

static void
add_list (JsonBuilder *builder, const char *name, char **lines)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; lines[i] != NULL; i++)
    json_builder_add_string_value (builder, lines[i]);
  json_builder_end_array (builder);
}

static void
add_tallies (JsonBuilder *builder, const char *name, const GPtrArray *tallies)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; i < tallies->len; i++)
    json_builder_add_string_value (builder, ((TlsrptTally *)tallies->pdata[i])->name);
  json_builder_end_array (builder);
}

static void
add_witnesses (JsonBuilder *builder, const GPtrArray *witnesses)
{
  json_builder_set_member_name (builder, "reporters");
  json_builder_begin_array (builder);
  for (guint i = 0; i < witnesses->len; i++) {
    const TlsrptWitness *witness = witnesses->pdata[i];

    json_builder_begin_object (builder);
    tlsrpt_json_add_text (builder, "domain", witness->domain);
    tlsrpt_json_add_text (builder, "organization_name", witness->organization_name);
    add_integer (builder, "failed_sessions", witness->failed_sessions);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static void
add_day (JsonBuilder *builder, const char *name, gint32 day)
{
  g_autofree char *text = day != 0 ? tlsrpt_judgement_day_text (day) : NULL;

  tlsrpt_json_add_text (builder, name, text);
}

void
tlsrpt_json_add_judgement (JsonBuilder *builder, const TlsrptJudgement *judgement)
{
  add_integer (builder, "number", (guint64)judgement->number);
  tlsrpt_json_add_text (builder, "place_kind", tlsrpt_place_names[judgement->place_kind]);
  tlsrpt_json_add_text (builder, "place", judgement->place);
  tlsrpt_json_add_text (builder, "cause", judgement->cause);
  tlsrpt_json_add_text (builder, "state", tlsrpt_state_names[judgement->state]);
  tlsrpt_json_add_text (builder, "severity", tlsrpt_severity_names[judgement->severity]);
  tlsrpt_json_add_text (builder, "effect", tlsrpt_effect_names[judgement->effect]);
  tlsrpt_json_add_text (builder, "fault", tlsrpt_fault_names[judgement->fault]);
  add_flag (builder, "is_security", judgement->is_security);
  add_day (builder, "first_day", judgement->first_day);
  add_day (builder, "last_day", judgement->last_day);
  add_day (builder, "over_day", judgement->over_day);
  add_integer (builder, "failed_sessions", judgement->failed_sessions);
  add_integer (builder, "refused_sessions", judgement->refused_sessions);
  add_integer (builder, "sessions", MAX (judgement->sessions, judgement->failed_sessions));
  add_integer (builder, "mail_domains", judgement->mail_domains->len);
}

/* Days that nobody has spoken of have null, not 0. */
static void
add_history (JsonBuilder *builder, const TlsrptHistory *history)
{
  json_builder_set_member_name (builder, "days");
  json_builder_begin_array (builder);
  for (int i = 0; history->last_day != 0 && i < TLSRPT_HISTORY_DAYS; i++) {
    gint32 day = history->last_day - (TLSRPT_HISTORY_DAYS - 1 - i);

    json_builder_begin_object (builder);
    add_day (builder, "day", day);
    if (tlsrpt_history_is_known (history, i))
      add_integer (builder, "failed_sessions", history->failed_sessions[i]);
    else
      tlsrpt_json_add_text (builder, "failed_sessions", NULL);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static void
add_incident (JsonBuilder *builder, const TlsrptIncident *incident)
{
  const TlsrptJudgement *judgement = incident->judgement;

  json_builder_begin_object (builder);
  tlsrpt_json_add_judgement (builder, judgement);
  tlsrpt_json_add_text (builder, "title", tlsrpt_incident_title (incident));
  add_flag (builder, "is_new", incident->is_new);
  add_history (builder, &incident->history);
  tlsrpt_json_add_text (builder, "held", incident->held);
  tlsrpt_json_add_text (builder, "held_until", incident->held_until);
  tlsrpt_json_add_text (builder, "held_note", incident->held_note);
  add_tallies (builder, "domains", judgement->mail_domains);
  add_tallies (builder, "result_types", judgement->result_types);
  add_tallies (builder, "receiving_mx", judgement->receiving_mx);
  add_witnesses (builder, judgement->witnesses);
  add_tallies (builder, "failure_reason_codes", judgement->reasons);
  add_list (builder, "receiving_ips", judgement->receiving_ips);
  tlsrpt_json_add_text (builder, "meaning", incident->remedy->meaning);
  add_list (builder, "causes", incident->remedy->causes);
  add_list (builder, "commands", incident->remedy->commands);
  add_list (builder, "changes", incident->remedy->changes);
  json_builder_end_object (builder);
}

static void
add_cell (JsonBuilder *builder, const TlsrptTableColumn *column, const char *cell)
{
  TlsrptTableColumnKind kind = cell != NULL ? column->kind : TLSRPT_COLUMN_TEXT;

  switch (kind) {
  case TLSRPT_COLUMN_NUMBER:
    add_number (builder, column->name, cell);
    break;
  case TLSRPT_COLUMN_SHARE:
    add_double (builder, column->name, g_ascii_strtod (cell, NULL));
    break;
  case TLSRPT_COLUMN_FLAG:
    add_flag (builder, column->name, *cell == 't');
    break;
  case TLSRPT_COLUMN_TEXT:
  case TLSRPT_COLUMN_DAY:
  case TLSRPT_COLUMN_WORD:
    tlsrpt_json_add_text (builder, column->name, cell);
    break;
  }
}

void
tlsrpt_json_add_table (JsonBuilder *builder, const char *name, const TlsrptTable *table)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint row = 0; row < tlsrpt_table_rows (table); row++) {
    json_builder_begin_object (builder);
    for (guint column = 0; column < table->n_columns; column++)
      add_cell (builder, &table->columns[column], tlsrpt_table_cell (table, row, column));
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  if (table->more > 0) {
    g_autofree char *more_name = g_strconcat (name, "_more", NULL);

    json_builder_set_member_name (builder, more_name);
    json_builder_add_int_value (builder, (gint64)table->more);
  }
}

static void
add_quarantine (JsonBuilder *builder, const GPtrArray *quarantine)
{
  json_builder_set_member_name (builder, "quarantine");
  json_builder_begin_array (builder);
  for (guint i = 0; i < quarantine->len; i++) {
    const TlsrptQuarantined *of = quarantine->pdata[i];

    json_builder_begin_object (builder);
    tlsrpt_json_add_text (builder, "reason", of->reason);
    tlsrpt_json_add_text (builder, "cause", of->cause);
    add_integer (builder, "messages", of->messages);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

/* What the first lines are made of. */
static void
add_strip (JsonBuilder *builder, const TlsrptDigest *digest)
{
  g_autofree char *made = tlsrpt_period_made (&digest->period);

  tlsrpt_json_add_text (builder, "made_at", made);
  tlsrpt_json_add_text (builder, "last_day", digest->last_day);
  add_flag (builder, "is_complete", !digest->period.is_incomplete);
  add_integer (builder, "reporters_of_period", digest->reporters);
  add_integer (builder, "reporters_of_last_day", digest->reporters_of_last_day);
  add_integer (builder, "open_causes", digest->causes);
  add_integer (builder, "open_incidents", digest->counts[TLSRPT_DIGEST_BROKEN]);
  add_integer (builder, "critical_incidents", digest->critical);
  add_integer (builder, "new_incidents", digest->counts[TLSRPT_DIGEST_NEW]);
  add_integer (builder, "ended_incidents", digest->counts[TLSRPT_DIGEST_ENDED]);
  add_integer (builder, "minor_incidents", digest->minor);
  add_integer (builder, "affected_domains", digest->affected);
  add_quarantine (builder, digest->quarantine);
}

static void
add_head (JsonBuilder *builder, const TlsrptDigest *digest)
{
  add_integer (builder, "version", TLSRPT_JSON_DIGEST_VERSION);
  tlsrpt_json_add_text (builder, "since", digest->period.since);
  tlsrpt_json_add_text (builder, "until", digest->period.until);
  tlsrpt_json_add_text (builder, "mail_domain", digest->domain);
  add_number (builder, "reports", digest->reports);
  add_number (builder, "sessions", digest->sessions);
  add_number (builder, "failed_sessions", digest->failed_sessions);
  if (strcmp (digest->sessions, "0") != 0)
    add_double (builder, "failed_share", digest->failed_share);
  else
    tlsrpt_json_add_text (builder, "failed_share", NULL);
  if (digest->share_before >= 0)
    add_double (builder, "failed_share_before", digest->share_before);
  else
    tlsrpt_json_add_text (builder, "failed_share_before", NULL);
  add_number (builder, "repeats", digest->repeats);
  add_number (builder, "impersonating_reports", digest->impersonating_reports);
  add_number (builder, "reports_without_verdict", digest->unknown_reports);
  add_number (builder, "reports_not_authentic", digest->unauthentic_reports);
  tlsrpt_json_add_text (builder, "room", digest->room.text);
  for (int part = 0; part < TLSRPT_N_DIGEST_PARTS; part++) {
    static const char *const names[] = { "broken", "new", "ended" };
    g_autoptr (GPtrArray) incidents = NULL;
    g_autofree char *line = tlsrpt_lead (digest, (TlsrptDigestPart)part, &incidents);

    tlsrpt_json_add_text (builder, names[part], line);
  }
  add_strip (builder, digest);
}

JsonNode *
tlsrpt_json_digest_node (const TlsrptDigest *digest)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  guint n;
  const TlsrptSection *sections = tlsrpt_sections (&n);

  json_builder_begin_object (builder);
  add_head (builder, digest);
  json_builder_set_member_name (builder, "incidents");
  json_builder_begin_array (builder);
  for (guint i = 0; i < digest->incidents->len; i++)
    add_incident (builder, digest->incidents->pdata[i]);
  json_builder_end_array (builder);
  for (guint i = 0; i < n; i++)
    tlsrpt_json_add_table (builder, sections[i].name, digest->tables->pdata[i]);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

char *
tlsrpt_json_digest (const TlsrptDigest *digest)
{
  g_autoptr (JsonNode) root = tlsrpt_json_digest_node (digest);
  g_autofree char *json = tlsrpt_json_write (root, TRUE);

  return g_strconcat (json, "\n", NULL);
}
