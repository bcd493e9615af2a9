/* SPDX-License-Identifier: GPL-3.0-or-later
 * Caps on what is stored, as the writer meets them: at each, one past it, by many writers at once; who has
 * room of his own, and what gives it back. */
#include "support/cluster.h"
#include "support/sample.h"

#include <string.h>

/* A report of write() has 3 rows, and 200 bytes of document and 200 of evidence. */
#define REPORT_ROWS "3"
#define REPORT_BYTES "400"
#define DAY G_TIME_SPAN_DAY

#define REASONS "SELECT reason, count(*) FROM tlsrpt.quarantine GROUP BY reason"
#define COUNTERS_RIGHT                                                                             \
  "SELECT NOT EXISTS ((SELECT sender_domain, day, kept_reports, kept_rows, kept_bytes"             \
  "  FROM tlsrpt.store_day)"                                                                       \
  " EXCEPT (SELECT sender_domain, day, count(*), sum(charged_rows), sum(charged_bytes)"            \
  "  FROM tlsrpt.report GROUP BY 1, 2)),"                                                          \
  " (SELECT count(*) FROM tlsrpt.store_day) ="                                                     \
  "  (SELECT count(*) FROM (SELECT DISTINCT sender_domain, day FROM tlsrpt.report) AS d),"         \
  " (SELECT (sum(kept_reports), sum(kept_rows), sum(kept_bytes))::text FROM tlsrpt.store_total) =" \
  " (SELECT (count(*), coalesce(sum(charged_rows), 0), coalesce(sum(charged_bytes), 0))::text"     \
  "  FROM tlsrpt.report),"                                                                         \
  " (SELECT coalesce(sum(charged_rows), 0) FROM tlsrpt.report) ="                                  \
  "  (SELECT count(*) FROM tlsrpt.report) + (SELECT count(*) FROM tlsrpt.policy)"                  \
  "  + (SELECT count(*) FROM tlsrpt.failure)"

/* Signed by @domain, or by nobody where that is NULL; @number tells it from others. */
static TlsrptReport *
make (const char *domain, int number, gint64 day)
{
  g_autofree char *id = g_strdup_printf ("%s %d %d", domain, number, (int)day);
  g_autofree char *document = g_strdup_printf ("%-200s", id);
  TlsrptReport *report = sample_report (id, document);

  report->start_datetime += day * DAY;
  report->end_datetime += day * DAY;
  report->header_from = "tls@forged.example";
  if (domain != NULL) {
    g_autofree char *from = g_strconcat ("tls@", domain, NULL);

    report->header_from = tlsrpt_report_string (report, from);
    report->trust = (TlsrptTrust){ .dkim_result = "pass",
                                   .dkim_domain = tlsrpt_report_string (report, domain),
                                   .dkim_aligned = TRUE,
                                   .dkim_source = "signature" };
  }
  return report;
}

/* What becomes of a mail with one report, in a word. */
static char *
put (const char *conninfo, const char *domain, int number, gint64 day)
{
  g_autofree char *raw = g_strdup_printf ("mail %s %d %d", domain, number, (int)day);
  g_autoptr (TlsrptItem) item = sample_item (raw, make (domain, number, day), NULL);
  g_autoptr (GError) error = NULL;

  item->authenticated_domain = g_strdup (domain);
  sample_put (conninfo, &error, item, NULL);
  g_assert_no_error (error);
  return sample_outcomes (item);
}

#define assert_put(conninfo, domain, number, day, expected)                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *outcome = put (conninfo, domain, number, day);                                \
    g_assert_cmpstr (outcome, ==, expected);                                                       \
  }                                                                                                \
  G_STMT_END

static char *
limited (const char *caps)
{
  char *conninfo = cluster_installed ();
  g_autofree char *sql = g_strconcat ("UPDATE tlsrpt.store_limit SET ", caps, NULL);

  cluster_sql (conninfo, sql);
  return conninfo;
}

/* Each cap has room for two reports of one domain on one day. @other are whose reports the cap is not
 * about. */
typedef struct {
  const char *name;
  const char *caps;
  const char *domain;
  const char *other;
} CapCase;

