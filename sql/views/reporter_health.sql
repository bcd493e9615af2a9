-- SPDX-License-Identifier: GPL-3.0-or-later
-- The reporters of the last 30 days. A login that sees only some domains comes to its reports by their policies, which
-- have an index on mail_domain: row security on its own would look at each report of the 30 days. One of the two parts
-- is never run.

CREATE OR REPLACE VIEW tlsrpt.reporter_health WITH (security_invoker = true) AS
WITH session_sum AS (
  SELECT reporter_domain, sum(sessions) AS sessions, sum(failed_sessions) AS failed_sessions,
         count(*)::integer AS mail_domains
    FROM (SELECT reporter_domain, mail_domain, sum(successful_sessions) + sum(failed_sessions) AS sessions,
                 sum(failed_sessions) AS failed_sessions
            FROM tlsrpt.policy
            WHERE is_counted AND day BETWEEN tlsrpt.today() - 30 AND tlsrpt.today()
            GROUP BY reporter_domain, mail_domain) AS of_domain
    GROUP BY reporter_domain
), own AS (
  SELECT r.reporter_domain, r.is_repeat, r.is_impersonating, r.is_verified, r.first_day, r.last_day, r.contact_info,
         r.submitter
    FROM tlsrpt.report r
    WHERE r.day BETWEEN tlsrpt.today() - 30 AND tlsrpt.today() AND (SELECT tlsrpt.sees_all())
  UNION ALL
  SELECT r.reporter_domain, r.is_repeat, r.is_impersonating, r.is_verified, r.first_day, r.last_day, r.contact_info,
         r.submitter
    FROM (SELECT DISTINCT p.report_uid FROM tlsrpt.policy p
            WHERE p.day BETWEEN tlsrpt.today() - 30 AND tlsrpt.today() AND NOT (SELECT tlsrpt.sees_all())) AS named
    JOIN tlsrpt.report r USING (report_uid)
), report_sum AS (
  SELECT reporter_domain, count(*) FILTER (WHERE NOT is_repeat AND NOT is_impersonating)::integer AS reports,
         count(*) FILTER (WHERE is_verified)::integer AS verified_reports,
         count(*) FILTER (WHERE is_repeat)::integer AS repeats,
         count(*) FILTER (WHERE is_impersonating)::integer AS impersonating_reports,
         min(first_day) AS first_day, max(last_day) AS last_day, max(contact_info) AS contact_info,
         max(submitter) AS submitter
    FROM own
    GROUP BY reporter_domain
)
SELECT report_sum.reporter_domain, coalesce(label.organization_name, report_sum.reporter_domain) AS organization_name,
       report_sum.submitter, report_sum.contact_info, report_sum.reports, report_sum.verified_reports, report_sum.repeats,
       report_sum.impersonating_reports, report_sum.first_day, report_sum.last_day,
       coalesce(session_sum.mail_domains, 0) AS mail_domains, coalesce(session_sum.sessions, 0) AS sessions,
       coalesce(session_sum.failed_sessions, 0) AS failed_sessions,
       session_sum.failed_sessions / nullif(session_sum.sessions, 0) AS failed_share, label.mechanism
  FROM report_sum LEFT JOIN session_sum USING (reporter_domain) LEFT JOIN tlsrpt.reporter label USING (reporter_domain);

COMMENT ON VIEW tlsrpt.reporter_health IS
'Who reported on our domains in the last 30 days, how many sessions, and what is the contact?';
COMMENT ON COLUMN tlsrpt.reporter_health.reporter_domain IS 'Domain that identifies the reporter.';
COMMENT ON COLUMN tlsrpt.reporter_health.organization_name IS 'Name of the reporter, from its latest signed report, or from its latest report if none was signed.';
COMMENT ON COLUMN tlsrpt.reporter_health.submitter IS 'Domain that submits the reports, as in table report; one of them if there are several.';
COMMENT ON COLUMN tlsrpt.reporter_health.contact_info IS 'contact-info of its reports; one of them if there are several.';
COMMENT ON COLUMN tlsrpt.reporter_health.reports IS 'Reports of the last 30 days that count.';
COMMENT ON COLUMN tlsrpt.reporter_health.verified_reports IS 'Reports that a DKIM signature proves to be the reporter''s.';
COMMENT ON COLUMN tlsrpt.reporter_health.repeats IS 'Reports that repeat the content of another report.';
COMMENT ON COLUMN tlsrpt.reporter_health.impersonating_reports IS 'Reports that use the name of another reporter.';
COMMENT ON COLUMN tlsrpt.reporter_health.first_day IS 'First day that these reports cover.';
COMMENT ON COLUMN tlsrpt.reporter_health.last_day IS 'Last day that these reports cover.';
COMMENT ON COLUMN tlsrpt.reporter_health.mail_domains IS 'Number of mail domains that it reported on.';
COMMENT ON COLUMN tlsrpt.reporter_health.sessions IS 'Sessions.';
COMMENT ON COLUMN tlsrpt.reporter_health.failed_sessions IS 'Failed sessions.';
COMMENT ON COLUMN tlsrpt.reporter_health.failed_share IS 'Failed sessions as a share of all sessions, 0 to 1; null without sessions.';
COMMENT ON COLUMN tlsrpt.reporter_health.mechanism IS 'How it counts sessions of a mail domain with DANE and MTA-STS: one-policy (each under one of them) or both (each under both); null if that is not known yet.';
