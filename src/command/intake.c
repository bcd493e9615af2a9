/* SPDX-License-Identifier: GPL-3.0-or-later
 * One message or document to an item for the store, what is refused of it to an entry for quarantine.
 * Refuses what is not authentic where that is demanded, and reports on other people's domains. */
#include "command/intake.h"

#include "core/domain.h"
#include "core/facts/day.h"
#include "core/trust/trust.h"

#include <string.h>

/* Domains named in a refusal. */
#define DOMAINS_NAMED_MAX 3

TlsrptDecoded *
tlsrpt_intake_decode (const TlsrptSourceItem *source_item, const TlsrptLimits *limits)
{
  TlsrptDecoded *decoded;

  if (source_item->kind == TLSRPT_SOURCE_DOCUMENT) {
    g_autofree char *name = g_path_get_basename (source_item->path);
    decoded = tlsrpt_decode_document (source_item->bytes, name, limits);
  } else {
    decoded = tlsrpt_decode_message (source_item->bytes, limits);
  }
  /* A report that ends before the cut is not believed either: the mail is not what was sent. */
  if (source_item->oversized) {
    g_ptr_array_set_size (decoded->reports, 0);
    g_clear_error (&decoded->refusal);
    decoded->refusal =
        g_error_new (TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
                     "message: larger than %" G_GUINT64_FORMAT " bytes (setting message-bytes)",
                     limits->message_bytes);
  }
  return decoded;
}

/* Puts the message into quarantine for its refusal, unless refused mail is not to be kept. */
static void
keep_refused (TlsrptIntake *intake)
{
  TlsrptBatchItem *item = intake->item;

  if (intake->decoded->refusal == NULL || item->refused != NULL ||
      intake->settings->on_reject == TLSRPT_ON_REJECT_DISCARD)
    return;
  item->refused = tlsrpt_refused_new (item, intake->decoded->refusal);
}

/* Calls @judge on each report; one for which it returns an error is taken out. The list is the store's too. */
static void
judge_reports (TlsrptIntake *intake, GError *(*judge) (TlsrptReport *report, gconstpointer data),
               gconstpointer data)
{
  GPtrArray *reports = intake->decoded->reports;

  for (guint i = 0; i < reports->len;) {
    g_autoptr (GError) refusal = judge (g_ptr_array_index (reports, i), data);

    if (refusal == NULL) {
      i++;
      continue;
    }
    g_ptr_array_remove_index (reports, i);
    if (intake->decoded->refusal == NULL)
      intake->decoded->refusal = g_steal_pointer (&refusal);
  }
  keep_refused (intake);
}

/* How long mail may have waited in queues: an older date is not that of its arrival. */
#define QUEUE_TIME (7 * G_TIME_SPAN_DAY)

/* What the reports of one mail are judged by. */
typedef struct {
  const TlsrptIntake *intake;
  TlsrptBelief belief;
  gboolean is_demanded;
} TrustCase;

/* Where each mail lacks the verdict that the operator counts on, it is the settings that are wrong and
 * not the mails. */
static char *
missing_verdict (const TlsrptTrust *trust, const TlsrptSettings *settings)
{
  g_autofree char *name = NULL;

  if (settings->authserv_id == NULL || settings->verify_dkim ||
      strcmp (trust->dkim_result, "pass") == 0 || strcmp (trust->dkim_result, "fail") == 0)
    return g_strdup ("");
  name = tlsrpt_quote (settings->authserv_id);
  return g_strdup_printf ("; no trusted Authentication-Results of '%s' has a verdict: if no mail "
                          "has one, see settings authserv-id, trusted-hops and verify-dkim",
                          name);
}

static GError *
refuse_trust (const TlsrptTrust *trust, const TlsrptSettings *settings)
{
  g_autofree char *domain = tlsrpt_quote (trust->dkim_domain);
  g_autofree char *missing = missing_verdict (trust, settings);
  const char *why = trust->dkim_why;

  if (strcmp (trust->dkim_result, "pass") == 0)
    return g_error_new (TLSRPT_ERROR, TLSRPT_ERROR_UNAUTHENTIC,
                        "trust: the DKIM signature is of '%s', which is neither From's domain nor "
                        "above it",
                        domain);
  return g_error_new (TLSRPT_ERROR, TLSRPT_ERROR_UNAUTHENTIC,
                      "trust: no valid DKIM signature (RFC 8460 section 3): dkim=%s%s%s%s%s%s%s",
                      trust->dkim_result, trust->dkim_domain != NULL ? " of '" : "",
                      trust->dkim_domain != NULL ? domain : "",
                      trust->dkim_domain != NULL ? "'" : "", why != NULL ? ": " : "",
                      why != NULL ? why : "", missing);
}

