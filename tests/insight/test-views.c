/* SPDX-License-Identifier: GPL-3.0-or-later
 * Every view but daily on known rows. */
#include "support/known.h"
#include "support/cluster.h"

typedef struct {
  const char *name;
  const char *rows;
  const char *sql;
  const char *expected;
} Case;

#define REPORT(day, sender) "SELECT known.report('" day "', '" sender "');"
#define POLICY(type, domain, successful, failed)                                                   \
  "SELECT known.policy('" type "', '" domain "', " #successful ", " #failed ");"
#define DAYS(from, to, sender)                                                                     \
  "SELECT known.report(d::date, '" sender "'), known.policy('sts', 'example.org', 10, 0)"          \
  " FROM generate_series('" from "'::timestamp, '" to "', '1 day') d;"
/* An incident as `alert` would have written it. */
#define INCIDENT(severity, state)                                                                  \
  "INSERT INTO tlsrpt.incident (incident_no, place_kind, place, cause, effect, severity, fault, "  \
  "state,"                                                                                         \
  " is_security, first_day, last_day, last_word_day, failed_days, failed_sessions, "               \
  "refused_sessions,"                                                                              \
  " sessions, unplaced_sessions, told_severity, told_effect, told_domains, judged_on) SELECT"      \
  " coalesce(max(incident_no), 0) + 1, 'mx', 'mx1.example.org', 'certificate-expired', "           \
  "'refused', '" severity "', 'ours', '" state                                                     \
  "', false, '2026-05-11', '2026-05-11', '2026-05-11', 1, 5, 5, 10, 0, '" severity                 \
  "', 'refused', 1, '2026-05-12' FROM tlsrpt.incident;"                                            \
  "INSERT INTO tlsrpt.incident_member SELECT max(incident_no), '2026-05-11', 'a.example',"         \
  " 'example.org', 'example.org', 'sts', 'certificate-expired', 'mx1.example.org', 5"              \
  " FROM tlsrpt.incident;"
#define TODAY(day) "SET tlsrpt.today = '" day "';"

