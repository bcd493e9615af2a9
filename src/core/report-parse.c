/* SPDX-License-Identifier: GPL-3.0-or-later
 * A JSON document to a report: RFC 8460 section 4.4 member by member, with the tolerances of
 * deviation.h. Refuses a report without organization, id, period or policies. */
#include "core/deviation.h"
#include "core/errors.h"
#include "core/json.h"
#include "core/member.h"
#include "core/report.h"

#include <gio/gio.h>
#include <string.h>

/* @details has the failures of each element of `policies`, which are read before the element itself. */
typedef struct {
  TlsrptReport *report;
  const TlsrptLimits *limits;
  GPtrArray *details;
  guint64 n_details;
} Parse;

static gboolean
known_word (const char *word, const char *const *words)
{
  return word != NULL && g_strv_contains (words, word);
}

/* The member @name, or else the one that some senders send for it. */
static gboolean
string_or_alias (const TlsrptMembers *members, const char *name, const char *alias,
                 TlsrptDeviation deviation, const char **text, GError **error)
{
  if (!tlsrpt_members_string (members, name, text, error))
    return FALSE;
  if (*text != NULL || tlsrpt_members_get (members, alias) == NULL)
    return TRUE;
  tlsrpt_members_note (members, deviation);
  return tlsrpt_members_string (members, alias, text, error);
}

static const char *
keep_object (TlsrptReport *report, JsonObject *object)
{
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *text = NULL;

  if (object == NULL)
    return NULL;
  node = json_node_init_object (json_node_alloc (), object);
  text = json_to_string (node, FALSE);
  return tlsrpt_report_string (report, text);
}

static void
note_address (const TlsrptMembers *members, const char *address)
{
  g_autoptr (GInetAddress) parsed =
      address != NULL ? g_inet_address_new_from_string (address) : NULL;

  if (address != NULL && parsed == NULL)
    tlsrpt_members_note (members, TLSRPT_DEVIATION_ADDRESS_NOT_INET);
}

static void
note_failure (const TlsrptMembers *members, const TlsrptFailure *failure)
{
  static const char *const result_types[] = {
    "starttls-not-supported", "certificate-host-mismatch",
    "certificate-expired",    "certificate-not-trusted",
    "validation-failure",     "tlsa-invalid",
    "dnssec-invalid",         "dane-required",
    "sts-policy-fetch-error", "sts-policy-invalid",
    "sts-webpki-invalid",     NULL,
  };

  if (!known_word (failure->result_type, result_types))
    tlsrpt_members_note (members, TLSRPT_DEVIATION_UNKNOWN_RESULT_TYPE);
  if (failure->sending_mta_ip == NULL)
    tlsrpt_members_note (members, TLSRPT_DEVIATION_SENDING_MTA_IP_MISSING);
  note_address (members, failure->sending_mta_ip);
  note_address (members, failure->receiving_ip);
}

static gboolean
read_failure (const TlsrptMembers *members, TlsrptFailure *failure, GError **error)
{
  static const char *const known[] = {
    "result-type",         "sending-mta-ip",         "receiving-mx-hostname",
    "receiving-mx-helo",   "receiving-ip",           "failed-session-count",
    "failure-reason-code", "additional-information", "additional-info-uri",
  };
  gsize n_known = G_N_ELEMENTS (known);

  if (!tlsrpt_members_string (members, "result-type", &failure->result_type, error) ||
      !tlsrpt_members_string (members, "sending-mta-ip", &failure->sending_mta_ip, error) ||
      !tlsrpt_members_string (members, "receiving-mx-hostname", &failure->receiving_mx_hostname,
                              error) ||
      !tlsrpt_members_string (members, "receiving-mx-helo", &failure->receiving_mx_helo, error) ||
      !tlsrpt_members_string (members, "receiving-ip", &failure->receiving_ip, error) ||
      !tlsrpt_members_count (members, "failed-session-count", 1, &failure->failed_session_count,
                             error) ||
      !tlsrpt_members_string (members, "failure-reason-code", &failure->failure_reason_code,
                              error) ||
      !string_or_alias (members, "additional-information", "additional-info-uri",
                        TLSRPT_DEVIATION_ADDITIONAL_INFO_URI, &failure->additional_information,
                        error))
    return FALSE;
  /* Where both stand there, the alias is but an unknown member. */
  if (tlsrpt_members_get (members, "additional-information") != NULL)
    n_known--;
  note_failure (members, failure);
  if (failure->result_type == NULL)
    failure->result_type = "";
  failure->extra = keep_object (members->report, tlsrpt_members_unknown (members, known, n_known));
  return TRUE;
}

