/* SPDX-License-Identifier: GPL-3.0-or-later
 * Documents to reports: every member of RFC 8460, every tolerance of deviation.h that a document can
 * need, every refusal with its path, and the way back to JSON. */
#include "core/deviation.h"
#include "core/report/report-parse.h"
#include "core/report/report-write.h"
#include "support/document.h"
#include "core/errors.h"
#include "core/facts/identity.h"
#include "core/report/report.h"

#include <string.h>

static const TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;

#define FIRST_FAILED "\"failed-session-count\":100"
#define SUCCESSFUL "\"total-successful-session-count\":5326"
#define FAILURE_TOTAL "\"total-failure-session-count\":303"
#define CONTACT "\"contact-info\":\"smtp-tls@sender.example\""
#define START "\"start-datetime\":\"2024-03-01T00:00:00Z\""
#define END "\"end-datetime\":\"2024-03-01T23:59:59Z\""
#define MX_HOST "\"mx-host\":[\"*.mx.example.org\"]"
#define DOMAIN "\"policy-domain\":\"example.org\""
#define FIRST_IP "\"sending-mta-ip\":\"2001:db8:abcd:12::1\","
#define ID "\"report-id\":\"2024-03-01T00:00:00Z_example.org\""
#define INFORMATION "\"additional-information\":"
#define STS "\"policy-type\":\"sts\""
#define EXPIRED "\"result-type\":\"certificate-expired\""
#define ORGANIZATION "\"organization-name\":\"Sender Inc.\""
#define STRING_ELEMENT "\"max_age: 86400\""
#define LIST                                                                                       \
  "\"policy-string\":[\"version: STSv1\",\"mode: enforce\",\"mx: *.mx.example.org\",\"max_age: "   \
  "86400\"]"

typedef struct {
  const char *name;
  const char *find;
  const char *replace;
  const char *deviations;
  const char *stored; /* lines of report_text() */
} ToleratedCase;

