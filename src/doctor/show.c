/* SPDX-License-Identifier: GPL-3.0-or-later
 * Findings, shown. */
#include "doctor/show.h"

#include "doctor/doctor.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define FORM_VERSION 1

#define PLAIN "\033[0m"

static const char *const colors[TLSRPT_N_LEVELS] = {
  [TLSRPT_LEVEL_OK] = "\033[32m",
  [TLSRPT_LEVEL_UNKNOWN] = "\033[35m",
  [TLSRPT_LEVEL_WARN] = "\033[33m",
  [TLSRPT_LEVEL_FAIL] = "\033[31m",
};

/* By the plugin's status. */
static const char *const status_names[] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };

static void
count (const GPtrArray *patients, guint counts[TLSRPT_N_LEVELS])
{
  for (guint i = 0; i < patients->len; i++) {
    const TlsrptPatient *patient = patients->pdata[i];

    for (guint n = 0; n < patient->looks->len; n++)
      counts[((const TlsrptLook *)patient->looks->pdata[n])->level]++;
  }
}

int
tlsrpt_show_status (const GPtrArray *patients)
{
  guint counts[TLSRPT_N_LEVELS] = { 0 };

  count (patients, counts);
  if (counts[TLSRPT_LEVEL_FAIL] > 0)
    return 2;
  if (counts[TLSRPT_LEVEL_WARN] > 0)
    return 1;
  return counts[TLSRPT_LEVEL_UNKNOWN] > 0 ? 3 : 0;
}

static void
append_head (GString *text, const GPtrArray *patients)
{
  guint n[TLSRPT_N_LEVELS] = { 0 };
  guint domains = 0;

  count (patients, n);
  for (guint i = 0; i < patients->len; i++)
    domains += ((const TlsrptPatient *)patients->pdata[i])->domain != NULL;
  g_string_append_printf (
      text,
      "TLSRPT DOCTOR %s - %u domain%s: %u fail, %u warn, %u unknown, %u ok | fail=%u "
      "warn=%u unknown=%u ok=%u\n",
      status_names[tlsrpt_show_status (patients)], domains, domains == 1 ? "" : "s",
      n[TLSRPT_LEVEL_FAIL], n[TLSRPT_LEVEL_WARN], n[TLSRPT_LEVEL_UNKNOWN], n[TLSRPT_LEVEL_OK],
      n[TLSRPT_LEVEL_FAIL], n[TLSRPT_LEVEL_WARN], n[TLSRPT_LEVEL_UNKNOWN], n[TLSRPT_LEVEL_OK]);
}

static void
append_look (GString *text, const TlsrptLook *look, gboolean color)
{
  g_string_append_printf (text, "  %s%-7s%s %s: %s\n", color ? colors[look->level] : "",
                          tlsrpt_level_names[look->level], color ? PLAIN : "", look->subject,
                          look->found);
  if (look->advice != NULL)
    g_string_append_printf (text, "          %s\n", look->advice);
}

char *
tlsrpt_show_text (const GPtrArray *patients, gboolean color)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GString) later = g_string_new (NULL);

  append_head (text, patients);
  for (guint i = 0; i < patients->len; i++) {
    const TlsrptPatient *patient = patients->pdata[i];

    g_string_append_printf (later, "%s\n",
                            patient->domain != NULL ? patient->domain : "this installation");
    for (guint n = 0; n < patient->looks->len; n++)
      append_look (later, patient->looks->pdata[n], color);
    if (patient->suggestion != NULL && *patient->suggestion != '\0')
      g_string_append_printf (later, "\n%s\n", patient->suggestion);
  }
  g_string_replace (later, "|", "/", 0);
  g_string_append (text, later->str);
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
add_patient (JsonBuilder *builder, const TlsrptPatient *patient)
{
  json_builder_begin_object (builder);
  add_text (builder, "domain", patient->domain);
  add_text (builder, "level", tlsrpt_level_names[tlsrpt_finding_worst (patient->looks)]);
  json_builder_set_member_name (builder, "findings");
  json_builder_begin_array (builder);
  for (guint i = 0; i < patient->looks->len; i++) {
    const TlsrptLook *look = patient->looks->pdata[i];

    json_builder_begin_object (builder);
    add_text (builder, "level", tlsrpt_level_names[look->level]);
    add_text (builder, "check", look->check);
    add_text (builder, "subject", look->subject);
    add_text (builder, "found", look->found);
    add_text (builder, "advice", look->advice);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  if (patient->suggestion != NULL)
    add_text (builder, "suggestion", patient->suggestion);
  json_builder_end_object (builder);
}

char *
tlsrpt_show_json (const GPtrArray *patients)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *json = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "version");
  json_builder_add_int_value (builder, FORM_VERSION);
  add_text (builder, "status", status_names[tlsrpt_show_status (patients)]);
  json_builder_set_member_name (builder, "domains");
  json_builder_begin_array (builder);
  for (guint i = 0; i < patients->len; i++)
    add_patient (builder, patients->pdata[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json = json_to_string (root, TRUE);
  return g_strconcat (json, "\n", NULL);
}

char *
tlsrpt_show_unknown_json (const char *message)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *json = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "version");
  json_builder_add_int_value (builder, FORM_VERSION);
  add_text (builder, "status", "UNKNOWN");
  add_text (builder, "message", message);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json = json_to_string (root, TRUE);
  return g_strconcat (json, "\n", NULL);
}