static GError *
judge_days (TlsrptReport *report, gconstpointer data)
{
  const gint64 *now = data;
  GError *error = NULL;

  tlsrpt_days_check (report->start_datetime, report->end_datetime, *now, &error);
  return error;
}

static GError *
judge_trust (TlsrptReport *report, gconstpointer data)
{
  const TrustCase *trust_case = data;
  const TlsrptIntake *intake = trust_case->intake;

  if (!trust_case->is_demanded || intake->decoded->envelope == NULL ||
      tlsrpt_trust_is_acceptable (&report->trust))
    return NULL;
  return refuse_trust (&report->trust, intake->settings);
}

static GError *
defer_trust (const TlsrptTrust *trust)
{
  g_autofree char *domain = tlsrpt_quote (trust->dkim_domain);

  return g_error_new (
      TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY,
      "trust: dkim=temperror: the key of '%s' cannot be looked up now, no name server "
      "answers for it (settings dkim-temperror, verify-dkim)",
      domain);
}

/* When the mail came, in seconds since 1970: a signature expires by that, not by when a queue gave the
 * mail back. */
static gint64
arrival (const TlsrptIntake *intake)
{
  gint64 now = g_get_real_time ();
  gint64 date = intake->decoded->envelope != NULL ? intake->decoded->envelope->date : 0;

  return (date > now - QUEUE_TIME && date < now ? date : now) / G_USEC_PER_SEC;
}

static void
judge_sender (TlsrptIntake *intake, TlsrptDns *dns)
{
  const TlsrptSettings *settings = intake->settings;
  TrustCase trust_case = {
    .intake = intake,
    .belief = { .service = { .authserv_id = settings->authserv_id,
                             .trusted_hops = (guint)settings->trusted_hops,
                             .below = settings->authserv_below },
                .gateways = (const char *const *)settings->gateways },
    .is_demanded = tlsrpt_settings_demand_dkim (settings, dns != NULL),
  };

  if (intake->decoded->reports->len == 0)
    return;
  if (intake->dkim != NULL)
    tlsrpt_dkim_verify (intake->dkim, arrival (intake), tlsrpt_dns_answer, dns);
  for (guint i = 0; i < intake->decoded->reports->len; i++) {
    TlsrptReport *report = g_ptr_array_index (intake->decoded->reports, i);

    tlsrpt_trust_judge (report, intake->decoded->envelope, intake->dkim, &trust_case.belief);
    if (tlsrpt_trust_is_authentic (&report->trust) && intake->item->authenticated_domain == NULL)
      intake->item->authenticated_domain = g_strdup (report->trust.dkim_domain);
    if (trust_case.is_demanded && tlsrpt_trust_is_open (&report->trust) &&
        settings->dkim_temperror == TLSRPT_DKIM_TEMPERROR_DEFER && intake->deferral == NULL)
      intake->deferral = defer_trust (&report->trust);
  }
  judge_reports (intake, judge_trust, &trust_case);
}

static char *
name_domains (const TlsrptReport *report)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < report->policies->len && i <= DOMAINS_NAMED_MAX; i++) {
    g_autofree char *quoted = tlsrpt_quote (tlsrpt_report_policy (report, i)->policy_domain);

    if (i == DOMAINS_NAMED_MAX)
      g_string_append (names, ", ...");
    else
      g_string_append_printf (names, "%s'%s'", i > 0 ? ", " : "", quoted);
  }
  if (names->len == 0)
    g_string_append (names, "no policy domain");
  return g_string_free (names, FALSE);
}

/* The sets that say whose reports are accepted; a report needs one of them. */
typedef struct {
  const TlsrptAccept *listed;
  const TlsrptAccept *in_table;
} Accepted;

static gboolean
is_accepted (const Accepted *accepted, const char *domain)
{
  return tlsrpt_accept_matches (accepted->listed, domain) ||
         tlsrpt_accept_matches (accepted->in_table, domain);
}

