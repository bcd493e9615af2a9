/* SPDX-License-Identifier: GPL-3.0-or-later
 * The digest of known rows, read by a user who may read views and nothing else. */
#include "insight/digest.h"

#include "insight/html.h"
#include "insight/json.h"
#include "insight/lead.h"
#include "insight/mail.h"
#include "insight/text.h"
#include "support/known.h"
#include "insight/csv.h"
#include "insight/rows.h"
#include "insight/update.h"
#include "insight/wrap.h"
#include "support/cluster.h"

#include <gmime/gmime.h>
#include <json-glib/json-glib.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeStream, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeParser, g_object_unref)

/* 2026-05-20, when all reports on these days have come. */
#define NOW (G_GINT64_CONSTANT (1779235200) * G_TIME_SPAN_SECOND)

/* 2026-05-04, when those on the last day are still coming in. */
#define NEXT_DAY (G_GINT64_CONSTANT (1777852800) * G_TIME_SPAN_SECOND)

static const char rows[] =
    "SELECT known.report('2026-05-01', 'Alpha'), known.policy('sts', 'example.org', 90, 10),"
    " known.failure('certificate-expired', 'mx2.example.org', 10);"
    "SELECT known.report('2026-05-02', 'Beta'), known.policy('sts', 'example.org', 100, 0);"
    "SELECT known.report('2026-05-02', 'Beta'), known.policy('tlsa', 'example.net', 50, 0);"
    "SELECT known.report('2026-04-01', 'Alpha'), known.policy('sts', 'example.org', 1, 0);";

/* Whoever reads sees what was found before. */
static void
update (const char *conninfo)
{
  g_autofree char *alerter = cluster_as (conninfo, "digest_alerter", "tlsrpt_alerter");
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsrptPg) pg =
      tlsrpt_pg_connect (alerter, g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND, &error);

  g_assert_no_error (error);
  tlsrpt_update (pg, tlsrpt_judgement_day ("2026-05-04"), &tlsrpt_threshold_defaults, &error);
  g_assert_no_error (error);
}

static TlsrptDigest *
load_since (const char *conninfo, const char *since, const char *domain, gint64 now)
{
  g_autofree char *reader = cluster_as (conninfo, "digest_reader", "tlsrpt_reader");
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsrptPg) pg =
      tlsrpt_pg_connect (reader, g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND, &error);
  TlsrptPeriod period;
  TlsrptDigest *digest;

  g_assert_no_error (error);
  update (conninfo);
  g_assert_true (tlsrpt_period_parse (since, "2026-05-03", now, &period, NULL));
  digest = tlsrpt_digest_load (pg, &period, domain, &tlsrpt_threshold_defaults, &error);
  g_assert_no_error (error);
  return digest;
}

static TlsrptDigest *
load_at (const char *conninfo, const char *domain, gint64 now)
{
  return load_since (conninfo, "2026-04-25", domain, now);
}

static TlsrptDigest *
load (const char *conninfo, const char *domain)
{
  return load_at (conninfo, domain, NOW);
}

static const TlsrptTable *
table_of (const TlsrptDigest *digest, const char *name)
{
  guint n;
  const TlsrptSection *sections = tlsrpt_sections (&n);

  for (guint i = 0; i < n; i++)
    if (strcmp (sections[i].name, name) == 0)
      return digest->tables->pdata[i];
  g_assert_not_reached ();
}

