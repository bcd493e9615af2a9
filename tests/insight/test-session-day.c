/* SPDX-License-Identifier: GPL-3.0-or-later
 * The copy of the days that incidents are judged by says what the reports say, after each change, and only
 * the days that changed are copied again. */
#include "insight/session-day.h"
#include "support/cluster.h"
#include "support/known.h"

#include <string.h>

#define FIRST "2026-05-01"
#define LAST "2026-05-03"

/* Only of a.example are sessions failing; b.example is left out. */
static const char three_days[] =
    "SELECT known.report('2026-05-01'::date + n, name),"
    " known.policy('sts', 'a.example', 90 + n, (n = 0)::integer, '{mode: enforce, mx: mx1}'),"
    " known.policy('tlsa', 'mx1', 5, 0, '{3 1 1 00}'),"
    " known.policy('no-policy-found', 'b.example', 7, 0)"
    " FROM generate_series(0, 2) AS n, unnest('{A,B}'::text[]) AS name;"
    "UPDATE tlsrpt.policy SET has_failures = total_failure_session_count > 0,"
    "  mail_domain = CASE policy_domain WHEN 'mx1' THEN 'a.example' ELSE mail_domain END;"
    "CREATE FUNCTION known.failures(numbers int4range) RETURNS void LANGUAGE sql AS $$"
    " INSERT INTO tlsrpt.failure (report_uid, policy_no, failure_no, result_type, receiving_mx,"
    "   receiving_ip, mx_in_policy, failed_session_count, failed_sessions, alike_sessions,"
    "   failure_reason_code)"
    "  SELECT report_uid, policy_no, n, CASE WHEN n % 2 = 0 THEN 'validation-failure' ELSE '' END,"
    "    CASE WHEN n % 3 > 0 THEN 'mx' || n END, CASE WHEN n % 2 = 0 THEN inet '192.0.2.1' + n END,"
    "    n % 3 = 1, n, n, n, CASE WHEN n % 5 > 0 THEN E' a\\tb \\\\- \\n' || repeat('x', 490 + n) "
    "END"
    "   FROM known.last, generate_series(lower(numbers), upper(numbers) - 1) AS n"
    " $$";

typedef struct {
  const char *name;
  const char *change;
  const char *copied; /* days that are copied again, as text after "2026-05-0" */
} Case;

#define OF_DAY_2 " WHERE day = '2026-05-02'"

