/* SPDX-License-Identifier: GPL-3.0-or-later
 * What counts: reports in a word a number, and the same with what of it counts. */
#include "core/errors.h"
#include "core/facts/day.h"
#include "core/facts/counted.h"
#include "core/facts/place.h"
#include "support/told.h"

#include <stdlib.h>
#include <string.h>

#define BOTH TLSRPT_COUNTING_BOTH
#define ONE TLSRPT_COUNTING_ONE_POLICY
#define UNKNOWN TLSRPT_COUNTING_UNKNOWN
#define MAX_TEXT "9223372036854775807"

/* A report as told_report() reads it. A counted policy is `MAIL-DOMAIN SUCCESSFUL FAILED VALIDATED`, then `MX
 * SESSIONS` for each detail and the rest. */
typedef struct {
  const char *name;
  TlsrptCounting counting;
  const char *report;
  const char *expected;
  const char *total; /* of the report, successful and failed */
} Case;

/* clang-format off */
static const Case cases[] = {
  { "no-policies", UNKNOWN, "", "", "0 0" },
  { "one-policy", UNKNOWN, "sts d.example 90 10; certificate-expired@MX.d.example. 10",
    "d.example 90 10 90; mx.d.example 10; ", "90 10" },
  { "without-a-policy-nothing-is-validated", UNKNOWN, "no-policy-found d.example 90 10; starttls-not-supported@- 10",
    "d.example 90 10 0; - 10; ", "90 10" },
  { "no-failures", UNKNOWN, "sts d.example 90 0", "d.example 90 0 90; ", "90 0" },
  { "no-policy-domain", UNKNOWN, "no-policy-found - 5 1", "- 5 1 0; - 1; ", "5 1" },

  { "details-below-the-summary-have-a-rest", UNKNOWN, "sts d.example 5 4; certificate-expired@mx 1",
    "d.example 5 4 5; mx 1; - 3; ", "5 4" },
  { "details-are-the-summary", UNKNOWN, "sts d.example 5 4; certificate-expired@mx 4",
    "d.example 5 4 5; mx 4; ", "5 4" },
  { "details-one-beyond-the-summary-are-cut-the-smallest-first", UNKNOWN,
    "sts d.example 5 4; certificate-expired@a 2; validation-failure@b 3", "d.example 5 4 5; a 1; b 3; ", "5 4" },
  { "equal-details-beyond-the-summary-are-cut-the-last-first", UNKNOWN,
    "sts d.example 5 3; certificate-expired@a 2; validation-failure@b 2", "d.example 5 3 5; a 2; b 1; ", "5 3" },
  { "summary-of-zero-is-one-left-out", UNKNOWN, "sts d.example 5 0; certificate-expired@a 1; certificate-expired@b 2",
    "d.example 5 3 5; a 1; b 2; ", "5 3" },
  { "summary-without-details", UNKNOWN, "sts d.example 5 4", "d.example 5 4 5; - 4; ", "5 4" },

  { "under-tlsa-the-policy-domain-is-the-mx", UNKNOWN, "tlsa mx.d.example 5 4; tlsa-invalid@- 3",
    "mx.d.example 5 4 5; mx.d.example 3; mx.d.example 1; ", "5 4" },
  { "under-tlsa-the-mail-domain-is-no-mx", UNKNOWN, "header d.example; tlsa d.example 5 4; tlsa-invalid@- 3",
    "d.example 5 4 5; - 3; - 1; ", "5 4" },
  { "under-tlsa-a-domain-of-another-policy-is-no-mx", UNKNOWN, "sts d.example 5 0; tlsa d.example 1 4; tlsa-invalid@- 4",
    "d.example 1 0 1; d.example 0 4 0; - 4; ", "1 4" },
  { "under-tlsa-another-name-than-the-mails-is-the-mx", UNKNOWN, "header d.example; tlsa mx.d.example 5 4; tlsa-invalid@- 4",
    "d.example 5 4 5; mx.d.example 4; ", "5 4" },
  { "under-tlsa-the-mail-domain-and-its-only-host", UNKNOWN,
    "header d.example; tlsa d.example=MX.d.example. 5 4; tlsa-invalid@- 4", "d.example 5 4 5; mx.d.example 4; ", "5 4" },
  { "under-tlsa-the-mail-domain-and-two-hosts", UNKNOWN,
    "header d.example; tlsa d.example=mx1.d.example,mx2.d.example 5 4; tlsa-invalid@- 4", "d.example 5 4 5; - 4; ", "5 4" },
  { "under-tlsa-the-mail-domain-and-a-pattern", UNKNOWN,
    "header d.example; tlsa d.example=*.d.example 5 4; tlsa-invalid@- 4", "d.example 5 4 5; - 4; ", "5 4" },
  { "the-mail-names-whose-mx-it-is", UNKNOWN, "header d.example; tlsa mx1.p.example 5 0; tlsa mx2.p.example 6 0",
    "d.example 5 0 5; d.example 6 0 6; ", "11 0" },
  { "the-document-is-believed-before-the-mail", UNKNOWN, "header other.example; sts d.example 5 0; tlsa mx.p.example 0 0",
    "d.example 5 0 5; d.example 0 0 0; ", "5 0" },
  { "several-mx-hosts-and-nobody-says-whose", UNKNOWN, "tlsa mx1.p.example 5 0; tlsa mx2.p.example 6 0",
    "mx1.p.example 5 0 5; mx2.p.example 6 0 6; ", "11 0" },

  { "both-mechanisms-tell-the-same-sessions", UNKNOWN, "sts d.example 100 0; tlsa d.example 100 0",
    "d.example 100 0 100; d.example 0 0 0; ", "100 0" },
  { "both-mechanisms-of-a-reporter-known-for-it", BOTH, "sts d.example 100 0; tlsa d.example 100 0",
    "d.example 100 0 100; d.example 0 0 0; ", "100 0" },
  { "one-policy-a-session-adds-up", ONE, "sts d.example 100 3; validation-failure@mx 3; tlsa mx 90 2; tlsa-invalid@- 2",
    "d.example 100 3 100; mx 3; d.example 90 2 90; mx 2; ", "190 5" },
  { "more-sessions-under-tlsa", UNKNOWN, "sts d.example 10 5; validation-failure@- 5; tlsa mx 100 0",
    "d.example 10 5 10; - 5; d.example 85 0 85; ", "95 5" },
  { "more-sessions-under-sts", UNKNOWN, "sts d.example 100 0; tlsa mx 10 5; tlsa-invalid@- 5",
    "d.example 95 0 95; d.example 0 5 0; mx 5; ", "95 5" },
  { "failed-under-tlsa-alone", UNKNOWN, "sts d.example 100 0; tlsa mx 90 10; tlsa-invalid@mx 10",
    "d.example 90 0 90; d.example 0 10 0; mx 10; ", "90 10" },
  { "failed-under-both-at-one-mx-is-the-same", UNKNOWN,
    "sts d.example 94 6; certificate-expired@mx 6; tlsa mx 90 10; tlsa-invalid@mx 10",
    "d.example 90 0 90; mx 0; d.example 0 10 0; mx 10; ", "90 10" },
  { "failed-under-both-and-as-many", UNKNOWN,
    "sts d.example 0 7; starttls-not-supported@mx 7; tlsa mx 0 7; starttls-not-supported@mx 7",
    "d.example 0 0 0; mx 0; d.example 0 7 0; mx 7; ", "0 7" },
  { "what-is-refused-counts-before-what-is-not", UNKNOWN,
    "sts d.example 90 10 enforce; validation-failure@mx 10; no-tlsa-found mx 85 15; validation-failure@mx 15",
    "d.example 85 10 85; mx 10; d.example 0 5 0; mx 5; ", "85 15" },
  { "failed-at-two-mx-hosts-is-not-the-same", UNKNOWN,
    "sts d.example 95 5; certificate-expired@mx1 5; tlsa mx1 50 0; tlsa mx2 40 10; tlsa-invalid@- 10",
    "d.example 85 5 85; mx1 5; d.example 0 0 0; d.example 0 10 0; mx2 10; ", "85 15" },
  { "failed-to-fetch-is-not-failed-at-the-mx", UNKNOWN,
    "sts d.example 95 5; sts-policy-fetch-error@- 5; tlsa mx 90 10; tlsa-invalid@- 10",
    "d.example 85 5 85; - 5; d.example 0 10 0; mx 10; ", "85 15" },
  { "failed-nowhere-is-what-the-other-view-names", UNKNOWN,
    "sts d.example 93 7; certificate-expired@- 7; tlsa mx 90 10; tlsa-invalid@- 10",
    "d.example 90 0 90; - 0; d.example 0 10 0; mx 10; ", "90 10" },
  { "failed-nowhere-more-often-than-the-other-view-names", UNKNOWN,
    "sts d.example 88 12; certificate-expired@- 12; tlsa mx 90 10; tlsa-invalid@- 10",
    "d.example 88 2 88; - 2; d.example 0 10 0; mx 10; ", "88 12" },
  { "the-other-view-names-no-more-than-this-one-does", UNKNOWN,
    "sts d.example 80 20; certificate-expired@mx 10; certificate-expired@- 10; tlsa mx 90 10; tlsa-invalid@- 10",
    "d.example 80 10 80; mx 0; - 10; d.example 0 10 0; mx 10; ", "80 20" },
  { "more-failed-than-there-are-sessions", UNKNOWN,
    "sts d.example 0 5; sts-policy-fetch-error@- 5; tlsa mx 0 5; tlsa-invalid@- 5",
    "d.example 0 5 0; - 5; d.example 0 5 0; mx 5; ", "0 10" },
  { "no-failed-session-is-lost-to-a-clean-view", UNKNOWN, "sts d.example 3 0; tlsa mx 0 3; tlsa-invalid@- 3",
    "d.example 0 0 0; d.example 0 3 0; mx 3; ", "0 3" },

  { "a-policy-changed-in-a-day-adds-up", UNKNOWN, "sts d.example 30 1 testing; certificate-expired@mx 1; sts d.example 60 0 enforce",
    "d.example 30 1 30; mx 1; d.example 60 0 60; ", "90 1" },
  { "policy-and-none-in-a-day-add-up", UNKNOWN, "no-policy-found d.example 30 0; sts d.example 60 0",
    "d.example 30 0 0; d.example 60 0 60; ", "90 0" },
  { "mail-domain-and-both-its-mx-hosts", UNKNOWN, "sts d.example 100 0; tlsa mx1.p.example 40 0; tlsa mx2.p.example 60 0",
    "d.example 100 0 100; d.example 0 0 0; d.example 0 0 0; ", "100 0" },
  { "without-a-policy-but-under-tlsa", UNKNOWN, "no-policy-found d.example 80 0; tlsa mx.d.example 80 0",
    "d.example 80 0 0; d.example 0 0 80; ", "80 0" },
  { "two-mail-domains-add-up", UNKNOWN, "sts a.example 30 0; sts b.example 60 1; certificate-expired@mx 1",
    "a.example 30 0 30; b.example 60 1 60; mx 1; ", "90 1" },
  { "two-mail-domains-under-both-mechanisms", UNKNOWN,
    "sts a.example 30 0; sts b.example 60 0; tlsa a.example 40 0; tlsa b.example 50 0",
    "a.example 30 0 30; b.example 60 0 60; a.example 10 0 10; b.example 0 0 0; ", "100 0" },
  { "mail-domains-that-share-an-mx-host", UNKNOWN,
    "header a.example; sts a.example 30 0; sts b.example 30 3; sts-policy-invalid@- 3; tlsa mx.p.example 63 0",
    "a.example 30 0 30; b.example 30 3 30; - 3; a.example 0 0 0; ", "60 3" },

  { "foreign-policies-count-for-nothing", UNKNOWN,
    "sts d.example 10 0; !sts other.example 20 5; certificate-expired@mx 5; !tlsa mx.other.example 500 0",
    "d.example 10 0 10; other.example 0 0 0; mx 0; d.example 0 0 0; ", "10 0" },
  { "a-foreign-policy-is-no-second-view", UNKNOWN, "!sts other.example 100 0; tlsa mx 10 2; tlsa-invalid@- 2",
    "other.example 0 0 0; mx 10 2 10; mx 2; ", "10 2" },

  { "counts-at-the-end-of-their-type", UNKNOWN,
    "sts d.example " MAX_TEXT " " MAX_TEXT "; certificate-expired@a " MAX_TEXT "; certificate-expired@b " MAX_TEXT
    "; tlsa mx " MAX_TEXT " " MAX_TEXT,
    "d.example 0 " MAX_TEXT " 0; a " MAX_TEXT "; b 0; d.example 0 " MAX_TEXT " 0; mx " MAX_TEXT "; ",
    "0 " MAX_TEXT },
  { "one-policy-a-session-at-the-end-of-the-type", ONE, "sts d.example " MAX_TEXT " 0; tlsa mx " MAX_TEXT " 1",
    "d.example 9223372036854775806 0 9223372036854775806; d.example 0 1 0; mx 1; ", "9223372036854775806 1" },
};

