/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which documents say the same: edits of one that change its meaning, and edits that do not. */
#include "core/facts/meaning.h"

#include "core/report/report-parse.h"
#include "support/document.h"

#include <string.h>

static const TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;

typedef struct {
  const char *name;
  const char *find;
  const char *replace;
  gboolean is_same;
} Case;

#define FIRST_DETAIL                                                                               \
  "{\"result-type\":\"certificate-expired\",\"sending-mta-ip\":\"2001:db8:abcd:12::1\","           \
  "\"receiving-mx-hostname\":\"mx1.mx.example.org\",\"failed-session-count\":100}"

/* clang-format off */
static const Case cases[] = {
  { "name", "\"Sender Inc.\"", "\"Sender\"", TRUE },
  { "contact", "\"smtp-tls@sender.example\"", "null", TRUE },
  { "report-id", "\"report-id\":\"2024-03-01T00:00:00Z_example.org\"", "\"report-id\":\"2\"", TRUE },
  { "unknown-member", "\"report-id\":", "\"x\":1,\"report-id\":", TRUE },
  { "white-space", "\"policies\":[{", "\"policies\" : [ {", TRUE },
  { "number-as-string", "\"failed-session-count\":100", "\"failed-session-count\":\"100\"", TRUE },
  { "summary-left-out", ",\"total-failure-session-count\":303", "", TRUE },
  { "zone", "\"2024-03-01T00:00:00Z\",\"end", "\"2024-03-01T02:00:00+02:00\",\"end", TRUE },
  { "policy-domain-in-capitals", "\"policy-domain\":\"example.org\"", "\"policy-domain\":\"Example.ORG.\"", TRUE },
  { "policy-string-in-another-order", "\"version: STSv1\",\"mode: enforce\"", "\"mode: enforce\",\"version: STSv1\"",
    TRUE },
  { "policy-string-as-one-string", "[\"3 1 1 AABB\"]", "\"3 1 1 AABB\"", TRUE },
  { "mx-host-as-pattern", "\"mx-host\":[\"*.mx.example.org\"]", "\"mx-host-pattern\":\"*.MX.example.org.\"", TRUE },
  { "mx-hostname-in-capitals", "\"mx2.mx.example.org\"", "\"MX2.mx.example.org.\"", TRUE },
  { "address-spelled-out", "\"2001:db8:abcd:12::1\"", "\"2001:0DB8:abcd:12:0:0:0:1\"", TRUE },
  { "alias-of-information", "\"additional-information\":", "\"additional-info-uri\":", TRUE },
  { "empty-for-missing", "\"receiving-mx-helo\":\"mx2\"", "\"receiving-mx-helo\":\"mx2\",\"x\":\"\"", TRUE },
  { "no-details-for-empty", ",\"failure-details\":[]", "", TRUE },
  { "start", "\"2024-03-01T00:00:00Z\",\"end", "\"2024-03-01T00:00:01Z\",\"end", FALSE },
  { "end", "T23:59:59Z", "T23:59:58Z", FALSE },
  { "policy-type", "\"policy-type\":\"sts\"", "\"policy-type\":\"no-policy-found\"", FALSE },
  { "policy-domain", "\"policy-domain\":\"example.org\"", "\"policy-domain\":\"example.net\"", FALSE },
  { "policy-line", "mode: enforce", "mode: testing", FALSE },
  { "policy-line-more", "\"max_age: 86400\"", "\"max_age: 86400\",\"x: y\"", FALSE },
  { "mx-host", "\"mx-host\":[\"*.mx.example.org\"]", "\"mx-host\":[]", FALSE },
  { "successful", "count\":5326", "count\":5327", FALSE },
  { "failed", "count\":303", "count\":304", FALSE },
  { "result-type", "\"certificate-expired\"", "\"validation-failure\"", FALSE },
  { "sending-address", "\"192.0.2.3\"", "\"192.0.2.4\"", FALSE },
  { "mx-hostname", "\"mx2.mx.example.org\"", "\"mx3.mx.example.org\"", FALSE },
  { "helo", "\"receiving-mx-helo\":\"mx2\"", "\"receiving-mx-helo\":\"mx3\"", FALSE },
  { "receiving-address", "\"203.0.113.56\"", "\"203.0.113.57\"", FALSE },
  { "detail-count", "\"failed-session-count\":100", "\"failed-session-count\":101", FALSE },
  { "information", "why?id=1", "why?id=2", FALSE },
  { "reason", "X-NO-STARTTLS", "X-NO-TLS", FALSE },
  { "reason-missing", ",\"failure-reason-code\":\"X-NO-STARTTLS\"", "", FALSE },
  { "detail-twice", FIRST_DETAIL, FIRST_DETAIL "," FIRST_DETAIL, FALSE },
  { "detail-left-out", FIRST_DETAIL ",", "", FALSE },
  { "text-moved-to-the-next-member", "\"receiving-mx-helo\":\"mx2\"", "\"failure-reason-code\":\"mx2\"", FALSE },
};
/* clang-format on */