/* clang-format off */
static const Case cases[] = {
  { "nothing", "SELECT 1", "" },
  { "a-new-report", "SELECT known.report('2026-05-02', 'C'), known.policy('sts', 'a.example', 1, 0)", "2" },
  { "a-new-report-of-a-new-day-of-a-reporter",
    "SELECT known.report('2026-05-03', 'D'), known.policy('sts', 'a.example', 1, 0, '{mx: mx2}')", "3" },
  { "a-report-outside-the-window", "SELECT known.report('2026-04-30', 'A'), known.policy('sts', 'a.example', 1, 2)", "" },
  { "a-report-of-two", "DELETE FROM tlsrpt.report WHERE reporter_domain = 'b' AND day = '2026-05-02'", "2" },
  { "all-reports-of-a-day-removed", "DELETE FROM tlsrpt.report" OF_DAY_2, "2" },
  { "all-of-a-sender-come-and-gone",
    "SELECT known.report('2026-05-02', 'C'), known.policy('sts', 'a.example', 1, 0);"
    "DELETE FROM tlsrpt.report WHERE reporter_domain = 'c'", "" },
  { "an-update-of-a-report", "UPDATE tlsrpt.report SET contact_info = 'x'" OF_DAY_2, "2" },
  { "an-update-of-a-policy", "UPDATE tlsrpt.policy SET total_successful_session_count = 1" OF_DAY_2, "2" },
  { "another-domain-fails", "UPDATE tlsrpt.policy SET has_failures = true" OF_DAY_2 " AND policy_domain = 'b.example'", "2" },
  { "no-domain-fails", "UPDATE tlsrpt.policy SET has_failures = false", "123" },
  { "a-policy-removed-alone", "DELETE FROM tlsrpt.policy" OF_DAY_2 " AND policy_type = 'tlsa'", "2" },
  { "a-policy-of-another-day", "UPDATE tlsrpt.policy SET day = '2026-05-03', last_day = '2026-05-03'" OF_DAY_2, "23" },
  { "everything-emptied", "TRUNCATE tlsrpt.report CASCADE", "123" },
  { "a-day-that-nothing-counts", "DELETE FROM tlsrpt.store_day" OF_DAY_2, "2" },
  { "domains-with-separators",
    "UPDATE tlsrpt.policy SET policy_domain = E'a b\\\\s\\nc', mail_domain = E'\\\\ \\n'" OF_DAY_2
    " AND policy_type = 'sts'; UPDATE tlsrpt.policy SET has_failures = true" OF_DAY_2, "2" },
  { "no-mail-domain", "UPDATE tlsrpt.policy SET mail_domain = NULL" OF_DAY_2, "2" },
  { "a-report-of-three-days", "UPDATE tlsrpt.policy SET first_day = day - 1, last_day = day + 1" OF_DAY_2, "2" },
  { "a-report-with-failures-removed", "DELETE FROM tlsrpt.report WHERE reporter_domain = 'b' AND day = '2026-05-01'", "1" },
  { "a-report-superseded", "DELETE FROM tlsrpt.report WHERE reporter_domain = 'b' AND day = '2026-05-01';"
    "SELECT known.report('2026-05-01', 'B', 'none'), known.policy('sts', 'a.example', 1, 3, '{mx: mx3}'), known.failures('[1,2]')", "1" },
  { "a-late-report-with-failures", "SELECT known.report('2026-05-01', 'C'), known.policy('sts', 'a.example', 1, 3), known.failures('[1,3]')", "1" },
  { "a-report-with-failures-of-a-domain-that-had-none",
    "SELECT known.report('2026-05-03', 'C'), known.policy('sts', 'b.example', 1, 3), known.failures('[1,3]')", "3" },
  { "old-reports-pruned", "DELETE FROM tlsrpt.report WHERE day < '2026-05-02'", "1" },
  { "a-reporter-found-to-be-another", "UPDATE tlsrpt.policy SET reporter_domain = 'c', is_verified = NOT is_verified"
    " WHERE reporter_domain = 'a'", "123" },
  { "failures-of-each-kind", "SELECT known.report('2026-05-02', 'C'), known.policy('sts', 'a.example', 1, 3, '{mx: mx2}'),"
    " known.failures('[1,10]'), known.policy('tlsa', 'mx1', 0, 3, '{0 0 1 aa}'), known.failures('[1,3]')", "2" },
  { "failures-that-are-alike", "SELECT known.report('2026-05-03', 'C'), known.policy('sts', 'a.example', 1, 3), known.failures('[1,4]');"
    "UPDATE tlsrpt.failure SET receiving_mx = 'mx', result_type = '', mx_in_policy = NULL WHERE failed_session_count > 0", "123" },
  { "failures-alone-changed", "UPDATE tlsrpt.failure SET alike_sessions = alike_sessions + 1", "123" },
  { "failures-alone-removed", "DELETE FROM tlsrpt.failure", "123" },
  { "a-reporter-that-does-not-count", "UPDATE tlsrpt.policy SET is_counted = false, successful_sessions = 0, failed_sessions = 0,"
    " validated_sessions = 0 WHERE reporter_domain = 'a'", "123" },
  { "more-failures-than-a-row-has", "SELECT known.report('2026-05-02', 'C'), known.policy('sts', 'a.example', 1, 3),"
    " known.failures('[1,5020]')", "2" },
  { "more-lines-than-a-row-has",
    "INSERT INTO tlsrpt.policy SELECT (jsonb_populate_record(p, jsonb_build_object('policy_no', n))).*"
    " FROM tlsrpt.policy p, generate_series(10, 5020) AS n" OF_DAY_2 " AND policy_type = 'sts'"
    " AND reporter_domain = 'a'; UPDATE tlsrpt.report SET contact_info = 'x'" OF_DAY_2, "2" },
};
/* clang-format on */