typedef struct {
  const char *name;
  const char *report;
  TlsrptSums expected;
} SumsCase;

static const SumsCase sums_cases[] = {
  { "one-mechanism", "sts d.example 100 0", TLSRPT_SUMS_NONE },
  { "no-sessions-under-one", "sts d.example 100 0; tlsa mx 0 0", TLSRPT_SUMS_NONE },
  { "other-types-do-not-matter", "sts d.example 100 0; no-policy-found d.example 5 0", TLSRPT_SUMS_NONE },
  { "agree", "sts d.example 90 10; tlsa mx1 40 0; tlsa mx2 60 0", TLSRPT_SUMS_AGREE },
  { "agree-at-ten", "sts d.example 10 0; tlsa mx 9 1", TLSRPT_SUMS_AGREE },
  { "nine-agree-by-chance", "sts d.example 9 0; tlsa mx 9 0", TLSRPT_SUMS_NONE },
  { "differ-by-one", "sts d.example 100 0; tlsa mx 101 0", TLSRPT_SUMS_DIFFER },
  { "foreign-policies-do-not-matter", "sts d.example 100 0; tlsa mx 100 0; !tlsa mx2 1 0", TLSRPT_SUMS_AGREE },
};

typedef struct {
  const char *name;
  const char *start;
  const char *end;
  const char *expected; /* day, first and last, from 2024-03-01 */
} DayCase;

