/* SPDX-License-Identifier: GPL-3.0-or-later
 * The table of what is tolerated. Each row has a word for report.deviation, and a test of that
 * name. */
#include "core/deviation.h"

/* clang-format off */
#define ROW(deviation, name, found, seen_from, stored) \
  [TLSRPT_DEVIATION_##deviation] = { name, found, seen_from, stored }

static const TlsrptDeviationInfo table[TLSRPT_N_DEVIATIONS] = {
  ROW (BYTE_ORDER_MARK, "byte-order-mark",
       "U+FEFF before the document", "writers on Windows", "the document without it"),
  ROW (STRING_AS_NUMBER, "string-as-number",
       "a number where a string belongs", "hand-made writers", "its digits"),
  ROW (COUNT_AS_STRING, "count-as-string",
       "a session count as a string of digits", "hand-made writers", "the number"),
  ROW (COUNT_AS_FLOAT, "count-as-float",
       "a session count as 3.0 or 3e0", "writers in JavaScript and Lua", "the integer"),
  ROW (COUNT_MISSING, "count-missing",
       "a session count, or a whole summary, left out", "old drafts",
       "0; for failed-session-count 1; for total-failure-session-count the sum of the details"),
  ROW (NULL_MEMBER, "null-member",
       "null where a value belongs", "Stalwart, small senders", "as if the member were absent"),
  ROW (CONTACT_INFO_MISSING, "contact-info-missing",
       "no contact-info", "small senders", "null"),
  ROW (CONTACT_INFO_ARRAY, "contact-info-array",
       "contact-info as an array of strings", "hand-made writers", "the strings, joined by \", \""),
  ROW (POLICY_DOMAIN_MISSING, "policy-domain-missing",
       "no policy-domain", "old drafts, Postfix with tlsrpt-reporter under no-policy-found",
       "the domain of header, file name or Subject (see the next rows), else null"),
  ROW (POLICY_DOMAIN_FROM_HEADER, "policy-domain-from-header",
       "no policy-domain, but TLS-Report-Domain", "Postfix with tlsrpt-reporter",
       "the header's domain"),
  ROW (POLICY_DOMAIN_FROM_FILE_NAME, "policy-domain-from-file-name",
       "no policy-domain and no TLS-Report-Domain, but a file name of RFC 8460 section 5.1",
       "gateways that drop header fields", "the file name's domain"),
  ROW (POLICY_DOMAIN_FROM_SUBJECT, "policy-domain-from-subject",
       "no policy-domain, TLS-Report-Domain or file name, but a Subject of section 5.3",
       "gateways that rename", "the Subject's domain"),
  ROW (POLICY_DOMAIN_FORM, "policy-domain-form",
       "policy-domain in capitals, with a final dot, or not as an A-label", "several",
       "the lower-case A-label, and beside it what was sent"),
  ROW (POLICY_STRING_AS_STRING, "policy-string-as-string",
       "policy-string as one string", "old drafts", "an array of its lines"),
  ROW (POLICY_STRING_AS_JSON, "policy-string-as-json",
       "an element of policy-string that is a JSON array of strings, written as one string",
       "Microsoft, under tlsa", "the strings in it, an element each"),
  ROW (MX_HOST_AS_STRING, "mx-host-as-string",
       "mx-host as one string", "old drafts", "an array of one"),
  ROW (MX_HOST_PATTERN, "mx-host-pattern",
       "mx-host-pattern for mx-host", "writers that followed the RFC's text, not its example",
       "as mx-host"),
  ROW (MX_HOST_PREFIX, "mx-host-prefix",
       "`mx: ` before a host of mx-host", "a small sender", "the host alone"),
  ROW (SENDING_MTA_IP_MISSING, "sending-mta-ip-missing",
       "a failure detail without sending-mta-ip", "Microsoft", "null"),
  ROW (ADDRESS_NOT_INET, "address-not-inet",
       "sending-mta-ip or receiving-ip that is no IP address", "hand-made writers",
       "the text, beside the null address"),
  ROW (ADDITIONAL_INFO_URI, "additional-info-uri",
       "additional-info-uri for additional-information", "some writers",
       "as additional-information"),
  ROW (RECEIVING_MX_HOST_NAME, "receiving-mx-host-name",
       "receiving-mx-host-name for receiving-mx-hostname", "SocketLabs",
       "as receiving-mx-hostname"),
  ROW (FAILURE_ERROR_CODE, "failure-error-code",
       "failure-error-code for failure-reason-code", "some writers", "as failure-reason-code"),
  ROW (OBJECT_FOR_ARRAY, "object-for-array",
       "one object where an array of objects or strings belongs, or one without members for none",
       "writers in PHP and Lua", "an array of it, or of nothing"),
  ROW (DATE_WITHOUT_ZONE, "date-without-zone",
       "a date-time without a zone", "Microsoft, for a time", "read as UTC"),
  ROW (DATE_WITHOUT_SECONDS, "date-without-seconds",
       "a date-time without seconds", "writers in Java, which leaves out `:00`", "second 0"),
  ROW (DATE_ONLY, "date-only",
       "a date where a date-time belongs", "hand-made writers",
       "midnight UTC of that day; at the end of the period its last second"),
  ROW (END_BEFORE_START, "end-before-start",
       "end-datetime before start-datetime", "broken clocks", "both, as sent"),
  ROW (UNKNOWN_MEMBER, "unknown-member",
       "members that RFC 8460 does not know", "anyone's additions", "in column extra"),
  ROW (UNKNOWN_POLICY_TYPE, "unknown-policy-type",
       "another policy-type than tlsa, sts and no-policy-found; none at all counts too",
       "drafts (no-sts-found, no-tlsa-found)", "as sent; none as an empty string"),
  ROW (UNKNOWN_RESULT_TYPE, "unknown-result-type",
       "another result-type than those that IANA has registered; none at all counts too",
       "drafts, newer senders", "as sent; none as an empty string"),
  ROW (SUMMARY_DIFFERS, "summary-differs",
       "total-failure-session-count is not the sum of the details", "Mail.ru",
       "both, as sent"),
  ROW (STRING_REPAIRED, "string-repaired",
       "control characters, bad UTF-8, U+0000, lone surrogates or numbers out of range", "hostile senders",
       "U+FFFD for what is no character; a number as the string of its digits"),
  ROW (MEDIA_TYPE, "media-type",
       "another media type than the two of RFC 8460 section 6", "old drafts, gateways",
       "the report"),
  ROW (NOT_AS_LABELLED, "not-as-labelled",
       "gzip that is labelled JSON, or the reverse", "gateways", "what the bytes are"),
  ROW (GZIP_MEMBERS, "gzip-members",
       "several gzip members back to back", "writers that append", "the document they make up"),
  ROW (GZIP_PADDING, "gzip-padding",
       "bytes after the gzip data", "gateways, tape-minded writers", "the document without them"),
  ROW (RAW_ZLIB, "raw-zlib",
       "a zlib stream for gzip", "writers with `deflate` in mind", "the document"),
  ROW (FILE_NAME, "file-name",
       "a file name that is not of RFC 8460 section 5.1", "gateways, small senders", "the report"),
  ROW (REPORT_DOMAIN_DIFFERS, "report-domain-differs",
       "TLS-Report-Domain, or the file name, is no policy-domain of the document",
       "senders with several domains in a report, forgers", "both"),
  ROW (SUBMITTER_DIFFERS, "submitter-differs",
       "TLS-Report-Submitter and the file name name two submitters", "forwarders, forgers",
       "the header's"),
  ROW (SUBJECT_DIFFERS, "subject-differs",
       "the Subject has another domain, submitter or report-id than the rest", "Google (report-id)",
       "the document's"),
  ROW (SUBMITTER_NOT_FROM, "submitter-not-from",
       "TLS-Report-Submitter, or else the file name's submitter, is neither From's domain nor above or below it",
       "tlsrpt-reporter up to 0.5.0 (the organization's name), forwarders, forgers", "both"),
  ROW (CONTACT_NOT_FROM, "contact-not-from",
       "contact-info is an address at neither From's domain nor above or below it",
       "services that report for others, forgers", "both"),
};
/* clang-format on */

const TlsrptDeviationInfo *
tlsrpt_deviation_info (TlsrptDeviation deviation)
{
  g_return_val_if_fail ((guint)deviation < TLSRPT_N_DEVIATIONS, NULL);
  return &table[deviation];
}

const char **
tlsrpt_deviation_names (guint64 deviations)
{
  const char **names = g_new0 (const char *, TLSRPT_N_DEVIATIONS + 1);
  gsize n = 0;

  for (guint i = 0; i < TLSRPT_N_DEVIATIONS; i++)
    if ((deviations >> i & 1) != 0)
      names[n++] = table[i].name;
  return names;
}