static gboolean
read_failures (JsonArray *array, guint policy, guint first, gpointer data, GError **error)
{
  Parse *parse = data;
  GArray *failures;

  while (parse->details->len <= policy)
    g_ptr_array_add (parse->details, g_array_new (FALSE, TRUE, sizeof (TlsrptFailure)));
  failures = parse->details->pdata[policy];
  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *node = json_array_get_element (array, i);
    TlsrptMembers members = { parse->report, NULL, (int)policy, (int)(first + i), "" };
    TlsrptFailure failure = { 0 };

    if (JSON_NODE_HOLDS_NULL (node)) {
      tlsrpt_members_note (&members, TLSRPT_DEVIATION_NULL_MEMBER);
      continue;
    }
    if (!JSON_NODE_HOLDS_OBJECT (node))
      return tlsrpt_members_refuse (&members, NULL, "is not an object", error);
    if (++parse->n_details > parse->limits->failure_details) {
      g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
                   "json: more than %" G_GUINT64_FORMAT
                   " failure details (setting failure-details)",
                   parse->limits->failure_details);
      return FALSE;
    }
    members.object = json_node_get_object (node);
    if (!read_failure (&members, &failure, error))
      return FALSE;
    g_array_append_val (failures, failure);
  }
  return TRUE;
}

/* The array is empty but for one whose name was written with escapes, which json.c does not split. */
static gboolean
read_unsplit_failures (Parse *parse, const TlsrptMembers *members, GError **error)
{
  JsonNode *node = tlsrpt_members_get (members, "failure-details");

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return tlsrpt_members_refuse (members, "failure-details", "is not an array", error);
  return read_failures (json_node_get_array (node), (guint)members->policy, 0, parse, error);
}

static void
set_domain (const TlsrptMembers *members, TlsrptPolicy *policy, const char *sent)
{
  g_autofree char *canonical = sent != NULL ? tlsrpt_domain_canonical (sent) : NULL;

  if (canonical == NULL || *canonical == '\0') {
    tlsrpt_members_note (members, TLSRPT_DEVIATION_POLICY_DOMAIN_MISSING);
    policy->policy_domain_sent = sent;
    return;
  }
  policy->policy_domain = tlsrpt_report_string (members->report, canonical);
  if (strcmp (canonical, sent) != 0) {
    policy->policy_domain_sent = sent;
    tlsrpt_members_note (members, TLSRPT_DEVIATION_POLICY_DOMAIN_FORM);
  }
}

static gboolean
read_mx_host (const TlsrptMembers *members, TlsrptPolicy *policy, gboolean *by_alias,
              GError **error)
{
  const char *const *sent;
  g_autoptr (GPtrArray) hosts = g_ptr_array_new_with_free_func (g_free);

  *by_alias = tlsrpt_members_get (members, "mx-host") == NULL &&
              tlsrpt_members_get (members, "mx-host-pattern") != NULL;
  if (*by_alias)
    tlsrpt_members_note (members, TLSRPT_DEVIATION_MX_HOST_PATTERN);
  if (!tlsrpt_members_strings (members, *by_alias ? "mx-host-pattern" : "mx-host",
                               TLSRPT_DEVIATION_MX_HOST_AS_STRING, &sent, error))
    return FALSE;
  for (gsize i = 0; sent[i] != NULL; i++) {
    gboolean prefixed = g_ascii_strncasecmp (sent[i], "mx:", 3) == 0;

    if (prefixed)
      tlsrpt_members_note (members, TLSRPT_DEVIATION_MX_HOST_PREFIX);
    g_ptr_array_add (hosts, g_strstrip (g_strdup (sent[i] + (prefixed ? 3 : 0))));
  }
  policy->mx_host =
      tlsrpt_report_list (members->report, (const char *const *)hosts->pdata, hosts->len);
  return TRUE;
}