static GError *
judge_domains (TlsrptReport *report, gconstpointer data)
{
  const Accepted *accepted = data;
  g_autofree char *names = NULL;
  gboolean ours = FALSE;

  for (guint i = 0; i < report->policies->len; i++) {
    TlsrptPolicy *policy = tlsrpt_report_policy (report, i);

    policy->foreign = !is_accepted (accepted, policy->policy_domain);
    ours = ours || !policy->foreign;
  }
  if (report->policies->len == 0 && report->report_domain != NULL)
    ours = is_accepted (accepted, report->report_domain);
  if (ours)
    return NULL;
  names = name_domains (report);
  return g_error_new (TLSRPT_ERROR, TLSRPT_ERROR_FOREIGN,
                      "accept: on %s, none of the accepted domains", names);
}

TlsrptDkim *
tlsrpt_intake_ask (const TlsrptSourceItem *source_item, TlsrptDns *dns)
{
  g_autoptr (TlsrptDkim) dkim = NULL;
  g_auto (GStrv) names = NULL;

  if (dns == NULL || source_item->kind != TLSRPT_SOURCE_MESSAGE || source_item->oversized)
    return NULL;
  dkim = tlsrpt_dkim_read (source_item->bytes);
  names = tlsrpt_dkim_key_names (dkim);
  tlsrpt_dns_ask (dns, names);
  return g_steal_pointer (&dkim);
}

static TlsrptIntake *
intake_of (TlsrptDecoded *decoded, const TlsrptSourceItem *source_item, const char *envelope_sender,
           const TlsrptSettings *settings)
{
  TlsrptIntake *intake = g_new0 (TlsrptIntake, 1);

  intake->settings = settings;
  intake->decoded = decoded;
  intake->item = tlsrpt_batch_item_new (source_item->bytes);
  intake->item->envelope = intake->decoded->envelope;
  intake->item->envelope_sender = g_strdup (envelope_sender);
  intake->item->is_truncated = source_item->oversized;
  intake->item->quarantine_bytes = (gsize)settings->limits.quarantine_bytes;
  g_ptr_array_unref (intake->item->reports);
  intake->item->reports = g_ptr_array_ref (intake->decoded->reports);
  for (guint i = 0; i < intake->item->reports->len; i++) {
    TlsrptReport *report = g_ptr_array_index (intake->item->reports, i);
    report->envelope_sender = tlsrpt_report_string (report, envelope_sender);
  }
  return intake;
}

TlsrptIntake *
tlsrpt_intake_new_refused (const TlsrptSourceItem *source_item, const char *envelope_sender,
                           const GError *refusal, const TlsrptSettings *settings)
{
  TlsrptIntake *intake =
      intake_of (tlsrpt_decoded_new_refused (refusal), source_item, envelope_sender, settings);

  keep_refused (intake);
  return intake;
}

TlsrptIntake *
tlsrpt_intake_new (const TlsrptSourceItem *source_item, const char *envelope_sender,
                   TlsrptDkim *dkim, const TlsrptSettings *settings)
{
  TlsrptIntake *intake = intake_of (tlsrpt_intake_decode (source_item, &settings->limits),
                                    source_item, envelope_sender, settings);

  intake->dkim = dkim;
  return intake;
}

void
tlsrpt_intake_judge (TlsrptIntake *intake, TlsrptDns *dns)
{
  const TlsrptSettings *settings = intake->settings;
  gint64 now = g_get_real_time ();

  judge_reports (intake, judge_days, &now);
  judge_sender (intake, dns);
  if (settings->accept != NULL && !settings->accept_domains_table)
    judge_reports (intake, judge_domains, &(Accepted){ .listed = settings->accept });
  keep_refused (intake);
}

gboolean
tlsrpt_intake_check_keys (const TlsrptIntake *intake, GError **error)
{
  if (intake->deferral == NULL)
    return TRUE;
  if (error != NULL)
    *error = g_error_copy (intake->deferral);
  return FALSE;
}

void
tlsrpt_intake_free (TlsrptIntake *intake)
{
  tlsrpt_batch_item_free (intake->item);
  tlsrpt_decoded_free (intake->decoded);
  tlsrpt_dkim_free (intake->dkim);
  g_clear_error (&intake->deferral);
  g_free (intake);
}