static void
test_all_domains (void)
{
  g_autofree char *conninfo = known_database (rows);
  g_autoptr (TlsrptDigest) digest = load (conninfo, NULL);
  g_autofree char *text = tlsrpt_text_digest (digest, &(TlsrptTextStyle){ 0 });

  g_assert_true (g_str_has_prefix (
      text, "TLS reports on all domains, 2026-04-25 to 2026-05-03\n"
            "Broken now: 1 incident, 0 critical.\n"
            "  Causes            1 (0 critical, 1 new)\n"
            "  Domains affected  1 (of 2 with reports)\n"
            "  Sessions failed   4.0 % (10 of 250; no session before to compare with)\n"
            "  Data up to        2026-05-02 (none of 2 reporters in for 2026-05-03; 3 reports in"
            " all)\n"
            "  In quarantine     nothing\n"
            "  Made              2026-05-20 00:00 UTC\n"
            "\n"
            "WARNING NEW #1 mx2.example.org: the certificate has expired\n"
            "  The reports do not show whether mail is refused: 10 of 100 sessions failed"
            " (10.0 %)\n"
            "  Since          2026-05-01\n"
            "  Failed by day  ???????????█??  14 days"));
  g_assert_nonnull (strstr (text, "\n  Domain         example.org\n"
                                  "  Seen by        Alpha\n"
                                  "  Whose fault    likely on our side\n"
                                  "\nEnded in this period: 1.\n  #2 our intake: "));
  g_assert_nonnull (strstr (text, "\nTrust: every report has a valid signature of its"
                                  " reporter.\n"));
  g_assert_nonnull (strstr (text, "\nFailures by type\n"
                                  "RESULT TYPE          DOMAINS  REPORTERS  FAILED\n"
                                  "certificate-expired        1          1      10\n"
                                  "\nFailures by MX\n"
                                  "MX               DOMAINS  REPORTERS  FAILED\n"
                                  "mx2.example.org        1          1      10\n"
                                  "\nBy domain\n"
                                  "DOMAIN       POLICY  TLSA  REPORTERS  SESSIONS  FAILED  SHARE"
                                  "  TREND\n"
                                  "example.org  -       -             2       200      10  5.0 %"
                                  "  -\n"
                                  "example.net  -       yes           1        50       0    0 %"
                                  "  -\n"
                                  "All 2                              2       250      10  4.0 %\n"
                                  "\nBy reporter\n"
                                  "REPORTER  DOMAIN  LAST DAY    SESSIONS  FAILED   SHARE\n"
                                  "Alpha     alpha   2026-05-01       100      10  10.0 %\n"
                                  "Beta      beta    2026-05-02       150       0     0 %\n"));
  g_assert_nonnull (strstr (text, "openssl s_client -starttls smtp -connect"));
  g_assert_nonnull (strstr (text, "-servername mx2.example.org "));
}

/* A host of 121 domains with a failure each comes before a host of one domain with 100. */
static void
test_mx_of_many_domains (void)
{
  static const char many[] = "SELECT known.report('2026-05-01', 'Alpha');"
                             "SELECT known.policy('sts', 'd' || n || '.example', 9, 1),"
                             " known.failure('certificate-expired', 'shared.example.org', 1) FROM "
                             "generate_series(1, 121) n;"
                             "SELECT known.policy('sts', 'lone.example', 0, 100),"
                             " known.failure('certificate-expired', 'mx.lone.example', 100);";
  g_autofree char *conninfo = known_database (many);
  g_autoptr (TlsrptDigest) digest = load (conninfo, NULL);
  g_autofree char *text = tlsrpt_text_digest (digest, &(TlsrptTextStyle){ 0 });

  g_assert_nonnull (strstr (text, "\nFailures by MX\n"
                                  "MX                  DOMAINS  REPORTERS  FAILED\n"
                                  "shared.example.org      121          1     121\n"
                                  "mx.lone.example           1          1     100\n"));
  g_assert_nonnull (strstr (text, "\nd121.example  "));
  g_assert_nonnull (strstr (text, "\nAll 122      "));
}

