/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whole or not at all: the server dies between any two rows, the wire breaks at any byte, schema or
 * grants are not what they should be. */
#include "support/cluster.h"
#include "support/sample.h"
#include "support/wire.h"

#include <string.h>

typedef struct {
  const char *name;
  const char *table;
  int row;
} DeathCase;

/* clang-format off */
static const DeathCase death_cases[] = {
  { "first-report",     "report",     1 },
  { "second-report",    "report",     2 },
  { "first-policy",     "policy",     1 },
  { "last-policy",      "policy",     4 },
  { "first-failure",    "failure",    1 },
  { "last-failure",     "failure",    4 },
  { "quarantine",       "quarantine", 1 },
};
/* clang-format on */

/* A trigger ends the server process as an administrator would, after the row was written. */
static void
test_death (gconstpointer data)
{
  const DeathCase *row = data;
  g_autofree char *conninfo = cluster_installed ();
  g_autoptr (TlsrptItem) item =
      sample_item ("raw", sample_full_report (), sample_report ("second", "second"), NULL);
  g_autofree char *trigger = g_strdup_printf (
      "CREATE SEQUENCE public.written;"
      "CREATE FUNCTION public.die() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN"
      "  IF nextval('public.written') %% %d = 0 THEN"
      "    PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NULL; END $$;"
      "CREATE TRIGGER die AFTER INSERT ON tlsrpt.%s FOR EACH ROW EXECUTE FUNCTION public.die()",
      row->row, row->table);
  g_autofree char *drop = g_strdup_printf ("DROP TRIGGER die ON tlsrpt.%s", row->table);
  g_autoptr (GError) error = NULL;

  sample_refuse (item, TLSRPT_ERROR_MALFORMED, "gunzip: cut");
  cluster_sql (conninfo, trigger);
  g_assert_false (sample_put (conninfo, &error, item, NULL));
  g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY);
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "0|0|0|0\n");
  g_clear_error (&error);
  cluster_sql (conninfo, drop);
  g_assert_true (sample_put (conninfo, &error, item, NULL));
  g_assert_no_error (error);
  sample_assert_outcomes (item, "stored stored quarantined");
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "2|4|4|1\n");
}

/* Returns the outcome of a put over a wire that breaks once, "" where there was no connection. */
static char *
put_over_broken_wire (const char *over_wire, const char *id)
{
  g_autoptr (TlsrptItem) item = sample_item (id, sample_report (id, id), NULL);
  g_autoptr (GError) error = NULL;

  if (sample_put (over_wire, &error, item, NULL))
    return sample_outcomes (item);
  g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY);
  return g_strdup ("");
}

static void
assert_whole_or_nothing (const char *conninfo, const char *id, gboolean is_there)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT count(DISTINCT r.report_uid), count(DISTINCT (p.report_uid, p.policy_no)),"
      " count(f.report_uid) FROM tlsrpt.report r LEFT JOIN tlsrpt.policy p USING (report_uid)"
      " LEFT JOIN tlsrpt.failure f USING (report_uid, policy_no) WHERE report_id = '%s'",
      id);
  g_autofree char *rows = cluster_rows (conninfo, sql);

  if (is_there)
    g_assert_cmpstr (rows, ==, "1|1|1\n");
  else
    g_assert_true (strcmp (rows, "1|1|1\n") == 0 || strcmp (rows, "0|0|0\n") == 0);
}

typedef struct {
  const char *name;
  WireDirection direction;
  gsize step;
} WireCase;

/* clang-format off */
static const WireCase wire_cases[] = {
  { "to-the-server",   WIRE_TO_SERVER, 97 },
  { "from-the-server", WIRE_TO_CLIENT, 7 },
};
/* clang-format on */

/* One report for each byte at which the wire is cut. Where its end cannot be seen by the client the
 * server has it already: then it is a duplicate, and never two. */