static TlsrptPg *
begin (const char *conninfo, TlsrptPgTransaction **transaction)
{
  g_autoptr (GError) error = NULL;
  TlsrptPg *pg = tlsrpt_pg_connect (conninfo, g_get_monotonic_time () + G_TIME_SPAN_HOUR, &error);

  g_assert_no_error (error);
  *transaction = tlsrpt_pg_begin (pg, TLSRPT_SESSION_WRITE, &error);
  g_assert_no_error (error);
  return pg;
}

static void
copy (const char *conninfo)
{
  g_autoptr (GError) error = NULL;
  TlsrptPgTransaction *transaction;
  TlsrptPg *pg = begin (conninfo, &transaction);

  tlsrpt_session_day_copy (pg, FIRST, LAST, &error);
  g_assert_no_error (error);
  tlsrpt_pg_commit (transaction, &error);
  g_assert_no_error (error);
  tlsrpt_pg_transaction_free (transaction);
  tlsrpt_pg_free (pg);
}

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *)a, *(char *const *)b);
}

static char *
join_sorted (GPtrArray *lines)
{
  g_ptr_array_sort (lines, compare_lines);
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **)lines->pdata);
}

static char *
session_lines (const TlsrptFacts *facts)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < facts->sessions->len; i++) {
    const TlsrptSessionFact *session = &g_array_index (facts->sessions, TlsrptSessionFact, i);
    const TlsrptScope *scope = &session->scope;

    g_ptr_array_add (
        lines,
        g_strdup_printf ("%d %d %d %s %d %s %s %s %s %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT,
                         scope->day, scope->first_day, scope->last_day, scope->reporter,
                         scope->is_verified, scope->mail_domain, scope->policy_domain,
                         tlsrpt_mechanism_names[scope->mechanism], tlsrpt_mode_names[scope->mode],
                         session->successful_sessions, session->failed_sessions));
  }
  return join_sorted (lines);
}

#define SHOWN(text) ((text) != NULL ? (text) : "~")

static char *
failure_lines (const TlsrptFacts *facts)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < facts->failures->len; i++) {
    const TlsrptFailureFact *failure = &g_array_index (facts->failures, TlsrptFailureFact, i);
    const TlsrptScope *scope = &failure->scope;

    g_ptr_array_add (
        lines,
        g_strdup_printf ("%d %d %d %s %d %s %s %s %s %s %s %s %s %s %d %d %" G_GUINT64_FORMAT,
                         scope->day, scope->first_day, scope->last_day, scope->reporter,
                         scope->is_verified, scope->mail_domain, scope->policy_domain,
                         tlsrpt_mechanism_names[scope->mechanism], tlsrpt_mode_names[scope->mode],
                         SHOWN (failure->result_type), SHOWN (failure->receiving_mx),
                         SHOWN (failure->reason), SHOWN (failure->receiving_ip),
                         SHOWN (failure->policy_mx), failure->misses_policy, failure->is_unusable,
                         failure->failed_sessions));
  }
  return join_sorted (lines);
}

static char *
policy_lines (const TlsrptFacts *facts)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < facts->policies->len; i++) {
    const TlsrptPolicyFact *policy = &g_array_index (facts->policies, TlsrptPolicyFact, i);

    g_ptr_array_add (lines,
                     g_strdup_printf ("%s %s %d %d", policy->policy_domain, policy->policy_mx,
                                      policy->first_day, policy->last_day));
  }
  return join_sorted (lines);
}

#define MAIL "coalesce(mail_domain, policy_domain)"
#define OF_FAILING                                                                                 \
  " FROM tlsrpt.session_fact WHERE day BETWEEN '" FIRST "' AND '" LAST "' AND " MAIL               \
  " IN (SELECT " MAIL " FROM tlsrpt.session_fact WHERE has_failures"                               \
  "  AND day BETWEEN '" FIRST "' AND '" LAST "')"
#define NUMBER(day) day " - date '1970-01-01'"