/* clang-format off */
static const ToleratedCase tolerated[] = {
  { "byte-order-mark", "{" ORGANIZATION, "\xEF\xBB\xBF{" ORGANIZATION, "byte-order-mark",
    "organization_name=Sender Inc.\n" },
  { "string-as-number", ID, "\"report-id\":20240301", "string-as-number", "report_id=20240301\n" },
  { "string-as-number-too-large", ID, "\"report-id\":123456789012345678901234567890", "string-repaired",
    "report_id=123456789012345678901234567890\n" },
  { "string-as-number-of-18-digits", ID, "\"report-id\":123456789012345678", "string-as-number",
    "report_id=123456789012345678\n" },
  { "string-as-number-of-19-digits", ID, "\"report-id\":1234567890123456789", "string-repaired",
    "report_id=1234567890123456789\n" },
  { "string-as-number-of-64-bytes", ID, "\"report-id\":1234567890123456789012345678901234567890123456789012345678901234", "string-repaired",
    "report_id=1234567890123456789012345678901234567890123456789012345678901234\n" },
  { "count-as-string", SUCCESSFUL, "\"total-successful-session-count\":\"5326\"", "count-as-string",
    "total_successful_session_count=5326\n" },
  { "count-as-float", SUCCESSFUL, "\"total-successful-session-count\":5326.0", "count-as-float",
    "total_successful_session_count=5326\n" },
  { "count-as-float-with-exponent", SUCCESSFUL, "\"total-successful-session-count\":5.326e3", "count-as-float",
    "total_successful_session_count=5326\n" },
  { "count-missing-of-successes", SUCCESSFUL ",", "", "count-missing", "total_successful_session_count=0\n" },
  { "count-missing-of-failures", "," FAILURE_TOTAL, "", "count-missing", "total_failure_session_count=303\n" },
  { "count-missing-of-a-detail", "," FIRST_FAILED, "", "count-missing summary-differs",
    "failed_session_count=1\n" },
  { "count-missing-with-the-summary", "\"summary\":{" SUCCESSFUL "," FAILURE_TOTAL "},", "", "count-missing",
    "total_successful_session_count=0\ntotal_failure_session_count=303\n" },
  { "null-member-contact", CONTACT, "\"contact-info\":null", "null-member contact-info-missing", "contact_info=~\n" },
  { "null-member-list", LIST, "\"policy-string\":null", "null-member", "policy_string=\n" },
  { "null-member-element-of-list", STRING_ELEMENT, "null", "null-member",
    "policy_string=version: STSv1|mode: enforce|mx: *.mx.example.org\n" },
  { "null-member-details", "\"failure-details\":[]", "\"failure-details\":null", "null-member",
    "policy_type=tlsa\n" },
  { "null-member-detail", "\"failure-details\":[{" EXPIRED, "\"failure-details\":[null,{" EXPIRED, "null-member",
    "result_type=certificate-expired\n" },
  { "null-member-policy", "\"policies\":[{", "\"policies\":[null,{", "null-member", "policy_type=sts\n" },
  { "null-member-summary", "\"summary\":{" SUCCESSFUL "," FAILURE_TOTAL "}", "\"summary\":null",
    "count-missing null-member", "total_successful_session_count=0\ntotal_failure_session_count=303\n" },
  { "null-member-count", FAILURE_TOTAL, "\"total-failure-session-count\":null", "count-missing null-member",
    "total_failure_session_count=303\n" },
  { "null-member-hostname", "\"receiving-mx-hostname\":\"mx1.mx.example.org\"", "\"receiving-mx-hostname\":null",
    "null-member", "receiving_mx_hostname=~\n" },
  { "details-missing", ",\"failure-details\":[]", "", "", "policy_type=tlsa\n" },
  { "contact-info-missing", CONTACT ",", "", "contact-info-missing", "contact_info=~\n" },
  { "contact-info-empty", CONTACT, "\"contact-info\":\"\"", "contact-info-missing", "contact_info=~\n" },
  { "contact-info-array", CONTACT, "\"contact-info\":[\"a@sender.example\",\"b@sender.example\"]",
    "contact-info-array", "contact_info=a@sender.example, b@sender.example\n" },
  { "policy-domain-missing", DOMAIN ",", "", "policy-domain-missing", "policy_domain=~\n" },
  { "policy-domain-empty", DOMAIN, "\"policy-domain\":\"\"", "policy-domain-missing", "policy_domain=~\n" },
  { "policy-domain-form-capitals", DOMAIN, "\"policy-domain\":\"Example.ORG\"", "policy-domain-form",
    "policy_domain=example.org\npolicy_domain_sent=Example.ORG\n" },
  { "policy-domain-form-final-dot", DOMAIN, "\"policy-domain\":\"example.org.\"", "policy-domain-form",
    "policy_domain=example.org\npolicy_domain_sent=example.org.\n" },
  { "policy-domain-form-u-label", DOMAIN, "\"policy-domain\":\"b\xC3\xBC""cher.example\"", "policy-domain-form",
    "policy_domain=xn--bcher-kva.example\npolicy_domain_sent=b\xC3\xBC""cher.example\n" },
  { "policy-string-as-string", LIST, "\"policy-string\":\"version: STSv1\\r\\nmode: enforce\\n\"",
    "policy-string-as-string", "policy_string=version: STSv1|mode: enforce\n" },
  { "policy-string-as-json", "\"3 1 1 AABB\"", "\"[\\\"3 1 1 AABB\\\",\\\"3 1 1 CCDD\\\"]\"", "policy-string-as-json",
    "policy_string=3 1 1 AABB|3 1 1 CCDD\n" },
  { "policy-string-that-only-begins-like-json", "\"3 1 1 AABB\"", "\"[3 1 1]\"", "", "policy_string=[3 1 1]\n" },
  { "mx-host-as-string", MX_HOST, "\"mx-host\":\"mx.example.org\"", "mx-host-as-string", "mx_host=mx.example.org\n" },
  { "mx-host-pattern", MX_HOST, "\"mx-host-pattern\":[\"*.example.org\"]", "mx-host-pattern",
    "mx_host=*.example.org\n" },
  { "mx-host-pattern-as-string", MX_HOST, "\"mx-host-pattern\":\"*.example.org\"",
    "mx-host-as-string mx-host-pattern", "mx_host=*.example.org\n" },
  { "mx-host-pattern-beside-mx-host", MX_HOST, "\"mx-host\":[\"a\"],\"mx-host-pattern\":[\"b\"]", "unknown-member",
    "mx_host=a\ntotal_successful_session_count=5326\ntotal_failure_session_count=303\n"
    "policy.extra={\"policy\":{\"mx-host-pattern\":[\"b\"]}}\n" },
  { "mx-host-prefix", MX_HOST, "\"mx-host\":[\"mx: mx.example.org\"]", "mx-host-prefix", "mx_host=mx.example.org\n" },
  { "sending-mta-ip-missing", FIRST_IP, "", "sending-mta-ip-missing", "sending_mta_ip=~\n" },
  { "address-not-inet", FIRST_IP, "\"sending-mta-ip\":\"unknown\",", "address-not-inet", "sending_mta_ip=unknown\n" },
  { "address-not-inet-receiving", "\"receiving-ip\":\"203.0.113.56\"", "\"receiving-ip\":\"203.0.113.0/24\"",
    "address-not-inet", "receiving_ip=203.0.113.0/24\n" },
  { "additional-info-uri", INFORMATION, "\"additional-info-uri\":", "additional-info-uri",
    "additional_information=https://sender.example/why?id=1\n" },
  { "additional-info-uri-beside-the-other", INFORMATION, "\"additional-info-uri\":\"x\"," INFORMATION,
    "unknown-member", "failure.extra={\"additional-info-uri\":\"x\"}\n" },
  { "receiving-mx-host-name", "\"receiving-mx-hostname\":\"mx1.mx.example.org\"",
    "\"receiving-mx-host-name\":\"mx1.mx.example.org\"", "receiving-mx-host-name",
    "receiving_mx_hostname=mx1.mx.example.org\n" },
  { "receiving-mx-host-name-beside-the-other", "\"receiving-mx-hostname\":\"mx1.mx.example.org\"",
    "\"receiving-mx-host-name\":\"x\",\"receiving-mx-hostname\":\"mx1.mx.example.org\"", "unknown-member",
    "failure.extra={\"receiving-mx-host-name\":\"x\"}\n" },
  { "failure-error-code", FIRST_FAILED, FIRST_FAILED ",\"failure-error-code\":\"E1\"", "failure-error-code",
    "failure_reason_code=E1\n" },
  { "object-for-array-of-details", "\"failure-details\":[]",
    "\"failure-details\":{\"result-type\":\"tlsa-invalid\",\"sending-mta-ip\":\"192.0.2.9\","
    "\"failed-session-count\":0}", "object-for-array", "result_type=tlsa-invalid\nsending_mta_ip=192.0.2.9\n" },
  { "object-for-array-of-no-details", "\"failure-details\":[]", "\"failure-details\":{}", "object-for-array",
    "policy_type=tlsa\n" },
  { "object-for-array-of-no-strings", LIST, "\"policy-string\":{}", "object-for-array", "policy_string=\n" },
  { "object-for-array-of-no-hosts", MX_HOST, "\"mx-host\":{}", "object-for-array", "mx_host=\n" },
  { "object-for-array-of-no-policies", "\"policies\":[{\"policy\":{" STS,
    "\"policies\":{},\"p\":[{\"policy\":{" STS, "object-for-array unknown-member",
    "end_datetime=2024-03-01T23:59:59Z\n" },
  { "date-without-seconds", START, "\"start-datetime\":\"2024-03-01T00:00Z\"", "date-without-seconds",
    "start_datetime=2024-03-01T00:00:00Z\n" },
  { "date-without-seconds-with-offset", START, "\"start-datetime\":\"2024-03-01T05:30+05:30\"",
    "date-without-seconds", "start_datetime=2024-03-01T00:00:00Z\n" },
  { "date-without-seconds-and-zone", START, "\"start-datetime\":\"2024-03-01T00:00\"",
    "date-without-zone date-without-seconds", "start_datetime=2024-03-01T00:00:00Z\n" },
  { "date-with-offset", START, "\"start-datetime\":\"2024-03-01T05:30:00+05:30\"", "",
    "start_datetime=2024-03-01T00:00:00Z\n" },
  { "date-with-fraction", START, "\"start-datetime\":\"2024-03-01T00:00:00.25Z\"", "",
    "start_datetime=2024-03-01T00:00:00.250000Z\n" },
  { "date-in-small-letters", START, "\"start-datetime\":\"2024-03-01t00:00:00z\"", "",
    "start_datetime=2024-03-01T00:00:00Z\n" },
  { "date-with-a-space", START, "\"start-datetime\":\"2024-03-01 00:00:00Z\"", "",
    "start_datetime=2024-03-01T00:00:00Z\n" },
  { "date-without-zone", START, "\"start-datetime\":\"2024-03-01T00:00:00\"", "date-without-zone",
    "start_datetime=2024-03-01T00:00:00Z\n" },
  { "date-only-start", START, "\"start-datetime\":\"2024-03-01\"", "date-only", "start_datetime=2024-03-01T00:00:00Z\n" },
  { "date-only-end", END, "\"end-datetime\":\"2024-03-01\"", "date-only", "end_datetime=2024-03-01T23:59:59Z\n" },
  { "end-next-midnight", END, "\"end-datetime\":\"2024-03-02T00:00:00Z\"", "", "end_datetime=2024-03-02T00:00:00Z\n" },
  { "end-before-start", END, "\"end-datetime\":\"2024-02-01T00:00:00Z\"", "end-before-start",
    "end_datetime=2024-02-01T00:00:00Z\n" },
  { "start-before-1970", START, "\"start-datetime\":\"1969-12-31T23:59:59.5Z\"", "",
    "start_datetime=1969-12-31T23:59:59.500000Z\n" },
  { "start-of-year-69", START, "\"start-datetime\":\"0069-12-31T23:59:59Z\"", "",
    "start_datetime=0069-12-31T23:59:59Z\n" },
  { "unknown-member-of-report", CONTACT, CONTACT ",\"x-note\":{\"a\":[1,null]}", "unknown-member",
    "report.extra={\"x-note\":{\"a\":[1,null]}}\n" },
  { "unknown-member-of-range", START, START ",\"zone\":\"UTC\"", "unknown-member",
    "report.extra={\"date-range\":{\"zone\":\"UTC\"}}\n" },
  { "unknown-member-of-policy", DOMAIN, DOMAIN ",\"policy-mode\":\"enforce\"", "unknown-member",
    "policy.extra={\"policy\":{\"policy-mode\":\"enforce\"}}\n" },
  { "unknown-member-of-summary", SUCCESSFUL, SUCCESSFUL ",\"total\":5629", "unknown-member",
    "policy.extra={\"summary\":{\"total\":5629}}\n" },
  { "unknown-member-of-each-control-character", FIRST_FAILED,
    FIRST_FAILED ",\"\\u0001\\u001e\\u001f\":\"\\u001f\\u007f\"", "unknown-member",
    "failure.extra={\"\\u0001\\u001e\\u001f\":\"\\u001f\\u007f\"}\n" },
  { "unknown-member-of-detail", FIRST_FAILED, FIRST_FAILED ",\"x\":true", "unknown-member", "failure.extra={\"x\":true}\n" },
  { "unknown-policy-type", STS, "\"policy-type\":\"no-sts-found\"", "unknown-policy-type", "policy_type=no-sts-found\n" },
  { "unknown-policy-type-missing", STS ",", "", "unknown-policy-type", "policy_type=\n" },
  { "unknown-result-type", EXPIRED, "\"result-type\":\"certificate-too-shiny\"", "unknown-result-type",
    "result_type=certificate-too-shiny\n" },
  { "unknown-result-type-missing", EXPIRED ",", "", "unknown-result-type", "result_type=\n" },
  { "summary-differs", FAILURE_TOTAL, "\"total-failure-session-count\":1", "summary-differs",
    "total_failure_session_count=1\n" },
  { "string-repaired-nul", ORGANIZATION, "\"organization-name\":\"a\\u0000b\"", "string-repaired",
    "organization_name=a\xEF\xBF\xBD" "b\n" },
  { "string-repaired-lone-surrogate", ORGANIZATION, "\"organization-name\":\"a\\ud800b\"", "string-repaired",
    "organization_name=a\xEF\xBF\xBD" "b\n" },
  { "string-repaired-bad-utf8", ORGANIZATION, "\"organization-name\":\"a\xFF""b\"", "string-repaired",
    "organization_name=a\xEF\xBF\xBD" "b\n" },
  { "string-repaired-raw-newline", ORGANIZATION, "\"organization-name\":\"a\nb\"", "string-repaired",
    "organization_name=a\nb\n" },
  { "string-escapes", ORGANIZATION, "\"organization-name\":\"\\\"\\\\\\/\\u00fc\\ud83d\\ude00\"", "",
    "organization_name=\"\\/\xC3\xBC\xF0\x9F\x98\x80\n" },
  { "details-named-with-escapes", "\"failure-details\":[]",
    "\"failure\\u002ddetails\":[{\"result-type\":\"tlsa-invalid\",\"sending-mta-ip\":\"192.0.2.9\","
    "\"failed-session-count\":0}]", "", "result_type=tlsa-invalid\nsending_mta_ip=192.0.2.9\n" },
  { "no-policies-at-all", "\"policies\":[{\"policy\":{" STS, "\"policies\":[],\"p\":[{\"policy\":{" STS,
    "unknown-member", "end_datetime=2024-03-01T23:59:59Z\n" },
};

