/* SPDX-License-Identifier: GPL-3.0-or-later
 * Batches that are split: by a value that the server refuses, by their size. */
#include "support/cluster.h"
#include "support/sample.h"

typedef struct {
  const char *name;
  void (*spoil) (TlsrptReport *report);
  const char *detail;
} RefusedCase;

static void
spoil_count (TlsrptReport *report)
{
  tlsrpt_report_policy (report, 0)->total_failure_session_count = -1;
}

static void
spoil_failure_count (TlsrptReport *report)
{
  tlsrpt_policy_failure (tlsrpt_report_policy (report, 0), 0)->failed_session_count = -1;
}

static void
spoil_extra (TlsrptReport *report)
{
  report->extra = "{\"nul\": \"\\u0000\"}";
}

static void
spoil_text (TlsrptReport *report)
{
  report->contact_info = "bad \xff byte";
}

static void
spoil_time_before (TlsrptReport *report)
{
  report->end_datetime = G_MININT64;
}

/* Too long for the index, and nothing that could be compressed. */
static void
spoil_domain (TlsrptReport *report)
{
  g_autoptr (GString) domain = g_string_new (NULL);
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  while (domain->len < 9000)
    g_string_append_printf (domain, "%08x", g_rand_int (random));
  tlsrpt_report_policy (report, 0)->policy_domain = tlsrpt_report_string (report, domain->str);
}

static void
spoil_trust (TlsrptReport *report)
{
  report->trust.dkim_result = "perhaps";
}

/* clang-format off */
static const RefusedCase refused_cases[] = {
  { "count-below-zero",         spoil_count,         "23514" },
  { "failed-count-below-zero",  spoil_failure_count, "23514" },
  { "nul-in-json",              spoil_extra,         "22P05" },
  { "text-that-is-no-utf-8",    spoil_text,          "22021" },
  { "time-before-the-calendar", spoil_time_before,   "22008" },
  { "domain-too-long-to-index", spoil_domain,        "54000" },
  { "verdict-of-no-known-word", spoil_trust,         "23514" },
};
/* clang-format on */

/* One of twenty is at fault: it alone goes to quarantine, with what else its message held stored. */
static void
test_refused_value (gconstpointer data)
{
  const RefusedCase *row = data;
  g_autofree char *conninfo = cluster_installed ();
  g_autoptr (TlsrptItem) good = sample_item ("good", NULL);
  TlsrptReport *spoiled = sample_report ("spoiled", "spoiled");
  g_autoptr (TlsrptItem) bad =
      sample_item ("bad", spoiled, sample_report ("beside", "beside"), NULL);
  g_autofree char *sql = g_strdup_printf (
      "SELECT reason, stage, detail LIKE 'store: %%(SQLSTATE %s)', convert_from(raw, 'UTF8')"
      " FROM tlsrpt.quarantine",
      row->detail);
  g_autoptr (GError) error = NULL;

  row->spoil (spoiled);
  for (guint i = 0; i < 18; i++) {
    g_autofree char *id = g_strdup_printf ("good-%u", i);

    g_ptr_array_add (good->reports, sample_report (id, id));
  }
  g_assert_true (sample_put (conninfo, &error, good, bad, NULL));
  g_assert_no_error (error);
  sample_assert_outcomes (bad, "quarantined stored");
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "19|19|19|1\n");
  cluster_assert_rows (conninfo, sql, "refused-value|store|t|bad\n");
}

/* A mail over what one statement takes: several statements, and one transaction. */
static void
test_large_batch (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autoptr (TlsrptItem) item = sample_item ("large", NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 5; i++) {
    g_autofree char *id = g_strdup_printf ("large-%u", i);
    g_autofree char *document = g_strnfill (6 * 1024 * 1024, (char)('a' + i));

    g_ptr_array_add (item->reports, sample_report (id, document));
  }
  g_assert_true (sample_put (conninfo, &error, item, NULL));
  g_assert_no_error (error);
  sample_assert_outcomes (item, "stored stored stored stored stored");
  cluster_assert_rows (
      conninfo,
      "SELECT count(*), count(DISTINCT sha256(evidence)), min(octet_length(evidence)),"
      " count(DISTINCT xmin::text) FROM tlsrpt.report",
      "5|5|6291456|1\n");
}

/* A mail of @n reports, each of its own. */
static TlsrptItem *
mail_of (const char *name, guint n)
{
  TlsrptItem *item = sample_item (name, NULL);

  for (guint i = 0; i < n; i++) {
    g_autofree char *id = g_strdup_printf ("%s-%u", name, i);

    g_ptr_array_add (item->reports, sample_report (id, id));
  }
  return item;
}

