/* SPDX-License-Identifier: GPL-3.0-or-later
 * Each event told once: opened, worsened, closed; below the thresholds; two alerts at once. */
#include "insight/alert.h"

#include "support/known.h"
#include "support/cluster.h"

#include <json-glib/json-glib.h>
#include <libpq-fe.h>
#include <string.h>

#define CLEAN(day, sender)                                                                         \
  "SELECT known.report('2026-05-" day "', '" sender "'),"                                          \
  " known.policy('sts', 'example.org', 100, 0, '{\"mode: enforce\"}');"
#define EXPIRED(day, sender, failed)                                                               \
  "SELECT known.report('2026-05-" day "', '" sender "'),"                                          \
  " known.policy('sts', 'example.org', 1000 - " #failed ", " #failed ", '{\"mode: enforce\"}'),"   \
  " known.failure('certificate-expired', 'mx1', " #failed ");"

static TlsrptPg *
open_as_alerter (const char *conninfo)
{
  g_autofree char *alerter = cluster_as (conninfo, "alert_user", "tlsrpt_alerter");
  g_autoptr (GError) error = NULL;
  TlsrptPg *pg =
      tlsrpt_pg_connect (alerter, g_get_monotonic_time () + 30 * G_TIME_SPAN_SECOND, &error);

  g_assert_no_error (error);
  return pg;
}

/* Events as `opened critical, ...`, then the status. */
static char *
alert_on (const char *conninfo, const TlsrptAlertOptions *options, gboolean commit)
{
  g_autoptr (TlsrptPg) pg = open_as_alerter (conninfo);
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsrptAlert) alert = tlsrpt_alert_begin (pg, options, &error);
  GString *told = g_string_new (NULL);

  if (error != NULL)
    g_error ("%s (%s)", error->message, tlsrpt_pg_server_message (pg));
  for (guint i = 0; i < alert->events->len; i++) {
    const TlsrptAlertEvent *event = alert->events->pdata[i];

    g_string_append_printf (told, "%s %s, ", event->event, event->incident->severity);
  }
  g_string_append_printf (told, "%d", tlsrpt_alert_status (alert));
  if (commit)
    g_assert_true (tlsrpt_alert_commit (alert, &error));
  return g_string_free (told, FALSE);
}

static void
assert_told (const char *conninfo, const char *today, const char *expected)
{
  TlsrptAlertOptions options = { .today = today, .min_sessions = 1, .min_reporters = 1 };
  g_autofree char *told = alert_on (conninfo, &options, TRUE);

  g_assert_cmpstr (told, ==, expected);
}

static void
test_life (void)
{
  g_autofree char *conninfo = known_database (EXPIRED ("10", "A", 2));

  assert_told (conninfo, "2026-05-11", "opened warning, 1");
  assert_told (conninfo, "2026-05-11", "1");
  cluster_sql (conninfo, EXPIRED ("11", "A", 3));
  assert_told (conninfo, "2026-05-12", "1");
  cluster_sql (conninfo, EXPIRED ("12", "A", 900));
  assert_told (conninfo, "2026-05-13", "worsened critical, 2");
  assert_told (conninfo, "2026-05-13", "2");
  cluster_sql (conninfo, CLEAN ("13", "A"));
  assert_told (conninfo, "2026-05-14", "closed critical, 0");
  assert_told (conninfo, "2026-05-14", "0");
  cluster_sql (conninfo, EXPIRED ("14", "A", 900));
  assert_told (conninfo, "2026-05-15", "opened critical, 2");
  cluster_sql (conninfo, CLEAN ("15", "A") CLEAN ("16", "A") CLEAN ("17", "A") CLEAN ("18", "A")
                             EXPIRED ("19", "A", 900));
  assert_told (conninfo, "2026-05-20", "closed critical, opened critical, 2");
}

/* Microsoft names no MX; the report of another that does must not open the incident again. */
static void
test_mx_named_later (void)
{
  g_autofree char *conninfo = known_database ("SELECT known.report('2026-05-10', 'Microsoft'),"
                                              " known.policy('sts', 'example.org', 50, 50),"
                                              " known.failure('certificate-expired', NULL, 50)");

  assert_told (conninfo, "2026-05-11", "opened warning, 1");
  cluster_sql (conninfo, "SELECT known.report('2026-05-10', 'Microsoft'),"
                         " known.policy('sts', 'example.org', 50, 50),"
                         " known.failure('certificate-expired', 'mx1', 50)");
  assert_told (conninfo, "2026-05-11", "1");
  cluster_assert_rows (conninfo, "SELECT receiving_mx FROM tlsrpt.alert_state", "mx1\n");
}

