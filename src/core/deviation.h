/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is tolerated in a report although RFC 8460 does not allow it: one table. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TLSRPT_DEVIATIONS:
 * @ROW: macro of a name, the word stored in `report.deviation`, what was found in the document or mail,
 *   which writers it is known from, and what is stored
 *
 * Each deviation has a test of its word. The manual's page is compared with these rows.
 */
/* clang-format off */
#define TLSRPT_DEVIATIONS(ROW) \
    ROW (BYTE_ORDER_MARK, "byte-order-mark", \
         "U+FEFF before the document", \
         "writers on Windows", "the document without it") \
    ROW (STRING_AS_NUMBER, "string-as-number", \
         "a number where a string belongs", \
         "hand-made writers", "the digits as a string") \
    ROW (COUNT_AS_STRING, "count-as-string", \
         "a session count as a string of digits", \
         "hand-made writers", "the number") \
    ROW (COUNT_AS_FLOAT, "count-as-float", \
         "a session count as 3.0 or 3e0", \
         "writers in JavaScript and Lua", "the integer") \
    ROW (COUNT_MISSING, "count-missing", \
         "a session count, or a whole summary, left out", \
         "writers of old drafts", \
         "0; for failed-session-count 1; for total-failure-session-count the sum of the details") \
    ROW (NULL_MEMBER, "null-member", \
         "null where a value belongs", \
         "Stalwart, small reporters", "the same as without the member") \
    ROW (CONTACT_INFO_MISSING, "contact-info-missing", \
         "no contact-info", \
         "small reporters", "null") \
    ROW (CONTACT_INFO_ARRAY, "contact-info-array", \
         "contact-info as an array of strings", \
         "hand-made writers", "the strings, joined by \", \"") \
    ROW (POLICY_DOMAIN_MISSING, "policy-domain-missing", \
         "no policy-domain", \
         "writers of old drafts, Postfix with tlsrpt-reporter under no-policy-found", \
         "the domain of the header, the file name or the Subject (see the next words), or else " \
         "null") \
    ROW (POLICY_DOMAIN_FROM_HEADER, "policy-domain-from-header", \
         "no policy-domain, but TLS-Report-Domain", \
         "Postfix with tlsrpt-reporter", "the domain of the header") \
    ROW (POLICY_DOMAIN_FROM_FILE_NAME, "policy-domain-from-file-name", \
         "no policy-domain and no TLS-Report-Domain, but a file name of RFC 8460 section " \
         "5.1", \
         "gateways that drop header fields", "the domain of the file name") \
    ROW (POLICY_DOMAIN_FROM_SUBJECT, "policy-domain-from-subject", \
         "none of these, but a Subject of RFC 8460 section 5.3", \
         "gateways that rename", "the domain of the Subject") \
    ROW (POLICY_DOMAIN_FORM, "policy-domain-form", \
         "policy-domain in capitals, with a final dot, or not as an A-label", \
         "several reporters", "the lower-case A-label, and what was sent in a column beside it") \
    ROW (POLICY_STRING_AS_STRING, "policy-string-as-string", \
         "policy-string as one string", \
         "writers of old drafts", "an array of its lines") \
    ROW (POLICY_STRING_AS_JSON, "policy-string-as-json", \
         "an element of policy-string that is a JSON array of strings, written as one string", \
         "Microsoft, under tlsa", "an array of the strings in it") \
    ROW (MX_HOST_AS_STRING, "mx-host-as-string", \
         "mx-host as one string", \
         "writers of old drafts", "an array of one host") \
    ROW (MX_HOST_PATTERN, "mx-host-pattern", \
         "mx-host-pattern instead of mx-host", \
         "writers that followed the text of the RFC instead of its example", \
         "the same as for mx-host") \
    ROW (MX_HOST_PREFIX, "mx-host-prefix", \
         "`mx: ` before a host of mx-host", \
         "a small reporter", "the host without the prefix") \
    ROW (SENDING_MTA_IP_MISSING, "sending-mta-ip-missing", \
         "a failure detail without sending-mta-ip", \
         "Microsoft", "null") \
    ROW (ADDRESS_NOT_INET, "address-not-inet", \
         "a sending-mta-ip or receiving-ip that is not an IP address", \
         "hand-made writers", "null as the address, and the text in a column beside it") \
    ROW (ADDITIONAL_INFO_URI, "additional-info-uri", \
         "additional-info-uri instead of additional-information", \
         "some writers", "the same as for additional-information") \
    ROW (RECEIVING_MX_HOST_NAME, "receiving-mx-host-name", \
         "receiving-mx-host-name instead of receiving-mx-hostname", \
         "SocketLabs", "the same as for receiving-mx-hostname") \
    ROW (FAILURE_ERROR_CODE, "failure-error-code", \
         "failure-error-code instead of failure-reason-code", \
         "some writers", "the same as for failure-reason-code") \
    ROW (OBJECT_FOR_ARRAY, "object-for-array", \
         "one object where an array of objects or strings belongs, or an empty object for an " \
         "empty array", \
         "writers in PHP and Lua", "an array of that object, or an empty array") \
    ROW (DATE_WITHOUT_ZONE, "date-without-zone", \
         "a date-time without a zone", \
         "Microsoft, in the past", "the time in UTC") \
    ROW (DATE_WITHOUT_SECONDS, "date-without-seconds", \
         "a date-time without seconds", \
         "writers in Java, which omits `:00`", "second 0 of that minute") \
    ROW (DATE_ONLY, "date-only", \
         "a date where a date-time belongs", \
         "hand-made writers", "midnight UTC of that day; at the end of the period its last second") \
    ROW (END_BEFORE_START, "end-before-start", \
         "end-datetime before start-datetime", \
         "broken clocks", "both, as sent") \
    ROW (UNKNOWN_MEMBER, "unknown-member", \
         "members that RFC 8460 does not know", \
         "reporters that add members of their own", "the members, in the column extra") \
    ROW (UNKNOWN_POLICY_TYPE, "unknown-policy-type", \
         "a policy-type other than tlsa, sts and no-policy-found, or no policy-type", \
         "drafts (no-sts-found, no-tlsa-found)", "the policy-type as sent, or an empty string") \
    ROW (UNKNOWN_RESULT_TYPE, "unknown-result-type", \
         "a result-type that IANA has not registered, or no result-type", \
         "drafts, newer reporters", "the result-type as sent, or an empty string") \
    ROW (SUMMARY_DIFFERS, "summary-differs", \
         "total-failure-session-count is not the sum of the details", \
         "Mail.ru", "both, as sent") \
    ROW (STRING_REPAIRED, "string-repaired", \
         "control characters, bad UTF-8, U+0000, lone surrogates or numbers out of range", \
         "hostile reporters", \
         "U+FFFD for what is not a character; a number as the string of its digits") \
    ROW (MEDIA_TYPE, "media-type", \
         "a media type other than the two of RFC 8460 section 6", \
         "writers of old drafts, gateways", "the report, unchanged") \
    ROW (NOT_AS_LABELLED, "not-as-labelled", \
         "gzip labelled as JSON, or JSON labelled as gzip", \
         "gateways", "the report, read as what its bytes are") \
    ROW (GZIP_MEMBERS, "gzip-members", \
         "several gzip members back to back", \
         "writers that append to a file", "the document that they make up") \
    ROW (GZIP_PADDING, "gzip-padding", \
         "bytes after the gzip data", \
         "gateways, and writers that pad to a block size", "the document without them") \
    ROW (RAW_ZLIB, "raw-zlib", \
         "a zlib stream instead of gzip", \
         "writers that took gzip for zlib's format", "the document") \
    ROW (FILE_NAME, "file-name", \
         "a file name that does not follow RFC 8460 section 5.1", \
         "gateways, small reporters", "the report, unchanged") \
    ROW (REPORT_DOMAIN_DIFFERS, "report-domain-differs", \
         "the domain in TLS-Report-Domain or in the file name is not a policy-domain of the " \
         "document", \
         "reporters that put several domains into one report, forgers", "both domains") \
    ROW (SUBMITTER_DIFFERS, "submitter-differs", \
         "TLS-Report-Submitter and the file name have different submitters", \
         "forwarders, forgers", "the submitter of the header") \
    ROW (SUBJECT_DIFFERS, "subject-differs", \
         "the Subject has a different domain, submitter or report-id than the rest of the mail", \
         "Google (report-id)", "what the document says") \
    ROW (SUBMITTER_NOT_FROM, "submitter-not-from", \
         "the submitter in TLS-Report-Submitter, or else in the file name, is not the domain of " \
         "From, nor above or below it", \
         "tlsrpt-reporter up to 0.5.0 (the organization's name), forwarders, forgers", \
         "both domains") \
    ROW (CONTACT_NOT_FROM, "contact-not-from", \
         "the domain of the address in contact-info is not the domain of From, nor above or " \
         "below it", \
         "services that report for others, forgers", "both domains")
