/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is stored, later: pruned by age, and decoded again from its evidence. */
#include "support/program.h"
#include "support/cluster.h"
#include "support/sample.h"

#include <string.h>

#define EVERYTHING                                                                                 \
  "SELECT to_jsonb(r), to_jsonb(p), to_jsonb(f) FROM tlsrpt.report r"                              \
  " LEFT JOIN tlsrpt.policy p USING (report_uid)"                                                  \
  " LEFT JOIN tlsrpt.failure f USING (report_uid, policy_no)"                                      \
  " ORDER BY r.report_uid, policy_no, failure_no"

static void
deliver (const char *conninfo, const char *mail)
{
  g_auto (Program) program =
      program_run (mail, "deliver", "--sender", "s@sender.example", "--database", conninfo, NULL);

  program_assert (program, 0);
}

/* Keys are days: rows of a day so many days ago, without a mail for each. */
static void
add_reports (const char *conninfo, int days_ago, int n)
{
  g_autofree char *sql = g_strdup_printf (
      "WITH made AS (INSERT INTO tlsrpt.report (report_uid, organization_name, report_id,"
      " start_datetime, end_datetime, document_bytes, evidence, reporter_domain,"
      " reporter_basis, is_verified, day, first_day, last_day, reported_sessions, content_digest)"
      " SELECT (lpad(to_hex(current_date - %d - date '1970-01-01'), 8, '0') ||"
      "   substr(gen_random_uuid()::text, 9))::uuid, 'o', 'r' || n, now(), now(), 0, "
      "'e', 'o', 'name', false, current_date - %d, current_date - %d, current_date - %d, 0, "
      "sha256('')"
      " FROM generate_series(1, %d) AS n RETURNING report_uid, day)"
      "INSERT INTO tlsrpt.policy (report_uid, policy_no, policy_type,"
      " total_successful_session_count, total_failure_session_count, day, first_day,"
      " last_day, reporter_domain, is_verified, is_counted, successful_sessions, "
      "validated_sessions, failed_sessions)"
      " SELECT report_uid, 0, 'sts', 0, 0, day, day, day, 'o', false, true, 0, 0, 0 FROM made",
      days_ago, days_ago, days_ago, days_ago, n);

  cluster_sql (conninfo, sql);
}

static void
prune (const char *conninfo, const char *option, const char *says)
{
  g_auto (Program) program =
      program_run (NULL, "prune", "--older-than", "400d", option, "--database", conninfo, NULL);

  program_assert (program, 0);
  g_assert_cmpstr (program.out, ==, says);
}

/* The day of the bound itself stays; more than a batch is more than one transaction. */
static void
test_prune (void)
{
  g_autofree char *conninfo = cluster_installed ();

  add_reports (conninfo, 401, 2500);
  add_reports (conninfo, 400, 3);
  add_reports (conninfo, 1, 2);
  cluster_sql (conninfo,
               "CREATE TABLE public.seen (transaction text, n integer);"
               "CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
               "  INSERT INTO public.seen SELECT pg_current_xact_id()::text, count(*) FROM gone;"
               "  RETURN NULL; END $$;"
               "CREATE TRIGGER note AFTER DELETE ON tlsrpt.report REFERENCING OLD TABLE AS gone"
               " FOR EACH STATEMENT EXECUTE FUNCTION public.note()");
  prune (conninfo, "--dry-run", "rows of 2500 reports would be removed\n");
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "2505|2505|0|0\n");
  prune (conninfo, "--set=deadline=60", "rows of 2500 reports removed\n");
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "5|5|0|0\n");
  cluster_assert_rows (conninfo,
                       "SELECT count(DISTINCT transaction) >= 3, max(n), sum(n) FROM public.seen",
                       "t|1000|2500\n");
  prune (conninfo, "--set=deadline=60", "rows of 0 reports removed\n");
}

