/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one document that tests of the decoder edit, and a report as text to compare. */
#include "support/document.h"

#include "core/decode.h"
#include "core/deviation.h"
#include "core/gzip/gunzip.h"
#include "core/report/json.h"

#include <json-glib/json-glib.h>
#include <string.h>
#include <zlib.h>

const char document_plain[] =
    "{\"organization-name\":\"Sender Inc.\","
    "\"date-range\":{\"start-datetime\":\"2024-03-01T00:00:00Z\","
    "\"end-datetime\":\"2024-03-01T23:59:59Z\"},"
    "\"contact-info\":\"smtp-tls@sender.example\","
    "\"report-id\":\"2024-03-01T00:00:00Z_example.org\","
    "\"policies\":[{\"policy\":{\"policy-type\":\"sts\","
    "\"policy-string\":[\"version: STSv1\",\"mode: enforce\",\"mx: *.mx.example.org\","
    "\"max_age: 86400\"],"
    "\"policy-domain\":\"example.org\",\"mx-host\":[\"*.mx.example.org\"]},"
    "\"summary\":{\"total-successful-session-count\":5326,\"total-failure-session-count\":303},"
    "\"failure-details\":[{\"result-type\":\"certificate-expired\","
    "\"sending-mta-ip\":\"2001:db8:abcd:12::1\",\"receiving-mx-hostname\":\"mx1.mx.example.org\","
    "\"failed-session-count\":100},"
    "{\"result-type\":\"starttls-not-supported\",\"sending-mta-ip\":\"192.0.2.3\","
    "\"receiving-mx-hostname\":\"mx2.mx.example.org\",\"receiving-mx-helo\":\"mx2\","
    "\"receiving-ip\":\"203.0.113.56\",\"failed-session-count\":203,"
    "\"additional-information\":\"https://sender.example/why?id=1\","
    "\"failure-reason-code\":\"X-NO-STARTTLS\"}]},"
    "{\"policy\":{\"policy-type\":\"tlsa\",\"policy-string\":[\"3 1 1 AABB\"],"
    "\"policy-domain\":\"mx1.mx.example.org\",\"mx-host\":[]},"
    "\"summary\":{\"total-successful-session-count\":10,\"total-failure-session-count\":0},"
    "\"failure-details\":[]}]}";

char *
document_edited (const char *text, const char *find, const char *replace)
{
  const char *found = strstr (text, find);
  g_autofree char *before = NULL;

  g_assert_nonnull (found);
  g_assert_null (strstr (found + 1, find));
  before = g_strndup (text, (gsize)(found - text));
  return g_strconcat (before, replace, found + strlen (find), NULL);
}

GBytes *
document_bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

GBytes *
document_packed (const char *text, int window_bits)
{
  z_stream z = { 0 };
  gsize size = strlen (text);
  guint8 *room;
  gsize bound;

  g_assert_cmpint (deflateInit2 (&z, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), ==, Z_OK);
  bound = deflateBound (&z, size);
  room = g_malloc (bound);
  z.next_in = (Bytef *)text;
  z.avail_in = (uInt)size;
  z.next_out = room;
  z.avail_out = (uInt)bound;
  g_assert_cmpint (deflate (&z, Z_FINISH), ==, Z_STREAM_END);
  size = z.total_out;
  deflateEnd (&z);
  return g_bytes_new_take (room, size);
}

static void
add (GString *text, const char *name, const char *value)
{
  g_string_append_printf (text, "%s=%s\n", name, value != NULL ? value : "~");
}

static void
add_time (GString *text, const char *name, gint64 microseconds)
{
  g_autofree char *value = tlsrpt_time_format (microseconds);

  add (text, name, value);
}

static void
add_list (GString *text, const char *name, const char *const *list)
{
  g_autofree char *joined = g_strjoinv ("|", (char **)list);

  add (text, name, joined);
}

static void
add_count (GString *text, const char *name, gint64 count)
{
  g_string_append_printf (text, "%s=%" G_GINT64_FORMAT "\n", name, count);
}

static JsonNode *sorted (JsonNode *node);

static JsonNode *
sorted_object (JsonObject *object)
{
  g_autoptr (GList) names = g_list_sort (json_object_get_members (object), (GCompareFunc)strcmp);
  g_autoptr (JsonObject) copy = json_object_new ();

  for (GList *name = names; name != NULL; name = name->next)
    json_object_set_member (copy, name->data, sorted (json_object_get_member (object, name->data)));
  return json_node_init_object (json_node_alloc (), copy);
}