static void
test_silence (void)
{
  g_autofree char *conninfo =
      known_database ("SELECT known.report(d::date, 'A'), known.policy('sts', 'example.org', 10, 0)"
                      " FROM generate_series('2026-05-01'::timestamp, '2026-05-10', '1 day') d");

  assert_told (conninfo, "2026-05-12", "0");
  assert_told (conninfo, "2026-05-16", "opened warning, 1");
  assert_told (conninfo, "2026-05-17", "1");
  cluster_sql (conninfo, CLEAN ("17", "A"));
  assert_told (conninfo, "2026-05-18", "closed warning, 0");
  assert_told (conninfo, "2026-05-18", "0");
}

static void
test_not_committed (void)
{
  g_autofree char *conninfo = known_database (EXPIRED ("10", "A", 900));
  TlsrptAlertOptions options = { .today = "2026-05-11", .min_sessions = 1, .min_reporters = 1 };
  g_autofree char *first = alert_on (conninfo, &options, FALSE);
  g_autofree char *second = alert_on (conninfo, &options, FALSE);

  g_assert_cmpstr (first, ==, "opened critical, 2");
  g_assert_cmpstr (second, ==, "opened critical, 2");
}

static void
test_thresholds (void)
{
  static const TlsrptAlertOptions below[] = {
    { .today = "2026-05-11", .min_sessions = 51 },
    { .today = "2026-05-11", .min_share = 0.06 },
    { .today = "2026-05-11", .min_reporters = 2 },
    { .today = "2026-05-11", .domain = "example.net" },
  };
  static const TlsrptAlertOptions at = { .today = "2026-05-11",
                                         .domain = "Example.ORG.",
                                         .min_sessions = 50,
                                         .min_share = 0.05,
                                         .min_reporters = 1,
                                         .enforced_only = TRUE };
  g_autofree char *conninfo = known_database (EXPIRED ("10", "A", 50));
  g_autofree char *told = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (below); i++) {
    g_autofree char *nothing = alert_on (conninfo, &below[i], TRUE);

    g_assert_cmpstr (nothing, ==, "0");
  }
  told = alert_on (conninfo, &at, TRUE);
  g_assert_cmpstr (told, ==, "opened critical, 2");
}

static gpointer
alert_in_thread (gpointer conninfo)
{
  TlsrptAlertOptions options = { .today = "2026-05-11", .min_sessions = 1, .min_reporters = 1 };

  return alert_on (conninfo, &options, TRUE);
}

static void
test_at_once (void)
{
  g_autofree char *conninfo = known_database (EXPIRED ("10", "A", 900));
  g_autofree char *user G_GNUC_UNUSED = cluster_as (conninfo, "alert_user", "tlsrpt_alerter");
  GThread *threads[4];
  guint told = 0;

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("alert", alert_in_thread, conninfo);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    g_autofree char *events = g_thread_join (threads[i]);

    told += g_str_has_prefix (events, "opened");
  }
  g_assert_cmpuint (told, ==, 1);
  cluster_assert_rows (conninfo, "SELECT count(*) FROM tlsrpt.alert_state", "1\n");
}

/* Whoever looks back, by --until or by a setting left behind, neither tells again what was told nor
 * takes back what is known since. */
static void
test_look_back (void)
{
  g_autofree char *conninfo =
      known_database (EXPIRED ("10", "A", 2) EXPIRED ("12", "A", 900) CLEAN (
          "13",
          "A") "SELECT known.report(d::date, 'S'), known.policy('sts', 'silent.example', 10, 0)"
               " FROM generate_series('2026-04-21'::timestamp, '2026-05-05', '1 day') d;");
  g_autofree char *before = NULL;

  assert_told (conninfo, "2026-05-11", "opened warning, opened warning, 1");
  assert_told (conninfo, "2026-05-12", "worsened critical, 2");
  assert_told (conninfo, "2026-05-14", "closed critical, 1");
  before = cluster_rows (conninfo, "SELECT * FROM tlsrpt.alert_state ORDER BY 1");
  assert_told (conninfo, "2026-05-12", "2");
  assert_told (conninfo, "2026-05-11", "1");
  assert_told (conninfo, "2026-05-01", "0");
  cluster_assert_rows (conninfo, "SELECT * FROM tlsrpt.alert_state ORDER BY 1", before);
  assert_told (conninfo, "2026-05-14", "1");
}

