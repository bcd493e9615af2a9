/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is tolerated in a report although RFC 8460 does not allow it: one table, a row a deviation,
 * each with who sends it, what is stored for it, and a test of its name. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptDeviation:
 * @TLSRPT_DEVIATION_BYTE_ORDER_MARK: U+FEFF before the document
 * @TLSRPT_DEVIATION_STRING_AS_NUMBER: a number where a string belongs
 * @TLSRPT_DEVIATION_COUNT_AS_STRING: a session count as a string of digits
 * @TLSRPT_DEVIATION_COUNT_AS_FLOAT: a session count as 3.0 or 3e0
 * @TLSRPT_DEVIATION_COUNT_MISSING: a session count, or a whole summary, left out
 * @TLSRPT_DEVIATION_NULL_MEMBER: null where a value belongs
 * @TLSRPT_DEVIATION_CONTACT_INFO_MISSING: no contact-info
 * @TLSRPT_DEVIATION_CONTACT_INFO_ARRAY: contact-info as an array of strings
 * @TLSRPT_DEVIATION_POLICY_DOMAIN_MISSING: no policy-domain
 * @TLSRPT_DEVIATION_POLICY_DOMAIN_FROM_HEADER: no policy-domain, but TLS-Report-Domain
 * @TLSRPT_DEVIATION_POLICY_DOMAIN_FROM_FILE_NAME: no policy-domain and no TLS-Report-Domain, but a
 *   file name of RFC 8460 section 5.1
 * @TLSRPT_DEVIATION_POLICY_DOMAIN_FROM_SUBJECT: no policy-domain, TLS-Report-Domain or file name,
 *   but a Subject of section 5.3
 * @TLSRPT_DEVIATION_POLICY_DOMAIN_FORM: policy-domain in capitals, with a final dot, or not as an
 *   A-label
 * @TLSRPT_DEVIATION_POLICY_STRING_AS_STRING: policy-string as one string
 * @TLSRPT_DEVIATION_POLICY_STRING_AS_JSON: an element of policy-string that is a JSON array of
 *   strings, written as one string
 * @TLSRPT_DEVIATION_MX_HOST_AS_STRING: mx-host as one string
 * @TLSRPT_DEVIATION_MX_HOST_PATTERN: mx-host-pattern for mx-host
 * @TLSRPT_DEVIATION_MX_HOST_PREFIX: `mx: ` before a host of mx-host
 * @TLSRPT_DEVIATION_SENDING_MTA_IP_MISSING: a failure detail without sending-mta-ip
 * @TLSRPT_DEVIATION_ADDRESS_NOT_INET: sending-mta-ip or receiving-ip that is no IP address
 * @TLSRPT_DEVIATION_ADDITIONAL_INFO_URI: additional-info-uri for additional-information
 * @TLSRPT_DEVIATION_RECEIVING_MX_HOST_NAME: receiving-mx-host-name for receiving-mx-hostname
 * @TLSRPT_DEVIATION_FAILURE_ERROR_CODE: failure-error-code for failure-reason-code
 * @TLSRPT_DEVIATION_OBJECT_FOR_ARRAY: one object where an array of objects or strings belongs, or
 *   one without members for none
 * @TLSRPT_DEVIATION_DATE_WITHOUT_ZONE: a date-time without a zone
 * @TLSRPT_DEVIATION_DATE_WITHOUT_SECONDS: a date-time without seconds
 * @TLSRPT_DEVIATION_DATE_ONLY: a date where a date-time belongs
 * @TLSRPT_DEVIATION_END_BEFORE_START: end-datetime before start-datetime
 * @TLSRPT_DEVIATION_UNKNOWN_MEMBER: members that RFC 8460 does not know
 * @TLSRPT_DEVIATION_UNKNOWN_POLICY_TYPE: another policy-type than tlsa, sts and no-policy-found;
 *   none at all counts too
 * @TLSRPT_DEVIATION_UNKNOWN_RESULT_TYPE: another result-type than those that IANA has registered;
 *   none at all counts too
 * @TLSRPT_DEVIATION_SUMMARY_DIFFERS: total-failure-session-count is not the sum of the details
 * @TLSRPT_DEVIATION_STRING_REPAIRED: control characters, bad UTF-8, U+0000, lone surrogates or
 *   numbers out of range
 * @TLSRPT_DEVIATION_MEDIA_TYPE: another media type than the two of RFC 8460 section 6
 * @TLSRPT_DEVIATION_NOT_AS_LABELLED: gzip that is labelled JSON, or the reverse
 * @TLSRPT_DEVIATION_GZIP_MEMBERS: several gzip members back to back
 * @TLSRPT_DEVIATION_GZIP_PADDING: bytes after the gzip data
 * @TLSRPT_DEVIATION_RAW_ZLIB: a zlib stream for gzip
 * @TLSRPT_DEVIATION_FILE_NAME: a file name that is not of RFC 8460 section 5.1
 * @TLSRPT_DEVIATION_REPORT_DOMAIN_DIFFERS: TLS-Report-Domain, or the file name, is no policy-domain
 *   of the document
 * @TLSRPT_DEVIATION_SUBMITTER_DIFFERS: TLS-Report-Submitter and the file name name two submitters
 * @TLSRPT_DEVIATION_SUBJECT_DIFFERS: the Subject has another domain, submitter or report-id than
 *   the rest
 * @TLSRPT_DEVIATION_SUBMITTER_NOT_FROM: TLS-Report-Submitter, or else the file name's submitter, is
 *   neither From's domain nor above or below it
 * @TLSRPT_DEVIATION_CONTACT_NOT_FROM: contact-info is an address at neither From's domain nor above
 *   or below it
 * @TLSRPT_N_DEVIATIONS: how many there are, 64 at most
 *
 * What was found. tlsrpt_deviation_info() says who sends it and what is stored for it.
 */
