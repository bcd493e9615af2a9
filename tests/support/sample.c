/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports made in memory, with values that a column which took its neighbour's would show. */
#include "support/sample.h"

#include "support/cluster.h"

#include "core/deviation.h"

#include <stdarg.h>
#include <string.h>

/* 2024-05-06T00:00:00Z. */
#define DAY_START (G_GINT64_CONSTANT (1714953600) * G_USEC_PER_SEC)
#define PATIENCE_SECONDS 30

static const char *const no_strings[] = { NULL };

static void
set_document (TlsrptReport *report, const char *document)
{
  report->document_bytes = strlen (document);
  report->evidence = g_bytes_new (document, strlen (document));
}

TlsrptPolicy *
sample_add_policy (TlsrptReport *report, const char *policy_type, const char *policy_domain)
{
  TlsrptPolicy policy = {
    .policy_type = tlsrpt_report_string (report, policy_type),
    .policy_domain = tlsrpt_report_string (report, policy_domain),
    .policy_string = no_strings,
    .mx_host = no_strings,
    .failures = g_array_new (FALSE, TRUE, sizeof (TlsrptFailure)),
  };

  g_array_append_val (report->policies, policy);
  return tlsrpt_report_policy (report, report->policies->len - 1);
}

void
sample_add_failures (TlsrptReport *report, guint n)
{
  TlsrptPolicy *policy = tlsrpt_report_policy (report, report->policies->len - 1);

  for (guint i = 0; i < n; i++) {
    g_autofree char *address = g_strdup_printf ("192.0.%u.%u", (i / 250) % 250, i % 250);
    TlsrptFailure failure = {
      .result_type = "certificate-expired",
      .sending_mta_ip = tlsrpt_report_string (report, address),
      .receiving_mx_hostname = "mx.example.org",
      .failed_session_count = 1,
    };

    g_array_append_val (policy->failures, failure);
  }
}

TlsrptReport *
sample_report (const char *report_id, const char *document)
{
  TlsrptReport *report = tlsrpt_report_new ();

  report->organization_name = "Example Sender";
  report->report_id = tlsrpt_report_string (report, report_id);
  report->start_datetime = DAY_START;
  report->end_datetime = DAY_START + G_TIME_SPAN_DAY - G_USEC_PER_SEC;
  set_document (report, document);
  sample_add_policy (report, "sts", "example.org")->total_failure_session_count = 1;
  sample_add_failures (report, 1);
  tlsrpt_policy_failure (tlsrpt_report_policy (report, 0), 0)->additional_information =
      tlsrpt_report_string (report, document);
  return report;
}

static void
add_full_failures (TlsrptReport *report)
{
  TlsrptPolicy *policy = tlsrpt_report_policy (report, 0);
  const TlsrptFailure failures[] = {
    {
        .result_type = "certificate-expired",
        .sending_mta_ip = "192.0.2.1",
        .receiving_mx_hostname = "mx1.example.org",
        .receiving_mx_helo = "helo1.example.org",
        .receiving_ip = "2001:db8::25",
        .failed_session_count = 11,
        .additional_information = "https://sender.example/why",
        .failure_reason_code = "reason \"one\", {two}\\three\nfour",
        .extra = "{\"note\": [1, 2]}",
    },
    {
        .result_type = "a-new-type",
        .sending_mta_ip = "not an address",
        .receiving_ip = "fe80::1%eth0",
        .failed_session_count = 0,
    },
    {
        .result_type = "validation-failure",
        .sending_mta_ip = "::ffff:192.0.2.9",
        .receiving_ip = "203.0.113.7",
        .failed_session_count = G_MAXINT64,
    },
  };

  g_array_append_vals (policy->failures, failures, G_N_ELEMENTS (failures));
}

static void
fill_mail (TlsrptReport *report)
{
  report->submitter = "sender.example";
  report->report_domain = "example.org";
  report->message_id = "id-1@sender.example";
  report->header_from = "noreply@sender.example";
  report->envelope_sender = "bounce@sender.example";
  report->received_at = DAY_START + 2 * G_TIME_SPAN_DAY + 123456;
  report->trust = (TlsrptTrust){
    .dkim_result = "pass",
    .dkim_domain = "d.sender.example",
    .dkim_aligned = TRUE,
    .dkim_source = "auth-results",
    .signature_result = "temperror",
    .auth_results_result = "pass",
    .spf_result = "softfail",
    .dmarc_result = "none",
  };
}