static TlsrptReport *
parse (const char *text)
{
  g_autoptr (GBytes) bytes = document_bytes (text);
  g_autoptr (GError) error = NULL;
  TlsrptReport *report = tlsrpt_report_parse (bytes, &limits, &error);

  g_assert_no_error (error);
  return report;
}

static void
assert_meaning (const TlsrptReport *left, const TlsrptReport *right, gboolean is_same)
{
  guint8 of_left[TLSRPT_DIGEST_BYTES], of_right[TLSRPT_DIGEST_BYTES];

  tlsrpt_meaning_digest (left, of_left);
  tlsrpt_meaning_digest (right, of_right);
  g_assert_cmpint (memcmp (of_left, of_right, sizeof of_left) == 0, ==, is_same);
}

static void
test_edit (gconstpointer data)
{
  const Case *row = data;
  g_autofree char *edited = document_edited (document_plain, row->find, row->replace);
  g_autoptr (TlsrptReport) report = parse (document_plain);
  g_autoptr (TlsrptReport) other = parse (edited);

  assert_meaning (report, other, row->is_same);
}

static const char *const words[] = { "",
                                     "a",
                                     "mx.example.org",
                                     "MX.example.org.",
                                     "b",
                                     "ab",
                                     "192.0.2.1",
                                     "2001:DB8::1",
                                     "2001:db8:0::1",
                                     "c",
                                     "sts",
                                     "tlsa",
                                     "x\ny",
                                     "0",
                                     "1",
                                     "\"q\"",
                                     "example.org" };

static const char *
random_word (GRand *random)
{
  return words[g_rand_int_range (random, 0, (gint32)G_N_ELEMENTS (words))];
}

static void
fill_policy (GRand *random, TlsrptReport *report)
{
  TlsrptPolicy *policy = tlsrpt_report_add_policy (report);
  const char *list[3];
  gint32 n = g_rand_int_range (random, 0, 4);

  for (guint i = 0; i < G_N_ELEMENTS (list); i++)
    list[i] = random_word (random);
  policy->policy_type = random_word (random);
  policy->policy_domain = random_word (random);
  policy->policy_string = tlsrpt_report_list (report, list, (gsize)g_rand_int_range (random, 0, 4));
  policy->mx_host = tlsrpt_report_list (report, list, (gsize)g_rand_int_range (random, 0, 4));
  policy->total_successful_session_count = g_rand_int_range (random, 0, 3);
  for (gint32 i = 0; i < n; i++) {
    TlsrptFailure failure = {
      .result_type = random_word (random),
      .sending_mta_ip = random_word (random),
      .receiving_mx_hostname = random_word (random),
      .failed_session_count = g_rand_int_range (random, 0, 3),
      .failure_reason_code = random_word (random),
    };

    g_array_append_val (policy->failures, failure);
  }
}

