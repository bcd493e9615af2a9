/* SPDX-License-Identifier: GPL-3.0-or-later
 * Events and status to what a person or a monitoring system reads. */
#include "insight/alert.h"

#include "insight/table.h"

#include <json-glib/json-glib.h>

int
tlsrpt_alert_status (const TlsrptAlert *alert)
{
  return alert->critical > 0 ? 2 : alert->open->len > 0 ? 1 : 0;
}

static const char *
status_name (const TlsrptAlert *alert)
{
  static const char *const names[] = { "OK", "WARNING", "CRITICAL" };

  return names[tlsrpt_alert_status (alert)];
}

/* A bar would begin the performance data. */
char *
tlsrpt_alert_line (const TlsrptAlert *alert)
{
  g_autofree char *first = NULL;
  double failed = 0;

  for (guint i = 0; i < alert->open->len; i++)
    failed += g_ascii_strtod (((TlsrptIncident *)alert->open->pdata[i])->failed_sessions, NULL);
  if (alert->open->len > 0)
    first = tlsrpt_incident_headline (alert->open->pdata[0]);
  return g_strdup_printf ("TLSRPT %s - %u incident%s open%s%s | open=%u;0;;0 critical=%u;;0;0"
                          " failed_sessions=%.0f;;;0 events=%u;;;0\n",
                          status_name (alert), alert->open->len, alert->open->len == 1 ? "" : "s",
                          first != NULL ? ": " : "",
                          first != NULL ? g_strdelimit (first, "|", '/') : "", alert->open->len,
                          alert->critical, failed, alert->events->len);
}

static void
append_event (GString *text, const TlsrptAlertEvent *event)
{
  const TlsrptIncident *incident = event->incident;
  g_autofree char *upper = g_ascii_strup (event->event, -1);
  g_autofree char *headline = tlsrpt_incident_headline (incident);
  g_autofree char *proof = tlsrpt_incident_proof (incident);

  g_string_append_printf (text, "%s (%s) %s\n  %s\n", upper, incident->severity, headline, proof);
  if (g_str_equal (event->event, "closed"))
    return;
  g_string_append_printf (text, "  %s\n", incident->meaning);
  for (guint i = 0; incident->command[i] != NULL; i++)
    g_string_append_printf (text, "  $ %s\n", incident->command[i]);
  for (guint i = 0; incident->change[i] != NULL; i++)
    g_string_append_printf (text, "  - %s\n", incident->change[i]);
}

char *
tlsrpt_alert_text (const TlsrptAlert *alert)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < alert->events->len; i++)
    append_event (text, alert->events->pdata[i]);
  return g_string_free (text, FALSE);
}

static void
add_text (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_incident (JsonBuilder *builder, const TlsrptIncident *incident, const char *event)
{
  json_builder_begin_object (builder);
  if (event != NULL)
    add_text (builder, "event", event);
  add_text (builder, "policy_domain", incident->policy_domain);
  add_text (builder, "receiving_mx", incident->receiving_mx);
  add_text (builder, "result_type", incident->result_type);
  add_text (builder, "finding", incident->finding);
  add_text (builder, "state", incident->state);
  add_text (builder, "severity", incident->severity);
  add_text (builder, "first_day", incident->first_day);
  add_text (builder, "last_day", incident->last_day);
  add_text (builder, "failed_sessions", incident->failed_sessions);
  add_text (builder, "likely_fault", incident->likely_fault);
  json_builder_end_object (builder);
}

char *
tlsrpt_alert_json (const TlsrptAlert *alert)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *json = NULL;

  json_builder_begin_object (builder);
  add_text (builder, "status", status_name (alert));
  json_builder_set_member_name (builder, "open");
  json_builder_begin_array (builder);
  for (guint i = 0; i < alert->open->len; i++)
    add_incident (builder, alert->open->pdata[i], NULL);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "events");
  json_builder_begin_array (builder);
  for (guint i = 0; i < alert->events->len; i++) {
    const TlsrptAlertEvent *event = alert->events->pdata[i];

    add_incident (builder, event->incident, event->event);
  }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json = json_to_string (root, TRUE);
  return g_strconcat (json, "\n", NULL);
}