typedef struct {
  const char *name;
  const char *find;
  const char *replace;
  TlsrptError code;
  const char *text;
} RefusedCase;

static const RefusedCase refused[] = {
  { "organization-missing", ORGANIZATION ",", "", TLSRPT_ERROR_INVALID, "json: organization-name is missing or empty" },
  { "organization-empty", ORGANIZATION, "\"organization-name\":\"\"", TLSRPT_ERROR_INVALID,
    "json: organization-name is missing or empty" },
  { "organization-object", ORGANIZATION, "\"organization-name\":{}", TLSRPT_ERROR_INVALID,
    "json: organization-name is not a string" },
  { "report-id-missing", ID ",", "", TLSRPT_ERROR_INVALID, "json: report-id is missing or empty" },
  { "report-id-true", ID, "\"report-id\":true", TLSRPT_ERROR_INVALID, "json: report-id is not a string" },
  { "range-missing", "\"date-range\":", "\"range\":", TLSRPT_ERROR_INVALID, "json: date-range is missing" },
  { "range-string", "\"date-range\":{" START "," END "}", "\"date-range\":\"today\"", TLSRPT_ERROR_INVALID,
    "json: date-range is not an object" },
  { "start-missing", START ",", "", TLSRPT_ERROR_INVALID, "json: date-range.start-datetime is missing" },
  { "start-words", START, "\"start-datetime\":\"yesterday\\n\"", TLSRPT_ERROR_INVALID,
    "json: date-range.start-datetime is no date-time of RFC 3339: 'yesterday\\x0A'" },
  { "start-february-30", START, "\"start-datetime\":\"2024-02-30T00:00:00Z\"", TLSRPT_ERROR_INVALID,
    "json: date-range.start-datetime is no date-time of RFC 3339: '2024-02-30T00:00:00Z'" },
  { "end-unix-seconds", END, "\"end-datetime\":1709251200", TLSRPT_ERROR_INVALID,
    "json: date-range.end-datetime is no date-time of RFC 3339: '1709251200'" },
  { "policies-missing", "\"policies\":", "\"policy\":", TLSRPT_ERROR_INVALID, "json: policies is missing" },
  { "policies-string", "\"policies\":[{\"policy\":{" STS, "\"policies\":\"x\",\"p\":[{\"policy\":{" STS,
    TLSRPT_ERROR_INVALID, "json: policies is not an array" },
  { "policy-string-element", "\"policies\":[{", "\"policies\":[\"none\",{", TLSRPT_ERROR_INVALID,
    "json: policies[0] is not an object" },
  { "policy-not-an-object", "\"policy\":{" STS, "\"policy\":[],\"p\":{" STS, TLSRPT_ERROR_INVALID,
    "json: policies[0].policy is not an object" },
  { "policy-string-of-objects", STRING_ELEMENT, "{}", TLSRPT_ERROR_INVALID,
    "json: policies[0].policy.policy-string[3] is not a string" },
  { "policy-string-object", LIST, "\"policy-string\":{\"a\":1}", TLSRPT_ERROR_INVALID,
    "json: policies[0].policy.policy-string is not an array of strings" },
  { "count-negative", FAILURE_TOTAL, "\"total-failure-session-count\":-1", TLSRPT_ERROR_INVALID,
    "json: policies[0].summary.total-failure-session-count is negative" },
  { "count-negative-string", FAILURE_TOTAL, "\"total-failure-session-count\":\"-1\"", TLSRPT_ERROR_INVALID,
    "json: policies[0].summary.total-failure-session-count is negative" },
  { "count-fraction", FAILURE_TOTAL, "\"total-failure-session-count\":1.5", TLSRPT_ERROR_INVALID,
    "json: policies[0].summary.total-failure-session-count is not an integer" },
  { "count-word", FAILURE_TOTAL, "\"total-failure-session-count\":\"many\"", TLSRPT_ERROR_INVALID,
    "json: policies[0].summary.total-failure-session-count is not an integer" },
  { "count-empty-string", FAILURE_TOTAL, "\"total-failure-session-count\":\"\"", TLSRPT_ERROR_INVALID,
    "json: policies[0].summary.total-failure-session-count is not an integer" },
  { "count-true", FAILURE_TOTAL, "\"total-failure-session-count\":true", TLSRPT_ERROR_INVALID,
    "json: policies[0].summary.total-failure-session-count is not an integer" },
  { "count-one-past-the-cap", FAILURE_TOTAL, "\"total-failure-session-count\":1000000000001", TLSRPT_ERROR_INVALID,
    "json: policies[0].summary.total-failure-session-count is more than 1000000000000" },
  { "count-of-20-digits", FAILURE_TOTAL, "\"total-failure-session-count\":99999999999999999999", TLSRPT_ERROR_INVALID,
    "json: policies[0].summary.total-failure-session-count is more than 1000000000000" },
  { "string-as-number-of-65-bytes", ID, "\"report-id\":12345678901234567890123456789012345678901234567890123456789012345", TLSRPT_ERROR_MALFORMED,
    "json: line 1 column 182: found '1' where a number of at most 64 bytes was expected" },
  { "count-1e400", FAILURE_TOTAL, "\"total-failure-session-count\":1e400", TLSRPT_ERROR_INVALID,
    "json: policies[0].summary.total-failure-session-count is not an integer" },
  { "detail-count-negative", FIRST_FAILED, "\"failed-session-count\":-100", TLSRPT_ERROR_INVALID,
    "json: policies[0].failure-details[0].failed-session-count is negative" },
  { "detail-a-number", "\"failure-details\":[]", "\"failure-details\":[{},7]", TLSRPT_ERROR_INVALID,
    "json: policies[1].failure-details[1] is not an object" },
  { "details-a-string", "\"failure-details\":[]", "\"failure-details\":\"x\"", TLSRPT_ERROR_INVALID,
    "json: policies[1].failure-details is not an array" },
  { "summary-an-array", "\"summary\":{" SUCCESSFUL, "\"summary\":[],\"s\":{" SUCCESSFUL, TLSRPT_ERROR_INVALID,
    "json: policies[0].summary is not an object" },
  { "details-twice", "\"failure-details\":[]", "\"failure-details\":[],\"failure-details\":[]", TLSRPT_ERROR_INVALID,
    "json: policies[1].failure-details appears twice" },
  { "policies-twice", "\"policies\":[{", "\"policies\":[],\"policies\":[{", TLSRPT_ERROR_INVALID,
    "json: policies appears twice" },
};
/* clang-format on */

