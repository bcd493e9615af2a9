/* SPDX-License-Identifier: GPL-3.0-or-later
 * Events and status to what a person or a monitoring system reads. */
#include "insight/alert.h"

#include "core/report/json.h"
#include "insight/mail.h"
#include "insight/table.h"
#include "insight/wrap.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define REASON_CHARACTERS 300
#define OPEN_SHOWN 20

/* Whoever invents names of MX hosts makes an event of each; JSON has all. */
#define EVENTS_SHOWN 100

/* A mail on many domains at once is read for the first of them; digest has each remedy once. */
#define REMEDIES_SHOWN 10

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

char *
tlsrpt_alert_subject (const TlsrptAlert *alert)
{
  static const char *const names[] = { "opened", "worsened", "closed" };
  g_autofree char *line = tlsrpt_alert_line (alert);
  g_autoptr (GString) events = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    guint n = 0;

    for (guint event = 0; event < alert->events->len; event++)
      n += g_str_equal (((TlsrptAlertEvent *)alert->events->pdata[event])->event, names[i]);
    if (n > 0)
      g_string_append_printf (events, "%u %s, ", n, names[i]);
  }
  *strstr (line, " | ") = '\0';
  return g_strdup_printf ("TLSRPT %s - %s%s", status_name (alert), events->str,
                          strstr (line, " - ") + strlen (" - "));
}

static void
append_more (GString *text, const char *indent, guint all, guint shown)
{
  if (all > shown)
    g_string_append_printf (text, "%sand %u more: tlsrpt-ingest digest\n", indent, all - shown);
}

static void
append_event (GString *text, const TlsrptAlertEvent *event, guint width)
{
  const TlsrptIncident *incident = event->incident;
  g_autofree char *upper = g_ascii_strup (event->event, -1);
  g_autofree char *headline = tlsrpt_incident_headline (incident);
  g_autofree char *proof = tlsrpt_incident_proof (incident);
  g_autofree char *first = g_strdup_printf ("%s (%s) %s", upper, incident->severity, headline);

  tlsrpt_wrap_append (text, first, "", width);
  tlsrpt_wrap_append (text, proof, "  ", width);
  if (!g_str_equal (event->event, "closed"))
    tlsrpt_wrap_append (text, incident->meaning, "  ", width);
}

/* Later lines of a plugin are for people, but what follows a bar in them is performance data too:
 * commands, which are pipes, are left to the digest. */
char *
tlsrpt_alert_text (const TlsrptAlert *alert)
{
  GString *text = g_string_new (NULL);
  guint n = MIN (alert->events->len, EVENTS_SHOWN);

  for (guint i = 0; i < n; i++)
    append_event (text, alert->events->pdata[i], 0);
  append_more (text, "", alert->events->len, n);
  if (alert->events->len > 0)
    g_string_append (text, "What to check and to change: tlsrpt-ingest digest\n");
  g_string_replace (text, "|", "/", 0);
  return g_string_free (text, FALSE);
}

static void
append_remedy (GString *text, const TlsrptIncident *incident)
{
  if (incident->failure_reason_code != NULL) {
    g_autofree char *reason = tlsrpt_text_elided (incident->failure_reason_code, REASON_CHARACTERS);
    g_autofree char *words = g_strconcat ("The sender's own words: ", reason, NULL);

    tlsrpt_wrap_append (text, words, "  ", TLSRPT_MAIL_COLUMNS);
  }
  g_string_append (text, "  What to check:\n");
  for (guint i = 0; incident->command[i] != NULL; i++)
    g_string_append_printf (text, "    $ %s\n", incident->command[i]);
  g_string_append (text, "  What to change:\n");
  for (guint i = 0; incident->change[i] != NULL; i++) {
    g_autofree char *mark = g_strdup_printf ("    %u. ", i + 1);

    tlsrpt_wrap_append (text, incident->change[i], mark, TLSRPT_MAIL_COLUMNS);
  }
}

static void
append_open (GString *text, const TlsrptAlert *alert)
{
  guint n = MIN (alert->open->len, OPEN_SHOWN);

  g_string_append_printf (text, "Open now: %u, %u critical.\n", alert->open->len, alert->critical);
  for (guint i = 0; i < n; i++) {
    g_autofree char *headline = tlsrpt_incident_headline (alert->open->pdata[i]);

    tlsrpt_wrap_append (text, headline, "  ", TLSRPT_MAIL_COLUMNS);
  }
  append_more (text, "  ", alert->open->len, n);
}

char *
tlsrpt_alert_mail_text (const TlsrptAlert *alert)
{
  GString *text = g_string_new (NULL);
  guint n = MIN (alert->events->len, EVENTS_SHOWN);

  for (guint i = 0; i < n; i++) {
    const TlsrptAlertEvent *event = alert->events->pdata[i];

    append_event (text, event, TLSRPT_MAIL_COLUMNS);
    if (!g_str_equal (event->event, "closed") && i < REMEDIES_SHOWN)
      append_remedy (text, event->incident);
    g_string_append_c (text, '\n');
  }
  append_more (text, "", alert->events->len, n);
  append_open (text, alert);
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
  json = tlsrpt_json_write (root, TRUE);
  return g_strconcat (json, "\n", NULL);
}

char *
tlsrpt_alert_unknown_json (const char *message)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *json = NULL;

  json_builder_begin_object (builder);
  add_text (builder, "status", "UNKNOWN");
  add_text (builder, "message", message);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json = tlsrpt_json_write (root, TRUE);
  return g_strconcat (json, "\n", NULL);
}
