/* SPDX-License-Identifier: GPL-3.0-or-later
 * Caps on quarantine, as the writer meets them: what is kept, what is deferred, what is dropped, with
 * many writers at once, and the views that show it. */
#include "support/cluster.h"
#include "support/sample.h"
#include "pg/pg.h"

#include <string.h>

#define USAGE                                                                                      \
  "SELECT coalesce(sender_domain, 'all'), kept_messages FROM tlsrpt.quarantine_usage ORDER BY 1"
#define COUNTERS_RIGHT                                                                             \
  "SELECT (SELECT (kept_messages, kept_bytes)::text FROM tlsrpt.quarantine_limit) ="               \
  " (SELECT (count(*), coalesce(sum(charged_bytes), 0))::text FROM tlsrpt.quarantine),"            \
  " NOT EXISTS ((SELECT sender_domain, kept_messages, kept_bytes FROM tlsrpt.quarantine_sender)"   \
  " EXCEPT (SELECT sender_domain, count(*), sum(charged_bytes) FROM tlsrpt.quarantine GROUP BY "   \
  "1))"

/* A database with room for @total and @sender messages of refused_item(). */
static char *
limited (int total, int sender, const char *when_full, char **writer)
{
  char *conninfo = cluster_installed ();
  g_autofree char *sql = g_strdup_printf (
      "UPDATE tlsrpt.quarantine_limit SET total_bytes = %d * 2100, sender_bytes = %d * 2100,"
      " when_full = '%s'",
      total, sender, when_full);

  cluster_sql (conninfo, sql);
  *writer = cluster_as (conninfo, "limited_writer", "tlsrpt_writer");
  return conninfo;
}

/* A message that is charged with 2060 to 2100 bytes. */
static TlsrptItem *
refused_item (const char *sender, int number)
{
  g_autofree char *filler = g_strnfill (1000, 'x');
  g_autofree char *raw = g_strdup_printf ("%s %d %s", sender, number, filler);
  TlsrptItem *item = sample_item (raw, NULL);

  item->envelope_sender = g_strdup (sender);
  item->authenticated_domain = g_ascii_strdown (strchr (sender, '@') + 1, -1);
  sample_refuse (item, TLSRPT_ERROR_INVALID, "json: x");
  return item;
}

/* %FALSE where there is no room for it. */
static gboolean
put (const char *conninfo, const char *sender, int number, GError **error)
{
  g_autoptr (TlsrptItem) item = refused_item (sender, number);

  return sample_put (conninfo, error, item, NULL) &&
         g_array_index (item->outcomes, TlsrptOutcome, 0) != TLSRPT_OUTCOME_WAITING;
}

static void
put_all (const char *conninfo, const char *sender, int n)
{
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < n; i++) {
    g_assert_true (put (conninfo, sender, i, &error));
    g_assert_no_error (error);
  }
}

static void
test_sender_deferred (void)
{
  g_autofree char *writer = NULL;
  g_autofree char *conninfo = limited (10, 2, "defer", &writer);
  g_autoptr (GError) error = NULL;

  put_all (writer, "a@One.example", 2);
  g_assert_false (put (writer, "b@one.example", 9, &error));
  g_assert_no_error (error);
  /* What is there already needs no room, and others have theirs. */
  put_all (writer, "a@One.example", 2);
  put_all (writer, "a@two.example", 2);
  cluster_assert_rows (conninfo, USAGE, "all|4\none.example|2\ntwo.example|2\n");
  cluster_assert_rows (conninfo, COUNTERS_RIGHT, "t|t\n");
}

static void
test_total_deferred (void)
{
  g_autofree char *writer = NULL;
  g_autofree char *conninfo = limited (3, 2, "defer", &writer);
  g_autoptr (GError) error = NULL;

  put_all (writer, "a@one.example", 2);
  put_all (writer, "a@two.example", 1);
  g_assert_false (put (writer, "a@three.example", 0, &error));
  g_assert_no_error (error);
  cluster_assert_rows (conninfo, USAGE, "all|3\none.example|2\ntwo.example|1\n");
  /* The owner makes room. */
  cluster_sql (conninfo, "DELETE FROM tlsrpt.quarantine WHERE sender_domain = 'one.example'");
  put_all (writer, "a@three.example", 1);
  cluster_assert_rows (conninfo, USAGE, "all|2\nthree.example|1\ntwo.example|1\n");
  cluster_assert_rows (conninfo, COUNTERS_RIGHT, "t|t\n");
  cluster_sql (conninfo, "TRUNCATE tlsrpt.quarantine");
  cluster_assert_rows (conninfo, USAGE, "all|0\n");
}