#define SCOPE                                                                                      \
  NUMBER ("day")                                                                                   \
  "," NUMBER ("first_day") "," NUMBER (                                                            \
      "last_day") ", reporter_domain, is_verified::integer, " MAIL ", policy_domain,"              \
                  " CASE policy_type WHEN 'sts' THEN 'sts' WHEN 'tlsa' THEN 'tlsa'"                \
                  "  ELSE 'no-policy-found' END, coalesce(policy_mode, 'unknown')"
#define LINES(line, from)                                                                          \
  "SELECT string_agg(line, E'\\n' ORDER BY line COLLATE \"C\") FROM (SELECT concat_ws(' '," line   \
  ") AS line" from ") AS lines"

static const char live_sessions[] =
    LINES (SCOPE ", successful_sessions, failed_sessions", OF_FAILING);
static const char live_failures[] = LINES (
    SCOPE ", coalesce(result_type, '~'), coalesce(receiving_mx, '~'),"
          " coalesce(left(failure_reason_code, 500), '~'), coalesce(host(min(receiving_ip)), '~'),"
          " coalesce((SELECT array_to_string(p.policy_mx, ' ') FROM tlsrpt.policy p"
          "  WHERE p.policy_mx_digest = f.policy_mx_digest LIMIT 1), '~'),"
          " (mx_in_policy IS FALSE)::integer, (has_usable_tlsa IS FALSE)::integer,"
          " sum(failed_sessions)",
    " FROM tlsrpt.failure_fact f WHERE day BETWEEN '" FIRST "' AND '" LAST "'"
    " GROUP BY day, first_day, last_day, reporter_domain, is_verified, mail_domain, policy_domain,"
    "  policy_type, policy_mode, result_type, receiving_mx, failure_reason_code, policy_mx_digest,"
    "  mx_in_policy, has_usable_tlsa");
static const char live_policies[] =
    LINES ("policy_domain, array_to_string(policy_mx, ' '), min(" NUMBER (
               "first_day") "), max(" NUMBER ("last_day") ")",
           OF_FAILING " AND policy_mx_digest IS NOT NULL GROUP BY policy_domain, policy_mx");

static void
assert_rows (const char *conninfo, const char *sql, const char *lines)
{
  g_autofree char *expected = cluster_rows (conninfo, sql);

  expected[strlen (expected) - 1] = '\0'; /* the end of the line */
  g_assert_cmpstr (lines, ==, strcmp (expected, "~") == 0 ? "" : expected);
}

static void
assert_copy (const char *conninfo)
{
  g_autoptr (GError) error = NULL;
  TlsrptPgTransaction *transaction;
  TlsrptPg *pg = begin (conninfo, &transaction);
  g_autoptr (TlsrptFacts) facts = tlsrpt_facts_new ();
  g_autofree char *sessions = NULL;
  g_autofree char *failures = NULL;
  g_autofree char *policies = NULL;

  tlsrpt_session_day_read (pg, FIRST, LAST, facts, &error);
  g_assert_no_error (error);
  sessions = session_lines (facts);
  failures = failure_lines (facts);
  policies = policy_lines (facts);
  tlsrpt_pg_transaction_free (transaction);
  tlsrpt_pg_free (pg);
  assert_rows (conninfo, live_sessions, sessions);
  assert_rows (conninfo, live_failures, failures);
  assert_rows (conninfo, live_policies, policies);
}

/* A day is copied again if it has other rows than before, by their transaction. */
static void
test_case (gconstpointer data)
{
  const Case *row = data;
  g_autofree char *conninfo = known_database (three_days);
  g_autofree char *expected = g_strconcat (row->copied, "\n", NULL);

  copy (conninfo);
  assert_copy (conninfo);
  cluster_sql (conninfo, "CREATE TABLE public.before AS SELECT DISTINCT day, xmin::text AS made"
                         " FROM tlsrpt.session_day");
  cluster_sql (conninfo, row->change);
  copy (conninfo);
  assert_copy (conninfo);
  cluster_assert_rows (
      conninfo,
      "SELECT coalesce(string_agg(extract(day FROM day)::text, '' ORDER BY day), '')"
      " FROM public.before b WHERE NOT EXISTS (SELECT FROM tlsrpt.session_day s"
      "  WHERE s.day = b.day AND s.xmin::text = b.made)",
      expected);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/session-day/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  return g_test_run ();
}
