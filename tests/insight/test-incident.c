/* SPDX-License-Identifier: GPL-3.0-or-later
 * Incidents on known rows: which days belong together, state, fault, finding and remedy. */
#include "support/known.h"
#include "support/cluster.h"

#include <string.h>

/* A day of May 2026: @sender reports @failed of 100 sessions of example.org. */
#define CLEAN(day, sender)                                                                         \
  "SELECT known.report('2026-05-" day "', '" sender "'),"                                          \
  " known.policy('sts', 'example.org', 100, 0, '{\"mode: enforce\"}');"
#define FAILED(day, sender, type, mx, failed)                                                      \
  "SELECT known.report('2026-05-" day "', '" sender "'),"                                          \
  " known.policy('sts', 'example.org', 100 - " #failed ", " #failed ", '{\"mode: enforce\"}'),"    \
  " known.failure('" type "', " mx ", " #failed ");"
#define EXPIRED(day, sender, mx) FAILED (day, sender, "certificate-expired", mx, 10)

typedef struct {
  const char *name;
  const char *today;
  const char *rows;
  const char *expected; /* mx|state|first|last|days|failed|reporters|fault|severity */
} Case;

/* clang-format off */
static const Case cases[] = {
  { "open-while-no-clean-report-came", "2026-05-12",
    EXPIRED ("10", "A", "'mx1'") EXPIRED ("11", "A", "'mx1'"),
    "mx1|open|2026-05-10|2026-05-11|2|20|1|unclear|critical\n" },

  { "closed-by-the-first-clean-report", "2026-05-13",
    EXPIRED ("10", "A", "'mx1'") EXPIRED ("11", "A", "'mx1'") CLEAN ("12", "A"),
    "mx1|closed|2026-05-10|2026-05-11|2|20|1|unclear|critical\n" },

  { "another-senders-clean-report-closes-nothing", "2026-05-13",
    EXPIRED ("10", "A", "'mx1'") CLEAN ("12", "B"),
    "mx1|open|2026-05-10|2026-05-10|1|10|1|unclear|critical\n" },

  { "one-pause-of-three-clean-days-is-one-incident", "2026-05-15",
    EXPIRED ("10", "A", "'mx1'") CLEAN ("11", "A") CLEAN ("12", "A") CLEAN ("13", "A")
    EXPIRED ("14", "A", "'mx1'"),
    "mx1|open|2026-05-10|2026-05-14|2|20|1|unclear|critical\n" },

  { "four-clean-days-part-two-incidents", "2026-05-16",
    EXPIRED ("10", "A", "'mx1'") CLEAN ("11", "A") CLEAN ("12", "A") CLEAN ("13", "A") CLEAN ("14", "A")
    EXPIRED ("15", "A", "'mx1'"),
    "mx1|closed|2026-05-10|2026-05-10|1|10|1|unclear|critical\n"
    "mx1|open|2026-05-15|2026-05-15|1|10|1|unclear|critical\n" },

  { "days-without-any-report-part-nothing", "2026-05-18",
    EXPIRED ("03", "A", "'mx1'") EXPIRED ("10", "A", "'mx1'") EXPIRED ("17", "A", "'mx1'"),
    "mx1|open|2026-05-03|2026-05-17|3|30|1|unclear|critical\n" },

  { "gone-and-back-twice-is-flapping", "2026-05-15",
    EXPIRED ("10", "A", "'mx1'") CLEAN ("11", "A") EXPIRED ("12", "A", "'mx1'") CLEAN ("13", "A")
    EXPIRED ("14", "A", "'mx1'"),
    "mx1|flapping|2026-05-10|2026-05-14|3|30|1|unclear|critical\n" },

  { "flapping-through-a-clean-day", "2026-05-16",
    EXPIRED ("10", "A", "'mx1'") CLEAN ("11", "A") EXPIRED ("12", "A", "'mx1'") CLEAN ("13", "A")
    EXPIRED ("14", "A", "'mx1'") CLEAN ("15", "A"),
    "mx1|flapping|2026-05-10|2026-05-14|3|30|1|unclear|critical\n" },

  { "flapping-ends-after-four-clean-days", "2026-05-19",
    EXPIRED ("10", "A", "'mx1'") CLEAN ("11", "A") EXPIRED ("12", "A", "'mx1'") CLEAN ("13", "A")
    EXPIRED ("14", "A", "'mx1'") CLEAN ("15", "A") CLEAN ("16", "A") CLEAN ("17", "A") CLEAN ("18", "A"),
    "mx1|closed|2026-05-10|2026-05-14|3|30|1|unclear|critical\n" },

  { "two-weeks-without-news-close", "2026-05-25",
    EXPIRED ("10", "A", "'mx1'"),
    "mx1|closed|2026-05-10|2026-05-10|1|10|1|unclear|critical\n" },

  { "several-senders-are-one-incident", "2026-05-13",
    EXPIRED ("10", "A", "'mx1'") EXPIRED ("11", "B", "'MX1.'") EXPIRED ("12", "A", "'mx1'"),
    "mx1|open|2026-05-10|2026-05-12|3|30|2|ours|critical\n" },

  { "a-report-without-mx-joins-the-one-mx", "2026-05-13",
    EXPIRED ("10", "Microsoft", "NULL") EXPIRED ("11", "A", "'mx1'") EXPIRED ("12", "Microsoft", "NULL"),
    "mx1|open|2026-05-10|2026-05-12|3|30|2|ours|critical\n" },

  { "a-report-without-mx-joins-none-of-two", "2026-05-12",
    EXPIRED ("10", "Microsoft", "NULL") EXPIRED ("11", "A", "'mx1'") EXPIRED ("11", "B", "'mx2'"),
    "mx1|open|2026-05-11|2026-05-11|1|10|1|ours|critical\n"
    "mx2|open|2026-05-11|2026-05-11|1|10|1|ours|critical\n"
    "~|open|2026-05-10|2026-05-10|1|10|1|unclear|critical\n" },

  { "one-sender-of-two-is-their-fault", "2026-05-12",
    FAILED ("11", "A", "certificate-not-trusted", "'mx1'", 100) CLEAN ("11", "B"),
    "mx1|open|2026-05-11|2026-05-11|1|100|1|theirs|warning\n" },

  { "no-starttls-for-one-sender-is-between", "2026-05-12",
    FAILED ("11", "A", "starttls-not-supported", "'mx1'", 100) CLEAN ("11", "B"),
    "mx1|open|2026-05-11|2026-05-11|1|100|1|between|warning\n" },

  { "expired-is-ours-whoever-sees-it", "2026-05-12",
    EXPIRED ("11", "A", "'mx1'") CLEAN ("11", "B"),
    "mx1|open|2026-05-11|2026-05-11|1|10|1|ours|critical\n" },

  { "nothing-of-the-future", "2026-05-11",
    EXPIRED ("10", "A", "'mx1'") EXPIRED ("20", "A", "'mx1'") CLEAN ("25", "A"),
    "mx1|open|2026-05-10|2026-05-10|1|10|1|unclear|critical\n" },

  { "a-detail-of-no-sessions-is-none", "2026-05-11",
    "SELECT known.report('2026-05-10', 'A'), known.policy('sts', 'example.org', 5, 0),"
    " known.failure('certificate-expired', 'mx1', 0);",
    "" },

  { "clean", "2026-05-13", CLEAN ("10", "A") CLEAN ("11", "A") CLEAN ("12", "A"), "" },
};
/* clang-format on */