/* Of one sender its own oldest go, and nobody else's. */
static void
test_sender_dropped (void)
{
  g_autofree char *writer = NULL;
  g_autofree char *conninfo = limited (10, 2, "drop-oldest", &writer);

  put_all (writer, "a@two.example", 1);
  put_all (writer, "a@one.example", 5);
  cluster_assert_rows (conninfo, USAGE, "all|3\none.example|2\ntwo.example|1\n");
  cluster_assert_rows (conninfo,
                       "SELECT left(convert_from(raw, 'UTF8'), 15) FROM tlsrpt.quarantine"
                       " WHERE sender_domain = 'one.example' ORDER BY quarantined_at",
                       "a@one.example 3\na@one.example 4\n");
  cluster_assert_rows (conninfo, COUNTERS_RIGHT, "t|t\n");
}

/* A time in quarantine is when its transaction began: who waited for the counter has an earlier one
 * than those he waited for, and is kept all the same. */
static void
test_dropped_by_earlier (void)
{
  g_autofree char *writer = NULL;
  g_autofree char *conninfo = limited (10, 2, "drop-oldest", &writer);
  g_autoptr (GError) error = NULL;

  put_all (writer, "a@one.example", 2);
  cluster_sql (conninfo, "UPDATE tlsrpt.quarantine SET quarantined_at = quarantined_at + '1 hour'");
  put (writer, "a@one.example", 2, &error);
  g_assert_no_error (error);
  cluster_assert_rows (conninfo,
                       "SELECT left(convert_from(raw, 'UTF8'), 15) FROM tlsrpt.quarantine"
                       " ORDER BY quarantined_at",
                       "a@one.example 2\na@one.example 1\n");
  cluster_assert_rows (conninfo, COUNTERS_RIGHT, "t|t\n");
}

static void
test_total_dropped (void)
{
  g_autofree char *writer = NULL;
  g_autofree char *conninfo = limited (3, 2, "drop-oldest", &writer);

  put_all (writer, "a@one.example", 1);
  put_all (writer, "a@two.example", 2);
  put_all (writer, "a@three.example", 2);
  cluster_assert_rows (conninfo, USAGE, "all|3\nthree.example|2\ntwo.example|1\n");
  cluster_assert_rows (conninfo, COUNTERS_RIGHT, "t|t\n");
}

/* A message larger than the cap does not drive out what others have, to find no room either. */
static void
test_larger_than_cap (void)
{
  g_autofree char *writer = NULL;
  g_autofree char *conninfo = limited (1, 1, "drop-oldest", &writer);
  g_autofree char *raw = g_strnfill (4000, 'x');
  g_autoptr (TlsrptItem) item = sample_item (raw, NULL);
  g_autoptr (GError) error = NULL;

  put_all (writer, "a@one.example", 1);
  item->authenticated_domain = g_strdup ("two.example");
  sample_refuse (item, TLSRPT_ERROR_INVALID, "json: x");
  g_assert_true (sample_put (writer, &error, item, NULL));
  g_assert_no_error (error);
  sample_assert_outcomes (item, "waiting");
  cluster_assert_rows (conninfo, USAGE, "all|1\none.example|1\n");
}

/* Reports of a batch are stored although a message of it finds no room. */
static void
test_batch (void)
{
  g_autofree char *writer = NULL;
  g_autofree char *conninfo = limited (1, 1, "defer", &writer);
  g_autoptr (TlsrptItem) first = sample_item ("1", sample_report ("1", "a"), NULL);
  g_autoptr (TlsrptItem) second = refused_item ("a@one.example", 1);
  g_autoptr (TlsrptItem) third = refused_item ("a@one.example", 2);
  g_autoptr (TlsrptItem) fourth = sample_item ("2", sample_report ("2", "b"), NULL);
  g_autoptr (GError) error = NULL;

  sample_put (writer, &error, first, second, third, fourth, NULL);
  g_assert_no_error (error);
  sample_assert_outcomes (first, "stored");
  sample_assert_outcomes (fourth, "stored");
  g_assert_true ((g_array_index (second->outcomes, TlsrptOutcome, 0) == TLSRPT_OUTCOME_WAITING) !=
                 (g_array_index (third->outcomes, TlsrptOutcome, 0) == TLSRPT_OUTCOME_WAITING));
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "2|2|2|1\n");
  cluster_assert_rows (conninfo, COUNTERS_RIGHT, "t|t\n");
}