static TlsrptReport *
parse (const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = document_bytes (text);

  return tlsrpt_report_parse (bytes, &limits, error);
}

static void
assert_round_trip (const TlsrptReport *report)
{
  g_autofree char *before = report_text (report);
  g_autofree char *json = tlsrpt_report_write (report);
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsrptReport) again = parse (json, &error);
  g_autofree char *after = NULL;
  guint8 uid[TLSRPT_UID_BYTES], uid_again[TLSRPT_UID_BYTES];

  g_assert_no_error (error);
  after = report_text (again);
  g_assert_cmpstr (after, ==, before);
  tlsrpt_identity_claim (report, uid);
  tlsrpt_identity_claim (again, uid_again);
  g_assert_cmpmem (uid, sizeof uid, uid_again, sizeof uid_again);
}

static void
test_tolerated (gconstpointer data)
{
  const ToleratedCase *row = data;
  g_autofree char *edited = document_edited (document_plain, row->find, row->replace);
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsrptReport) report = parse (edited, &error);
  g_autofree char *deviations = NULL;
  g_autofree char *stored = NULL;

  g_assert_no_error (error);
  deviations = report_deviations (report);
  stored = report_text (report);
  g_assert_cmpstr (deviations, ==, row->deviations);
  if (strstr (stored, row->stored) == NULL)
    g_error ("%s\nhas no\n%s", stored, row->stored);
  assert_round_trip (report);
}