static void
test_case (gconstpointer data)
{
  const Case *row = data;
  g_autofree char *conninfo = known_database (row->rows);
  g_autofree char *sql = g_strdup_printf (
      "SET tlsrpt.today = '%s'; SELECT receiving_mx, state, first_day, last_day, failed_days,"
      " failed_sessions, reporters, likely_fault, severity FROM tlsrpt.incident ORDER BY 1, 3",
      row->today);

  cluster_assert_rows (conninfo, sql, row->expected);
}

typedef struct {
  const char *name;
  const char *rows;
  const char *expected; /* finding|likely_fault|title */
} Finding;

#define STS(day, sender, hosts, failed, type, mx)                                                  \
  "SELECT known.report('2026-05-" day "', '" sender "'), known.policy('sts', 'example.org', 10,"   \
  " " #failed ", '{version: STSv1,mode: enforce," hosts ",max_age: 604800}');"                     \
  "SELECT known.failure('" type "', '" mx "', " #failed ") WHERE " #failed " > 0;"

/* clang-format off */
static const Finding findings[] = {
  { "unknown-type", STS ("10", "A", "mx: mx.example.org", 3, "quantum-doubt", "mx.example.org"),
    "unknown|unclear|failed with a result type that is not known here\n" },
  { "no-details", "SELECT known.report('2026-05-10', 'A'), known.policy('sts', 'example.org', 5, 2);",
    "unspecified|unclear|failed, and the report does not say why\n" },
  { "mx-not-in-policy", STS ("10", "A", "mx: mx1.example.org", 3, "validation-failure", "mx2.example.org"),
    "mx-not-in-policy|unclear|the MX is not in the MTA-STS policy\n" },
  { "mx-in-policy-by-pattern", STS ("10", "A", "mx: *.example.org", 3, "validation-failure", "mx2.example.org"),
    "validation-failure|unclear|validation failed for another reason\n" },
  { "pattern-stands-for-one-label", STS ("10", "A", "mx: *.example.org", 3, "validation-failure", "a.mx2.example.org"),
    "mx-not-in-policy|unclear|the MX is not in the MTA-STS policy\n" },
  { "others-see-a-policy-with-it",
    STS ("10", "A", "mx: mx1.example.org", 3, "validation-failure", "mx2.example.org")
    STS ("10", "B", "mx: mx2.example.org", 0, "", ""),
    "policy-without-new-id|ours|senders go by an old MTA-STS policy\n" },
  { "validation-failure-under-tlsa",
    "SELECT known.report('2026-05-10', 'A'), known.policy('tlsa', 'mx.example.org', 0, 2),"
    " known.failure('validation-failure', 'mx.example.org', 2);",
    "tlsa-invalid|unclear|no TLSA record fits the certificate\n" },
};
/* clang-format on */