/* clang-format off */
static const Case cases[] = {
  { "domain_health",
    DAYS ("2026-05-01", "2026-05-10", "A") REPORT ("2026-05-11", "A")
    "SELECT known.policy('sts', 'example.org', 5, 5, '{\"mode: enforce\"}');"
    "SELECT known.failure('certificate-expired', 'mx1', 5);" INCIDENT ("critical", "open")
    INCIDENT ("warning", "recovering") INCIDENT ("minor", "open") INCIDENT ("critical", "closed")
    REPORT ("2026-05-11", "A") POLICY ("no-policy-found", "example.net", 3, 0)
    REPORT ("2026-03-11", "A") POLICY ("sts", "example.org", 1000, 0),
    TODAY ("2026-05-12") "SELECT mail_domain, health, open_incidents, last_day, reporters, sessions,"
    " failed_sessions, round(failed_share, 3) FROM tlsrpt.domain_health ORDER BY 1",
    "example.net|ok|0|2026-05-11|1|3|0|0.000\nexample.org|critical|2|2026-05-11|1|110|5|0.045\n" },

  { "mx_health",
    REPORT ("2026-05-11", "A")
    "SELECT known.policy('sts', 'example.org', 5, 5, '{mode: enforce,mx: mx1.example.org,mx: MX2.example.org,mx: *.example.net}');"
    "SELECT known.failure('certificate-expired', 'mx1.example.org', 5);" INCIDENT ("critical", "flapping")
    INCIDENT ("minor", "open") INCIDENT ("warning", "expired"),
    TODAY ("2026-05-12") "SELECT receiving_mx, open_incidents, failed_sessions, failed_days, last_failed_day,"
    " reporters, result_types FROM tlsrpt.mx_health ORDER BY 1",
    "mx1.example.org|1|5|1|2026-05-11|1|{certificate-expired}\nmx2.example.org|0|0|0|~|0|{}\n" },

  { "reporter",
    REPORT ("2026-05-10", "A") POLICY ("sts", "example.org", 9, 1)
    "SELECT known.report('2026-05-11', 'A', 'fail');" POLICY ("sts", "example.net", 10, 0)
    REPORT ("2026-05-11", "B") "SELECT known.policy('sts', 'elsewhere.example', 5, 0, is_foreign => true);"
    "UPDATE tlsrpt.report SET dkim_aligned = true",
    TODAY ("2026-05-12") "SELECT reporter_domain, organization_name, contact_info, reports, verified_reports, repeats,"
    " impersonating_reports, first_day, last_day, mail_domains, sessions, failed_sessions, round(failed_share, 2)"
    " FROM tlsrpt.reporter_health ORDER BY 1",
    "a|A|tls@a|2|1|0|0|2026-05-10|2026-05-11|2|20|1|0.05\nb|B|tls@b|1|1|0|0|2026-05-11|2026-05-11|0|0|0|~\n" },

  { "sending_mta",
    REPORT ("2026-05-10", "A") POLICY ("sts", "example.org", 0, 6)
    "SELECT known.failure('starttls-not-supported', 'mx1', 2, sending_mta => '192.0.2.1');"
    "SELECT known.failure('starttls-not-supported', 'mx2', 3, sending_mta => '192.0.2.1');"
    "SELECT known.failure('starttls-not-supported', NULL, 1, sending_mta => '2001:db8::1');",
    "SELECT day, mail_domain, organization_name, sending_mta_ip, result_type, failed_sessions, receiving_mx"
    " FROM tlsrpt.sending_mta ORDER BY 4",
    "2026-05-10|example.org|A|192.0.2.1|starttls-not-supported|5|{mx1,mx2}\n"
    "2026-05-10|example.org|A|2001:db8::1|starttls-not-supported|1|{}\n" },

  { "policy_change",
    REPORT ("2026-05-10", "A") "SELECT known.policy('sts', 'example.org', 1, 0, '{version: STSv1,mode: testing,mx: mx1}');"
    REPORT ("2026-05-11", "A") "SELECT known.policy('sts', 'example.org', 1, 0, '{version: STSv1,mode: testing,mx: mx1}');"
    REPORT ("2026-05-11", "B") "SELECT known.policy('sts', 'example.org', 1, 0, '{mx: MX2,Mode:enforce,version: STSv1}');"
    REPORT ("2026-05-12", "A") "SELECT known.policy('sts', 'example.org', 1, 0, '{version: STSv1,mode: enforce,mx: mx2}');"
    REPORT ("2026-05-12", "A") "SELECT known.policy('tlsa', 'example.org', 1, 0, ARRAY['[\"3 1 1 BB\",\"3 1 1 AA\"]']);"
    REPORT ("2026-05-13", "B") "SELECT known.policy('tlsa', 'example.org', 1, 0, ARRAY['3 1 1 aa', '3 1 1 bb']);"
    REPORT ("2026-06-11", "A") "SELECT known.policy('sts', 'example.org', 1, 0, '{version: STSv1,mode: testing,mx: mx1}');"
    REPORT ("2026-06-13", "A") "SELECT known.policy('sts', 'example.org', 1, 0, '{version: STSv1,mode: enforce,mx: mx2}');",
    "SELECT day, policy_type, policy, policy_mode, reporter_domains, policies_that_day, change"
    " FROM tlsrpt.policy_change ORDER BY 2, 1, 3",
    "2026-05-10|sts|{\"mode: testing\",\"mx: mx1\",\"version: stsv1\"}|testing|{a}|1|first\n"
    "2026-05-11|sts|{\"mode: enforce\",\"mx: mx2\",\"version: stsv1\"}|enforce|{b}|2|new\n"
    "2026-05-11|sts|{\"mode: testing\",\"mx: mx1\",\"version: stsv1\"}|testing|{a}|2|same\n"
    "2026-05-12|sts|{\"mode: enforce\",\"mx: mx2\",\"version: stsv1\"}|enforce|{a}|1|same\n"
    "2026-06-11|sts|{\"mode: testing\",\"mx: mx1\",\"version: stsv1\"}|testing|{a}|1|same\n"
    "2026-06-13|sts|{\"mode: enforce\",\"mx: mx2\",\"version: stsv1\"}|enforce|{a}|1|same\n"
    "2026-05-12|tlsa|{\"3 1 1 aa\",\"3 1 1 bb\"}|enforce|{a}|1|first\n"
    "2026-05-13|tlsa|{\"3 1 1 aa\",\"3 1 1 bb\"}|enforce|{b}|1|same\n" },

  { "coverage",
    REPORT ("2026-04-30", "A") POLICY ("no-policy-found", "example.org", 10, 0)
    REPORT ("2026-05-01", "A") POLICY ("no-policy-found", "example.org", 20, 0)
    REPORT ("2026-05-02", "A") POLICY ("sts", "example.org", 60, 20)
    REPORT ("2026-05-03", "M") POLICY ("sts", "example.org", 100, 0)
    REPORT ("2026-05-03", "P") "SELECT known.policy('sts', 'example.org', 9, 0, is_foreign => true);",
    TODAY ("2026-05-12") "SELECT mail_domain, month, sessions, encrypted_sessions, validated_sessions,"
    " round(encrypted_share, 3), round(validated_share, 3), days_reported FROM tlsrpt.coverage ORDER BY 2",
    "example.org|2026-04-01|10|10|0|1.000|0.000|1\nexample.org|2026-05-01|200|180|160|0.900|0.800|3\n" },

  { "trust",
    REPORT ("2026-05-01", "A") POLICY ("sts", "example.org", 1, 0)
    "SELECT known.report('2026-05-01', 'B', 'unknown');" POLICY ("sts", "example.org", 1, 0)
    "UPDATE tlsrpt.report SET dkim_aligned = true WHERE organization_name = 'A';",
    "SELECT day, mail_domain, organization_name, dkim_result, is_verified, reports FROM tlsrpt.trust ORDER BY 3",
    "2026-05-01|example.org|A|pass|t|1\n2026-05-01|example.org|B|unknown|f|1\n" },

  { "failed_session",
    REPORT ("2026-05-10", "A") "SELECT known.policy('sts', 'example.org', 5, 6, '{\"mode: enforce\",\"mx: mx1.example.org\"}');"
    "SELECT known.failure('certificate-expired', 'MX1.example.org.', 3, 'x509', '192.0.2.1');"
    "SELECT known.failure('', 'mx2.example.org', 1);",
    "SELECT day, reporter_domain, mail_domain, result_type, receiving_mx, sending_mta_ip, failed_sessions,"
    " reported_sessions, alike_sessions, policy_mode, mx_in_policy FROM tlsrpt.failed_session ORDER BY 7 DESC",
    "2026-05-10|a|example.org|certificate-expired|mx1.example.org|192.0.2.1|3|3|3|enforce|t\n"
    "2026-05-10|a|example.org|unspecified|~|~|2|~|2|enforce|~\n"
    "2026-05-10|a|example.org|unspecified|mx2.example.org|~|1|1|1|enforce|f\n" },

  { "session_count",
    REPORT ("2026-05-10", "A") POLICY ("sts", "example.org", 95, 5) POLICY ("no-policy-found", "example.net", 7, 0),
    "SELECT policy_no, day, mail_domain, policy_type, sessions, successful_sessions, failed_sessions,"
    " validated_sessions, reported_sessions FROM tlsrpt.session_count ORDER BY 1",
    "0|2026-05-10|example.org|sts|100|95|5|95|100\n1|2026-05-10|example.net|no-policy-found|7|7|0|0|7\n" },

  { "known_reporter",
    REPORT ("2026-05-10", "A") REPORT ("2026-05-12", "A") REPORT ("2026-05-11", "A")
    "UPDATE tlsrpt.report SET contact_info = 'late@a' WHERE day = '2026-05-12'",
    "SELECT reporter_domain, organization_name, is_verified, mechanism, last_day, contact_info FROM tlsrpt.known_reporter",
    "a|A|t|~|2026-05-12|late@a\n" },

  { "incident_list",
    INCIDENT ("critical", "open")
    "INSERT INTO tlsrpt.acknowledgement (action, subject_kind, subject, until_day, note)"
    " VALUES ('ack', 'incident', '1', NULL, 'seen'), ('mute', 'domain', 'example.org', '2026-05-12', 'moving'),"
    " ('mute', 'mx', 'mx1.example.org', '2026-05-11', 'past'), ('mute', 'reporter', 'b.example', NULL, 'other');",
    TODAY ("2026-05-12") "SELECT incident_no, place, is_open, was_told, mail_domains, reporters, held, held_until,"
    " held_note FROM tlsrpt.incident_list",
    "1|mx1.example.org|t|t|1|1|mute|2026-05-12|moving\n" },

  { "incident_list-after-a-mute",
    INCIDENT ("critical", "open")
    "INSERT INTO tlsrpt.acknowledgement (action, subject_kind, subject, until_day, note)"
    " VALUES ('ack', 'incident', '1', NULL, 'seen'), ('mute', 'domain', 'example.org', '2026-05-12', 'moving');",
    TODAY ("2026-05-13") "SELECT held, held_until, held_note FROM tlsrpt.incident_list",
    "ack|~|seen\n" },

  { "incident_day",
    INCIDENT ("critical", "open"),
    "SELECT incident_no, day, reporter_domain, mail_domains, failed_sessions FROM tlsrpt.incident_day",
    "1|2026-05-11|a.example|1|5\n" },

  { "incident_tally",
    INCIDENT ("critical", "open"),
    "SELECT kind, name, failed_sessions, last_day FROM tlsrpt.incident_tally ORDER BY kind, name",
    "mail-domain|example.org|5|2026-05-11\npolicy-domain|example.org|5|2026-05-11\n"
    "receiving-mx|mx1.example.org|5|2026-05-11\nreporter|a.example|5|2026-05-11\n"
    "result-type|certificate-expired|5|2026-05-11\n" },

  { "incident_event",
    INCIDENT ("critical", "open")
    "INSERT INTO tlsrpt.event (incident_no, event, day, severity) VALUES (1, 'opened', '2026-05-12', 'critical');"
    "INSERT INTO tlsrpt.delivery SELECT event_no, 'mail a@b' FROM tlsrpt.event;"
    "INSERT INTO tlsrpt.event (incident_no, event, day, severity) VALUES (1, 'closed', '2026-05-14', 'critical');",
    "SELECT incident_no, event, day, severity, channel FROM tlsrpt.incident_event ORDER BY event_no",
    "1|opened|2026-05-12|critical|mail a@b\n1|closed|2026-05-14|critical|~\n" },

  { "quarantine_count",
    "INSERT INTO tlsrpt.quarantine (quarantine_uid, reason, stage, detail, raw_bytes, raw)"
    " SELECT md5(n::text)::uuid, CASE n WHEN 3 THEN 'limit' ELSE 'no-report' END, 'message', '', 10, ''"
    " FROM generate_series(1, 3) n",
    "SELECT reason, messages, raw_bytes FROM tlsrpt.quarantine_count ORDER BY 1",
    "limit|1|10\nno-report|2|20\n" },

  { "refusal_count",
    "INSERT INTO tlsrpt.quarantine (quarantine_uid, reason, stage, detail, raw_bytes, raw)"
    " SELECT md5(n::text)::uuid, CASE WHEN n > 3 THEN 'limit' ELSE 'unauthentic' END,"
    " CASE WHEN n > 3 THEN 'json' ELSE 'trust' END,"
    " CASE WHEN n < 3 THEN 'trust: unsigned: no: a: b' ELSE 'trust: altered: x' END, 10, ''"
    " FROM generate_series(1, 4) n;"
    "UPDATE tlsrpt.quarantine SET quarantined_at = now() - interval '4 days' WHERE quarantine_uid = md5('1')::uuid",
    "SELECT reason, cause, messages, recent_messages FROM tlsrpt.refusal_count ORDER BY 1, 2",
    "limit|~|1|1\nunauthentic|altered|1|1\nunauthentic|unsigned|2|1\n" },
};
/* clang-format on */

static void
test_case (gconstpointer data)
{
  const Case *row = data;
  g_autofree char *conninfo = known_database (row->rows);
  g_autofree char *reader = cluster_login (conninfo, "tlsrpt_reader");

  cluster_assert_rows (reader, row->sql, row->expected);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/views/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  return g_test_run ();
}