/* The share is held against that of as many days before; the last day is hatched while reports come in. */
static void
test_strip (void)
{
  g_autofree char *conninfo = known_database (
      "SELECT known.report('2026-04-16', 'Alpha'), known.policy('sts', 'example.org', 99, 1);"
      "SELECT known.report('2026-04-15', 'Alpha'), known.policy('sts', 'example.org', 0, 100);"
      "SELECT known.report('2026-05-03', 'Alpha'), known.policy('sts', 'example.org', 95, 5);"
      "SELECT known.report('2026-05-02', 'Beta'), known.policy('sts', 'example.org', 100, 0);");
  g_autoptr (TlsrptDigest) whole = load (conninfo, NULL);
  g_autoptr (TlsrptDigest) one = load (conninfo, "example.org");
  g_autoptr (TlsrptDigest) part = load_at (conninfo, NULL, NEXT_DAY);
  g_autofree char *text = tlsrpt_text_digest (part, &(TlsrptTextStyle){ 0 });
  g_autofree char *of_one = tlsrpt_text_digest (one, &(TlsrptTextStyle){ 0 });
  g_autofree char *whole_html = tlsrpt_html_digest (whole);
  g_autofree char *part_html = tlsrpt_html_digest (part);
  g_auto (GStrv) hatched = g_strsplit (part_html, "class=\"part\"", -1);

  g_assert_nonnull (strstr (text, "\n  Sessions failed   2.5 % (5 of 200; 1.0 % in the 9 days"
                                  " before)\n"));
  g_assert_nonnull (strstr (text, "\n  Data up to        2026-05-03 (1 of 2 reporters in for that"
                                  " day, more to come; 2 reports in all)\n"));
  g_assert_nonnull (strstr (of_one, "\n  Sessions failed   2.5 % (5 of 200; 1.0 % in the 9 days"
                                    " before)\n"
                                    "  Data up to        2026-05-03 (1 of 2 reporters in for"
                                    " that day; 2 reports in all)\n"));
  g_assert_null (strstr (whole_html, "class=\"part\""));
  /* Of one day, among all sessions and among the failed ones. */
  g_assert_cmpuint (g_strv_length (hatched), ==, 3);
}

/* A low bar of today would look like a fault: it is left out of the chart, and yesterday is not whole. */
static void
test_today (void)
{
  g_autofree char *conninfo = known_database (rows);
  g_autofree char *reader = cluster_as (conninfo, "digest_reader", "tlsrpt_reader");
  g_autoptr (TlsrptPg) pg =
      tlsrpt_pg_connect (reader, g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND, NULL);
  g_autoptr (TlsrptDigest) digest = NULL;
  TlsrptPeriod period;
  const TlsrptTable *days;

  g_assert_true (tlsrpt_period_parse ("2026-05-01", "today", NEXT_DAY, &period, NULL));
  digest = tlsrpt_digest_load (pg, &period, NULL, &tlsrpt_threshold_defaults, NULL);
  days = table_of (digest, "days");
  g_assert_cmpuint (tlsrpt_table_rows (days), ==, 3);
  g_assert_cmpstr (tlsrpt_table_cell (days, 1, TLSRPT_DAYS_IS_COMPLETE), ==, "t");
  g_assert_cmpstr (tlsrpt_table_cell (days, 2, TLSRPT_DAYS_DAY), ==, "2026-05-03");
  g_assert_cmpstr (tlsrpt_table_cell (days, 2, TLSRPT_DAYS_IS_COMPLETE), ==, "f");
}

/* The mode is that of the last day on which any reporter saw one; the trend is against the days before. */
static void
test_domains (void)
{
  g_autofree char *conninfo = known_database (
      "SELECT known.report('2026-04-20', 'Alpha'), known.policy('sts', 'a.example', 100, 0),"
      " known.policy('sts', 'gone.example', 100, 0);"
      "SELECT known.report('2026-05-01', 'Alpha'),"
      " known.policy('sts', 'a.example', 90, 10, '{\"mode: testing\"}'),"
      " known.policy('tlsa', 'a.example', 10, 0), known.policy('sts', 'b.example', 5, 0),"
      " known.policy('no-policy-found', 'c.example', 5, 0);"
      "SELECT known.report('2026-05-02', 'Beta'),"
      " known.policy('sts', 'a.example', 90, 10, '{\"mode: enforce\"}');");
  g_autoptr (TlsrptDigest) digest = load (conninfo, NULL);
  g_autofree char *text = tlsrpt_text_digest (digest, &(TlsrptTextStyle){ 0 });

  g_assert_nonnull (
      strstr (text, "\nDOMAIN     POLICY   TLSA  REPORTERS  SESSIONS  FAILED  SHARE  TREND\n"
                    "a.example  enforce  yes           2       210      20  9.5 %  worse\n"
                    "b.example  -        -             1         5       0    0 %  -\n"
                    "c.example  -        -             1         5       0    0 %  -\n"
                    "All 3                             2       220      20  9.1 %\n"));
}

