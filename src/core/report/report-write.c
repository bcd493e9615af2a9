/* SPDX-License-Identifier: GPL-3.0-or-later
 * A report to a document of RFC 8460 section 4.4: what was tolerated is written as it should have
 * been, and unknown members stand where they stood. */
#include "core/report/report-write.h"

#include "core/report/json.h"

#include <json-glib/json-glib.h>
#include <string.h>

static void
add_string (JsonObject *object, const char *name, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (object, name, text);
}

static void
add_strings (JsonObject *object, const char *name, const char *const *list)
{
  JsonArray *array = json_array_new ();

  for (gsize i = 0; list[i] != NULL; i++)
    json_array_add_string_element (array, list[i]);
  json_object_set_array_member (object, name, array);
}

static void
add_time (JsonObject *object, const char *name, gint64 microseconds)
{
  g_autofree char *text = tlsrpt_time_format (microseconds);

  json_object_set_string_member (object, name, text);
}

/* Members of @extra into @object; those of an object in it into the object of that name. */
static void
add_extra (JsonObject *object, JsonObject *extra)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, extra);
  while (json_object_iter_next (&iter, &name, &node))
    if (json_object_has_member (object, name) && JSON_NODE_HOLDS_OBJECT (node))
      add_extra (json_object_get_object_member (object, name), json_node_get_object (node));
    else
      json_object_set_member (object, name, json_node_copy (node));
}

static void
add_extra_text (JsonObject *object, const char *text)
{
  g_autoptr (JsonNode) extra = text != NULL ? json_from_string (text, NULL) : NULL;

  if (extra != NULL && JSON_NODE_HOLDS_OBJECT (extra))
    add_extra (object, json_node_get_object (extra));
}

/* Appends @object without its closing brace, and frees it: no tree of a whole report is ever built. */
static void
append_open (GString *json, JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);
  g_autofree char *text = tlsrpt_json_write (node, FALSE);

  json_object_unref (object);
  g_string_append_len (json, text, (gssize)strlen (text) - 1);
}

static void
append_failure (GString *json, const TlsrptFailure *failure)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "result-type", failure->result_type);
  add_string (object, "sending-mta-ip", failure->sending_mta_ip);
  add_string (object, "receiving-mx-hostname", failure->receiving_mx_hostname);
  add_string (object, "receiving-mx-helo", failure->receiving_mx_helo);
  add_string (object, "receiving-ip", failure->receiving_ip);
  json_object_set_int_member (object, "failed-session-count", failure->failed_session_count);
  add_string (object, "additional-information", failure->additional_information);
  add_string (object, "failure-reason-code", failure->failure_reason_code);
  add_extra_text (object, failure->extra);
  append_open (json, object);
  g_string_append_c (json, '}');
}

static void
append_policy (GString *json, const TlsrptPolicy *policy)
{
  JsonObject *element = json_object_new ();
  JsonObject *object = json_object_new ();
  JsonObject *summary = json_object_new ();

  json_object_set_string_member (object, "policy-type", policy->policy_type);
  add_strings (object, "policy-string", policy->policy_string);
  add_string (object, "policy-domain",
              policy->policy_domain_sent != NULL ? policy->policy_domain_sent
                                                 : policy->policy_domain);
  add_strings (object, "mx-host", policy->mx_host);
  json_object_set_object_member (element, "policy", object);
  json_object_set_int_member (summary, "total-successful-session-count",
                              policy->total_successful_session_count);
  json_object_set_int_member (summary, "total-failure-session-count",
                              policy->total_failure_session_count);
  json_object_set_object_member (element, "summary", summary);
  add_extra_text (element, policy->extra);
  append_open (json, element);
  g_string_append (json, ",\"failure-details\":[");
  for (guint i = 0; i < policy->failures->len; i++) {
    g_string_append (json, i > 0 ? "," : "");
    append_failure (json, tlsrpt_policy_failure (policy, i));
  }
  g_string_append (json, "]}");
}

char *
tlsrpt_report_write (const TlsrptReport *report)
{
  GString *json = g_string_new (NULL);
  JsonObject *root = json_object_new ();
  JsonObject *range = json_object_new ();

  add_string (root, "organization-name", report->organization_name);
  add_time (range, "start-datetime", report->start_datetime);
  add_time (range, "end-datetime", report->end_datetime);
  json_object_set_object_member (root, "date-range", range);
  add_string (root, "contact-info", report->contact_info);
  add_string (root, "report-id", report->report_id);
  add_extra_text (root, report->extra);
  append_open (json, root);
  g_string_append (json, ",\"policies\":[");
  for (guint i = 0; i < report->policies->len; i++) {
    g_string_append (json, i > 0 ? "," : "");
    append_policy (json, tlsrpt_report_policy (report, i));
  }
  g_string_append (json, "]}");
  return g_string_free (json, FALSE);
}