static const DayCase day_cases[] = {
  { "a-day", "2024-03-01T00:00:00Z", "2024-03-01T23:59:59Z", "0 0 0" },
  { "a-day-that-ends-at-midnight", "2024-03-01T00:00:00Z", "2024-03-02T00:00:00Z", "0 0 0" },
  { "a-day-and-a-moment", "2024-03-01T00:00:00Z", "2024-03-02T00:00:01Z", "0 0 1" },
  { "a-day-east-of-utc", "2024-02-29T16:00:00Z", "2024-03-01T16:00:00Z", "0 -1 0" },
  { "a-day-west-of-utc", "2024-03-01T08:00:00Z", "2024-03-02T08:00:00Z", "0 0 1" },
  { "twelve-hours-off", "2024-03-01T12:00:00Z", "2024-03-02T12:00:00Z", "0 0 1" },
  { "twelve-hours-and-a-second-off", "2024-03-01T12:00:01Z", "2024-03-02T12:00:01Z", "1 0 1" },
  { "two-days", "2024-03-01T00:00:00Z", "2024-03-03T00:00:00Z", "0 0 1" },
  { "two-days-in-seconds", "2024-03-01T00:00:00Z", "2024-03-02T23:59:59Z", "0 0 1" },
  { "three-days", "2024-03-01T00:00:00Z", "2024-03-04T00:00:00Z", "1 0 2" },
  { "an-hour", "2024-03-01T23:00:00Z", "2024-03-02T00:00:00Z", "0 0 0" },
  { "no-time-at-all", "2024-03-01T00:00:00Z", "2024-03-01T00:00:00Z", "0 0 0" },
  { "the-end-before-the-start", "2024-03-02T00:00:00Z", "2024-03-01T00:00:00Z", "0 0 0" },
  { "before-1970", "0001-01-01T00:00:00Z", "0001-01-01T23:59:59Z", "-738945 -738945 -738945" },
  { "the-last-day", "9999-12-31T00:00:00Z", "9999-12-31T23:59:59Z", "2913113 2913113 2913113" },
};
/* clang-format on */

