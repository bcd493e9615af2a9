/* SPDX-License-Identifier: GPL-3.0-or-later
 * Quarantine by the real program: filled, listed, shown, retried, dropped. */
#include "support/program.h"
#include "support/cluster.h"
#include "support/sample.h"

#include <string.h>

#define REASONS "SELECT reason, count(*) FROM tlsrpt.quarantine GROUP BY 1 ORDER BY 1"

static void
deliver (const char *conninfo, const char *mail, const char *sender, const char *setting)
{
  g_auto (Program) program = program_run (mail, "deliver", "--sender", sender, "--set", setting,
                                          "--database", conninfo, NULL);

  program_assert (program, 0);
}

/* One too large for the cap of its day, one on somebody else's domain, one that is no report. */
static char *
fill (void)
{
  char *conninfo = cluster_installed ();
  g_autofree char *reason = g_strnfill (2000, 'x');
  g_autofree char *large = program_mail ("large", "example.org", reason);
  g_autofree char *foreign = program_mail ("foreign", "example.com", "x");

  deliver (conninfo, large, "large@sender.example", "string-bytes=1000");
  deliver (conninfo, foreign, "foreign@sender.example", "accept-domains=example.org");
  deliver (conninfo, "Subject: lunch\n\nToday?\n", "friend@sender.example", "deadline=60");
  cluster_assert_rows (conninfo, REASONS, "foreign-domain|1\nlimit|1\nno-report|1\n");
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "0|0|0|3\n");
  return conninfo;
}

static void
assert_says (const char *conninfo, const char *says, const char *const *words)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  g_ptr_array_add (all, (gpointer) "quarantine");
  for (gsize i = 0; words[i] != NULL; i++)
    g_ptr_array_add (all, (gpointer)words[i]);
  g_ptr_array_add (all, (gpointer) "--database");
  g_ptr_array_add (all, (gpointer)conninfo);
  g_ptr_array_add (all, NULL);
  {
    g_auto (Program) program = program_runv (NULL, (const char *const *)all->pdata);

    program_assert (program, 0);
    if (strstr (program.out, says) == NULL)
      g_error ("'%s' does not say '%s'", program.out, says);
  }
}

#define assert_quarantine(conninfo, says, ...)                                                     \
  assert_says (conninfo, says, (const char *const[]){ __VA_ARGS__, NULL })

static guint
count_listed (const char *conninfo, const char *option)
{
  g_auto (Program) program =
      program_run (NULL, "quarantine", "list", option, "--database", conninfo, NULL);
  guint n = 0;

  program_assert (program, 0);
  for (const char *p = program.out; *p != '\0'; p++)
    n += *p == '\n';
  return n > 0 ? n - 1 : 0;
}

static void
test_list (void)
{
  g_autofree char *conninfo = fill ();

  cluster_sql (conninfo, "UPDATE tlsrpt.quarantine SET quarantined_at = now() - interval '3 days'"
                         " WHERE reason = 'limit'");
  g_assert_cmpuint (count_listed (conninfo, "--limit=9"), ==, 3);
  g_assert_cmpuint (count_listed (conninfo, "--limit=2"), ==, 2);
  g_assert_cmpuint (count_listed (conninfo, "--reason=limit"), ==, 1);
  g_assert_cmpuint (count_listed (conninfo, "--sender=friend@sender.example"), ==, 1);
  g_assert_cmpuint (count_listed (conninfo, "--older-than=2d"), ==, 1);
  g_assert_cmpuint (count_listed (conninfo, "--older-than=4d"), ==, 0);
  assert_quarantine (conninfo, "foreign@sender.example", "list", "--reason=foreign-domain");
}

/* What the filters of list, retry and drop ask the server, with many rows in it. */
static void
test_indexed (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autofree char *by_reason = NULL;
  g_autofree char *by_sender = NULL;

  cluster_sql (
      conninfo,
      "INSERT INTO tlsrpt.quarantine (quarantine_uid, reason, stage, detail,"
      " envelope_sender, raw_bytes, raw) SELECT gen_random_uuid(), 'r' || n % 500, 's', 'd',"
      " 's' || n % 500 || '@sender.example', 0, '' FROM generate_series(1, 20000) AS n;"
      "ANALYZE tlsrpt.quarantine");
  by_reason = cluster_rows (conninfo, "EXPLAIN SELECT * FROM tlsrpt.quarantine"
                                      " WHERE reason = 'r7'");
  by_sender =
      cluster_rows (conninfo, "EXPLAIN SELECT * FROM tlsrpt.quarantine WHERE"
                              " coalesce(envelope_sender, header_from) = 's7@sender.example'");
  g_assert_nonnull (strstr (by_reason, "quarantine_reason_idx"));
  g_assert_nonnull (strstr (by_sender, "quarantine_sender_idx"));
}

static void
test_show (void)
{
  g_autofree char *conninfo = fill ();
  g_autofree char *uid =
      cluster_rows (conninfo, "SELECT left(quarantine_uid::text, 13) FROM tlsrpt.quarantine"
                              " WHERE reason = 'no-report'");

  g_strchomp (uid);
  {
    g_auto (Program) raw =
        program_run (NULL, "quarantine", "show", uid, "--database", conninfo, NULL);

    program_assert (raw, 0);
    g_assert_cmpstr (raw.out, ==, "Subject: lunch\n\nToday?\n");
  }
  assert_quarantine (conninfo, "friend@sender.example", "show", uid, "--meta");
}