static gboolean
read_policy_object (const TlsrptMembers *members, TlsrptPolicy *policy, JsonObject **unknown,
                    GError **error)
{
  static const char *const known[] = { "policy-type", "policy-string", "policy-domain", "mx-host",
                                       "mx-host-pattern" };
  static const char *const policy_types[] = { "tlsa", "sts", "no-policy-found", NULL };
  const char *domain;
  gboolean by_alias;

  if (!tlsrpt_members_string (members, "policy-type", &policy->policy_type, error) ||
      !tlsrpt_members_strings (members, "policy-string", TLSRPT_DEVIATION_POLICY_STRING_AS_STRING,
                               &policy->policy_string, error) ||
      !tlsrpt_members_string (members, "policy-domain", &domain, error) ||
      !read_mx_host (members, policy, &by_alias, error))
    return FALSE;
  set_domain (members, policy, domain);
  if (!known_word (policy->policy_type, policy_types))
    tlsrpt_members_note (members, TLSRPT_DEVIATION_UNKNOWN_POLICY_TYPE);
  if (policy->policy_type == NULL)
    policy->policy_type = "";
  *unknown = tlsrpt_members_unknown (members, known,
                                     by_alias || tlsrpt_members_get (members, "mx-host") == NULL
                                         ? G_N_ELEMENTS (known)
                                         : G_N_ELEMENTS (known) - 1);
  return TRUE;
}

static gboolean
read_summary (const TlsrptMembers *members, TlsrptPolicy *policy, JsonObject **unknown,
              GError **error)
{
  static const char *const known[] = { "total-successful-session-count",
                                       "total-failure-session-count" };
  guint64 sum = 0;

  for (guint i = 0; i < policy->failures->len; i++)
    sum += (guint64)tlsrpt_policy_failure (policy, i)->failed_session_count;
  if (!tlsrpt_members_count (members, known[0], 0, &policy->total_successful_session_count,
                             error) ||
      !tlsrpt_members_count (members, known[1], (gint64)MIN (sum, (guint64)TLSRPT_COUNT_MAX),
                             &policy->total_failure_session_count, error))
    return FALSE;
  if ((guint64)policy->total_failure_session_count != sum)
    tlsrpt_members_note (members, TLSRPT_DEVIATION_SUMMARY_DIFFERS);
  *unknown = tlsrpt_members_unknown (members, known, G_N_ELEMENTS (known));
  return TRUE;
}

static JsonObject *
gather_unknown (const TlsrptMembers *element, JsonObject *of_policy, JsonObject *of_summary)
{
  static const char *const known[] = { "policy", "summary", "failure-details" };
  JsonObject *unknown = tlsrpt_members_unknown (element, known, G_N_ELEMENTS (known));

  if (unknown == NULL && (of_policy != NULL || of_summary != NULL))
    unknown = json_object_new ();
  if (of_policy != NULL)
    json_object_set_object_member (unknown, "policy", of_policy);
  if (of_summary != NULL)
    json_object_set_object_member (unknown, "summary", of_summary);
  return unknown;
}

static gboolean
read_policy (Parse *parse, const TlsrptMembers *element, GError **error)
{
  TlsrptPolicy *policy = tlsrpt_report_add_policy (parse->report);
  TlsrptMembers policy_object, summary;
  g_autoptr (JsonObject) of_policy = NULL;
  g_autoptr (JsonObject) of_summary = NULL;

  if (!read_unsplit_failures (parse, element, error))
    return FALSE;
  if ((guint)element->policy < parse->details->len) {
    g_array_unref (policy->failures);
    policy->failures = g_array_ref (parse->details->pdata[element->policy]);
  }
  if (!tlsrpt_members_child (element, "policy", &policy_object, error) ||
      !read_policy_object (&policy_object, policy, &of_policy, error) ||
      !tlsrpt_members_child (element, "summary", &summary, error) ||
      !read_summary (&summary, policy, &of_summary, error))
    return FALSE;
  policy->extra = keep_object (parse->report, gather_unknown (element, g_steal_pointer (&of_policy),
                                                              g_steal_pointer (&of_summary)));
  return TRUE;
}