static void
test_finding (gconstpointer data)
{
  const Finding *row = data;
  g_autofree char *conninfo = known_database (row->rows);

  cluster_assert_rows (conninfo,
                       "SET tlsrpt.today = '2026-05-11';"
                       "SELECT finding, likely_fault, title FROM tlsrpt.incident",
                       row->expected);
}

/* Domain and MX come from strangers, and the commands end in the operator's shell. */
static void
test_commands (void)
{
  g_autofree char *conninfo =
      known_database (EXPIRED ("10", "A", "'mx1.example.org'") EXPIRED ("10", "A", "'mx; rm -rf ~'")
                          EXPIRED ("10", "A", "'-oProxyCommand=x'")
                              FAILED ("10", "A", "certificate-host-mismatch", "NULL", 4));

  cluster_assert_rows (
      conninfo,
      "SET tlsrpt.today = '2026-05-11';"
      "SELECT array_to_string(command, E'\\n') FROM tlsrpt.incident"
      " WHERE receiving_mx = 'mx1.example.org'",
      "openssl s_client -starttls smtp -connect mx1.example.org:25 -servername mx1.example.org"
      " </dev/null 2>/dev/null | openssl x509 -noout -dates -subject -issuer\n");
  cluster_assert_rows (conninfo,
                       "SET tlsrpt.today = '2026-05-11';"
                       "SELECT count(*) FROM tlsrpt.incident WHERE command::text ~ 'rm -rf|Proxy'",
                       "0\n");
  cluster_assert_rows (conninfo,
                       "SET tlsrpt.today = '2026-05-11';"
                       "SELECT command[1] FROM tlsrpt.incident WHERE receiving_mx IS NULL",
                       "dig +short MX example.org   # names each MX-HOST below\n");
}

static void
test_knowledge (void)
{
  g_autofree char *conninfo = cluster_installed ();

  /* IANA, "STARTTLS Validation Result Types", of RFC 8460 section 6.6. */
  cluster_assert_rows (conninfo,
                       "SELECT result_type FROM tlsrpt.result_type WHERE is_registered ORDER BY 1",
                       "certificate-expired\ncertificate-host-mismatch\ncertificate-not-trusted\n"
                       "dane-required\ndnssec-invalid\nstarttls-not-supported\n"
                       "sts-policy-fetch-error\nsts-policy-invalid\nsts-webpki-invalid\n"
                       "tlsa-invalid\nvalidation-failure\n");
  cluster_assert_rows (conninfo,
                       "SELECT result_type FROM tlsrpt.result_type WHERE cardinality(cause) = 0"
                       " OR cardinality(command) = 0 OR cardinality(change) = 0 OR meaning = ''",
                       "");
  cluster_assert_rows (conninfo,
                       "SELECT result_type FROM tlsrpt.result_type"
                       " WHERE replace(replace(cause::text || command::text || change::text,"
                       "  '{domain}', ''), '{mx}', '') ~ '[^\"]\\{[a-z]'",
                       "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/incident/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (findings); i++) {
    g_autofree char *path = g_strconcat ("/incident/finding/", findings[i].name, NULL);

    g_test_add_data_func (path, &findings[i], test_finding);
  }
  g_test_add_func ("/incident/commands-are-fit-for-a-shell", test_commands);
  g_test_add_func ("/incident/every-registered-type-is-known", test_knowledge);
  return g_test_run ();
}