/* One failure of 100,000 is as high as it takes to be seen, and no higher. */
static void
test_smallest_bar (void)
{
  g_autofree char *conninfo = known_database (
      "SELECT known.report('2026-05-01', 'Alpha'), known.policy('sts', 'example.org', 99999, 1),"
      " known.failure('certificate-expired', 'mx.example.org', 1);");
  g_autoptr (TlsrptDigest) digest = load (conninfo, NULL);
  g_autofree char *html = tlsrpt_html_digest (digest);
  const char *bar = strstr (strstr (html, "id=\"days\""), "<rect class=\"bad\"");

  while (bar != NULL && strncmp (strstr (bar, "height="), "height=\"0.00\"", 13) == 0)
    bar = strstr (bar + 1, "<rect class=\"bad\"");
  g_assert_nonnull (bar);
  g_assert_true (g_str_has_prefix (strstr (bar, "height="), "height=\"2.00\""));
}

/* By reporter there are 50 rows, and of 51 it is said what is missing; by domain there are all. */
static void
test_table_ends (gconstpointer data)
{
  int rows_wanted = GPOINTER_TO_INT (data);
  g_autofree char *sql = g_strdup_printf ("SELECT known.report('2026-05-01', 'R' || n),"
                                          " known.policy('sts', 'd' || n || '.example', 9, 0)"
                                          " FROM generate_series(1, %d) n",
                                          rows_wanted);
  g_autofree char *conninfo = known_database (sql);
  g_autoptr (TlsrptDigest) digest = load (conninfo, NULL);
  g_autofree char *text = tlsrpt_text_digest (digest, &(TlsrptTextStyle){ 0 });
  g_autofree char *html = tlsrpt_html_digest (digest);

  g_assert_true ((strstr (text, "\nand 1 more\n\nEncrypted") != NULL) == (rows_wanted == 51));
  g_assert_true ((strstr (html, ">and 1 more<") != NULL) == (rows_wanted == 51));
  g_assert_cmpuint (tlsrpt_table_rows (table_of (digest, "domains")), ==, rows_wanted);
  g_assert_cmpuint (table_of (digest, "domains")->more, ==, 0);
}

/* A mail has so many rows of each table. */
static void
test_rows_of_mail (void)
{
  g_autofree char *conninfo = known_database (
      "SELECT known.report('2026-05-01', 'Alpha');"
      "SELECT known.policy('sts', 'd' || n || '.example', 9, 0) FROM generate_series(1, 52) n");
  g_autoptr (TlsrptDigest) digest = load (conninfo, NULL);
  g_autofree char *text = tlsrpt_text_digest (digest, &(TlsrptTextStyle){ .rows = 50 });

  g_assert_nonnull (strstr (text, "\nand 2 more\n\nBy reporter\n"));
  g_assert_nonnull (strstr (text, "\nAll 52      "));
}

/* Late is what came after the digest of the days before was made, a day after them at the latest. */
static void
test_late_reports (void)
{
  g_autofree char *conninfo = known_database (
      "SELECT known.report('2026-04-24', 'Alpha'), known.policy('sts', 'example.org', 90, 10);"
      "SELECT known.report('2026-04-24', 'Beta'), known.policy('sts', 'example.org', 5, 0);"
      "SELECT known.report('2026-04-25', 'Beta'), known.policy('sts', 'example.org', 7, 0);"
      "SELECT known.report('2026-03-25', 'Alpha'), known.policy('sts', 'example.org', 6, 0);"
      "SELECT known.report('2026-03-24', 'Alpha'), known.policy('sts', 'example.org', 7, 0);"
      "UPDATE tlsrpt.report SET stored_at = CASE WHEN organization_name = 'Alpha'"
      " THEN timestamptz '2026-04-26 00:00+00' ELSE '2026-04-25 23:59:59+00' END");
  g_autoptr (TlsrptDigest) digest = load (conninfo, NULL);
  g_autofree char *text = tlsrpt_text_digest (digest, &(TlsrptTextStyle){ 0 });

  g_assert_nonnull (strstr (text, "\nLate: reports on earlier days that came after the digest"
                                  " before\n"
                                  "DAY         REPORTS  SESSIONS  FAILED\n"
                                  "2026-04-24        1       100      10\n"
                                  "2026-03-25        1         6       0\n"));
  g_assert_null (strstr (text, "2026-03-24"));
}

