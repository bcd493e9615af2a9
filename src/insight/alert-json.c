/* SPDX-License-Identifier: GPL-3.0-or-later
 * Numbers are numbers, days are YYYY-MM-DD, words are those of the tables. */
#include "insight/alert-json.h"

#include "core/refusal.h"
#include "core/report/json.h"
#include "insight/alert-text.h"
#include "insight/json.h"

#include <json-glib/json-glib.h>

/* The first domains are enough; the table has all. */
#define DOMAINS_NAMED 20

static void
add_incident (JsonBuilder *builder, const TlsrptIncident *incident)
{
  g_autofree char *text = tlsrpt_incident_proof (incident);
  const GPtrArray *domains = incident->judgement->mail_domains;

  tlsrpt_json_add_judgement (builder, incident->judgement);
  tlsrpt_json_add_text (builder, "title", incident->remedy->title);
  tlsrpt_json_add_text (builder, "text", text);
  tlsrpt_json_add_text (builder, "held", incident->held);
  json_builder_set_member_name (builder, "domains");
  json_builder_begin_array (builder);
  for (guint i = 0; i < MIN (domains->len, DOMAINS_NAMED); i++)
    json_builder_add_string_value (builder, ((TlsrptTally *)domains->pdata[i])->name);
  json_builder_end_array (builder);
}

/* The last event is shown; earlier ones happened while the channel could not take them. */
static const char *
last_kind (guint kinds)
{
  const char *name = tlsrpt_event_names[0];

  for (guint kind = 0; kind < TLSRPT_N_EVENTS; kind++)
    if ((kinds & (1u << kind)) != 0)
      name = tlsrpt_event_names[kind];
  return name;
}

static void
add_notice (JsonBuilder *builder, const TlsrptNotice *notice)
{
  json_builder_begin_object (builder);
  tlsrpt_json_add_text (builder, "event", last_kind (notice->kinds));
  json_builder_set_member_name (builder, "events");
  json_builder_begin_array (builder);
  for (guint kind = 0; kind < TLSRPT_N_EVENTS; kind++)
    if ((notice->kinds & (1u << kind)) != 0)
      json_builder_add_string_value (builder, tlsrpt_event_names[kind]);
  json_builder_end_array (builder);
  add_incident (builder, notice->incident);
  json_builder_end_object (builder);
}

static void
add_intake (JsonBuilder *builder, const TlsrptAlert *alert)
{
  tlsrpt_json_add_text (builder, "unknown", alert->unknown);
  tlsrpt_json_add_text (builder, "room", alert->room.text);
  tlsrpt_json_add_text (builder, "partitions", alert->partitions);
  json_builder_set_member_name (builder, "quarantine");
  json_builder_begin_array (builder);
  for (guint i = 0; i < alert->backlog->len; i++) {
    const TlsrptBacklog *backlog = alert->backlog->pdata[i];

    json_builder_begin_object (builder);
    tlsrpt_json_add_text (builder, "reason", backlog->reason);
    tlsrpt_json_add_text (builder, "cause", backlog->cause);
    json_builder_set_member_name (builder, "messages");
    json_builder_add_int_value (builder, (gint64)backlog->messages);
    tlsrpt_json_add_text (builder, "look_at",
                          tlsrpt_refusal_advice (backlog->reason, backlog->cause));
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static char *
finish (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *json = NULL;

  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json = tlsrpt_json_write (root, TRUE);
  return g_strconcat (json, "\n", NULL);
}

static JsonBuilder *
begin (const char *status, const char *summary)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "version");
  json_builder_add_int_value (builder, TLSRPT_ALERT_JSON_VERSION);
  tlsrpt_json_add_text (builder, "status", status);
  tlsrpt_json_add_text (builder, "summary", summary);
  return builder;
}

char *
tlsrpt_alert_json (const TlsrptAlert *alert)
{
  g_autofree char *summary = tlsrpt_alert_text_summary (alert);
  g_autofree char *day = tlsrpt_judgement_day_text (alert->today);
  g_autoptr (JsonBuilder) builder = begin (tlsrpt_alert_text_name (alert), summary);

  tlsrpt_json_add_text (builder, "day", day);
  add_intake (builder, alert);
  json_builder_set_member_name (builder, "events");
  json_builder_begin_array (builder);
  for (guint i = 0; i < alert->notices->len; i++)
    add_notice (builder, alert->notices->pdata[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "open");
  json_builder_begin_array (builder);
  for (guint i = 0; i < alert->open->len; i++) {
    json_builder_begin_object (builder);
    add_incident (builder, alert->open->pdata[i]);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  return finish (builder);
}

char *
tlsrpt_alert_json_unknown (const char *message)
{
  g_autoptr (JsonBuilder) builder = begin ("UNKNOWN", message);

  tlsrpt_json_add_text (builder, "unknown", message);
  json_builder_set_member_name (builder, "events");
  json_builder_begin_array (builder);
  json_builder_end_array (builder);
  return finish (builder);
}