/* It is 2026-05-31T12:00:00Z. */
typedef struct {
  const char *name;
  const char *start;
  const char *end;
  const char *refusal;
} PeriodCase;

/* clang-format off */
static const PeriodCase period_cases[] = {
  { "of-the-first-day", "2016-01-01T00:00:00Z", "2016-01-01T23:59:59Z", NULL },
  { "of-the-day-before-the-first", "2015-12-31T00:00:00Z", "2015-12-31T23:59:59Z",
    "report: its period begins before there were reports, on 2015-12-31" },
  { "of-the-year-1", "0001-01-01T00:00:00Z", "0001-01-02T00:00:00Z",
    "report: its period begins before there were reports, on 0001-01-01" },
  { "of-tomorrow", "2026-06-01T23:59:59Z", "2026-06-02T23:59:59Z", NULL },
  { "of-the-day-after-tomorrow", "2026-06-02T00:00:00Z", "2026-06-02T23:59:59Z",
    "report: its period begins in the future, on 2026-06-02" },
  { "of-2099", "2099-01-01T00:00:00Z", "2099-01-01T23:59:59Z",
    "report: its period begins in the future, on 2099-01-01" },
  { "that-ends-two-days-ahead", "2026-05-30T00:00:00Z", "2026-06-03T00:00:00Z", NULL },
  { "that-ends-three-days-ahead", "2026-05-30T00:00:00Z", "2026-06-03T00:00:01Z",
    "report: its period ends in the future, on 2026-06-03" },
  { "that-ends-in-2099-and-then-began", "2099-01-01T00:00:00Z", "2026-05-30T00:00:00Z",
    "report: its period ends in the future, on 2098-12-31" },
  { "of-31-days", "2026-04-01T00:00:00Z", "2026-05-02T00:00:00Z", NULL },
  { "of-32-days", "2026-04-01T00:00:00Z", "2026-05-02T00:00:01Z",
    "report: its period covers more days than a report may, on 2026-05-02" },
};
/* clang-format on */