/* clang-format off */
static const CapCase cap_cases[] = {
  { "rows-of-a-signer-on-a-day",      "sender_day_rows = 2 * " REPORT_ROWS,       "one.example", "two.example" },
  { "bytes-of-a-signer-on-a-day",     "sender_day_bytes = 2 * " REPORT_BYTES,     "one.example", NULL },
  { "rows-of-the-unsigned-on-a-day",  "unverified_day_rows = 2 * " REPORT_ROWS,   NULL, "one.example" },
  { "bytes-of-the-unsigned-on-a-day", "unverified_day_bytes = 2 * " REPORT_BYTES, NULL, "one.example" },
  { "rows-of-all-signed",             "verified_rows = 2 * " REPORT_ROWS,         "one.example", NULL },
  { "bytes-of-all-signed",            "verified_bytes = 2 * " REPORT_BYTES,       "one.example", NULL },
  { "rows-of-all-unsigned",           "unverified_rows = 2 * " REPORT_ROWS,       NULL, "one.example" },
  { "bytes-of-all-unsigned",          "unverified_bytes = 2 * " REPORT_BYTES,     NULL, "one.example" },
};
/* clang-format on */

/* Two fit, the third is kept aside; others have their room. One less, and the second does not fit. */
static void
test_cap (gconstpointer data)
{
  const CapCase *row = data;
  g_autofree char *conninfo = limited (row->caps);
  g_autofree char *less = g_strdup_printf ("%s - 1", row->caps);
  g_autofree char *smaller = limited (less);

  assert_put (conninfo, row->domain, 1, 0, "stored");
  assert_put (conninfo, row->domain, 2, 0, "stored");
  assert_put (conninfo, row->domain, 3, 0, "flood");
  assert_put (conninfo, row->domain, 1, 0, "duplicate");
  assert_put (conninfo, row->other, 4, 0, "stored");
  cluster_assert_rows (conninfo, REASONS, "flood|1\n");
  cluster_assert_rows (conninfo, COUNTERS_RIGHT, "t|t|t|t\n");

  assert_put (smaller, row->domain, 1, 0, "stored");
  assert_put (smaller, row->domain, 2, 0, "flood");
  cluster_assert_rows (smaller, COUNTERS_RIGHT, "t|t|t|t\n");
}

static void
test_days (void)
{
  g_autofree char *conninfo = limited ("sender_day_rows = " REPORT_ROWS);

  assert_put (conninfo, "one.example", 1, 0, "stored");
  assert_put (conninfo, "one.example", 2, 0, "flood");
  assert_put (conninfo, "one.example", 3, 1, "stored");
  assert_put (conninfo, "one.example", 4, 1, "flood");
  cluster_assert_rows (conninfo,
                       "SELECT sender_domain, day, kept_rows, limit_rows, percent FROM"
                       " tlsrpt.store_usage WHERE sender_domain <> '' ORDER BY day",
                       "one.example|2024-05-06|3|3|100.0\none.example|2024-05-07|3|3|100.0\n");
}

/* A name that anyone may write has no room of its own, and takes none of whom it belongs to. */
static void
test_unsigned (void)
{
  g_autofree char *conninfo = limited ("unverified_day_rows = " REPORT_ROWS);
  g_autoptr (TlsrptItem) forged =
      sample_item ("forged", make (NULL, 1, 0), make (NULL, 2, 0), NULL);
  g_autoptr (GError) error = NULL;

  ((TlsrptReport *)forged->reports->pdata[0])->header_from = "tls@one.example";
  ((TlsrptReport *)forged->reports->pdata[1])->header_from = "tls@two.example";
  sample_put (conninfo, &error, forged, NULL);
  g_assert_no_error (error);
  sample_assert_outcomes (forged, "flood flood");
  assert_put (conninfo, NULL, 3, 0, "stored");
  assert_put (conninfo, "one.example", 4, 0, "stored");
  cluster_assert_rows (conninfo,
                       "SELECT sender_domain, kept_reports FROM tlsrpt.store_day ORDER BY 1",
                       "|1\none.example|1\n");
}