static void
test_wire (gconstpointer data)
{
  const WireCase *row = data;
  g_autofree char *conninfo = cluster_installed ();
  g_autoptr (Wire) wire = wire_new ();
  g_autofree char *over_wire = wire_conninfo (wire, conninfo);
  g_autofree char *first =
      put_over_broken_wire (over_wire, "first"); /* tells of its reporter too */
  g_autofree char *calm = put_over_broken_wire (over_wire, "calm");
  gsize whole = wire_passed (wire, row->direction);
  guint n_stored = 0, n_duplicates = 0, n_refused = 0;

  g_assert_cmpstr (first, ==, "stored");
  g_assert_cmpstr (calm, ==, "stored");
  for (gsize bytes = 0; bytes < whole; bytes += row->step) {
    g_autofree char *id = g_strdup_printf ("cut-%" G_GSIZE_FORMAT, bytes);
    g_autofree char *outcome = NULL;

    wire_break (wire, row->direction, bytes, 1);
    outcome = put_over_broken_wire (over_wire, id);
    n_refused += *outcome == '\0';
    n_stored += strcmp (outcome, "stored") == 0;
    n_duplicates += strcmp (outcome, "duplicate") == 0;
    assert_whole_or_nothing (conninfo, id, *outcome != '\0');
    if (*outcome == '\0') {
      g_free (put_over_broken_wire (over_wire, id));
      assert_whole_or_nothing (conninfo, id, TRUE);
    }
  }
  g_test_message ("%u stored, %u duplicates, %u given back", n_stored, n_duplicates, n_refused);
  /* A request that is cut is sent again and stored; one whose answer is cut was done, unless it was
   * but the question who reports. */
  g_assert_cmpuint (n_refused, >, 0);
  g_assert_cmpuint (row->direction == WIRE_TO_SERVER ? n_stored : n_duplicates, >, 0);
  if (row->direction == WIRE_TO_SERVER)
    g_assert_cmpuint (n_duplicates, ==, 0);
}

/* A wire that breaks at every try. */
static void
test_wire_never_holds (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autoptr (Wire) wire = wire_new ();
  g_autofree char *over_wire = wire_conninfo (wire, conninfo);
  g_autoptr (TlsrptItem) item = sample_item ("i", sample_report ("i", "i"), NULL);
  g_autoptr (GError) error = NULL;

  wire_break (wire, WIRE_TO_SERVER, 3000, 1000);
  g_assert_false (sample_put (over_wire, &error, item, NULL));
  g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY);
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, "0|0|0|0\n");
}

typedef struct {
  const char *name;
  const char *sql;
  const char *says;
} UnfitCase;

/* clang-format off */
static const UnfitCase unfit_cases[] = {
  { "newer-schema", SAMPLE_SET_VERSION ("99"), "upgrade the program" },
  { "older-schema", SAMPLE_SET_VERSION ("0"), "schema upgrade" },
  { "schema-of-no-version", SAMPLE_SET_VERSION ("NULL::integer"), "schema upgrade" },
  { "missing-schema", "DROP SCHEMA tlsrpt CASCADE", "schema install" },
  { "missing-version", "DROP FUNCTION tlsrpt.installed_version()", "schema install" },
  { "missing-report", "DROP TABLE tlsrpt.report CASCADE", "schema install" },
  { "missing-reporter", "DROP TABLE tlsrpt.reporter CASCADE", "schema install" },
  { "missing-policy", "DROP TABLE tlsrpt.policy CASCADE", "schema install" },
  { "missing-failure", "DROP TABLE tlsrpt.failure CASCADE", "schema install" },
  { "missing-quarantine", "DROP TABLE tlsrpt.quarantine CASCADE", "schema install" },
  { "missing-column", "ALTER TABLE tlsrpt.policy DROP COLUMN is_foreign CASCADE", "schema install" },
  { "column-of-another-type",
    "ALTER TABLE tlsrpt.report RENAME report_domain TO given;"
    "ALTER TABLE tlsrpt.report ADD report_domain integer", "do not match" },
  { "no-usage-of-schema", "REVOKE USAGE ON SCHEMA tlsrpt FROM tlsrpt_writer", "tlsrpt_writer" },
  { "no-version-to-read", "REVOKE EXECUTE ON FUNCTION tlsrpt.installed_version() FROM tlsrpt_writer", "tlsrpt_writer" },
  { "no-insert-of-report", "REVOKE INSERT ON tlsrpt.report FROM tlsrpt_writer", "tlsrpt_writer" },
  { "no-insert-of-policy", "REVOKE INSERT ON tlsrpt.policy FROM tlsrpt_writer", "tlsrpt_writer" },
  { "no-insert-of-failure", "REVOKE INSERT ON tlsrpt.failure FROM tlsrpt_writer", "tlsrpt_writer" },
  { "no-insert-of-quarantine", "REVOKE INSERT ON tlsrpt.quarantine FROM tlsrpt_writer", "tlsrpt_writer" },
};
/* clang-format on */

