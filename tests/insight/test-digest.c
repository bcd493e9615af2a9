/* SPDX-License-Identifier: GPL-3.0-or-later
 * The digest of known rows, read by a user who may read views and nothing else. */
#include "insight/digest.h"

#include "insight/known.h"
#include "store/cluster.h"

#include <string.h>

static const char rows[] =
    "SELECT known.report('2026-05-01', 'Alpha'), known.policy('sts', 'example.org', 90, 10),"
    " known.failure('certificate-expired', 'mx2.example.org', 10);"
    "SELECT known.report('2026-05-02', 'Beta'), known.policy('sts', 'example.org', 100, 0);"
    "SELECT known.report('2026-05-02', 'Beta'), known.policy('tlsa', 'example.net', 50, 0);"
    "SELECT known.report('2026-04-01', 'Alpha'), known.policy('sts', 'example.org', 1, 0);";

static TlsrptDigest *
load (const char *conninfo, const char *domain)
{
  g_autofree char *reader = cluster_as (conninfo, "digest_reader", "tlsrpt_reader");
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsrptPg) pg =
      tlsrpt_pg_connect (reader, g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND, &error);
  TlsrptPeriod period;
  TlsrptDigest *digest;

  g_assert_no_error (error);
  g_assert_true (tlsrpt_period_parse ("2026-04-25", "2026-05-03", 0, &period, NULL));
  digest = tlsrpt_digest_load (pg, &period, domain, &error);
  g_assert_no_error (error);
  return digest;
}

static void
test_all_domains (void)
{
  g_autofree char *conninfo = known_database (rows);
  g_autoptr (TlsrptDigest) digest = load (conninfo, NULL);
  g_autofree char *text = tlsrpt_digest_text (digest, &(TlsrptTextStyle){ 0 });

  g_assert_cmpstr (text, ==,
                   "TLS reports on all domains, 2026-04-25 to 2026-05-03\n"
                   "3 reports, 250 sessions, 10 failed (4.0 %)\n"
                   "\nBy domain\n"
                   "DOMAIN       SENDERS  SESSIONS  FAILED  SHARE\n"
                   "example.org        2       200      10  5.0 %\n"
                   "example.net        1        50       0    0 %\n"
                   "\nFailures by MX\n"
                   "MX               DOMAIN       SENDERS  FAILED\n"
                   "mx2.example.org  example.org        1      10\n"
                   "\nFailures by type\n"
                   "RESULT TYPE          DOMAINS  SENDERS  FAILED\n"
                   "certificate-expired        1        1      10\n"
                   "\nBy sender\n"
                   "SENDER  LAST DAY    SESSIONS  FAILED   SHARE\n"
                   "Alpha   2026-05-01       100      10  10.0 %\n"
                   "Beta    2026-05-02       150       0     0 %\n");
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
  g_autofree char *text = tlsrpt_digest_text (digest, &(TlsrptTextStyle){ 0 });

  g_assert_nonnull (strstr (text, "0 reports, 0 sessions, 0 failed (0 %)\n"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/digest/all-domains", test_all_domains);
  g_test_add_func ("/digest/one-domain-in-any-spelling", test_one_domain);
  g_test_add_func ("/digest/empty-database", test_nothing);
  return g_test_run ();
}
