/* SPDX-License-Identifier: GPL-3.0-or-later
 * Prints messages and documents as text for a person or as JSON lines for programs, without a
 * database. If anything is not a report, it says where and why, and the exit status is 65. */
#include "command/authenticity.h"
#include "command/command.h"
#include "core/archive/source.h"
#include "core/decode.h"
#include "core/deviation.h"
#include "core/facts/reporter.h"
#include "core/report/json.h"
#include "core/report/report-write.h"
#include "exits.h"
#include "log.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* Of a line of JSON: a member that is removed or changes its meaning makes it another. */
#define LINE_VERSION 1

static char *option_format;
static gboolean option_verify_dkim;

static const GOptionEntry options[] = {
  { "format", 0, 0, G_OPTION_ARG_STRING, &option_format,
    "text (the default) or json, one line for each mail", "FORMAT" },
  { "verify-dkim", 0, 0, G_OPTION_ARG_NONE, &option_verify_dkim,
    "verify signatures with the keys that are in the DNS today; old keys may be gone", NULL },
  G_OPTION_ENTRY_NULL,
};

static void
print_field (const char *label, const char *text)
{
  g_autofree char *quoted = text != NULL ? tlsrpt_quote (text) : NULL;

  if (quoted != NULL)
    g_print ("  %-14s %s\n", label, quoted);
}

static char *
format_time (gint64 microseconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (microseconds / G_USEC_PER_SEC);

  return time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M:%S") : g_strdup ("?");
}

static void
print_failure (const TlsrptFailure *failure)
{
  const struct {
    const char *before;
    const char *value;
    const char *after;
  } pieces[] = {
    { "  ", failure->receiving_mx_hostname, "" },
    { " (helo ", failure->receiving_mx_helo, ")" },
    { " [", failure->receiving_ip, "]" },
    { "  from ", failure->sending_mta_ip, "" },
    { "  reason: ", failure->failure_reason_code, "" },
    { "  see: ", failure->additional_information, "" },
  };
  g_autofree char *result_type = tlsrpt_quote (failure->result_type);

  g_print ("    %8" G_GINT64_FORMAT " failed  %s", failure->failed_session_count, result_type);
  for (gsize i = 0; i < G_N_ELEMENTS (pieces); i++) {
    g_autofree char *quoted = tlsrpt_quote (pieces[i].value);
    if (pieces[i].value != NULL)
      g_print ("%s%s%s", pieces[i].before, quoted, pieces[i].after);
  }
  g_print ("\n");
}

static void
print_policy (const TlsrptPolicy *policy)
{
  g_autofree char *type = tlsrpt_quote (policy->policy_type);
  g_autofree char *domain = tlsrpt_quote (policy->policy_domain);

  g_print ("  %-14s %s for %s: %" G_GINT64_FORMAT " sessions succeeded, %" G_GINT64_FORMAT
           " failed\n",
           "Policy", type, policy->policy_domain != NULL ? domain : "(no domain)",
           policy->total_successful_session_count, policy->total_failure_session_count);
  for (gsize i = 0; policy->policy_string[i] != NULL; i++)
    print_field (i == 0 ? "  policy-string" : "", policy->policy_string[i]);
  for (gsize i = 0; policy->mx_host[i] != NULL; i++)
    print_field (i == 0 ? "  mx-host" : "", policy->mx_host[i]);
  for (guint i = 0; i < policy->failures->len; i++)
    print_failure (tlsrpt_policy_failure (policy, i));
}

/* Which reporter it would be stored under, and why that can be trusted or not. */
static void
print_reporter (const TlsrptReport *report)
{
  const TlsrptTrust *trust = &report->trust;
  g_autofree char *reporter = tlsrpt_quote (report->reporter_domain);
  g_autofree char *signer = tlsrpt_quote (trust->dkim_domain);

  if (report->is_verified) {
    g_print ("  %-14s %s, verified: signed by %s (%s)\n", "Reporter", reporter, signer,
             trust->dkim_source);
    return;
  }
  g_print ("  %-14s %s, by %s, not verified: dkim=%s%s%s%s%s\n", "Reporter", reporter,
           tlsrpt_reporter_basis_word (report->reporter_basis), trust->dkim_result,
           trust->dkim_domain != NULL ? " of " : "", trust->dkim_domain != NULL ? signer : "",
           trust->dkim_why != NULL ? ": " : "", trust->dkim_why != NULL ? trust->dkim_why : "");
}

static void
print_report (const TlsrptReport *report)
{
  g_autofree char *start = format_time (report->start_datetime);
  g_autofree char *end = format_time (report->end_datetime);
  g_autofree const char **names = tlsrpt_deviation_names (report->deviations);
  g_autofree char *tolerated = g_strjoinv (", ", (char **)names);

  print_field ("Organization", report->organization_name);
  print_reporter (report);
  print_field ("Report-ID", report->report_id);
  g_print ("  %-14s %s to %s UTC\n", "Period", start, end);
  print_field ("Contact", report->contact_info);
  print_field ("Submitter", report->submitter);
  print_field ("Message-ID", report->message_id);
  if (*tolerated != '\0')
    g_print ("  %-14s %s\n", "Tolerated", tolerated);
  for (guint i = 0; i < report->policies->len; i++)
    print_policy (tlsrpt_report_policy (report, i));
}

