/* SPDX-License-Identifier: GPL-3.0-or-later
 * One element of policies: what was applied, and its summary, compared with the details. */
#include "core/report/policy.h"

#include "core/domain.h"
#include "core/report/failure.h"
#include "core/report/json.h"

#include <string.h>

/* A name of 255 bytes as A-label is longer as U-label; the cap of names holds for the form that
 * is compared. */
static gboolean
set_domain (const TlsrptMembers *members, TlsrptPolicy *policy, const char *sent, GError **error)
{
  g_autofree char *canonical = sent != NULL ? tlsrpt_domain_canonical (sent) : NULL;

  if (canonical == NULL || *canonical == '\0') {
    tlsrpt_members_note (members, TLSRPT_DEVIATION_POLICY_DOMAIN_MISSING);
    policy->policy_domain_sent = sent;
    return TRUE;
  }
  if (strlen (canonical) > members->limits->name_bytes)
    return tlsrpt_members_exceed (members, "policy-domain", members->limits->name_bytes,
                                  "bytes (setting name-bytes)", error);
  policy->policy_domain = tlsrpt_report_string (members->report, canonical);
  if (strcmp (canonical, sent) != 0) {
    policy->policy_domain_sent = sent;
    tlsrpt_members_note (members, TLSRPT_DEVIATION_POLICY_DOMAIN_FORM);
  }
  return TRUE;
}

/* The strings of a JSON array that was itself written as a string; NULL for any other text. */
static JsonNode *
unwrap_list (const char *text)
{
  static const TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (JsonNode) node = NULL;
  guint64 deviations = 0;
  JsonArray *array;

  if (text[0] != '[' || strpbrk (text + 1, "[{") != NULL)
    return NULL;
  node = tlsrpt_json_parse (bytes, &limits, NULL, NULL, &deviations, NULL);
  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return NULL;
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (json_node_get_value_type (json_array_get_element (array, i)) != G_TYPE_STRING)
      return NULL;
  return g_steal_pointer (&node);
}

/* The strings of a policy are few, and together no longer than a policy may be. */
static gboolean
check_policy_string (const TlsrptMembers *members, const GPtrArray *strings, GError **error)
{
  guint64 bytes = 0;

  if (strings->len > members->limits->list_entries)
    return tlsrpt_members_exceed (members, "policy-string", members->limits->list_entries,
                                  "entries (setting list-entries)", error);
  for (guint i = 0; i < strings->len; i++)
    bytes += strlen (strings->pdata[i]);
  if (bytes > members->limits->string_bytes)
    return tlsrpt_members_exceed (members, "policy-string", members->limits->string_bytes,
                                  "bytes (setting string-bytes)", error);
  return TRUE;
}

static gboolean
read_policy_string (const TlsrptMembers *members, TlsrptPolicy *policy, GError **error)
{
  g_autoptr (GPtrArray) strings = g_ptr_array_new ();
  const char *const *sent;

  if (!tlsrpt_members_strings (members, "policy-string", TLSRPT_DEVIATION_POLICY_STRING_AS_STRING,
                               &sent, error))
    return FALSE;
  for (gsize i = 0; sent[i] != NULL; i++) {
    g_autoptr (JsonNode) list = unwrap_list (sent[i]);
    JsonArray *array = list != NULL ? json_node_get_array (list) : NULL;

    if (array == NULL) {
      g_ptr_array_add (strings, (gpointer)sent[i]);
      continue;
    }
    tlsrpt_members_note (members, TLSRPT_DEVIATION_POLICY_STRING_AS_JSON);
    for (guint j = 0; j < json_array_get_length (array); j++)
      g_ptr_array_add (strings, (gpointer)tlsrpt_report_string (
                                    members->report, json_array_get_string_element (array, j)));
  }
  if (!check_policy_string (members, strings, error))
    return FALSE;
  policy->policy_string =
      tlsrpt_report_list (members->report, (const char *const *)strings->pdata, strings->len);
  return TRUE;
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
    if (strlen (hosts->pdata[i]) > members->limits->name_bytes)
      return tlsrpt_members_exceed (members, "mx-host", members->limits->name_bytes,
                                    "bytes in an entry (setting name-bytes)", error);
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

  if (!tlsrpt_members_name (members, "policy-type", &policy->policy_type, error) ||
      !read_policy_string (members, policy, error) ||
      !tlsrpt_members_string (members, "policy-domain", &domain, error) ||
      !set_domain (members, policy, domain, error) ||
      !read_mx_host (members, policy, &by_alias, error))
    return FALSE;
  if (policy->policy_type == NULL || !g_strv_contains (policy_types, policy->policy_type))
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

gboolean
tlsrpt_policy_read (const TlsrptMembers *element, TlsrptPolicy *policy, GError **error)
{
  TlsrptMembers policy_object, summary;
  g_autoptr (JsonObject) of_policy = NULL;
  g_autoptr (JsonObject) of_summary = NULL;

  if (!tlsrpt_members_child (element, "policy", &policy_object, error) ||
      !read_policy_object (&policy_object, policy, &of_policy, error) ||
      !tlsrpt_members_child (element, "summary", &summary, error) ||
      !read_summary (&summary, policy, &of_summary, error))
    return FALSE;
  return tlsrpt_members_keep (element,
                              gather_unknown (element, g_steal_pointer (&of_policy),
                                              g_steal_pointer (&of_summary)),
                              &policy->extra, error);
}