TlsrptReport *
sample_full_report (void)
{
  static const char *const policy_strings[] = {
    "version: STSv1", "mode: \"enforce\"", "mx: *.a\\b,c{d}", "", "NULL", NULL
  };
  static const char *const hosts[] = { "mx1.example.org", "*.example.org", NULL };
  TlsrptReport *report = sample_report ("full-1", "{\"full\": true}");
  TlsrptPolicy *policy = tlsrpt_report_policy (report, 0);

  report->organization_name = "Exämple Sender, Inc. \xf0\x9f\x93\xa7";
  report->contact_info = "tls@sender.example";
  report->extra = "{\"x\": null}";
  report->deviations = 1u << TLSRPT_DEVIATION_COUNT_AS_STRING | 1u << TLSRPT_DEVIATION_NULL_MEMBER;
  fill_mail (report);
  g_array_set_size (policy->failures, 0);
  policy->policy_domain_sent = "Example.ORG.";
  policy->policy_string = policy_strings;
  policy->mx_host = hosts;
  policy->total_successful_session_count = 5326;
  policy->total_failure_session_count = 303;
  policy->foreign = TRUE;
  policy->extra = "{\"policy\": {\"y\": \"z\"}}";
  add_full_failures (report);
  sample_add_policy (report, "no-policy-found", NULL)->total_successful_session_count = G_MAXINT64;
  sample_add_policy (report, "tlsa", "mx1.example.org");
  return report;
}

TlsrptItem *
sample_item (const char *raw, ...)
{
  g_autoptr (GBytes) bytes = g_bytes_new (raw, strlen (raw));
  TlsrptItem *item = tlsrpt_item_new (TLSRPT_ITEM_MESSAGE, bytes, NULL);
  TlsrptReport *report;
  va_list reports;

  va_start (reports, raw);
  while ((report = va_arg (reports, TlsrptReport *)) != NULL)
    g_ptr_array_add (item->reports, report);
  va_end (reports);
  return item;
}

void
sample_refuse (TlsrptItem *item, TlsrptError reason, const char *detail)
{
  item->refusal = g_error_new_literal (TLSRPT_ERROR, (int)reason, detail);
  item->is_refusal_kept = TRUE;
}

TlsrptStore *
sample_open_as (const TlsrptStoreOptions *options, GError **error)
{
  g_autoptr (TlsrptStore) store = tlsrpt_store_new (options);

  return tlsrpt_store_connect (store, error) ? g_steal_pointer (&store) : NULL;
}

TlsrptStore *
sample_open (const char *conninfo, GError **error)
{
  g_autofree char *login = cluster_login (conninfo, "tlsrpt_writer");
  const TlsrptStoreOptions options = {
    .conninfo = login,
    .deadline_seconds = PATIENCE_SECONDS,
    .keep_evidence = TRUE,
  };

  return sample_open_as (&options, error);
}

gboolean
sample_put (const char *conninfo, GError **error, ...)
{
  g_autoptr (TlsrptStore) store = sample_open (conninfo, error);
  g_autoptr (GPtrArray) batch = g_ptr_array_new ();
  TlsrptItem *item;
  va_list items;

  va_start (items, error);
  while ((item = va_arg (items, TlsrptItem *)) != NULL)
    g_ptr_array_add (batch, item);
  va_end (items);
  return store != NULL && tlsrpt_store_put (store, batch, error);
}

char *
sample_outcomes (const TlsrptItem *item)
{
  static const char *const words[] = {
    [TLSRPT_OUTCOME_STORED] = "stored",     [TLSRPT_OUTCOME_DUPLICATE] = "duplicate",
    [TLSRPT_OUTCOME_CONFLICT] = "conflict", [TLSRPT_OUTCOME_QUARANTINED] = "quarantined",
    [TLSRPT_OUTCOME_FLOOD] = "flood",       [TLSRPT_OUTCOME_WAITING] = "waiting",
  };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < item->outcomes->len; i++)
    g_string_append_printf (text, i > 0 ? " %s" : "%s",
                            words[g_array_index (item->outcomes, TlsrptOutcome, i)]);
  return g_string_free (text, FALSE);
}