static void
test_refused (gconstpointer data)
{
  const RefusedCase *row = data;
  g_autofree char *edited = document_edited (document_plain, row->find, row->replace);
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsrptReport) report = parse (edited, &error);

  g_assert_error (error, TLSRPT_ERROR, (int)row->code);
  g_assert_cmpstr (error->message, ==, row->text);
  g_assert_null (report);
}

static void
test_plain (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsrptReport) report = parse (document_plain, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = report_text (report);
  g_assert_cmpstr (
      text, ==,
      "organization_name=Sender Inc.\n"
      "report_id=2024-03-01T00:00:00Z_example.org\n"
      "contact_info=smtp-tls@sender.example\n"
      "start_datetime=2024-03-01T00:00:00Z\n"
      "end_datetime=2024-03-01T23:59:59Z\n"
      "report.extra=~\n"
      "policy_type=sts\n"
      "policy_domain=example.org\n"
      "policy_domain_sent=~\n"
      "policy_string=version: STSv1|mode: enforce|mx: *.mx.example.org|max_age: 86400\n"
      "mx_host=*.mx.example.org\n"
      "total_successful_session_count=5326\n"
      "total_failure_session_count=303\n"
      "policy.extra=~\n"
      "result_type=certificate-expired\n"
      "sending_mta_ip=2001:db8:abcd:12::1\n"
      "receiving_mx_hostname=mx1.mx.example.org\n"
      "receiving_mx_helo=~\n"
      "receiving_ip=~\n"
      "failed_session_count=100\n"
      "additional_information=~\n"
      "failure_reason_code=~\n"
      "failure.extra=~\n"
      "result_type=starttls-not-supported\n"
      "sending_mta_ip=192.0.2.3\n"
      "receiving_mx_hostname=mx2.mx.example.org\n"
      "receiving_mx_helo=mx2\n"
      "receiving_ip=203.0.113.56\n"
      "failed_session_count=203\n"
      "additional_information=https://sender.example/why?id=1\n"
      "failure_reason_code=X-NO-STARTTLS\n"
      "failure.extra=~\n"
      "policy_type=tlsa\n"
      "policy_domain=mx1.mx.example.org\n"
      "policy_domain_sent=~\n"
      "policy_string=3 1 1 AABB\n"
      "mx_host=\n"
      "total_successful_session_count=10\n"
      "total_failure_session_count=0\n"
      "policy.extra=~\n");
  g_assert_cmphex (report->deviations, ==, 0);
  g_assert_cmpuint (report->document_bytes, ==, strlen (document_plain));
  g_assert_cmpstr (report->trust.dkim_result, ==, "unknown");
  assert_round_trip (report);
}