static gboolean
read_policies (Parse *parse, const TlsrptMembers *root, GError **error)
{
  JsonNode *node = tlsrpt_members_get (root, "policies");
  JsonArray *array;

  if (node == NULL)
    return tlsrpt_members_refuse (root, "policies", "is missing", error);
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return tlsrpt_members_refuse (root, "policies", "is not an array", error);
  array = json_node_get_array (node);
  if (json_array_get_length (array) > parse->limits->policies) {
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
                 "json: more than %" G_GUINT64_FORMAT " policies (setting policies)",
                 parse->limits->policies);
    return FALSE;
  }
  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *element = json_array_get_element (array, i);
    TlsrptMembers members = { parse->report, NULL, (int)i, -1, "" };

    if (JSON_NODE_HOLDS_NULL (element)) {
      tlsrpt_members_note (&members, TLSRPT_DEVIATION_NULL_MEMBER);
      continue;
    }
    if (!JSON_NODE_HOLDS_OBJECT (element))
      return tlsrpt_members_refuse (&members, NULL, "is not an object", error);
    members.object = json_node_get_object (element);
    if (!read_policy (parse, &members, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_contact (const TlsrptMembers *root, GError **error)
{
  JsonNode *node = tlsrpt_members_get (root, "contact-info");
  const char *const *list;
  g_autofree char *joined = NULL;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node)) {
    if (!tlsrpt_members_string (root, "contact-info", &root->report->contact_info, error))
      return FALSE;
  } else {
    if (!tlsrpt_members_strings (root, "contact-info", TLSRPT_DEVIATION_CONTACT_INFO_ARRAY, &list,
                                 error))
      return FALSE;
    tlsrpt_members_note (root, TLSRPT_DEVIATION_CONTACT_INFO_ARRAY);
    joined = g_strjoinv (", ", (char **)list);
    root->report->contact_info =
        *joined != '\0' ? tlsrpt_report_string (root->report, joined) : NULL;
  }
  if (root->report->contact_info == NULL)
    tlsrpt_members_note (root, TLSRPT_DEVIATION_CONTACT_INFO_MISSING);
  return TRUE;
}

static gboolean
read_identity (const TlsrptMembers *root, JsonObject **unknown, GError **error)
{
  static const char *const known[] = { "start-datetime", "end-datetime" };
  TlsrptReport *report = root->report;
  TlsrptMembers range;

  if (!tlsrpt_members_string (root, "organization-name", &report->organization_name, error) ||
      !tlsrpt_members_string (root, "report-id", &report->report_id, error) ||
      !tlsrpt_members_child (root, "date-range", &range, error))
    return FALSE;
  if (report->organization_name == NULL)
    return tlsrpt_members_refuse (root, "organization-name", "is missing or empty", error);
  if (report->report_id == NULL)
    return tlsrpt_members_refuse (root, "report-id", "is missing or empty", error);
  if (range.object == NULL)
    return tlsrpt_members_refuse (root, "date-range", "is missing", error);
  if (!tlsrpt_members_time (&range, known[0], FALSE, &report->start_datetime, error) ||
      !tlsrpt_members_time (&range, known[1], TRUE, &report->end_datetime, error))
    return FALSE;
  if (report->end_datetime < report->start_datetime)
    tlsrpt_members_note (root, TLSRPT_DEVIATION_END_BEFORE_START);
  *unknown = tlsrpt_members_unknown (&range, known, G_N_ELEMENTS (known));
  return TRUE;
}

static gboolean
read_root (Parse *parse, JsonNode *node, GError **error)
{
  static const char *const known[] = { "organization-name", "date-range", "contact-info",
                                       "report-id", "policies" };
  TlsrptMembers root = { parse->report, NULL, -1, -1, "" };
  g_autoptr (JsonObject) of_range = NULL;
  JsonObject *unknown;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return tlsrpt_members_refuse (&root, NULL, "is not an object", error);
  root.object = json_node_get_object (node);
  if (!read_identity (&root, &of_range, error) || !read_contact (&root, error) ||
      !read_policies (parse, &root, error))
    return FALSE;
  unknown = tlsrpt_members_unknown (&root, known, G_N_ELEMENTS (known));
  if (unknown == NULL && of_range != NULL)
    unknown = json_object_new ();
  if (of_range != NULL)
    json_object_set_object_member (unknown, "date-range", g_steal_pointer (&of_range));
  parse->report->extra = keep_object (parse->report, unknown);
  return TRUE;
}

static void
set_digest (TlsrptReport *report, GBytes *json)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize length = TLSRPT_DIGEST_BYTES;
  gsize size;
  const guint8 *data = g_bytes_get_data (json, &size);

  if (size > 0)
    g_checksum_update (checksum, data, (gssize)size);
  g_checksum_get_digest (checksum, report->document_digest, &length);
  report->document_bytes = size;
}

TlsrptReport *
tlsrpt_report_parse (GBytes *json, const TlsrptLimits *limits, GError **error)
{
  g_autoptr (TlsrptReport) report = tlsrpt_report_new ();
  g_autoptr (GPtrArray) details = g_ptr_array_new_with_free_func ((GDestroyNotify)g_array_unref);
  Parse parse = { .report = report, .limits = limits, .details = details };
  g_autoptr (JsonNode) node =
      tlsrpt_json_parse (json, limits, read_failures, &parse, &report->deviations, error);

  if (node == NULL || !read_root (&parse, node, error))
    return NULL;
  set_digest (report, json);
  return g_steal_pointer (&report);
}