/* clang-format on */

#define TLSRPT_DEVIATION_MEMBER(name, word, found, seen_from, stored) TLSRPT_DEVIATION_##name,

/**
 * TlsrptDeviation:
 * @TLSRPT_N_DEVIATIONS: how many there are, 64 at most
 *
 * TLSRPT_DEVIATION_BYTE_ORDER_MARK and so on: one for each row of %TLSRPT_DEVIATIONS.
 */
typedef enum { TLSRPT_DEVIATIONS (TLSRPT_DEVIATION_MEMBER) TLSRPT_N_DEVIATIONS } TlsrptDeviation;

G_STATIC_ASSERT (TLSRPT_N_DEVIATIONS <= 64);

/** TLSRPT_DEVIATION_BIT: @deviation in a bit set of them */
#define TLSRPT_DEVIATION_BIT(deviation) (G_GUINT64_CONSTANT (1) << (deviation))

/**
 * tlsrpt_deviation_name:
 * @deviation: which
 *
 * Returns: (transfer none): word stored in `report.deviation`, e.g. `count-as-string`
 */
const char *tlsrpt_deviation_name (TlsrptDeviation deviation);

/**
 * tlsrpt_deviation_names:
 * @deviations: bit set of TLSRPT_DEVIATION_BIT()
 *
 * Returns: (transfer container): the names of the bits set, in the order of the table, NULL-terminated;
 *   free the array alone with g_free()
 */
const char **tlsrpt_deviation_names (guint64 deviations);

G_END_DECLS