static JsonNode *
sorted_array (JsonArray *array)
{
  g_autoptr (JsonArray) copy = json_array_new ();

  for (guint i = 0; i < json_array_get_length (array); i++)
    json_array_add_element (copy, sorted (json_array_get_element (array, i)));
  return json_node_init_array (json_node_alloc (), copy);
}

/* Recurses as deep as the caps let a document be. */
static JsonNode *
sorted (JsonNode *node)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    return sorted_object (json_node_get_object (node));
  if (JSON_NODE_HOLDS_ARRAY (node))
    return sorted_array (json_node_get_array (node));
  return json_node_copy (node);
}

/* The order of an object's members says nothing. */
static void
add_extra (GString *text, const char *name, const char *extra)
{
  g_autoptr (JsonNode) node = extra != NULL ? json_from_string (extra, NULL) : NULL;
  g_autoptr (JsonNode) ordered = node != NULL ? sorted (node) : NULL;
  g_autofree char *value = ordered != NULL ? tlsrpt_json_write (ordered, FALSE) : NULL;

  g_assert_true (extra == NULL || node != NULL);
  add (text, name, value);
}

static void
add_failure (GString *text, const TlsrptFailure *failure)
{
  add (text, "result_type", failure->result_type);
  add (text, "sending_mta_ip", failure->sending_mta_ip);
  add (text, "receiving_mx_hostname", failure->receiving_mx_hostname);
  add (text, "receiving_mx_helo", failure->receiving_mx_helo);
  add (text, "receiving_ip", failure->receiving_ip);
  add_count (text, "failed_session_count", failure->failed_session_count);
  add (text, "additional_information", failure->additional_information);
  add (text, "failure_reason_code", failure->failure_reason_code);
  add_extra (text, "failure.extra", failure->extra);
}

static void
add_policy (GString *text, const TlsrptPolicy *policy)
{
  add (text, "policy_type", policy->policy_type);
  add (text, "policy_domain", policy->policy_domain);
  add (text, "policy_domain_sent", policy->policy_domain_sent);
  add_list (text, "policy_string", policy->policy_string);
  add_list (text, "mx_host", policy->mx_host);
  add_count (text, "total_successful_session_count", policy->total_successful_session_count);
  add_count (text, "total_failure_session_count", policy->total_failure_session_count);
  add_extra (text, "policy.extra", policy->extra);
  for (guint i = 0; i < policy->failures->len; i++)
    add_failure (text, tlsrpt_policy_failure (policy, i));
}

char *
report_text (const TlsrptReport *report)
{
  GString *text = g_string_new (NULL);

  add (text, "organization_name", report->organization_name);
  add (text, "report_id", report->report_id);
  add (text, "contact_info", report->contact_info);
  add_time (text, "start_datetime", report->start_datetime);
  add_time (text, "end_datetime", report->end_datetime);
  add_extra (text, "report.extra", report->extra);
  for (guint i = 0; i < report->policies->len; i++)
    add_policy (text, tlsrpt_report_policy (report, i));
  return g_string_free (text, FALSE);
}

char *
report_deviations (const TlsrptReport *report)
{
  g_autofree const char **names = tlsrpt_deviation_names (report->deviations);

  return g_strjoinv (" ", (char **)names);
}

static TlsrptItem *
decode (TlsrptItemKind kind, GBytes *bytes, const char *name, const TlsrptLimits *limits)
{
  TlsrptItem *item = tlsrpt_item_new (kind, bytes, name);

  tlsrpt_decode (item, limits);
  return item;
}

GBytes *
document_inflated (GBytes *packed, const TlsrptLimits *limits, guint64 *deviations, GError **error)
{
  g_autoptr (TlsrptGunzip) gunzip = tlsrpt_gunzip_new (packed);

  return tlsrpt_gunzip_finish (gunzip, limits, deviations, error);
}

TlsrptItem *
document_decode_message (GBytes *bytes, const TlsrptLimits *limits)
{
  return decode (TLSRPT_ITEM_MESSAGE, bytes, NULL, limits);
}

TlsrptItem *
document_decode_document (GBytes *bytes, const char *name, const TlsrptLimits *limits)
{
  return decode (TLSRPT_ITEM_DOCUMENT, bytes, name, limits);
}