#define TRANSACTIONS                                                                               \
  "SELECT count(DISTINCT xmin::text) FROM (SELECT xmin FROM tlsrpt.report UNION ALL"               \
  " SELECT xmin FROM tlsrpt.quarantine) AS stored"

/* One report at fault, one that is a conflict, one refusal: all of it in the transaction of the rest. */
static void
test_one_mail_one_transaction (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autoptr (TlsrptItem) before = sample_item ("before", sample_report ("mail-3", "other"), NULL);
  g_autoptr (TlsrptItem) item = mail_of ("mail", 20);
  g_autoptr (GError) error = NULL;

  g_assert_true (sample_put (conninfo, &error, before, NULL));
  spoil_trust (item->reports->pdata[7]);
  sample_refuse (item, TLSRPT_ERROR_INVALID, "json: one more");
  g_assert_true (sample_put (conninfo, &error, item, NULL));
  g_assert_no_error (error);
  sample_assert_outcomes (item, "stored stored stored conflict stored stored stored quarantined"
                                " stored stored stored stored stored stored stored stored stored"
                                " stored stored stored quarantined");
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "19|19|19|1\n");
  cluster_assert_rows (conninfo, TRANSACTIONS, "2\n");
}

/* Where quarantine has no room the part at fault waits: the reports beside it, and other mails, are stored. */
static void
test_full_quarantine (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autoptr (TlsrptItem) good = mail_of ("good", 20);
  g_autoptr (TlsrptItem) bad = mail_of ("bad", 20);
  g_autoptr (GError) error = NULL;

  cluster_sql (conninfo, "UPDATE tlsrpt.quarantine_limit SET total_bytes = 0");
  sample_refuse (bad, TLSRPT_ERROR_INVALID, "json: one more");
  g_assert_true (sample_put (conninfo, &error, good, bad, NULL));
  g_assert_no_error (error);
  g_assert_cmpint (g_array_index (bad->outcomes, TlsrptOutcome, 0), ==, TLSRPT_OUTCOME_STORED);
  g_assert_cmpint (g_array_index (bad->outcomes, TlsrptOutcome, 20), ==, TLSRPT_OUTCOME_WAITING);
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "40|40|40|0\n");
}

/* So does a report that turns out to be a conflict. */
static void
test_full_quarantine_and_conflict (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autoptr (TlsrptItem) before = sample_item ("before", sample_report ("mail-0", "other"), NULL);
  g_autoptr (TlsrptItem) item = mail_of ("mail", 2);
  g_autoptr (GError) error = NULL;

  g_assert_true (sample_put (conninfo, &error, before, NULL));
  cluster_sql (conninfo, "UPDATE tlsrpt.quarantine_limit SET total_bytes = 0");
  g_assert_true (sample_put (conninfo, &error, item, NULL));
  g_assert_no_error (error);
  sample_assert_outcomes (item, "waiting stored");
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "2|2|2|0\n");
  cluster_sql (conninfo, "UPDATE tlsrpt.quarantine_limit SET total_bytes = NULL");
  g_assert_true (sample_put (conninfo, &error, item, NULL));
  g_assert_no_error (error);
  sample_assert_outcomes (item, "conflict duplicate");
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "2|2|2|1\n");
}

/* Two giants with one key in one mail: the details of each are its own. */
static void
test_giant_twins (void)
{
  g_autofree char *conninfo = cluster_installed ();
  TlsrptReport *first = sample_report ("giant", "one");
  TlsrptReport *second = sample_report ("giant", "two");
  g_autoptr (TlsrptItem) item = NULL;
  g_autoptr (GError) error = NULL;

  sample_add_failures (first, 5000);
  sample_add_failures (second, 6000);
  item = sample_item ("giants", first, second, NULL);
  g_assert_true (sample_put (conninfo, &error, item, NULL));
  g_assert_no_error (error);
  sample_assert_outcomes (item, "stored conflict");
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "1|1|5001|1\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (refused_cases); i++) {
    g_autofree char *path = g_strconcat ("/store/batch/isolates-", refused_cases[i].name, NULL);

    g_test_add_data_func (path, &refused_cases[i], test_refused_value);
  }
  g_test_add_func ("/store/batch/over-the-size-of-a-statement", test_large_batch);
  g_test_add_func ("/store/batch/one-mail-one-transaction", test_one_mail_one_transaction);
  g_test_add_func ("/store/batch/full-quarantine-keeps-no-report-of-the-mail-out",
                   test_full_quarantine);
  g_test_add_func ("/store/batch/full-quarantine-keeps-nothing-beside-a-conflict-out",
                   test_full_quarantine_and_conflict);
  g_test_add_func ("/store/batch/giant-twins-in-one-mail", test_giant_twins);
  return g_test_run ();
}
