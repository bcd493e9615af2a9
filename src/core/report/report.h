/* SPDX-License-Identifier: GPL-3.0-or-later
 * A TLS report of RFC 8460 section 4.4, as plain data: JSON bytes in, TlsrptReport out, and back.
 * Refuses what has no identity (no organization, id or period) or numbers that cannot be stored. */
#pragma once

#include "core/limits.h"

#include <glib.h>

G_BEGIN_DECLS

#define TLSRPT_DIGEST_BYTES 32
#define TLSRPT_UID_BYTES 16
#define TLSRPT_RECENT_STRINGS 64

/**
 * TlsrptFailure:
 * @result_type: `result-type` (RFC 8460 section 4.3), as sent, an unknown one too
 * @sending_mta_ip: (nullable): as sent; any text, an address or not
 * @receiving_mx_hostname: (nullable): as sent
 * @receiving_mx_helo: (nullable): as sent
 * @receiving_ip: (nullable): as sent; any text, an address or not
 * @failed_session_count: sessions, 0 or more
 * @additional_information: (nullable): as sent, of `additional-info-uri` too
 * @failure_reason_code: (nullable): as sent
 * @extra: (nullable): members the RFC does not know, one JSON object as text
 *
 * One element of `failure-details`. Strings belong to the report's string store.
 */
typedef struct {
  const char *result_type;
  const char *sending_mta_ip;
  const char *receiving_mx_hostname;
  const char *receiving_mx_helo;
  const char *receiving_ip;
  gint64 failed_session_count;
  const char *additional_information;
  const char *failure_reason_code;
  const char *extra;
} TlsrptFailure;

/**
 * TlsrptPolicy:
 * @policy_type: `policy-type`, as sent; `tlsa`, `sts`, `no-policy-found` or anything else
 * @policy_domain: (nullable): lower-case A-label without final dot, what is compared and grouped by
 * @policy_domain_sent: (nullable): as sent, where it differs from @policy_domain
 * @policy_string: (array zero-terminated=1): `policy-string`, an element a line or record; may be empty
 * @mx_host: (array zero-terminated=1): `mx-host` patterns without a `mx: ` prefix; may be empty
 * @total_successful_session_count: sessions, 0 or more
 * @total_failure_session_count: sessions, 0 or more
 * @failures: (element-type TlsrptFailure): the elements of `failure-details`, by value
 * @foreign: %TRUE if @policy_domain is none of the accepted domains; set by the caller, not by core
 * @extra: (nullable): members the RFC does not know, one JSON object as text: those of the policies
 *   element, with those of `policy` and `summary` under these names
 *
 * One element of `policies`. Strings belong to the report's string store.
 */
typedef struct {
  const char *policy_type;
  const char *policy_domain;
  const char *policy_domain_sent;
  const char *const *policy_string;
  const char *const *mx_host;
  gint64 total_successful_session_count;
  gint64 total_failure_session_count;
  GArray *failures;
  gboolean foreign;
  const char *extra;
} TlsrptPolicy;

/**
 * TlsrptTrust:
 * @dkim_result: the verdict that counts: `pass`, `fail`, `temperror`, `none`, or `unknown` where nobody
 *   looked
 * @dkim_domain: (nullable): signing domain of the signature that counted, as a lower-case A-label
 * @dkim_aligned: %TRUE if @dkim_domain is From's domain or above it, and no gateway's
 * @dkim_source: (nullable): where the verdict is from: `signature`, verified here; `auth-results`, of the
 *   operator's own service; `gateway`, a signature of one of the operator's gateways, by either; %NULL
 *   where nobody looked
 * @dkim_why: (nullable): static words: why it is no pass, or what is weak about one
 * @signature_result: (nullable): what was found here; %NULL where signatures were not verified here
 * @auth_results_result: (nullable): what the own service said; %NULL where none is configured
 * @spf_result: (nullable): result word of RFC 8601 section 2.7.2
 * @dmarc_result: (nullable): result word of RFC 7489 section 11.2
 *
 * What is known of who sent the mail. @dkim_domain, @spf_result and @dmarc_result belong to the
 * report's string store, the rest are static words; in a report that was read back all are in the store.
 */
typedef struct {
  const char *dkim_result;
  const char *dkim_domain;
  gboolean dkim_aligned;
  const char *dkim_source;
  const char *dkim_why;
  const char *signature_result;
  const char *auth_results_result;
  const char *spf_result;
  const char *dmarc_result;
} TlsrptTrust;

/**
 * TlsrptBasis:
 * @TLSRPT_BASIS_NAME: by `organization-name` alone
 * @TLSRPT_BASIS_CONTACT_INFO: by the domain of `contact-info`
 * @TLSRPT_BASIS_SUBMITTER: by the submitter (RFC 8460 section 5.3)
 * @TLSRPT_BASIS_FROM: by the domain of the From header, which no valid signature covers
 * @TLSRPT_BASIS_DKIM: by the domain of the From header, signed by it or a parent domain
 *
 * How the reporter of a report is known, from what is worth least to what is worth most.
 */
typedef enum {
  TLSRPT_BASIS_NAME,
  TLSRPT_BASIS_CONTACT_INFO,
  TLSRPT_BASIS_SUBMITTER,
  TLSRPT_BASIS_FROM,
  TLSRPT_BASIS_DKIM,
} TlsrptBasis;