/* A report on two domains is one report, of all domains and of each. */
static void
test_trust (void)
{
  g_autofree char *conninfo = known_database (
      "SELECT known.report('2026-05-01', 'Alpha', 'none'), known.policy('sts', 'a.example', 9, 0),"
      " known.policy('sts', 'b.example', 9, 0);"
      "SELECT known.report('2026-05-01', 'Beta', 'unknown'), known.policy('sts', 'a.example', 9, "
      "0)");
  g_autoptr (TlsrptDigest) digest = load (conninfo, NULL);
  g_autoptr (TlsrptDigest) domain = load (conninfo, "b.example");

  g_assert_cmpstr (digest->unauthentic_reports, ==, "1");
  g_assert_cmpstr (digest->unknown_reports, ==, "1");
  g_assert_cmpstr (domain->unauthentic_reports, ==, "1");
  g_assert_cmpstr (domain->unknown_reports, ==, "0");
}

/* A chart has a bar for each of 400 days, and of a longer period for the last of them. */
static void
test_days (void)
{
  static const char *const since[] = { "2025-03-31", "2025-03-30", "2025-03-29" };
  g_autofree char *conninfo = known_database (rows);

  for (guint i = 0; i < G_N_ELEMENTS (since); i++) {
    g_autoptr (TlsrptDigest) digest = load_since (conninfo, since[i], NULL, NOW);
    g_autoptr (TlsrptDigest) domain = load_since (conninfo, since[i], "example.org", NOW);

    g_assert_cmpuint (tlsrpt_table_rows (table_of (digest, "days")), ==, i == 0 ? 399 : 400);
    g_assert_cmpuint (tlsrpt_table_rows (table_of (domain, "days")), ==, i == 0 ? 399 : 400);
  }
}

static void
test_one_domain (void)
{
  g_autofree char *conninfo = known_database (rows);
  g_autoptr (TlsrptDigest) digest = load (conninfo, "Example.NET.");

  g_assert_cmpstr (digest->domain, ==, "example.net");
  g_assert_cmpstr (digest->reports, ==, "1");
  g_assert_cmpstr (digest->sessions, ==, "50");
  g_assert_cmpstr (digest->failed_sessions, ==, "0");
}

static void
test_nothing (void)
{
  g_autofree char *conninfo = known_database ("SELECT 1");
  g_autoptr (TlsrptDigest) digest = load (conninfo, NULL);
  g_autofree char *text = tlsrpt_text_digest (digest, &(TlsrptTextStyle){ 0 });

  g_assert_nonnull (strstr (text, "\n  Causes            unknown\n"));
  g_assert_nonnull (strstr (text, "\n  Sessions failed   unknown (0 of 0; no session before to"
                                  " compare with)\n"
                                  "  Data up to        no day of the period\n"));
  g_assert_nonnull (strstr (text, "\nBroken now: unknown, as there are no reports"));
  g_assert_nonnull (strstr (text, "\nNo reports: does the TXT record at _smtp._tls"));
  g_assert_null (strstr (text, "No failures"));
}

/* Colour and width are the terminal's: no line of a table is wider, and plain text has no escape. */
static void
test_terminal (void)
{
  g_autofree char *conninfo = known_database (rows);
  g_autoptr (TlsrptDigest) digest = load (conninfo, NULL);
  g_autofree char *plain = tlsrpt_text_digest (digest, &(TlsrptTextStyle){ .width = 60 });
  g_autofree char *color = tlsrpt_text_digest (digest, &(TlsrptTextStyle){ .color = TRUE });
  g_auto (GStrv) lines = g_strsplit (strstr (plain, "\nFailures by type\n"), "\n", -1);

  g_assert_null (strchr (plain, '\x1b'));
  g_assert_nonnull (strstr (color, "\x1b[1;31mBroken now: 1 incident"));
  for (guint i = 0; lines[i] != NULL && strcmp (lines[i], "What to do") != 0; i++)
    g_assert_cmpint (g_utf8_strlen (lines[i], -1), <=, 60);
}