static gint64
moment (const char *text)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, NULL);

  g_assert_nonnull (time);
  return g_date_time_to_unix (time) * G_USEC_PER_SEC;
}

static void
test_period (gconstpointer data)
{
  const PeriodCase *row = data;
  g_autoptr (GError) error = NULL;
  gboolean good = tlsrpt_days_check (moment (row->start), moment (row->end),
                                     moment ("2026-05-31T12:00:00Z"), &error);

  g_assert_true (good == (row->refusal == NULL));
  if (row->refusal == NULL) {
    g_assert_no_error (error);
    return;
  }
  g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_INVALID);
  g_assert_cmpstr (error->message, ==, row->refusal);
}

#define SESSIONS " %" G_GINT64_FORMAT

static char *
text_of (const TlsrptCounted *facts, const TlsrptReport *report)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < facts->policies->len; i++) {
    const TlsrptCountedPolicy *policy = &g_array_index (facts->policies, TlsrptCountedPolicy, i);
    guint rows = tlsrpt_report_policy (report, i)->failures->len + (policy->has_rest ? 1 : 0);

    g_string_append_printf (text, "%s" SESSIONS SESSIONS SESSIONS "; ",
                            policy->mail_domain != NULL ? policy->mail_domain : "-",
                            policy->successful_sessions, policy->failed_sessions,
                            policy->validated_sessions);
    for (guint j = 0; j < rows; j++) {
      const TlsrptCountedFailure *failure =
          &g_array_index (facts->failures, TlsrptCountedFailure, policy->first_failure + j);

      g_string_append_printf (text, "%s" SESSIONS "; ",
                              failure->receiving_mx != NULL ? failure->receiving_mx : "-",
                              failure->failed_sessions);
    }
  }
  return g_string_free (text, FALSE);
}