/**
 * TlsrptKeys:
 * @uid: key of the report (facts/identity.h)
 * @claim: what it claims to be (facts/identity.h)
 * @content: what it says (facts/meaning.h)
 * @name_key: its name, as names are compared (facts/reporter.h); of the report's string store
 *
 * What a report is recognized by.
 */
typedef struct {
  guint8 uid[TLSRPT_UID_BYTES];
  guint8 claim[TLSRPT_UID_BYTES];
  guint8 content[TLSRPT_DIGEST_BYTES];
  const char *name_key;
} TlsrptKeys;

/**
 * TlsrptReport:
 * @strings: store that owns every string below
 * @recent: (nullable): short strings of it, each in the place that its hash names, so that those which
 *   recur are kept once. A table that a stranger chooses the strings of must not be searched: one
 *   whose place is taken replaces what is there
 * @lists: store that owns the arrays of them, by tlsrpt_report_list()
 * @organization_name: `organization-name`
 * @report_id: `report-id`
 * @contact_info: (nullable): `contact-info`, an array joined by ", "
 * @start_datetime: microseconds since 1970 UTC, of `date-range.start-datetime`
 * @end_datetime: microseconds since 1970 UTC, of `date-range.end-datetime`
 * @policies: (element-type TlsrptPolicy): by value, in the order sent
 * @extra: (nullable): members the RFC does not know, one JSON object as text, those of
 *   `date-range` under this name
 * @deviations: bit set of TLSRPT_DEVIATION_BIT() (deviation.h): what was tolerated
 * @document_bytes: length of the JSON document, in bytes
 * @evidence: (nullable): the bytes as received where they were packed, else packed here; plain JSON
 *   that packs past `inflated_ratio` as it is
 * @submitter: (nullable): `TLS-Report-Submitter` header (RFC 8460 section 5.3), else from the file
 *   name or Subject, as a lower-case A-label
 * @report_domain: (nullable): `TLS-Report-Domain` header, else from the file name or Subject, as a
 *   lower-case A-label
 * @message_id: (nullable): of the mail, without angle brackets
 * @header_from: (nullable): address of From, without a name
 * @envelope_sender: (nullable): as the mail system passed it on
 * @received_at: microseconds since 1970 UTC when the mail arrived, or 0 if nobody knows
 * @trust: what is known of who sent it
 * @reporter_domain: (nullable): whom it belongs to; %NULL until tlsrpt_reporter_identify() has judged
 * @reporter_basis: how that is known
 * @is_verified: %TRUE if by a signature of @reporter_domain
 * @keys: (nullable): what it is recognized by; %NULL unless tlsrpt_keys_prepare() has computed it
 *
 * Owns everything it points to. Made by tlsrpt_report_parse(), filled further by tlsrpt_decode().
 */
typedef struct {
  GStringChunk *strings;
  const char *recent[TLSRPT_RECENT_STRINGS];
  GPtrArray *lists;
  const char *organization_name;
  const char *report_id;
  const char *contact_info;
  gint64 start_datetime;
  gint64 end_datetime;
  GArray *policies;
  const char *extra;
  guint64 deviations;
  guint64 document_bytes;
  GBytes *evidence;
  const char *submitter;
  const char *report_domain;
  const char *message_id;
  const char *header_from;
  const char *envelope_sender;
  gint64 received_at;
  TlsrptTrust trust;
  const char *reporter_domain;
  TlsrptBasis reporter_basis;
  gboolean is_verified;
  TlsrptKeys *keys;
} TlsrptReport;

/**
 * tlsrpt_report_new:
 *
 * Returns: (transfer full): an empty report, trust `unknown`
 */
TlsrptReport *tlsrpt_report_new (void);

/**
 * tlsrpt_report_free:
 * @report: (transfer full) (nullable): what to free
 */
void tlsrpt_report_free (TlsrptReport *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptReport, tlsrpt_report_free)

/**
 * tlsrpt_report_string:
 * @report: the report that will own the copy
 * @text: (nullable): checked UTF-8
 *
 * Returns: (nullable): @text, kept in @report's string store; %NULL for %NULL
 */
const char *tlsrpt_report_string (TlsrptReport *report, const char *text);

/**
 * tlsrpt_report_list:
 * @report: the report that will own the copy
 * @items: (array length=n) (nullable): checked UTF-8
 * @n: how many
 *
 * Returns: (array zero-terminated=1): @items, kept by @report
 */
const char *const *tlsrpt_report_list (TlsrptReport *report, const char *const *items, gsize n);

/**
 * tlsrpt_report_add_policy:
 * @report: a report
 *
 * Returns: (transfer none): a new last policy with nothing in it; valid until the next one is added
 */
TlsrptPolicy *tlsrpt_report_add_policy (TlsrptReport *report);

/**
 * tlsrpt_time_format:
 * @microseconds: since 1970 UTC, years 1 to 9999
 *
 * Returns: (transfer full): `YYYY-MM-DDTHH:MM:SSZ` (RFC 3339), with a fraction where there is one
 */
char *tlsrpt_time_format (gint64 microseconds);

/**
 * tlsrpt_report_policy:
 * @report: a report
 * @number: 0 to `report->policies->len - 1`
 *
 * Returns: (transfer none): that policy
 */
TlsrptPolicy *tlsrpt_report_policy (const TlsrptReport *report, guint number);

/**
 * tlsrpt_policy_failure:
 * @policy: a policy
 * @number: 0 to `policy->failures->len - 1`
 *
 * Returns: (transfer none): that failure detail
 */
TlsrptFailure *tlsrpt_policy_failure (const TlsrptPolicy *policy, guint number);

G_END_DECLS