/* Of a mail all is stored or nothing, also where each report of it has room by itself. */
static void
test_mail (void)
{
  g_autofree char *conninfo = limited ("unverified_day_rows = 4 * " REPORT_ROWS);
  g_autoptr (TlsrptItem) first = sample_item ("first", make (NULL, 1, 0), make (NULL, 2, 0), NULL);
  g_autoptr (TlsrptItem) second =
      sample_item ("second", make (NULL, 3, 0), make (NULL, 4, 0), make (NULL, 5, 0), NULL);
  g_autoptr (TlsrptItem) third = sample_item ("third", make (NULL, 6, 0), make (NULL, 7, 0), NULL);
  g_autoptr (GError) error = NULL;

  sample_put (conninfo, &error, first, second, third, NULL);
  g_assert_no_error (error);
  sample_assert_outcomes (first, "stored stored");
  sample_assert_outcomes (second, "flood flood flood");
  sample_assert_outcomes (third, "stored stored");
  cluster_assert_rows (conninfo, REASONS, "flood|1\n");
  cluster_assert_rows (conninfo,
                       "SELECT stage, detail, convert_from(raw, 'UTF8') FROM tlsrpt.quarantine",
                       "store|store: database: the store has no more room for reports of this"
                       " signing domain, or of this day: see view store_usage and table"
                       " store_limit"
                       " (SQLSTATE TQ002)|second\n");
  cluster_assert_rows (conninfo, COUNTERS_RIGHT, "t|t|t|t\n");
}

/* What has room in a batch is stored, in whatever order the server sees it. */
static void
test_batch (void)
{
  g_autofree char *conninfo = limited ("sender_day_rows = 3 * " REPORT_ROWS);
  g_autoptr (TlsrptStore) store = sample_open (conninfo, NULL);
  g_autoptr (GPtrArray) batch = g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_item_free);
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 20; i++) {
    g_autofree char *raw = g_strdup_printf ("mail %d", i);

    g_ptr_array_add (
        batch, sample_item (raw, make (i % 2 == 0 ? "one.example" : "two.example", i, 0), NULL));
  }
  g_assert_true (tlsrpt_store_put (store, batch, &error));
  g_assert_no_error (error);
  cluster_assert_rows (conninfo,
                       "SELECT sender_domain, kept_reports FROM tlsrpt.store_day ORDER BY 1",
                       "one.example|3\ntwo.example|3\n");
  cluster_assert_rows (conninfo, REASONS, "flood|14\n");
  cluster_assert_rows (conninfo, COUNTERS_RIGHT, "t|t|t|t\n");
}

#define N_WRITERS 8
#define N_EACH 10

typedef struct {
  const char *conninfo;
  int number;
  guint stored;
  guint flood;
} Writer;

static gpointer
write_some (gpointer data)
{
  Writer *writer = data;

  for (int i = 0; i < N_EACH; i++) {
    g_autofree char *outcome =
        put (writer->conninfo, "one.example", writer->number * N_EACH + i, 0);

    writer->stored += strcmp (outcome, "stored") == 0;
    writer->flood += strcmp (outcome, "flood") == 0;
  }
  return NULL;
}

/* Eight writers, 80 reports, room for 25: exactly these are stored. */
static void
test_at_once (void)
{
  g_autofree char *conninfo = limited ("sender_day_rows = 25 * " REPORT_ROWS);
  Writer writers[N_WRITERS];
  GThread *threads[N_WRITERS];
  guint stored = 0;
  guint flood = 0;

  for (int i = 0; i < N_WRITERS; i++) {
    writers[i] = (Writer){ .conninfo = conninfo, .number = i };
    threads[i] = g_thread_new ("writer", write_some, &writers[i]);
  }
  for (int i = 0; i < N_WRITERS; i++) {
    g_thread_join (threads[i]);
    stored += writers[i].stored;
    flood += writers[i].flood;
  }
  g_assert_cmpuint (stored, ==, 25);
  g_assert_cmpuint (flood, ==, N_WRITERS * N_EACH - 25);
  cluster_assert_rows (conninfo, COUNTERS_RIGHT, "t|t|t|t\n");
}