static GError *
judge_recipient (TlsrptReport *report, gconstpointer data)
{
  const char *domain = data;
  g_autofree char *quoted = NULL;
  g_autofree char *names = NULL;

  if (g_strcmp0 (report->report_domain, domain) == 0)
    return NULL;
  for (guint i = 0; i < report->policies->len; i++)
    if (g_strcmp0 (tlsrpt_report_policy (report, i)->policy_domain, domain) == 0)
      return NULL;
  quoted = tlsrpt_quote (domain);
  names = name_domains (report);
  return g_error_new (TLSRPT_ERROR, TLSRPT_ERROR_FOREIGN,
                      "accept: on %s, but mailed to the address for '%s'", names, quoted);
}

/* DOMAIN of `local+DOMAIN@host`, canonical; %NULL if there is none. */
static char *
recipient_domain (const char *recipient)
{
  const char *at = recipient != NULL ? strrchr (recipient, '@') : NULL;
  const char *plus = at != NULL ? memchr (recipient, '+', (gsize)(at - recipient)) : NULL;
  g_autofree char *detail = plus != NULL ? g_strndup (plus + 1, (gsize)(at - plus - 1)) : NULL;
  g_autofree char *domain = detail != NULL ? tlsrpt_domain_canonical (detail) : NULL;
  g_auto (GStrv) patterns = tlsrpt_accept_patterns (domain);

  /* A domain has two labels; any other detail is the operator's own business. */
  return patterns[0] != NULL && patterns[1] != NULL ? g_steal_pointer (&domain) : NULL;
}

void
tlsrpt_intake_check_recipient (TlsrptIntake *intake, const char *recipient)
{
  g_autofree char *domain = recipient_domain (recipient);

  if (domain != NULL)
    judge_reports (intake, judge_recipient, domain);
}

static void
add_patterns (GHashTable *patterns, const char *domain)
{
  g_auto (GStrv) found = tlsrpt_accept_patterns (domain);

  for (guint i = 0; found[i] != NULL; i++)
    g_hash_table_add (patterns, g_strdup (found[i]));
}

static gboolean
accept_by_table (GPtrArray *intakes, TlsrptStore *store, GError **error)
{
  g_autoptr (GHashTable) patterns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (TlsrptAccept) in_table = NULL;

  for (guint i = 0; i < intakes->len; i++) {
    const TlsrptIntake *intake = g_ptr_array_index (intakes, i);

    for (guint j = 0; intake->settings->accept_domains_table && j < intake->decoded->reports->len;
         j++) {
      const TlsrptReport *report = g_ptr_array_index (intake->decoded->reports, j);

      add_patterns (patterns, report->report_domain);
      for (guint k = 0; k < report->policies->len; k++)
        add_patterns (patterns, tlsrpt_report_policy (report, k)->policy_domain);
    }
  }
  if (g_hash_table_size (patterns) > 0) {
    in_table = tlsrpt_store_find_accepted (store, patterns, error);
    if (in_table == NULL)
      return FALSE;
  }
  for (guint i = 0; i < intakes->len; i++) {
    TlsrptIntake *intake = g_ptr_array_index (intakes, i);

    if (intake->settings->accept_domains_table)
      judge_reports (intake, judge_domains,
                     &(Accepted){ .listed = intake->settings->accept, .in_table = in_table });
  }
  return TRUE;
}

/* Nothing is left of a message whose refusal is not kept. */
gboolean
tlsrpt_intake_is_for_store (const TlsrptIntake *intake)
{
  return intake->item->reports->len > 0 || intake->item->refused != NULL;
}

gboolean
tlsrpt_intake_store (GPtrArray *intakes, TlsrptStore *store, GError **error)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new ();

  if (!accept_by_table (intakes, store, error))
    return FALSE;
  for (guint i = 0; i < intakes->len; i++)
    if (tlsrpt_intake_is_for_store (intakes->pdata[i]))
      g_ptr_array_add (items, ((TlsrptIntake *)intakes->pdata[i])->item);
  return items->len == 0 || tlsrpt_store_put (store, items, error);
}

TlsrptStore *
tlsrpt_intake_new_store (const TlsrptSettings *settings, gint64 run_deadline)
{
  TlsrptStoreOptions options = {
    .conninfo = settings->conninfo,
    .deadline_seconds = (guint)settings->deadline,
    .run_deadline = run_deadline,
    .keep_evidence = settings->keep_evidence,
  };

  return tlsrpt_store_new (&options);
}

TlsrptStore *
tlsrpt_intake_open_store (const TlsrptSettings *settings, GError **error)
{
  g_autoptr (TlsrptStore) store = tlsrpt_intake_new_store (settings, 0);

  return tlsrpt_store_connect (store, error) ? g_steal_pointer (&store) : NULL;
}
