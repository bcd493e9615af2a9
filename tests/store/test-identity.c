/* SPDX-License-Identifier: GPL-3.0-or-later
 * Once and only once: duplicates, conflicts, twins in a batch, the same mail at the same time. */
#include "support/cluster.h"
#include "pg/pg.h"
#include "support/sample.h"

#include <string.h>

#define KEYS "SELECT report_id, evidence FROM tlsrpt.report ORDER BY 1, 2"

static void
test_duplicate (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autoptr (TlsrptItem) first = sample_item ("a", sample_full_report (), NULL);
  g_autoptr (TlsrptItem) second = sample_item ("b", sample_full_report (), NULL);
  g_autofree char *rows = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (sample_put (conninfo, &error, first, NULL));
  rows = cluster_rows (conninfo, "SELECT r, p, f FROM tlsrpt.report r JOIN tlsrpt.policy p"
                                 " USING (report_uid) LEFT JOIN tlsrpt.failure f"
                                 " USING (report_uid, policy_no)"
                                 " ORDER BY policy_no, failure_no");
  g_assert_true (sample_put (conninfo, &error, second, NULL));
  g_assert_no_error (error);
  sample_assert_outcomes (second, "duplicate");
  cluster_assert_rows (conninfo,
                       "SELECT r, p, f FROM tlsrpt.report r JOIN tlsrpt.policy p USING (report_uid)"
                       " LEFT JOIN tlsrpt.failure f USING (report_uid, policy_no)"
                       " ORDER BY policy_no, failure_no",
                       rows);
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "1|3|3|0\n");
}

/* The second document says more, and nothing of it reaches the rows of the first. */
static void
test_conflict (void)
{
  g_autofree char *conninfo = cluster_installed ();
  TlsrptReport *other = sample_report ("c", "second");
  g_autoptr (TlsrptItem) first = sample_item ("a", sample_report ("c", "first"), NULL);
  g_autoptr (TlsrptItem) second = sample_item ("mail of the second", other, NULL);
  g_autoptr (GError) error = NULL;

  sample_add_failures (other, 5);
  second->envelope_sender = g_strdup ("sender@example.com");
  g_assert_true (sample_put (conninfo, &error, first, NULL));
  g_assert_true (sample_put (conninfo, &error, second, NULL));
  g_assert_no_error (error);
  sample_assert_outcomes (second, "conflict");
  cluster_assert_rows (conninfo, KEYS, "c|\\x6669727374\n");
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "1|1|1|1\n");
  cluster_assert_rows (conninfo,
                       "SELECT reason, stage, envelope_sender, convert_from(raw, 'UTF8')"
                       " FROM tlsrpt.quarantine",
                       "conflict|store|sender@example.com|mail of the second\n");
  /* The mail system hands it over again. */
  g_assert_true (sample_put (conninfo, &error, second, NULL));
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "1|1|1|1\n");
}

static void
test_twins_in_batch (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autoptr (TlsrptItem) one =
      sample_item ("1", sample_report ("b", "same"), sample_report ("a", "a"), NULL);
  g_autoptr (TlsrptItem) two = sample_item ("2", sample_report ("b", "same"), NULL);
  g_autoptr (TlsrptItem) three =
      sample_item ("3", sample_report ("b", "another"), sample_report ("b", "same"), NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (sample_put (conninfo, &error, one, two, three, NULL));
  g_assert_no_error (error);
  sample_assert_outcomes (one, "stored stored");
  sample_assert_outcomes (two, "duplicate");
  sample_assert_outcomes (three, "conflict duplicate");
  cluster_assert_rows (conninfo, KEYS, "a|\\x61\nb|\\x73616d65\n");
  cluster_assert_rows (conninfo, "SELECT reason, convert_from(raw, 'UTF8') FROM tlsrpt.quarantine",
                       "conflict|3\n");
}

/* Two refusals of one message are one entry: the message is kept, and kept once. */
static void
test_two_refusals (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autoptr (TlsrptItem) before =
      sample_item ("0", sample_report ("x", "1"), sample_report ("y", "1"), NULL);
  g_autoptr (TlsrptItem) item = sample_item (
      "both", sample_report ("x", "2"), sample_report ("y", "2"), sample_report ("z", "1"), NULL);
  g_autoptr (GError) error = NULL;

  sample_refuse (item, TLSRPT_ERROR_MALFORMED, "gunzip: second attachment is cut");
  g_assert_true (sample_put (conninfo, &error, before, NULL));
  g_assert_true (sample_put (conninfo, &error, item, NULL));
  g_assert_no_error (error);
  sample_assert_outcomes (item, "conflict conflict stored quarantined");
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "3|3|3|1\n");
  cluster_assert_rows (conninfo, "SELECT reason, convert_from(raw, 'UTF8') FROM tlsrpt.quarantine",
                       "malformed|both\n");
}