static void
test_retry (void)
{
  g_autofree char *conninfo = fill ();

  /* The caps of today let the large one through; the foreign one is foreign still. */
  assert_quarantine (conninfo, "1 released, 2 kept, 0 cut", "retry", "--all", "--set",
                     "accept-domains=example.org");
  cluster_assert_rows (conninfo, REASONS, "foreign-domain|1\nno-report|1\n");
  cluster_assert_rows (conninfo, "SELECT report_id, envelope_sender, submitter FROM tlsrpt.report",
                       "large|large@sender.example|sender.example\n");
  assert_quarantine (conninfo, "0 released, 2 kept, 0 cut", "retry", "--all", "--set",
                     "accept-domains=example.org");
  assert_quarantine (conninfo, "1 released, 0 kept, 0 cut", "retry", "--reason=foreign-domain");
  assert_quarantine (conninfo, "0 released, 1 kept, 0 cut", "retry", "--all");
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "2|2|2|1\n");
}

/* Ended between storing and removing: the next one finds it stored. */
static void
test_retry_after_half_a_retry (void)
{
  g_autofree char *conninfo = fill ();
  g_autofree char *reason = g_strnfill (2000, 'x');
  g_autofree char *large = program_mail ("large", "example.org", reason);

  deliver (conninfo, large, "large@sender.example", "deadline=60");
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "1|1|1|3\n");
  assert_quarantine (conninfo, "1 released, 0 kept, 0 cut", "retry", "--reason=limit");
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "1|1|1|2\n");
}

static void
test_retry_keeps_a_conflict (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autofree char *first = program_mail ("c", "example.org", "one");
  g_autofree char *second = program_mail ("c", "example.org", "two");

  deliver (conninfo, first, "a@sender.example", "deadline=60");
  deliver (conninfo, second, "a@sender.example", "deadline=60");
  cluster_assert_rows (conninfo, REASONS, "conflict|1\n");
  assert_quarantine (conninfo, "0 released, 1 kept, 0 cut", "retry", "--all");
  cluster_assert_rows (conninfo, REASONS, "conflict|1\n");
  cluster_sql (conninfo, "DELETE FROM tlsrpt.report");
  assert_quarantine (conninfo, "1 released, 0 kept, 0 cut", "retry", "--all");
  cluster_assert_rows (conninfo, "SELECT failure_reason_code FROM tlsrpt.failure", "two\n");
}

static void
test_retry_leaves_the_cut (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autofree char *filler = g_strnfill (9000, 'x');
  g_autofree char *mail = program_mail ("cut", "example.org", filler);

  deliver (conninfo, mail, "a@sender.example", "message-bytes=4096");
  cluster_assert_rows (conninfo, "SELECT is_truncated, raw_bytes FROM tlsrpt.quarantine",
                       "t|4096\n");
  assert_quarantine (conninfo, "0 released, 0 kept, 1 cut", "retry", "--all");
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "0|0|0|1\n");
}

/* One past what is read at once, twice: 1,000 messages by number, and 16 MB by size. */
static void
test_retry_of_many (void)
{
  g_autofree char *conninfo = cluster_installed ();

  cluster_sql (
      conninfo,
      "INSERT INTO tlsrpt.quarantine (quarantine_uid, reason, stage, detail, header_from,"
      " raw_bytes, raw) SELECT gen_random_uuid(), 'limit', 'message', 'message: old',"
      " n || '@' || n || '.example', octet_length(raw), raw FROM (SELECT n, convert_to("
      "  'Subject: ' || n || E'\\n\\n' || CASE WHEN n <= 18 THEN repeat('x', 1000000) ELSE '' END,"
      "  'UTF8') AS raw FROM generate_series(1, 2001) AS n) AS mail");
  assert_quarantine (conninfo, "0 released, 2001 kept, 0 cut", "retry", "--all");
  cluster_assert_rows (conninfo, REASONS, "no-report|2001\n");
}

static void
test_drop (void)
{
  g_autofree char *conninfo = fill ();
  g_autofree char *uid = cluster_rows (
      conninfo, "SELECT quarantine_uid FROM tlsrpt.quarantine WHERE reason = 'limit'");

  g_strchomp (uid);
  assert_quarantine (conninfo, "1 dropped", "drop", uid);
  assert_quarantine (conninfo, "1 dropped", "drop", "--sender=friend@sender.example");
  cluster_assert_rows (conninfo, REASONS, "foreign-domain|1\n");
}

static void
test_needs_to_be_told (void)
{
  g_auto (Program) drop =
      program_run (NULL, "quarantine", "drop", "--database", "host=/none", NULL);
  g_auto (Program) verb = program_run (NULL, "quarantine", "burn", NULL);
  g_autofree char *conninfo = cluster_installed ();
  g_auto (Program) retry = program_run (NULL, "quarantine", "retry", "--database", conninfo, NULL);

  g_assert_cmpint (verb.status, ==, 64);
  g_assert_cmpint (drop.status, !=, 0);
  g_assert_cmpint (retry.status, ==, 64);
  g_assert_nonnull (strstr (retry.err, "--all"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/quarantine/list-filters", test_list);
  g_test_add_func ("/quarantine/filters-by-index", test_indexed);
  g_test_add_func ("/quarantine/show-is-byte-for-byte", test_show);
  g_test_add_func ("/quarantine/retry-stores-and-removes", test_retry);
  g_test_add_func ("/quarantine/retry-after-half-a-retry", test_retry_after_half_a_retry);
  g_test_add_func ("/quarantine/retry-keeps-a-conflict", test_retry_keeps_a_conflict);
  g_test_add_func ("/quarantine/retry-leaves-what-was-cut", test_retry_leaves_the_cut);
  g_test_add_func ("/quarantine/retry-of-more-than-is-read-at-once", test_retry_of_many);
  g_test_add_func ("/quarantine/drop-by-uid-and-sender", test_drop);
  g_test_add_func ("/quarantine/drop-and-retry-need-to-be-told-what", test_needs_to_be_told);
  return g_test_run ();
}