static void
test_unfit (gconstpointer data)
{
  static const char *const tables[] = { "report", "policy", "failure", "quarantine" };
  const UnfitCase *row = data;
  g_autofree char *conninfo = cluster_installed ();
  g_autofree char *writer = cluster_as (conninfo, "fault_writer", "tlsrpt_writer");
  g_autoptr (TlsrptItem) item = sample_item ("i", sample_report ("i", "i"), NULL);
  g_autoptr (GError) error = NULL;

  sample_refuse (item, TLSRPT_ERROR_MALFORMED, "gunzip: cut");
  cluster_sql (conninfo, row->sql);
  g_assert_false (sample_put (writer, &error, item, NULL));
  g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_OPERATOR);
  g_assert_nonnull (strstr (error->message, row->says));
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++) {
    g_autofree char *table = g_strconcat ("tlsrpt.", tables[i], NULL);
    g_autofree char *there = g_strdup_printf ("SELECT to_regclass('%s') IS NOT NULL", table);
    g_autofree char *answer = cluster_rows (conninfo, there);
    g_autofree char *count = g_strdup_printf ("SELECT count(*) FROM %s", table);

    if (*answer == 't')
      cluster_assert_rows (conninfo, count, "0\n");
  }
}

/* Only a report that is there already is looked at. */
static void
test_digest_unread (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autofree char *writer = cluster_as (conninfo, "fault_writer", "tlsrpt_writer");
  g_autoptr (TlsrptItem) first = sample_item ("i", sample_report ("i", "i"), NULL);
  g_autoptr (TlsrptItem) again = sample_item ("i", sample_report ("i", "i"), NULL);
  g_autofree char *before = NULL;
  g_autoptr (GError) error = NULL;

  cluster_sql (conninfo, "REVOKE SELECT (content_digest) ON tlsrpt.report_key FROM tlsrpt_writer");
  g_assert_true (sample_put (writer, &error, first, NULL));
  g_assert_no_error (error);
  before = cluster_rows (conninfo, SAMPLE_COUNTS);
  g_assert_false (sample_put (writer, &error, again, NULL));
  g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_OPERATOR);
  g_assert_nonnull (strstr (error->message, "tlsrpt_writer"));
  cluster_assert_rows (conninfo, SAMPLE_COUNTS, before);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (death_cases); i++) {
    g_autofree char *path = g_strconcat ("/store/death-after-", death_cases[i].name, NULL);

    g_test_add_data_func (path, &death_cases[i], test_death);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (wire_cases); i++) {
    g_autofree char *path =
        g_strconcat ("/store/wire/breaks-at-any-byte-", wire_cases[i].name, NULL);

    g_test_add_data_func (path, &wire_cases[i], test_wire);
  }
  g_test_add_func ("/store/wire/breaks-at-every-try", test_wire_never_holds);
  for (gsize i = 0; i < G_N_ELEMENTS (unfit_cases); i++) {
    g_autofree char *path = g_strconcat ("/store/unfit/", unfit_cases[i].name, NULL);

    g_test_add_data_func (path, &unfit_cases[i], test_unfit);
  }
  g_test_add_func ("/store/unfit/no-digest-to-read-of-a-stored-report", test_digest_unread);
  return g_test_run ();
}