/* Many hosts break in the same way: the count is of all, the remedy is said once. */
static void
test_many (void)
{
  g_autofree char *conninfo =
      known_database ("SELECT known.report('2026-05-01', 'Alpha'),"
                      " known.policy('sts', 'd' || n || '.example', 90, 10, '{\"mode: enforce\"}'),"
                      " known.failure('certificate-expired', 'mx' || n || '.example.org', 10)"
                      " FROM generate_series(1, 150) n");
  g_autoptr (TlsrptDigest) digest = load (conninfo, NULL);
  g_autofree char *text = tlsrpt_text_digest (digest, &(TlsrptTextStyle){ .width = 78 });
  g_auto (GStrv) remedies = g_strsplit (text, "\n  What to check:\n", -1);
  g_auto (GStrv) titles = g_strsplit (text, "the certificate has expired", -1);

  g_assert_nonnull (strstr (text,
                            "\nBroken now: 150 incidents, 150 critical.\n"
                            "  Causes            1 or more (150 incidents, 150 critical, 150 new)\n"
                            "  Domains affected  100 or more (of 150 with reports)\n"));
  g_assert_nonnull (strstr (text, "\nCRITICAL NEW the certificate has expired, in 100 places or"
                                  " more\n"
                                  "  Mail is refused: 1,000 sessions or more failed\n"
                                  "  Places         #1 mx1.example.org; "));
  g_assert_nonnull (strstr (text, "\nWhat to do\n\nFor #1, "));
  g_assert_cmpuint (g_strv_length (remedies), ==, 2);
  g_assert_cmpuint (g_strv_length (titles), ==, 2);
}

/* Names of any length leave the first lines readable, and both of their ends. */
static void
test_long_names (void)
{
  g_autofree char *mx = g_strnfill (200, 'x');
  g_autofree char *rows_sql =
      g_strdup_printf ("SELECT known.report('2026-05-01', repeat('W', 300)), known.policy('sts', "
                       "'example.org', 90, 10),"
                       " known.failure('certificate-expired', 'mx.%s.example.net', 10)",
                       mx);
  g_autofree char *conninfo = known_database (rows_sql);
  g_autoptr (TlsrptDigest) digest = load (conninfo, NULL);
  g_autofree char *text = tlsrpt_text_digest (digest, &(TlsrptTextStyle){ .width = 78 });
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  g_assert_nonnull (strstr (text, "WARNING NEW #1 mx.xx"));
  g_assert_nonnull (strstr (text, "x…x"));
  g_assert_nonnull (strstr (text, "xx.example.net:"));
  for (guint i = 0; lines[i] != NULL && strcmp (lines[i], "What to do") != 0; i++)
    g_assert_cmpint (g_utf8_strlen (lines[i], -1), <=, 78);
}

static void
test_wrap (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  tlsrpt_wrap_append (text, "one two (3.0 %) seven", "- ", 11);
  tlsrpt_wrap_append (text, "日本 日本 averyverylongword", "", 9);
  tlsrpt_wrap_append (text, "no limit at all", "  ", 0);
  tlsrpt_wrap_append (text, "1234 5", "Name  ", 10);
  tlsrpt_wrap_append (text, "12345 6", "Name  ", 10);
  g_assert_cmpstr (
      text->str, ==,
      "- one two\n  (3.0 %)\n  seven\n日本 日本\naveryverylongword\n  no limit at all\n"
      "Name  1234\n      5\nName\n      12345\n      6\n");
}

static const char hostile_rows[] =
    "SELECT known.report('2026-05-01', '<script>document.title=1</script>', 'unknown'),"
    " known.policy('sts', 'example.org', 90, 10),"
    " known.failure('<img src=x onerror=alert(1)>', '\"><svg onload=alert(1)>', 10,"
    " E'</pre><script>alert(1)</script>\\x1b[2J\\u202e');";

/* Not one character of a stranger's may open a tag, end an attribute or steer a terminal. */
static void
test_hostile (void)
{
  g_autofree char *conninfo = known_database (hostile_rows);
  g_autoptr (TlsrptDigest) digest = load (conninfo, NULL);
  g_autofree char *html = tlsrpt_html_digest (digest);
  g_autofree char *text = tlsrpt_text_digest (digest, &(TlsrptTextStyle){ 0 });

  g_assert_null (strstr (html, "<script"));
  g_assert_null (strstr (html, "<img"));
  g_assert_null (strstr (html, "<svg onload"));
  g_assert_nonnull (strstr (html, "&lt;script&gt;document.title=1&lt;/script&gt;"));
  g_assert_null (strchr (text, '\x1b'));
  g_assert_null (strstr (text, "\xe2\x80\xae"));
  g_assert_nonnull (strstr (text, "Trust: nobody checked the signature of 1 report, "));
}