/* What is no object at all, or no document. */
static void
test_other_roots (void)
{
  static const struct {
    const char *text;
    TlsrptError code;
    const char *message;
  } rows[] = {
    { "[]", TLSRPT_ERROR_INVALID, "json: the document is not an object" },
    { "\"report\"", TLSRPT_ERROR_INVALID, "json: the document is not an object" },
    { "{}", TLSRPT_ERROR_INVALID, "json: organization-name is missing or empty" },
    { "", TLSRPT_ERROR_MALFORMED,
      "json: line 1 column 1: the document ends where a value was expected" },
    { "{\n \"a\": 1,\n}", TLSRPT_ERROR_MALFORMED,
      "json: line 3 column 1: found '}' where a member's name was expected" },
    { "{} {}", TLSRPT_ERROR_MALFORMED,
      "json: line 1 column 4: found '{' where the end of the document was expected" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TlsrptReport) report = parse (rows[i].text, &error);

    g_assert_null (report);
    g_assert_error (error, TLSRPT_ERROR, (int)rows[i].code);
    g_assert_cmpstr (error->message, ==, rows[i].message);
  }
}

/* Cut after each byte: refused, never taken for a report, never a crash. */
static void
test_cut_anywhere (void)
{
  for (gsize size = 0; size < strlen (document_plain); size++) {
    g_autofree char *cut = g_strndup (document_plain, size);
    g_autoptr (GError) error = NULL;
    g_autoptr (TlsrptReport) report = parse (cut, &error);

    g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_MALFORMED);
    g_assert_null (report);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/reads-every-member", test_plain);
  for (gsize i = 0; i < G_N_ELEMENTS (tolerated); i++) {
    g_autofree char *path = g_strconcat ("/report/tolerates/", tolerated[i].name, NULL);
    g_test_add_data_func (path, &tolerated[i], test_tolerated);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autofree char *path = g_strconcat ("/report/refuses/", refused[i].name, NULL);
    g_test_add_data_func (path, &refused[i], test_refused);
  }
  g_test_add_func ("/report/refuses/other-roots", test_other_roots);
  g_test_add_func ("/report/refuses/a-cut-anywhere", test_cut_anywhere);
  return g_test_run ();
}