typedef enum {
  TLSRPT_DEVIATION_BYTE_ORDER_MARK,
  TLSRPT_DEVIATION_STRING_AS_NUMBER,
  TLSRPT_DEVIATION_COUNT_AS_STRING,
  TLSRPT_DEVIATION_COUNT_AS_FLOAT,
  TLSRPT_DEVIATION_COUNT_MISSING,
  TLSRPT_DEVIATION_NULL_MEMBER,
  TLSRPT_DEVIATION_CONTACT_INFO_MISSING,
  TLSRPT_DEVIATION_CONTACT_INFO_ARRAY,
  TLSRPT_DEVIATION_POLICY_DOMAIN_MISSING,
  TLSRPT_DEVIATION_POLICY_DOMAIN_FROM_HEADER,
  TLSRPT_DEVIATION_POLICY_DOMAIN_FROM_FILE_NAME,
  TLSRPT_DEVIATION_POLICY_DOMAIN_FROM_SUBJECT,
  TLSRPT_DEVIATION_POLICY_DOMAIN_FORM,
  TLSRPT_DEVIATION_POLICY_STRING_AS_STRING,
  TLSRPT_DEVIATION_POLICY_STRING_AS_JSON,
  TLSRPT_DEVIATION_MX_HOST_AS_STRING,
  TLSRPT_DEVIATION_MX_HOST_PATTERN,
  TLSRPT_DEVIATION_MX_HOST_PREFIX,
  TLSRPT_DEVIATION_SENDING_MTA_IP_MISSING,
  TLSRPT_DEVIATION_ADDRESS_NOT_INET,
  TLSRPT_DEVIATION_ADDITIONAL_INFO_URI,
  TLSRPT_DEVIATION_RECEIVING_MX_HOST_NAME,
  TLSRPT_DEVIATION_FAILURE_ERROR_CODE,
  TLSRPT_DEVIATION_OBJECT_FOR_ARRAY,
  TLSRPT_DEVIATION_DATE_WITHOUT_ZONE,
  TLSRPT_DEVIATION_DATE_WITHOUT_SECONDS,
  TLSRPT_DEVIATION_DATE_ONLY,
  TLSRPT_DEVIATION_END_BEFORE_START,
  TLSRPT_DEVIATION_UNKNOWN_MEMBER,
  TLSRPT_DEVIATION_UNKNOWN_POLICY_TYPE,
  TLSRPT_DEVIATION_UNKNOWN_RESULT_TYPE,
  TLSRPT_DEVIATION_SUMMARY_DIFFERS,
  TLSRPT_DEVIATION_STRING_REPAIRED,
  TLSRPT_DEVIATION_MEDIA_TYPE,
  TLSRPT_DEVIATION_NOT_AS_LABELLED,
  TLSRPT_DEVIATION_GZIP_MEMBERS,
  TLSRPT_DEVIATION_GZIP_PADDING,
  TLSRPT_DEVIATION_RAW_ZLIB,
  TLSRPT_DEVIATION_FILE_NAME,
  TLSRPT_DEVIATION_REPORT_DOMAIN_DIFFERS,
  TLSRPT_DEVIATION_SUBMITTER_DIFFERS,
  TLSRPT_DEVIATION_SUBJECT_DIFFERS,
  TLSRPT_DEVIATION_SUBMITTER_NOT_FROM,
  TLSRPT_DEVIATION_CONTACT_NOT_FROM,
  TLSRPT_N_DEVIATIONS,
} TlsrptDeviation;

G_STATIC_ASSERT (TLSRPT_N_DEVIATIONS <= 64);

/** TLSRPT_DEVIATION_BIT: @deviation in a bit set of them */
#define TLSRPT_DEVIATION_BIT(deviation) (G_GUINT64_CONSTANT (1) << (deviation))

/**
 * TlsrptDeviationInfo:
 * @name: word stored in `report.deviation`, e.g. `count-as-string`
 * @found: what the document or mail has, in words
 * @seen_from: who sends it
 * @stored: what is stored for it
 */
typedef struct {
  const char *name;
  const char *found;
  const char *seen_from;
  const char *stored;
} TlsrptDeviationInfo;

/**
 * tlsrpt_deviation_info:
 * @deviation: which
 *
 * Returns: (transfer none): its row of the table
 */
const TlsrptDeviationInfo *tlsrpt_deviation_info (TlsrptDeviation deviation);

/**
 * tlsrpt_deviation_names:
 * @deviations: bit set of TLSRPT_DEVIATION_BIT()
 *
 * Returns: (transfer container): the names of the bits set, in the order of the table, NULL-terminated;
 *   free the array alone with g_free()
 */
const char **tlsrpt_deviation_names (guint64 deviations);

G_END_DECLS