static void
print_text (const TlsrptItem *item)
{
  g_autofree char *path = tlsrpt_quote (item->path);

  for (guint i = 0; i < item->reports->len; i++) {
    g_print ("%s: byte %" G_GUINT64_FORMAT "\n", path, item->offset);
    print_report (tlsrpt_item_report (item, i));
  }
  if (item->refusal != NULL)
    g_print ("%s: byte %" G_GUINT64_FORMAT "\n  %-14s %s\n", path, item->offset, "Refused",
             item->refusal->message);
}

static void
add_member (JsonObject *object, const char *name, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (object, name, text);
}

static void
print_json_line (const TlsrptItem *item, const char *name, const char *value,
                 const TlsrptReport *report)
{
  g_autoptr (JsonObject) line = json_object_new ();
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *path = g_utf8_make_valid (item->path, -1);
  g_autofree char *text = NULL;

  json_object_set_int_member (line, "version", LINE_VERSION);
  json_object_set_string_member (line, "path", path);
  json_object_set_int_member (line, "offset", (gint64)item->offset);
  if (report != NULL) {
    g_autofree const char **names = tlsrpt_deviation_names (report->deviations);
    JsonArray *deviations = json_array_new ();
    for (gsize i = 0; names[i] != NULL; i++)
      json_array_add_string_element (deviations, names[i]);
    json_object_set_array_member (line, "deviations", deviations);
    add_member (line, "reporter-domain", report->reporter_domain);
    add_member (line, "reporter-basis", tlsrpt_reporter_basis_word (report->reporter_basis));
    json_object_set_boolean_member (line, "is-verified", report->is_verified);
    add_member (line, "dkim-result", report->trust.dkim_result);
    add_member (line, "dkim-domain", report->trust.dkim_domain);
    add_member (line, "dkim-source", report->trust.dkim_source);
    add_member (line, "submitter", report->submitter);
    add_member (line, "message-id", report->message_id);
  }
  json_node_set_object (root, line);
  text = tlsrpt_json_write (root, FALSE);
  text[strlen (text) - 1] = '\0'; /* the value is JSON already, and may be long */
  g_print ("%s,\"%s\":", text, name);
  g_print ("%s}\n", value);
}

static void
print_json (const TlsrptItem *item)
{
  for (guint i = 0; i < item->reports->len; i++) {
    const TlsrptReport *report = tlsrpt_item_report (item, i);
    g_autofree char *text = tlsrpt_report_write (report);
    print_json_line (item, "report", text, report);
  }
  if (item->refusal != NULL) {
    g_autofree char *valid = g_utf8_make_valid (item->refusal->message, -1);
    g_autoptr (JsonNode) refusal = json_node_init_string (json_node_alloc (), valid);
    g_autofree char *text = tlsrpt_json_write (refusal, FALSE);
    print_json_line (item, "refusal", text, NULL);
  }
}

/* Says what can be trusted, but refuses nothing. */
static void
judge (TlsrptItem *item, TlsrptDns *dns, const TlsrptSettings *settings)
{
  TlsrptSettings lenient = *settings;
  g_autoptr (TlsrptDkim) dkim = tlsrpt_authenticity_ask (item, dns);

  lenient.require_dkim = TLSRPT_REQUIRE_DKIM_NO;
  tlsrpt_decode (item, &settings->limits);
  tlsrpt_authenticity_judge (item, dkim, dns, &lenient);
  for (guint i = 0; i < item->reports->len; i++)
    tlsrpt_reporter_identify (tlsrpt_item_report (item, i));
}

static gboolean
inspect_all (TlsrptSource *source, TlsrptDns *dns, const TlsrptSettings *settings, gboolean as_json)
{
  gboolean all_well = TRUE;

  for (;;) {
    g_autoptr (GError) source_error = NULL;
    g_autoptr (TlsrptItem) item = tlsrpt_source_next (source, &source_error);

    if (source_error != NULL) {
      tlsrpt_log_error (source_error);
      all_well = FALSE;
      continue;
    }
    if (item == NULL)
      return all_well;
    judge (item, dns, settings);
    all_well = all_well && item->refusal == NULL;
    if (as_json)
      print_json (item);
    else
      print_text (item);
  }
}

static int
run (const TlsrptSettings *settings, char **arguments, GError **error)
{
  gboolean as_json = g_strcmp0 (option_format, "json") == 0;
  gint64 patience = (gint64)settings->deadline * G_TIME_SPAN_SECOND / 2;
  g_autoptr (TlsrptDns) dns = NULL;
  g_autoptr (TlsrptSource) source = NULL;

  if (arguments[0] == NULL ||
      (option_format != NULL && !as_json && strcmp (option_format, "text") != 0)) {
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE, "%s",
                 arguments[0] == NULL ? "inspect needs a PATH" : "--format must be text or json");
    return TLSRPT_EXIT_USAGE;
  }
  if (option_verify_dkim)
    dns = tlsrpt_dns_new (patience);
  source = tlsrpt_source_new ((const char *const *)arguments, &settings->limits);
  return inspect_all (source, dns, settings, as_json) ? TLSRPT_EXIT_OK : TLSRPT_EXIT_DATA;
}

const TlsrptCommand tlsrpt_command_inspect = {
  .name = "inspect",
  .arguments = "PATH...",
  .summary = "decode and print reports; needs no database",
  .options = options,
  .run = run,
};