static void
test_json (void)
{
  g_autofree char *conninfo = known_database (rows);
  g_autoptr (TlsrptDigest) digest = load (conninfo, NULL);
  g_autofree char *json = tlsrpt_json_digest (digest);
  g_autoptr (JsonNode) node = json_from_string (json, NULL);
  JsonObject *root = json_node_get_object (node);
  JsonObject *incident =
      json_array_get_object_element (json_object_get_array_member (root, "incidents"), 0);

  g_assert_cmpint (json_object_get_int_member (root, "sessions"), ==, 250);
  g_assert_cmpstr (json_object_get_string_member (root, "broken"), ==,
                   "Broken now: 1 incident, 0 critical.");
  g_assert_cmpstr (json_object_get_string_member (incident, "place"), ==, "mx2.example.org");
  g_assert_cmpstr (json_object_get_string_member (incident, "state"), ==, "open");
  g_assert_true (json_object_get_boolean_member (incident, "is_new"));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (root, "days")), ==, 9);
}

static void
test_mail (void)
{
  g_autofree char *conninfo = known_database (rows);
  g_autoptr (TlsrptDigest) digest = load (conninfo, NULL);
  g_autofree char *mail = tlsrpt_mail_digest (digest, NULL, "post@example.org");
  g_autoptr (GMimeStream) stream = g_mime_stream_mem_new_with_buffer (mail, strlen (mail));
  g_autoptr (GMimeParser) parser = g_mime_parser_new_with_stream (stream);
  GMimeMessage *message = g_mime_parser_construct_message (parser, NULL);
  GMimeObject *body = g_mime_message_get_mime_part (message);
  g_autofree char *html = NULL;

  g_assert_cmpstr (g_mime_message_get_subject (message), ==,
                   "Broken now: 1 incident, 0 critical. TLS reports on all domains,"
                   " 2026-04-25 to 2026-05-03");
  g_assert_true (g_mime_content_type_is_type (g_mime_object_get_content_type (body), "multipart",
                                              "alternative"));
  g_assert_cmpint (g_mime_multipart_get_count (GMIME_MULTIPART (body)), ==, 2);
  html = g_mime_text_part_get_text (
      GMIME_TEXT_PART (g_mime_multipart_get_part (GMIME_MULTIPART (body), 1)));
  g_assert_true (g_str_has_prefix (html, "<!DOCTYPE html>"));
  g_object_unref (message);
}

static char *
with_reader (const char *conninfo,
             char *(*make) (TlsrptPg *, const TlsrptPeriod *, const char *, GError **))
{
  g_autofree char *reader = cluster_as (conninfo, "digest_reader", "tlsrpt_reader");
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsrptPg) pg =
      tlsrpt_pg_connect (reader, g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND, &error);
  TlsrptPeriod period;
  char *text;

  g_assert_no_error (error);
  update (conninfo);
  g_assert_true (tlsrpt_period_parse ("2026-04-25", "2026-05-03", NOW, &period, NULL));
  text = make (pg, &period, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static void
test_csv (void)
{
  g_autofree char *conninfo = known_database (
      "SELECT known.report('2026-05-01', '=1+1'), known.policy('sts', 'example.org', 90, 10),"
      " known.failure('a \"quoted\", type', NULL, 10)");
  g_autofree char *csv = with_reader (conninfo, tlsrpt_csv_daily);

  g_assert_cmpstr (
      csv, ==,
      "day,mail_domain,reporter_domain,organization_name,result_type,sessions,"
      "successful_sessions,failed_sessions\r\n"
      "2026-05-01,example.org,\"'=1+1\",\"'=1+1\",,90,90,0\r\n"
      "2026-05-01,example.org,\"'=1+1\",\"'=1+1\",\"a \"\"quoted\"\", type\",10,0,10\r\n");
}

/* What a spreadsheet takes for a formula, and a terminal for an order, as a sender's name; the cell. */
static const char *const csv_names[][2] = {
  { "=1", "\"'=1\"" },
  { "  =1", "\"'  =1\"" },
  { "\\uff1d1", "\"'\uff1d1\"" },
  { "\\uff201", "\"'\uff201\"" },
  { "\\u200b-1", "\"'\u200b-1\"" },
  { "a;=1", "\"a;=1\"" },
  { "\\x1b[2J", "\ufffd[2J" },
  { "\\u009b2J", "\ufffd2J" },
  { "a-1", "a-1" },
};

static void
test_csv_names (void)
{
  g_autoptr (GString) sql = g_string_new ("SELECT 1");
  g_autofree char *conninfo = NULL;
  g_autofree char *csv = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (csv_names); i++)
    g_string_append_printf (
        sql, ", known.report('2026-05-01', E'%s'), known.policy('sts', 'example.org', %u, 0)",
        csv_names[i][0], (guint)i + 1);
  conninfo = known_database (sql->str);
  csv = with_reader (conninfo, tlsrpt_csv_daily);
  for (gsize i = 0; i < G_N_ELEMENTS (csv_names); i++) {
    g_autofree char *line =
        g_strdup_printf (",%s,,%u,%u,0\r\n", csv_names[i][1], (guint)i + 1, (guint)i + 1);

    if (strstr (csv, line) == NULL)
      g_error ("'%s' is not in %s", line, csv);
  }
}