static void
shuffle (GRand *random, GArray *array, gsize size)
{
  g_autofree char *kept = g_malloc (size);

  for (guint i = array->len; i > 1; i--) {
    char *last = array->data + (i - 1) * size;
    char *other = array->data + (gsize)g_rand_int_range (random, 0, (gint32)i) * size;

    memcpy (kept, last, size);
    memmove (last, other, size);
    memcpy (other, kept, size);
  }
}

static const char *
respell (const char *host)
{
  return host != NULL && strcmp (host, "mx.example.org") == 0    ? "MX.example.org."
         : host != NULL && strcmp (host, "MX.example.org.") == 0 ? "mx.example.org"
         : host == NULL || *host == '\0'                         ? NULL
                                                                 : host;
}

/* Whatever a report says, it says the same in another order and spelling; and with one more session
 * it does not. */
static void
test_property (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (17);

  for (guint round = 0; round < 2000; round++) {
    g_autoptr (TlsrptReport) report = tlsrpt_report_new ();
    guint8 before[TLSRPT_DIGEST_BYTES], after[TLSRPT_DIGEST_BYTES];
    guint n = (guint)g_rand_int_range (random, 1, 5);

    for (guint i = 0; i < n; i++)
      fill_policy (random, report);
    tlsrpt_meaning_digest (report, before);
    shuffle (random, report->policies, sizeof (TlsrptPolicy));
    for (guint i = 0; i < n; i++) {
      TlsrptPolicy *policy = tlsrpt_report_policy (report, i);

      shuffle (random, policy->failures, sizeof (TlsrptFailure));
      for (guint j = 0; j < policy->failures->len; j++) {
        TlsrptFailure *failure = tlsrpt_policy_failure (policy, j);

        failure->receiving_mx_hostname = respell (failure->receiving_mx_hostname);
      }
    }
    tlsrpt_meaning_digest (report, after);
    g_assert_cmpmem (before, sizeof before, after, sizeof after);
    tlsrpt_report_policy (report, n - 1)->total_successful_session_count++;
    tlsrpt_meaning_digest (report, after);
    g_assert_cmpint (memcmp (before, after, sizeof before), !=, 0);
  }
}

static void
digest_of_lengths (gsize information, gsize reason, guint8 digest[TLSRPT_DIGEST_BYTES])
{
  g_autoptr (TlsrptReport) report = parse (document_plain);
  TlsrptFailure *failure = tlsrpt_policy_failure (tlsrpt_report_policy (report, 0), 0);
  g_autofree char *first = g_strnfill (information, 'a');
  g_autofree char *second = g_strnfill (reason, 'a');

  failure->additional_information = tlsrpt_report_string (report, first);
  failure->failure_reason_code = tlsrpt_report_string (report, second);
  tlsrpt_meaning_digest (report, digest);
}

/* The length of a text before it has one byte up to 254, and five from there on. */
static void
test_lengths (void)
{
  for (gsize length = 253; length <= 257; length++) {
    guint8 here[TLSRPT_DIGEST_BYTES], again[TLSRPT_DIGEST_BYTES];
    guint8 longer[TLSRPT_DIGEST_BYTES], moved[TLSRPT_DIGEST_BYTES];

    digest_of_lengths (length, 254, here);
    digest_of_lengths (length, 254, again);
    digest_of_lengths (length + 1, 254, longer);
    digest_of_lengths (length + 1, 253, moved);
    g_assert_cmpmem (here, sizeof here, again, sizeof again);
    g_assert_cmpint (memcmp (here, longer, sizeof here), !=, 0);
    g_assert_cmpint (memcmp (here, moved, sizeof here), !=, 0);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path =
        g_strconcat (cases[i].is_same ? "/meaning/same/" : "/meaning/other/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_edit);
  }
  g_test_add_func ("/meaning/same/in-any-order-and-spelling", test_property);
  g_test_add_func ("/meaning/another/length-of-a-text", test_lengths);
  return g_test_run ();
}