/* What a forged From names takes nobody's room but that of all the unauthenticated, whatever it names. */
static void
test_unauthenticated (void)
{
  g_autofree char *writer = NULL;
  g_autofree char *conninfo = limited (10, 2, "defer", &writer);
  g_autoptr (GError) error = NULL;

  cluster_sql (conninfo, "UPDATE tlsrpt.quarantine_limit SET unauthenticated_bytes = 3 * 2100");
  for (int i = 0; i < 4; i++) {
    g_autofree char *sender = g_strdup_printf ("forged@%d.example", i);
    g_autoptr (TlsrptItem) item = refused_item (sender, i);

    g_clear_pointer (&item->authenticated_domain, g_free);
    g_assert_true (sample_put (writer, &error, item, NULL));
    g_assert_no_error (error);
    sample_assert_outcomes (item, i < 3 ? "quarantined" : "waiting");
  }
  put_all (writer, "a@0.example", 2);
  cluster_assert_rows (conninfo, USAGE, "|3\n0.example|2\nall|5\n");
  cluster_assert_rows (conninfo, COUNTERS_RIGHT, "t|t\n");
}

/* 20,000 that are small make room for one that is large, by one statement. */
static void
test_dropped_at_once (void)
{
  g_autofree char *writer = NULL;
  g_autofree char *conninfo = limited (10000, 10000, "drop-oldest", &writer);
  g_autofree char *raw = g_strnfill (20 << 20, 'x');
  g_autoptr (TlsrptItem) item = sample_item (raw, NULL);
  g_autoptr (GError) error = NULL;

  cluster_sql (
      conninfo,
      "INSERT INTO tlsrpt.quarantine (quarantine_uid, reason, stage, detail, raw_bytes, raw,"
      " authenticated_domain) SELECT gen_random_uuid(), 'limit', 'json', '', 0, '', 'one.example'"
      " FROM generate_series(1, 20000)");
  item->authenticated_domain = g_strdup ("one.example");
  sample_refuse (item, TLSRPT_ERROR_INVALID, "json: x");
  g_assert_true (sample_put (writer, &error, item, NULL));
  g_assert_no_error (error);
  sample_assert_outcomes (item, "quarantined");
  cluster_assert_rows (conninfo, COUNTERS_RIGHT, "t|t\n");
  cluster_assert_rows (
      conninfo,
      "SELECT kept_messages < 500, kept_bytes <= limit_bytes FROM tlsrpt.quarantine_usage",
      "t|t\nt|t\n");
}

/* Of a long message the head is kept, and the whole of it once. */
static void
test_head (void)
{
  g_autofree char *conninfo = cluster_installed ();

  for (gsize bytes = 4096; bytes <= 4097; bytes++)
    for (int twice = 0; twice < 2; twice++) {
      g_autofree char *raw = g_strnfill (bytes, 'x');
      g_autoptr (TlsrptItem) item = sample_item (raw, NULL);
      g_autoptr (GPtrArray) batch = g_ptr_array_new ();
      g_autoptr (TlsrptStore) store =
          sample_open_as (&(TlsrptStoreOptions){ .conninfo = conninfo,
                                                 .deadline_seconds = 30,
                                                 .quarantine_bytes = 4096 },
                          NULL);

      sample_refuse (item, TLSRPT_ERROR_INVALID, "json: x");
      g_ptr_array_add (batch, item);
      g_assert_true (tlsrpt_store_put (store, batch, NULL));
    }
  cluster_assert_rows (
      conninfo,
      "SELECT octet_length(raw), raw_bytes, is_truncated FROM tlsrpt.quarantine ORDER BY 3",
      "4096|4096|f\n4096|4096|t\n");
}

typedef struct {
  const char *conninfo;
  int number;
  int kept;
} Writer;

static gpointer
write_some (gpointer data)
{
  Writer *writer = data;
  g_autofree char *sender = g_strdup_printf ("a@%d.example", writer->number % 2);

  for (int i = 0; i < 10; i++)
    if (put (writer->conninfo, sender, writer->number * 100 + i, NULL))
      writer->kept++;
  return NULL;
}

