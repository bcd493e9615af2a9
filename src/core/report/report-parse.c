/* SPDX-License-Identifier: GPL-3.0-or-later
 * A JSON document to a report: RFC 8460 section 4.4 member by member, with the tolerances of
 * deviation.h. Refuses a report without organization, id, period or policies. */
#include "core/report/report-parse.h"

#include "core/deviation.h"
#include "core/errors.h"
#include "core/report/json.h"
#include "core/report/failure.h"
#include "core/report/policy.h"

#include <string.h>

/* @details has the failures of each element of `policies`, which are read before the element itself. */
typedef struct {
  TlsrptReport *report;
  const TlsrptLimits *limits;
  GPtrArray *details;
  guint64 n_details;
} Parse;

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
    TlsrptMembers members = {
      parse->report, NULL, (int)policy, (int)(first + i), "", parse->limits
    };
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
    if (!tlsrpt_failure_read (&members, &failure, error))
      return FALSE;
    g_array_append_val (failures, failure);
  }
  return TRUE;
}

/* The array is empty, but for what json.c does not split: one whose name was written with escapes, or that
 * is no array. */
static gboolean
read_unsplit_failures (Parse *parse, const TlsrptMembers *members, GError **error)
{
  g_autoptr (JsonArray) array = NULL;

  if (!tlsrpt_members_array (members, "failure-details", &array, error))
    return FALSE;
  return array == NULL || read_failures (array, (guint)members->policy, 0, parse, error);
}

static gboolean
read_policy (Parse *parse, const TlsrptMembers *element, GError **error)
{
  TlsrptPolicy *policy = tlsrpt_report_add_policy (parse->report);

  if (!read_unsplit_failures (parse, element, error))
    return FALSE;
  if ((guint)element->policy < parse->details->len) {
    g_array_unref (policy->failures);
    policy->failures = g_array_ref (parse->details->pdata[element->policy]);
  }
  return tlsrpt_policy_read (element, policy, error);
}

static int
compare_domains (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *)a, *(const char *const *)b);
}

/* Counting a domain compares each pair of its policies, so there must be few of them. */
static gboolean
check_domains (const Parse *parse, const TlsrptMembers *root, GError **error)
{
  g_autoptr (GPtrArray) domains = g_ptr_array_new ();
  guint64 cap = parse->limits->domain_policies;

  for (guint i = 0; i < parse->report->policies->len; i++)
    g_ptr_array_add (domains, (gpointer)tlsrpt_report_policy (parse->report, i)->policy_domain);
  g_ptr_array_sort (domains, compare_domains);
  for (guint64 i = cap; i < domains->len; i++)
    if (g_strcmp0 (domains->pdata[i], domains->pdata[i - cap]) == 0)
      return tlsrpt_members_exceed (root, "policies", cap,
                                    "elements for one domain (setting domain-policies)", error);
  return TRUE;
}

static gboolean
read_policies (Parse *parse, const TlsrptMembers *root, GError **error)
{
  g_autoptr (JsonArray) array = NULL;

  if (!tlsrpt_members_array (root, "policies", &array, error))
    return FALSE;
  if (array == NULL)
    return tlsrpt_members_refuse (root, "policies", "is missing", error);
  if (json_array_get_length (array) > parse->limits->policies) {
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
                 "json: more than %" G_GUINT64_FORMAT " policies (setting policies)",
                 parse->limits->policies);
    return FALSE;
  }
  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *element = json_array_get_element (array, i);
    TlsrptMembers members = { parse->report, NULL, (int)i, -1, "", parse->limits };

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
  return check_domains (parse, root, error);
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
    if (strlen (joined) > root->limits->text_bytes)
      return tlsrpt_members_exceed (root, "contact-info", root->limits->text_bytes,
                                    "bytes (setting text-bytes)", error);
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

  if (!tlsrpt_members_name (root, "organization-name", &report->organization_name, error) ||
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
  TlsrptMembers root = { parse->report, NULL, -1, -1, "", parse->limits };
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
  return tlsrpt_members_keep (&root, unknown, &parse->report->extra, error);
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
  report->document_bytes = g_bytes_get_size (json);
  return g_steal_pointer (&report);
}