static void
test_setting (void)
{
  g_autofree char *conninfo = known_database (EXPIRED ("10", "A", 900));
  TlsrptAlertOptions options = { .min_sessions = 1, .min_reporters = 1 };
  g_autofree char *told = NULL;

  g_free (cluster_as (conninfo, "alert_user", "tlsrpt_alerter"));
  cluster_sql (conninfo, "ALTER ROLE alert_user SET tlsrpt.today = '2026-05-11'");
  told = alert_on (conninfo, &options, TRUE);
  cluster_sql (conninfo, "ALTER ROLE alert_user RESET ALL");
  g_assert_cmpstr (told, ==, "0");
}

/* A listener of its own, as a chat bot would be. */
typedef struct {
  PGconn *connection;
} Listener;

static Listener
listen_to (const char *conninfo)
{
  Listener listener = { .connection = PQconnectdb (conninfo) };
  PGresult *result = PQexec (listener.connection, "LISTEN tlsrpt_incident");

  g_assert_cmpint (PQresultStatus (result), ==, PGRES_COMMAND_OK);
  PQclear (result);
  return listener;
}

/* What was heard so far, an event and its domain each; a round trip brings in all that is committed. */
static char *
heard (Listener *listener)
{
  GString *text = g_string_new (NULL);
  PGresult *result = PQexec (listener->connection, "SELECT 1");
  PGnotify *notify;

  g_assert_cmpint (PQresultStatus (result), ==, PGRES_TUPLES_OK);
  PQclear (result);
  while ((notify = PQnotifies (listener->connection)) != NULL) {
    g_autoptr (JsonNode) node = json_from_string (notify->extra, NULL);
    JsonObject *object = json_node_get_object (node);

    g_assert_cmpstr (notify->relname, ==, "tlsrpt_incident");
    g_string_append_printf (text, "%s %s %s %s %s %s; ",
                            json_object_get_string_member (object, "event"),
                            json_object_get_string_member (object, "severity"),
                            json_object_get_string_member (object, "policy_domain"),
                            json_object_get_string_member (object, "receiving_mx"),
                            json_object_get_string_member (object, "result_type"),
                            json_object_get_string_member (object, "first_day"));
    PQfreemem (notify);
  }
  return g_string_free (text, FALSE);
}