/* A trigger notes the order in which the server sees the rows of a batch. */
static void
test_sorted (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autoptr (TlsrptItem) item = sample_item ("1", NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 20; i++) {
    g_autofree char *id = g_strdup_printf ("report-%u", i * 7 % 20);

    g_ptr_array_add (item->reports, sample_report (id, id));
  }
  cluster_sql (
      conninfo,
      "CREATE TABLE seen (n bigserial, uid uuid);"
      "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN"
      "  INSERT INTO public.seen (uid) VALUES (NEW.report_uid); RETURN NEW; END $$;"
      "CREATE TRIGGER note BEFORE INSERT ON tlsrpt.report"
      " FOR EACH ROW EXECUTE FUNCTION note()");
  g_assert_true (sample_put (conninfo, &error, item, NULL));
  g_assert_no_error (error);
  cluster_assert_rows (conninfo,
                       "SELECT count(*), array_agg(uid ORDER BY n) = array_agg(uid ORDER BY uid)"
                       " FROM seen",
                       "20|t\n");
}

#define N_THREADS 4
#define N_REPORTS 60

typedef struct {
  const char *conninfo;
  guint first;
  guint outcomes[TLSRPT_OUTCOME_QUARANTINED + 1];
} Racer;

/* Each hands over the same reports in batches, in another order. */
static gpointer
race (gpointer data)
{
  Racer *racer = data;
  g_autoptr (TlsrptStore) store = sample_open (racer->conninfo, NULL);

  g_assert_nonnull (store);
  for (guint i = 0; i < N_REPORTS; i += 10) {
    g_autoptr (GPtrArray) batch = g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_item_free);
    g_autoptr (GError) error = NULL;

    for (guint j = 0; j < 10; j++) {
      g_autofree char *id = g_strdup_printf ("r%u", (racer->first + 7 * (i + j)) % N_REPORTS);

      g_ptr_array_add (batch, sample_item (id, sample_report (id, id), NULL));
    }
    g_assert_true (tlsrpt_store_put (store, batch, &error));
    g_assert_no_error (error);
    for (guint j = 0; j < batch->len; j++)
      racer
          ->outcomes[g_array_index (((TlsrptItem *)batch->pdata[j])->outcomes, TlsrptOutcome, 0)]++;
  }
  return NULL;
}

static void
test_race (void)
{
  g_autofree char *conninfo = cluster_installed ();
  GThread *threads[N_THREADS];
  Racer racers[N_THREADS];
  guint stored = 0;

  for (guint i = 0; i < N_THREADS; i++) {
    racers[i] = (Racer){ .conninfo = conninfo, .first = i * 13 };
    threads[i] = g_thread_new ("race", race, &racers[i]);
  }
  for (guint i = 0; i < N_THREADS; i++) {
    g_thread_join (threads[i]);
    stored += racers[i].outcomes[TLSRPT_OUTCOME_STORED];
    g_assert_cmpuint (racers[i].outcomes[TLSRPT_OUTCOME_CONFLICT], ==, 0);
    g_assert_cmpuint (racers[i].outcomes[TLSRPT_OUTCOME_QUARANTINED], ==, 0);
  }
  g_assert_cmpuint (stored, ==, N_REPORTS);
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "60|60|60|0\n");
}

typedef struct {
  const char *name;
  const char *end;
  const char *outcome;
  const char *counts;
} OtherCase;

/* clang-format off */
static const OtherCase other_cases[] = {
  { "duplicate-where-the-other-commits", "COMMIT",   "duplicate", "1|0|0|0\n" },
  { "stored-where-the-other-rolls-back", "ROLLBACK", "stored",    "1|1|1|0\n" },
  { "conflict-where-the-other-differs",
    "UPDATE tlsrpt.report SET content_digest = sha256('other'); COMMIT", "conflict", "1|0|0|1\n" },
};
/* clang-format on */

typedef struct {
  const char *conninfo;
  TlsrptItem *item;
  GError *error;
} Put;

static gpointer
put_in_thread (gpointer data)
{
  Put *put = data;

  return GINT_TO_POINTER (sample_put (put->conninfo, &put->error, put->item, NULL));
}