/* Sums of policies and of failures, which are plain sums for everybody else. */
static char *
total_of (const TlsrptCounted *facts)
{
  gint64 successful = 0, failed = 0, details = 0;

  for (guint i = 0; i < facts->policies->len; i++) {
    const TlsrptCountedPolicy *policy = &g_array_index (facts->policies, TlsrptCountedPolicy, i);

    successful = tlsrpt_places_sum (successful, policy->successful_sessions);
    failed = tlsrpt_places_sum (failed, policy->failed_sessions);
  }
  for (guint i = 0; i < facts->failures->len; i++)
    details = tlsrpt_places_sum (
        details, g_array_index (facts->failures, TlsrptCountedFailure, i).failed_sessions);
  g_assert_cmpint (details, ==, failed);
  return g_strdup_printf ("%" G_GINT64_FORMAT SESSIONS, successful, failed);
}

static void
test_case (gconstpointer data)
{
  const Case *row = data;
  g_autoptr (TlsrptReport) report = told_report (row->report);
  g_autoptr (TlsrptCounted) facts = tlsrpt_counted_new (report, row->counting, TRUE);
  g_autoptr (TlsrptCounted) nothing = tlsrpt_counted_new (report, row->counting, FALSE);
  g_autofree char *text = text_of (facts, report);
  g_autofree char *total = total_of (facts);
  g_autofree char *no_total = total_of (nothing);

  g_assert_cmpstr (text, ==, row->expected);
  g_assert_cmpstr (total, ==, row->total);
  g_assert_cmpstr (no_total, ==, "0 0");
  g_assert_cmpint (nothing->reported_sessions, ==, facts->reported_sessions);
}

static void
test_sums (gconstpointer data)
{
  const SumsCase *row = data;
  g_autoptr (TlsrptReport) report = told_report (row->report);
  g_autoptr (TlsrptCounted) facts = tlsrpt_counted_new (report, UNKNOWN, TRUE);

  g_assert_cmpint (facts->sums, ==, row->expected);
}

static gint64
microseconds (const char *text)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, NULL);

  return g_date_time_to_unix (time) * G_USEC_PER_SEC;
}

static void
test_days (gconstpointer data)
{
  static const gint32 march = 19783; /* 2024-03-01 */
  const DayCase *row = data;
  TlsrptDays days = tlsrpt_days_of_period (microseconds (row->start), microseconds (row->end));
  g_autofree char *found =
      g_strdup_printf ("%d %d %d", days.day - march, days.first_day - march, days.last_day - march);

  g_assert_cmpstr (found, ==, row->expected);
}

