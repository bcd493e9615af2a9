/* SPDX-License-Identifier: GPL-3.0-or-later
 * A digest to JSON: the words of the views, numbers as numbers where they fit. */
#include "insight/digest.h"

#include "core/report/json.h"

#include <json-glib/json-glib.h>

static void
add_text (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

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
    add_text (builder, name, digits);
  }
}

static void
add_double (JsonBuilder *builder, const char *name, double value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_double_value (builder, value);
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
add_incident (JsonBuilder *builder, const TlsrptIncident *incident)
{
  json_builder_begin_object (builder);
  add_text (builder, "policy_domain", incident->policy_domain);
  add_text (builder, "receiving_mx", incident->receiving_mx);
  add_text (builder, "result_type", incident->result_type);
  add_text (builder, "finding", incident->finding);
  add_text (builder, "title", incident->title);
  add_text (builder, "state", incident->state);
  add_text (builder, "severity", incident->severity);
  json_builder_set_member_name (builder, "is_new");
  json_builder_add_boolean_value (builder, incident->is_new);
  add_text (builder, "first_day", incident->first_day);
  add_text (builder, "last_day", incident->last_day);
  add_number (builder, "failed_sessions", incident->failed_sessions);
  add_number (builder, "sessions", incident->sessions);
  add_double (builder, "failed_share", incident->failed_share);
  json_builder_set_member_name (builder, "reporters");
  json_builder_add_int_value (builder, incident->reporters);
  add_list (builder, "organization_names", incident->organization_names);
  add_text (builder, "likely_fault", incident->likely_fault);
  add_text (builder, "failure_reason_code", incident->failure_reason_code);
  add_text (builder, "meaning", incident->meaning);
  add_list (builder, "cause", incident->cause);
  add_list (builder, "command", incident->command);
  add_list (builder, "change", incident->change);
  json_builder_end_object (builder);
}

static void
add_cell (JsonBuilder *builder, const TlsrptColumn *column, const char *cell)
{
  if (cell == NULL || column->kind == TLSRPT_COLUMN_TEXT || column->kind == TLSRPT_COLUMN_DAY)
    add_text (builder, column->name, cell);
  else if (column->kind == TLSRPT_COLUMN_NUMBER)
    add_number (builder, column->name, cell);
  else
    add_double (builder, column->name, g_ascii_strtod (cell, NULL));
}

static void
add_table (JsonBuilder *builder, const char *name, const TlsrptTable *table)
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
add_head (JsonBuilder *builder, const TlsrptDigest *digest)
{
  add_text (builder, "since", digest->period.since);
  add_text (builder, "until", digest->period.until);
  add_text (builder, "policy_domain", digest->domain);
  add_number (builder, "reports", digest->reports);
  add_number (builder, "sessions", digest->sessions);
  add_number (builder, "failed_sessions", digest->failed_sessions);
  add_number (builder, "reports_without_verdict", digest->unknown_reports);
  add_number (builder, "reports_not_authentic", digest->unauthentic_reports);
  for (int part = 0; part < TLSRPT_N_DIGEST_PARTS; part++) {
    static const char *const names[] = { "broken", "new", "ended" };
    g_autoptr (GPtrArray) incidents = NULL;
    g_autofree char *line = tlsrpt_digest_lead (digest, (TlsrptDigestPart)part, &incidents);

    add_text (builder, names[part], line);
  }
}

char *
tlsrpt_digest_json (const TlsrptDigest *digest)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *json = NULL;
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
    add_table (builder, sections[i].name, digest->tables->pdata[i]);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json = tlsrpt_json_write (root, TRUE);
  return g_strconcat (json, "\n", NULL);
}