static void
wait_for_waiter (const char *conninfo)
{
  for (;;) {
    g_autofree char *waiting =
        cluster_rows (conninfo, "SELECT count(*) FROM pg_stat_activity WHERE datname ="
                                " current_database() AND wait_event_type = 'Lock'");

    if (strcmp (waiting, "1\n") == 0)
      return;
    g_usleep (G_USEC_PER_SEC / 200);
  }
}

/* But what the server makes of them itself. */
static const char insert_model[] =
    "DO $$ DECLARE columns text; BEGIN"
    "  SELECT string_agg(quote_ident(attname), ',') INTO columns FROM pg_attribute"
    "    WHERE attrelid = 'tlsrpt.report'::regclass AND attnum > 0 AND attgenerated = '';"
    "  EXECUTE format('INSERT INTO tlsrpt.report (%1$s) SELECT %1$s FROM public.model', columns);"
    " END $$";

/* The other's open transaction holds the key: ours waits for its end, and then looks. */
static void
test_other_is_faster (gconstpointer data)
{
  const OtherCase *row = data;
  g_autofree char *conninfo = cluster_installed ();
  g_autoptr (TlsrptItem) model = sample_item ("m", sample_report ("k", "k"), NULL);
  g_autoptr (TlsrptItem) item = sample_item ("i", sample_report ("k", "k"), NULL);
  Put put = { .conninfo = conninfo, .item = item };
  g_autoptr (TlsrptPg) other = NULL;
  g_autoptr (TlsrptPgTransaction) transaction = NULL;
  g_autoptr (PGresult) begun = NULL;
  g_autoptr (PGresult) ended = NULL;
  g_autoptr (GError) error = NULL;
  GThread *thread;

  g_assert_true (sample_put (conninfo, &error, model, NULL));
  cluster_sql (conninfo, "CREATE TABLE model AS SELECT * FROM tlsrpt.report;"
                         "DELETE FROM tlsrpt.report");
  other = tlsrpt_pg_connect (conninfo, g_get_monotonic_time () + 30 * G_TIME_SPAN_SECOND, &error);
  g_assert_no_error (error);
  transaction = tlsrpt_pg_begin (other, TLSRPT_SESSION_WRITE, &error);
  g_assert_no_error (error);
  begun = tlsrpt_pg_query (other, insert_model, 0, NULL, &error);
  g_assert_no_error (error);
  thread = g_thread_new ("put", put_in_thread, &put);
  wait_for_waiter (conninfo);
  ended = tlsrpt_pg_query (other, row->end, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (GPOINTER_TO_INT (g_thread_join (thread)));
  g_assert_no_error (put.error);
  sample_assert_outcomes (item, row->outcome);
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, row->counts);
}

/* Strangers who were first to sign with a name, as many as one likes, hide nobody whose domain has it. */
static void
test_name_of_many (void)
{
  g_autofree char *conninfo = cluster_installed ();
  TlsrptReport *report = sample_report ("k", "k");
  g_autoptr (TlsrptItem) item = sample_item ("i", report, NULL);
  g_autoptr (GError) error = NULL;

  cluster_sql (conninfo,
               "INSERT INTO tlsrpt.reporter_name (name_key, reporter_domain, first_seen)"
               " SELECT 'examplesender', 's' || n || '.example', now() - interval '1 hour'"
               " FROM generate_series(1, 32) n;"
               "INSERT INTO tlsrpt.reporter_name VALUES ('examplesender', 'mail.sender.example')");
  report->header_from = "a@evil.example";
  g_assert_true (sample_put (conninfo, &error, item, NULL));
  g_assert_no_error (error);
  cluster_assert_rows (conninfo, "SELECT reporter_domain, is_impersonating FROM tlsrpt.report",
                       "evil.example|t\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/identity/same-mail-again-is-a-duplicate", test_duplicate);
  g_test_add_func ("/store/identity/another-document-is-a-conflict", test_conflict);
  g_test_add_func ("/store/identity/twins-in-one-batch", test_twins_in_batch);
  g_test_add_func ("/store/identity/two-refusals-of-one-message", test_two_refusals);
  g_test_add_func ("/store/identity/batch-is-sorted", test_sorted);
  g_test_add_func ("/store/identity/name-that-many-strangers-use", test_name_of_many);
  g_test_add_func ("/store/identity/four-threads-with-the-same-reports", test_race);
  for (gsize i = 0; i < G_N_ELEMENTS (other_cases); i++) {
    g_autofree char *path = g_strconcat ("/store/identity/", other_cases[i].name, NULL);

    g_test_add_data_func (path, &other_cases[i], test_other_is_faster);
  }
  return g_test_run ();
}