static void
test_prune_evidence (void)
{
  g_autofree char *conninfo = cluster_installed ();

  add_reports (conninfo, 500, 1200);
  add_reports (conninfo, 1, 2);
  {
    g_auto (Program) dry = program_run (NULL, "prune", "--older-than", "400d", "--evidence-only",
                                        "--dry-run", "--database", conninfo, NULL);

    program_assert (dry, 0);
    g_assert_cmpstr (dry.out, ==, "evidence of 1200 reports would be removed\n");
  }
  prune (conninfo, "--evidence-only", "evidence of 1200 reports removed\n");
  cluster_assert_rows (conninfo, "SELECT count(*), count(evidence) FROM tlsrpt.report", "1202|2\n");
  prune (conninfo, "--evidence-only", "evidence of 0 reports removed\n");
}

static void
test_prune_needs_to_be_told (void)
{
  g_auto (Program) nothing = program_run (NULL, "prune", NULL);
  g_auto (Program) word = program_run (NULL, "prune", "--older-than", "a year", NULL);

  g_assert_cmpint (nothing.status, ==, 64);
  g_assert_cmpint (word.status, ==, 64);
}

static void
replay_evidence (const char *conninfo, const char *says)
{
  g_auto (Program) program =
      program_run (NULL, "replay", "--from-evidence", "--database", conninfo, NULL);

  program_assert (program, 0);
  if (strstr (program.err, says) == NULL)
    g_error ("'%s' does not say '%s'", program.err, says);
}

/* Rows as an older decoder might have left them become what a new delivery makes, with the mail's
 * part, the time of storing and the mark of foreign domains as they were. */
static void
test_evidence (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autofree char *first = program_mail ("e1", "example.org", "why");
  g_autofree char *second = program_mail ("e2", "EXAMPLE.com.", "why");
  g_autofree char *expected = NULL;

  deliver (conninfo, first);
  deliver (conninfo, second);
  cluster_sql (
      conninfo,
      "UPDATE tlsrpt.report SET stored_at = stored_at - interval '9 days';"
      "UPDATE tlsrpt.report SET dkim_result = 'pass', dkim_domain = 'd.example',"
      " dkim_aligned = true, dkim_source = 'signature', signature_result = 'pass',"
      " auth_results_result = 'fail', spf_result = 'pass', dmarc_result = 'fail',"
      " deviation = '{media-type}'::text[] || deviation WHERE report_id = 'e1';"
      "UPDATE tlsrpt.policy SET is_foreign = true, is_counted = false, successful_sessions = 0,"
      " validated_sessions = 0, failed_sessions = 0"
      " WHERE policy_domain = 'example.com';"
      "UPDATE tlsrpt.failure f SET failed_sessions = 0, alike_sessions = 0 FROM tlsrpt.policy p"
      " WHERE p.report_uid = f.report_uid AND p.is_foreign;"
      "UPDATE tlsrpt.report SET reported_sessions = 0 WHERE report_id = 'e2'");
  expected = cluster_rows (conninfo, EVERYTHING);
  cluster_sql (conninfo,
               "UPDATE tlsrpt.failure SET failure_reason_code = 'misread',"
               " sending_mta_ip = NULL;"
               "UPDATE tlsrpt.policy SET total_failure_session_count = 77;"
               "UPDATE tlsrpt.report SET contact_info = 'misread';"
               "INSERT INTO tlsrpt.failure (report_uid, policy_no, failure_no, result_type,"
               " failed_session_count, failed_sessions) SELECT report_uid, 0, 9, 'extra', 1, 1"
               " FROM tlsrpt.report");
  replay_evidence (conninfo, "2 reports replaced, 0 kept");
  cluster_assert_rows (conninfo, EVERYTHING, expected);
  replay_evidence (conninfo, "2 reports replaced, 0 kept");
  cluster_assert_rows (conninfo, EVERYTHING, expected);
}

/* Two reports of one meaning: the second repeats the first. */
static void
deliver_two (const char *conninfo)
{
  g_autofree char *first = program_mail ("e1", "example.org", "why");
  g_autofree char *second = program_mail ("e2", "example.org", "why");

  deliver (conninfo, first);
  deliver (conninfo, second);
}