/* Eight writers, 80 messages of two senders, room for 12: exactly what fits is kept. */
static void
test_at_once (gconstpointer data)
{
  const char *when_full = data;
  gboolean defers = strcmp (when_full, "defer") == 0;
  g_autofree char *conninfo_writer = NULL;
  g_autofree char *conninfo = limited (12, 8, when_full, &conninfo_writer);
  Writer writers[8];
  GThread *threads[8];
  int kept = 0;

  for (int i = 0; i < 8; i++) {
    writers[i] = (Writer){ .conninfo = conninfo_writer, .number = i };
    threads[i] = g_thread_new ("writer", write_some, &writers[i]);
  }
  for (int i = 0; i < 8; i++) {
    g_thread_join (threads[i]);
    kept += writers[i].kept;
  }
  cluster_assert_rows (conninfo, COUNTERS_RIGHT, "t|t\n");
  cluster_assert_rows (conninfo,
                       "SELECT count(*), bool_and(kept_bytes <= limit_bytes),"
                       " max(kept_messages) FROM tlsrpt.quarantine_usage",
                       "3|t|12\n");
  g_assert_cmpint (kept, ==, defers ? 12 : 80);
}

static void
test_storage (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autofree char *reader = cluster_as (conninfo, "storage_reader", "tlsrpt_reader");
  g_autoptr (TlsrptItem) item = sample_item ("raw", sample_full_report (), NULL);
  g_autoptr (TlsrptItem) refused = refused_item ("a@one.example", 1);
  g_autoptr (GError) error = NULL;

  g_assert_true (sample_put (conninfo, &error, item, refused, NULL));
  g_assert_no_error (error);
  cluster_assert_rows (conninfo,
                       "SELECT string_agg(table_name, ' ' ORDER BY table_name),"
                       " bool_and(total_bytes = table_bytes + index_bytes AND total_bytes > 0)"
                       " FROM tlsrpt.storage WHERE table_name IN ('report', 'policy', 'failure')",
                       "failure policy report|t\n");
  cluster_assert_rows (
      reader, "SELECT message_bytes > 1000 FROM tlsrpt.storage WHERE table_name = 'quarantine'",
      "t\n");
  cluster_assert_rows (conninfo,
                       "SELECT (SELECT message_bytes FROM tlsrpt.storage WHERE table_name ="
                       " 'report') = (SELECT sum(octet_length(evidence)) FROM tlsrpt.report)",
                       "t\n");
  cluster_assert_rows (reader, USAGE, "all|1\none.example|1\n");
}

/* The writer can read or change no cap, and call nothing that does. */
static void
test_writer_rights (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autofree char *writer = cluster_as (conninfo, "capped_writer", "tlsrpt_writer");
  static const char *const denied[] = {
    "UPDATE tlsrpt.quarantine_limit SET total_bytes = NULL",
    "SELECT total_bytes FROM tlsrpt.quarantine_limit",
    "DELETE FROM tlsrpt.quarantine_sender",
    "ALTER TABLE tlsrpt.quarantine DISABLE TRIGGER quarantine_added",
    "INSERT INTO tlsrpt.accepted_domain VALUES ('example.org')",
  };

  for (guint i = 0; i < G_N_ELEMENTS (denied); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TlsrptPg) pg =
        tlsrpt_pg_connect (writer, g_get_monotonic_time () + 10 * G_TIME_SPAN_SECOND, &error);

    g_assert_no_error (error);
    g_assert_null (tlsrpt_pg_query (pg, denied[i], 0, NULL, &error));
    g_assert_cmpstr (tlsrpt_pg_sqlstate (pg), ==, "42501");
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/quarantine/defer/at-the-cap-of-a-sender", test_sender_deferred);
  g_test_add_func ("/quarantine/defer/at-the-cap-of-all", test_total_deferred);
  g_test_add_func ("/quarantine/drop-oldest/of-a-sender", test_sender_dropped);
  g_test_add_func ("/quarantine/drop-oldest/for-one-that-began-earlier", test_dropped_by_earlier);
  g_test_add_func ("/quarantine/drop-oldest/of-all", test_total_dropped);
  g_test_add_func ("/quarantine/drop-oldest/nothing-for-what-fits-nowhere", test_larger_than_cap);
  g_test_add_func ("/quarantine/full-for-one-of-a-batch", test_batch);
  g_test_add_func ("/quarantine/unauthenticated-share-one-room", test_unauthenticated);
  g_test_add_func ("/quarantine/drop-oldest/20000-by-one-statement", test_dropped_at_once);
  g_test_add_func ("/quarantine/head-of-a-long-message-is-kept", test_head);
  g_test_add_data_func ("/quarantine/defer/eight-writers", "defer", test_at_once);
  g_test_add_data_func ("/quarantine/drop-oldest/eight-writers", "drop-oldest", test_at_once);
  g_test_add_func ("/quarantine/views-show-growth", test_storage);
  g_test_add_func ("/quarantine/writer-may-not-change-caps", test_writer_rights);
  return g_test_run ();
}