/* What is deleted gives its room back, and so does evidence alone. */
static void
test_room_given_back (void)
{
  g_autofree char *conninfo =
      limited ("sender_day_rows = " REPORT_ROWS ", verified_bytes = " REPORT_BYTES);

  assert_put (conninfo, "one.example", 1, 0, "stored");
  assert_put (conninfo, "one.example", 2, 0, "flood");
  cluster_sql (conninfo, "DELETE FROM tlsrpt.report");
  cluster_assert_rows (conninfo, COUNTERS_RIGHT, "t|t|t|t\n");
  assert_put (conninfo, "one.example", 2, 0, "stored");
  assert_put (conninfo, "two.example", 3, 0, "flood");
  cluster_sql (conninfo, "UPDATE tlsrpt.report SET evidence = NULL;"
                         "UPDATE tlsrpt.store_limit SET verified_bytes = verified_bytes * 3 / 2");
  cluster_assert_rows (conninfo, COUNTERS_RIGHT, "t|t|t|t\n");
  assert_put (conninfo, "two.example", 3, 0, "stored");
  cluster_sql (conninfo, "TRUNCATE tlsrpt.report CASCADE");
  cluster_assert_rows (conninfo, "SELECT count(*) FROM tlsrpt.store_day", "0\n");
  assert_put (conninfo, "one.example", 1, 0, "stored");
  cluster_assert_rows (conninfo, COUNTERS_RIGHT, "t|t|t|t\n");
}

/* A verified report that takes the place of an unverified one frees the room that this had. */
static void
test_supersede (void)
{
  g_autofree char *conninfo = limited ("unverified_rows = " REPORT_ROWS);
  g_autoptr (TlsrptItem) forged = sample_item ("forged", make ("one.example", 1, 0), NULL);
  TlsrptReport *report = forged->reports->pdata[0];
  g_autoptr (GError) error = NULL;

  report->trust = (TlsrptTrust){ .dkim_result = "fail" };
  g_assert_true (sample_put (conninfo, &error, forged, NULL));
  g_assert_no_error (error);
  sample_assert_outcomes (forged, "stored");
  assert_put (conninfo, NULL, 2, 0, "flood");
  assert_put (conninfo, "one.example", 1, 0, "stored");
  cluster_assert_rows (conninfo, "SELECT sender_domain, kept_reports FROM tlsrpt.store_day",
                       "one.example|1\n");
  cluster_assert_rows (conninfo, COUNTERS_RIGHT, "t|t|t|t\n");
  assert_put (conninfo, NULL, 2, 0, "stored");
}

/* Where quarantine has no room for it either, whoever has the mail keeps it; nothing is lost. */
static void
test_quarantine_full (void)
{
  g_autofree char *conninfo = limited ("sender_day_rows = 0");

  cluster_sql (conninfo, "UPDATE tlsrpt.quarantine_limit SET sender_bytes = 0");
  assert_put (conninfo, "one.example", 1, 0, "waiting");
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "0|0|0|0\n");
}

/* One who may write anything into one column of one table neither reads nor raises a cap. */
static void
test_writer_rights (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autofree char *writer = cluster_login (conninfo, "tlsrpt_writer");
  static const char *const statements[] = {
    "UPDATE tlsrpt.store_limit SET verified_rows = NULL",
    "UPDATE tlsrpt.store_day SET kept_rows = 0",
    "UPDATE tlsrpt.store_total SET kept_rows = 0",
    "DELETE FROM tlsrpt.store_day",
    "SELECT kept_rows FROM tlsrpt.store_day",
    "INSERT INTO tlsrpt.report (sender_domain) VALUES ('one.example')",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (statements); i++) {
    g_autofree char *sql = g_strdup_printf (
        "DO $$ BEGIN EXECUTE $sql$%s$sql$; RAISE EXCEPTION 'was done';"
        " EXCEPTION WHEN insufficient_privilege OR generated_always THEN NULL; END $$",
        statements[i]);

    cluster_sql (writer, sql);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cap_cases); i++) {
    g_autofree char *path = g_strconcat ("/store/budget/holds/", cap_cases[i].name, NULL);

    g_test_add_data_func (path, &cap_cases[i], test_cap);
  }
  g_test_add_func ("/store/budget/each-day-has-its-own", test_days);
  g_test_add_func ("/store/budget/forged-names-share-one", test_unsigned);
  g_test_add_func ("/store/budget/of-a-mail-all-or-nothing", test_mail);
  g_test_add_func ("/store/budget/what-has-room-in-a-batch-is-stored", test_batch);
  g_test_add_func ("/store/budget/eight-writers-at-once", test_at_once);
  g_test_add_func ("/store/budget/room-is-given-back", test_room_given_back);
  g_test_add_func ("/store/budget/superseded-reports-give-room-back", test_supersede);
  g_test_add_func ("/store/budget/nothing-is-lost-where-quarantine-is-full-too",
                   test_quarantine_full);
  g_test_add_func ("/store/budget/the-writer-raises-no-cap", test_writer_rights);
  return g_test_run ();
}
