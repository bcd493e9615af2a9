-- SPDX-License-Identifier: GPL-3.0-or-later
-- Who reports.

CREATE OR REPLACE VIEW tlsrpt.reporter_health AS
WITH session_sum AS (
  SELECT organization_name, sum(sessions) AS sessions, sum(failed_sessions) AS failed_sessions
    FROM tlsrpt.daily_total
    WHERE day BETWEEN tlsrpt.today() - 30 AND tlsrpt.today()
    GROUP BY organization_name
), domain_sum AS (
  SELECT r.organization_name, count(DISTINCT p.policy_domain)::integer AS policy_domains
    FROM tlsrpt.policy p JOIN tlsrpt.report r USING (report_uid)
    WHERE NOT p.is_foreign
      AND p.report_uid >= tlsrpt.first_key(tlsrpt.today() - 30) AND p.report_uid < tlsrpt.first_key(tlsrpt.today() + 1)
      AND r.report_uid >= tlsrpt.first_key(tlsrpt.today() - 30) AND r.report_uid < tlsrpt.first_key(tlsrpt.today() + 1)
    GROUP BY r.organization_name
), report_sum AS (
  SELECT r.organization_name, count(*)::integer AS reports, min(r.start_datetime) AS first_datetime,
         max(r.start_datetime) AS last_datetime, max(r.contact_info) AS contact_info,
         max(r.submitter) AS submitter,
         count(*) FILTER (WHERE r.dkim_result = 'pass' AND r.dkim_aligned)::integer AS authentic_reports
    FROM tlsrpt.report r
    WHERE r.report_uid >= tlsrpt.first_key(tlsrpt.today() - 30) AND r.report_uid < tlsrpt.first_key(tlsrpt.today() + 1)
      AND EXISTS (SELECT FROM tlsrpt.policy p WHERE p.report_uid = r.report_uid AND NOT p.is_foreign)
    GROUP BY r.organization_name
)
SELECT organization_name, report_sum.submitter, report_sum.contact_info, report_sum.reports,
       report_sum.authentic_reports,
       (report_sum.first_datetime AT TIME ZONE 'UTC')::date AS first_day,
       (report_sum.last_datetime AT TIME ZONE 'UTC')::date AS last_day,
       domain_sum.policy_domains, session_sum.sessions, session_sum.failed_sessions,
       session_sum.failed_sessions / nullif(session_sum.sessions, 0) AS failed_share
  FROM report_sum JOIN session_sum USING (organization_name) JOIN domain_sum USING (organization_name);

COMMENT ON VIEW tlsrpt.reporter_health IS 'Who reports on our domains, how much, and where can they be asked? The senders of the last 30 days.';
COMMENT ON COLUMN tlsrpt.reporter_health.organization_name IS 'Sender, as it names itself.';
COMMENT ON COLUMN tlsrpt.reporter_health.submitter IS 'Domain that submits the reports, as the mails say.';
COMMENT ON COLUMN tlsrpt.reporter_health.contact_info IS 'Its contact address.';
COMMENT ON COLUMN tlsrpt.reporter_health.reports IS 'Reports of the last 30 days.';
COMMENT ON COLUMN tlsrpt.reporter_health.authentic_reports IS 'Those with a valid signature of the sender.';
COMMENT ON COLUMN tlsrpt.reporter_health.first_day IS 'First day reported on, of the last 30.';
COMMENT ON COLUMN tlsrpt.reporter_health.last_day IS 'Last day reported on.';
COMMENT ON COLUMN tlsrpt.reporter_health.policy_domains IS 'Policy domains it reported on.';
COMMENT ON COLUMN tlsrpt.reporter_health.sessions IS 'Sessions.';
COMMENT ON COLUMN tlsrpt.reporter_health.failed_sessions IS 'Failed ones.';
COMMENT ON COLUMN tlsrpt.reporter_health.failed_share IS 'Failed ones of all, 0 to 1; null without sessions.';