static gint64
failed_under (const TlsrptReport *report, gboolean dane)
{
  gint64 failed = 0;

  for (guint i = 0; i < report->policies->len; i++) {
    const TlsrptPolicy *policy = tlsrpt_report_policy (report, i);
    gint64 told = 0;

    for (guint j = 0; j < policy->failures->len; j++)
      told += tlsrpt_policy_failure (policy, j)->failed_session_count;
    if ((strcmp (policy->policy_type, "tlsa") == 0) == dane)
      failed +=
          policy->total_failure_session_count > 0 ? policy->total_failure_session_count : told;
  }
  return failed;
}

/* Whatever a report says: no fewer failed sessions than under either mechanism, no more than under both,
 * the same whatever the order of its policies. */
static void
test_property (void)
{
  static const char *const types[] = { "sts", "tlsa", "no-policy-found" };
  static const char *const failures[] = { "tlsa-invalid@mx1", "certificate-expired@mx2",
                                          "sts-policy-fetch-error@-", "validation-failure@-" };
  g_autoptr (GRand) random = g_rand_new_with_seed (18);

  for (guint round = 0; round < 5000; round++) {
    g_autoptr (GString) text = g_string_new ("header d.example");
    g_autoptr (TlsrptReport) report = NULL;
    g_autoptr (TlsrptCounted) facts = NULL;
    g_autofree char *total = NULL;
    g_autofree char *reversed_total = NULL;
    g_autoptr (TlsrptCounted) reversed = NULL;
    gint64 failed;

    for (gint32 i = g_rand_int_range (random, 1, 5); i > 0; i--) {
      g_string_append_printf (text, "; %s %s %d %d", types[g_rand_int_range (random, 0, 3)],
                              g_rand_boolean (random) ? "d.example" : "mx1",
                              g_rand_int_range (random, 0, 20), g_rand_int_range (random, 0, 20));
      for (gint32 j = g_rand_int_range (random, 0, 4); j > 0; j--)
        g_string_append_printf (text, "; %s %d", failures[g_rand_int_range (random, 0, 4)],
                                g_rand_int_range (random, 0, 12));
    }
    report = told_report (text->str);
    facts = tlsrpt_counted_new (report, UNKNOWN, TRUE);
    total = total_of (facts);
    failed = g_ascii_strtoll (strchr (total, ' ') + 1, NULL, 10);
    g_assert_cmpint (failed, <=, failed_under (report, TRUE) + failed_under (report, FALSE));
    g_assert_cmpint (failed, >=, MAX (failed_under (report, TRUE), failed_under (report, FALSE)));
    g_assert_cmpint (g_ascii_strtoll (total, NULL, 10) + failed, ==, facts->reported_sessions);
    for (guint i = 0; i < report->policies->len / 2; i++) {
      TlsrptPolicy *left = tlsrpt_report_policy (report, i);
      TlsrptPolicy *right = tlsrpt_report_policy (report, report->policies->len - 1 - i);
      TlsrptPolicy kept = *left;

      *left = *right;
      *right = kept;
    }
    reversed = tlsrpt_counted_new (report, UNKNOWN, TRUE);
    reversed_total = total_of (reversed);
    g_assert_cmpstr (reversed_total, ==, total);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/counted/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (sums_cases); i++) {
    g_autofree char *path = g_strconcat ("/counted/mechanism/", sums_cases[i].name, NULL);

    g_test_add_data_func (path, &sums_cases[i], test_sums);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (period_cases); i++) {
    g_autofree char *path = g_strconcat ("/counted/period/", period_cases[i].name, NULL);

    g_test_add_data_func (path, &period_cases[i], test_period);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (day_cases); i++) {
    g_autofree char *path = g_strconcat ("/counted/day/", day_cases[i].name, NULL);

    g_test_add_data_func (path, &day_cases[i], test_days);
  }
  g_test_add_func ("/counted/no-failed-session-is-lost-and-none-counts-twice", test_property);
  return g_test_run ();
}
