/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is tolerated in a report although RFC 8460 does not allow it: one table, a row a deviation,
 * each with who sends it, what is stored for it, and a test of its name. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

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