static void
assert_heard (Listener *listener, const char *expected)
{
  g_autofree char *text = heard (listener);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_notify (void)
{
  g_autofree char *conninfo = known_database (EXPIRED ("10", "A", 900));
  TlsrptAlertOptions options = { .today = "2026-05-11", .min_sessions = 1, .min_reporters = 1 };
  g_autofree char *not_committed = NULL;
  Listener listener = listen_to (conninfo);

  not_committed = alert_on (conninfo, &options, FALSE);
  g_assert_cmpstr (not_committed, ==, "opened critical, 2");
  assert_heard (&listener, "");
  assert_told (conninfo, "2026-05-11", "opened critical, 2");
  assert_heard (&listener, "opened critical example.org mx1 certificate-expired 2026-05-10; ");
  assert_told (conninfo, "2026-05-11", "2");
  assert_heard (&listener, "");
  cluster_sql (conninfo, CLEAN ("11", "A"));
  assert_told (conninfo, "2026-05-12", "closed critical, 0");
  assert_heard (&listener, "closed critical example.org mx1 certificate-expired 2026-05-10; ");
  PQfinish (listener.connection);
}

/* The transaction fails as it is committed, after everything was told to it. */
static void
test_notify_of_failed_commit (void)
{
  g_autofree char *conninfo = known_database (
      EXPIRED ("10", "A",
               900) "CREATE FUNCTION known.refuse() RETURNS trigger LANGUAGE plpgsql AS"
                    " $$ BEGIN RAISE EXCEPTION 'the commit is refused'; END $$;"
                    "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON tlsrpt.alert_state"
                    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION known.refuse();");
  g_autoptr (TlsrptPg) pg = open_as_alerter (conninfo);
  TlsrptAlertOptions options = { .today = "2026-05-11", .min_sessions = 1, .min_reporters = 1 };
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsrptAlert) alert = tlsrpt_alert_begin (pg, &options, &error);
  Listener listener = listen_to (conninfo);

  g_assert_no_error (error);
  g_assert_cmpuint (alert->events->len, ==, 1);
  g_assert_false (tlsrpt_alert_commit (alert, &error));
  g_assert_nonnull (error);
  assert_heard (&listener, "");
  cluster_sql (conninfo, "DROP TRIGGER refuse ON tlsrpt.alert_state");
  assert_told (conninfo, "2026-05-11", "opened critical, 2");
  assert_heard (&listener, "opened critical example.org mx1 certificate-expired 2026-05-10; ");
  PQfinish (listener.connection);
}

static guint
count (const char *text, const char *word)
{
  g_auto (GStrv) pieces = g_strsplit (text, word, -1);

  return g_strv_length (pieces) - 1;
}

/* Whoever writes a report can invent hosts by the thousand: all count, and a mail stays a mail. */
static void
test_many (void)
{
  g_autofree char *conninfo = known_database (
      "SELECT known.report('2026-05-10', 'A'), known.policy('sts', 'example.org', 0,"
      " 300, '{\"mode: enforce\"}'); SELECT known.failure('certificate-expired',"
      " 'mx' || n || '.example', 1) FROM generate_series(1, 300) n");
  g_autoptr (TlsrptPg) pg = open_as_alerter (conninfo);
  TlsrptAlertOptions options = { .today = "2026-05-11" };
  g_autoptr (TlsrptAlert) alert = tlsrpt_alert_begin (pg, &options, NULL);
  g_autofree char *subject = tlsrpt_alert_subject (alert);
  g_autofree char *text = tlsrpt_alert_text (alert);
  g_autofree char *mail = tlsrpt_alert_mail_text (alert);
  g_autofree char *json = tlsrpt_alert_json (alert);

  g_assert_true (g_str_has_prefix (subject, "TLSRPT WARNING - 300 opened, 300 incidents open: "));
  g_assert_cmpuint (count (text, "OPENED"), ==, 100);
  g_assert_cmpuint (count (text, "\nand 200 more: tlsrpt-ingest digest\n"), ==, 1);
  g_assert_cmpuint (count (mail, "OPENED"), ==, 100);
  g_assert_cmpuint (count (mail, "What to check:"), ==, 10);
  g_assert_cmpuint (count (mail, "\nOpen now: 300, 0 critical.\n"), ==, 1);
  g_assert_cmpuint (count (mail, "\n  and 280 more: tlsrpt-ingest digest\n"), ==, 1);
  g_assert_cmpuint (count (json, "\"opened\""), ==, 300);
}

static void
test_line (void)
{
  g_autofree char *conninfo = known_database (EXPIRED ("10", "A", 900));
  g_autoptr (TlsrptPg) pg = open_as_alerter (conninfo);
  TlsrptAlertOptions options = { .today = "2026-05-11" };
  g_autoptr (TlsrptAlert) alert = tlsrpt_alert_begin (pg, &options, NULL);
  g_autofree char *line = tlsrpt_alert_line (alert);
  g_autofree char *text = tlsrpt_alert_text (alert);
  g_autofree char *json = tlsrpt_alert_json (alert);

  g_assert_cmpstr (line, ==,
                   "TLSRPT CRITICAL - 1 incident open: example.org at mx1: the certificate has"
                   " expired (certificate-expired) | open=1;0;;0 critical=1;;0;0"
                   " failed_sessions=900;;;0 events=1;;;0\n");
  g_assert_true (g_str_has_prefix (text, "OPENED (critical) example.org at mx1: "));
  g_assert_nonnull (strstr (json, "\"event\" : \"opened\""));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/alert/opened-worsened-closed-once-each", test_life);
  g_test_add_func ("/alert/an-mx-named-later-opens-nothing-again", test_mx_named_later);
  g_test_add_func ("/alert/silence-and-its-end", test_silence);
  g_test_add_func ("/alert/what-was-not-told-is-told-again", test_not_committed);
  g_test_add_func ("/alert/thresholds", test_thresholds);
  g_test_add_func ("/alert/four-at-once-tell-it-once", test_at_once);
  g_test_add_func ("/alert/looking-back-changes-nothing", test_look_back);
  g_test_add_func ("/alert/stands-on-today-whatever-the-user-has-set", test_setting);
  g_test_add_func ("/alert/listeners-hear-once-and-after-commit", test_notify);
  g_test_add_func ("/alert/listeners-hear-nothing-of-a-commit-that-fails",
                   test_notify_of_failed_commit);
  g_test_add_func ("/alert/many-are-counted-and-some-told", test_many);
  g_test_add_func ("/alert/plugin-line", test_line);
  return g_test_run ();
}