/* Whatever an older program counted, a repeat and an impersonator among it. */
static void
test_evidence_counts_again (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autofree char *expected = NULL;

  deliver_two (conninfo);
  expected = cluster_rows (conninfo, EVERYTHING);
  cluster_sql (conninfo,
               "UPDATE tlsrpt.policy SET successful_sessions = 0, validated_sessions = 0,"
               " failed_sessions = 0, mail_domain = 'misread', policy_mode = NULL,"
               " policy_mx = '{misread}', policy_mx_digest = NULL, first_day = '2020-01-01',"
               " last_day = '2030-01-01', has_usable_tlsa = true;"
               "UPDATE tlsrpt.failure SET failed_sessions = 0, alike_sessions = NULL,"
               " receiving_mx = 'misread', mx_in_policy = NULL;"
               "UPDATE tlsrpt.report SET mail_domain = 'misread', reported_sessions = 0");
  replay_evidence (conninfo, "2 reports replaced, 0 kept");
  cluster_assert_rows (conninfo, EVERYTHING, expected);
}

/* An identity that an older decoder told otherwise: the key moves, and nothing is there twice. */
static void
test_evidence_moves_keys (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autofree char *mail = program_mail ("e1", "example.org", "why");
  g_autofree char *expected = NULL;

  deliver (conninfo, mail);
  expected = cluster_rows (conninfo, EVERYTHING);
  cluster_sql (
      conninfo,
      "SET session_replication_role = replica;" /* no foreign key, also of partitions, and no counter */
      "UPDATE tlsrpt.report SET report_uid = overlay(report_uid::text PLACING '0' FROM 36)::uuid"
      " WHERE right(report_uid::text, 1) <> '0';"
      "UPDATE tlsrpt.policy SET report_uid = (SELECT report_uid FROM tlsrpt.report);"
      "UPDATE tlsrpt.failure SET report_uid = (SELECT report_uid FROM tlsrpt.report)");
  replay_evidence (conninfo, "1 reports replaced, 0 kept");
  cluster_assert_rows (conninfo, EVERYTHING, expected);
}

static void
test_evidence_keeps_what_it_cannot_read (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autofree char *expected = NULL;

  deliver_two (conninfo);
  cluster_sql (conninfo,
               "UPDATE tlsrpt.report SET evidence = 'no document' WHERE report_id = 'e1'");
  expected = cluster_rows (conninfo, EVERYTHING);
  replay_evidence (conninfo, "1 reports replaced, 1 kept");
  cluster_assert_rows (conninfo, EVERYTHING, expected);
}

/* Nobody sees a moment without the rows: the server dies in the middle, and all is as before. */
static void
test_evidence_is_atomic (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autofree char *expected = NULL;

  deliver_two (conninfo);
  expected = cluster_rows (conninfo, EVERYTHING);
  cluster_sql (conninfo,
               "CREATE FUNCTION public.die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
               "  IF (SELECT count(*) FROM tlsrpt.failure) = 2 THEN"
               "    PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NULL; END $$;"
               "CREATE TRIGGER die AFTER INSERT ON tlsrpt.failure"
               " FOR EACH ROW EXECUTE FUNCTION public.die()");
  {
    g_auto (Program) program =
        program_run (NULL, "replay", "--from-evidence", "--database", conninfo, NULL);

    program_assert (program, 75);
  }
  cluster_assert_rows (conninfo, EVERYTHING, expected);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prune/removes-in-bounded-batches", test_prune);
  g_test_add_func ("/prune/evidence-alone", test_prune_evidence);
  g_test_add_func ("/prune/needs-to-be-told-how-old", test_prune_needs_to_be_told);
  g_test_add_func ("/evidence/replaces-what-was-misread", test_evidence);
  g_test_add_func ("/evidence/counts-again-to-the-same-numbers", test_evidence_counts_again);
  g_test_add_func ("/evidence/moves-keys", test_evidence_moves_keys);
  g_test_add_func ("/evidence/keeps-what-it-cannot-read", test_evidence_keeps_what_it_cannot_read);
  g_test_add_func ("/evidence/is-atomic", test_evidence_is_atomic);
  return g_test_run ();
}