static void
test_openmetrics (void)
{
  g_autofree char *conninfo = known_database (rows);
  g_autofree char *text = with_reader (conninfo, tlsrpt_openmetrics);

  g_assert_nonnull (strstr (text, "# TYPE tlsrpt_sessions gauge\n"));
  g_assert_nonnull (strstr (text, "\ntlsrpt_sessions{mail_domain=\"example.org\"} 200\n"));
  g_assert_nonnull (strstr (text, "\ntlsrpt_failed_sessions{mail_domain=\"example.org\","
                                  "result_type=\"certificate-expired\"} 10\n"));
  g_assert_nonnull (strstr (text, "\ntlsrpt_last_report_age_seconds{mail_domain=\"example.org\"}"
                                  " 86400\n"));
  g_assert_nonnull (strstr (text, "\ntlsrpt_open_incidents{mail_domain=\"example.org\","
                                  "severity=\"warning\"} 1\n"));
  g_assert_true (g_str_has_suffix (text, "\n# EOF\n"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/digest/all-domains", test_all_domains);
  g_test_add_func ("/digest/mx-of-many-domains-is-one-row", test_mx_of_many_domains);
  g_test_add_func ("/digest/one-failure-of-many-is-seen", test_smallest_bar);
  g_test_add_func ("/digest/share-before-and-the-day-that-is-not-whole", test_strip);
  g_test_add_func ("/digest/today-is-left-out-by-day", test_today);
  g_test_add_func ("/digest/domain-with-its-policy-and-its-trend", test_domains);
  g_test_add_data_func ("/digest/table-of-50-rows-is-whole", GINT_TO_POINTER (50), test_table_ends);
  g_test_add_data_func ("/digest/table-of-51-rows-says-so", GINT_TO_POINTER (51), test_table_ends);
  g_test_add_func ("/digest/mail-has-the-first-rows", test_rows_of_mail);
  g_test_add_func ("/digest/late-reports-are-in-the-next-one", test_late_reports);
  g_test_add_func ("/digest/counts-a-report-on-two-domains-once", test_trust);
  g_test_add_func ("/digest/400-days-of-a-chart", test_days);
  g_test_add_func ("/digest/one-domain-in-any-spelling", test_one_domain);
  g_test_add_func ("/digest/empty-database", test_nothing);
  g_test_add_func ("/digest/terminal", test_terminal);
  g_test_add_func ("/digest/many-incidents-are-counted-and-one-remedy-told", test_many);
  g_test_add_func ("/digest/long-names-are-shortened-in-the-middle", test_long_names);
  g_test_add_func ("/digest/lines-break-between-words", test_wrap);
  g_test_add_func ("/digest/hostile-words", test_hostile);
  g_test_add_func ("/digest/json", test_json);
  g_test_add_func ("/digest/mail", test_mail);
  g_test_add_func ("/digest/csv", test_csv);
  g_test_add_func ("/digest/csv-of-hostile-names", test_csv_names);
  g_test_add_func ("/digest/openmetrics", test_openmetrics);
  return g_test_run ();
}
