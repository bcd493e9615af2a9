-- SPDX-License-Identifier: GPL-3.0-or-later
-- The reports behind each incident.

CREATE OR REPLACE VIEW tlsrpt.incident_report WITH (security_invoker = true) AS
SELECT m.incident_no, p.report_uid, m.day, m.reporter_domain, m.mail_domain, sum(p.failed_sessions) AS failed_sessions
  FROM (SELECT DISTINCT incident_no, day, reporter_domain, mail_domain, policy_domain
          FROM tlsrpt.incident_member) AS m
  JOIN tlsrpt.policy p ON p.mail_domain = m.mail_domain AND p.day = m.day AND p.reporter_domain = m.reporter_domain
    AND p.policy_domain = m.policy_domain AND p.has_failures AND p.is_counted
  GROUP BY m.incident_no, p.report_uid, m.day, m.reporter_domain, m.mail_domain;

COMMENT ON VIEW tlsrpt.incident_report IS
'Which reports belong to an incident? Reports that were pruned are not there any more. A report with failures of several
causes belongs to several incidents.';
COMMENT ON COLUMN tlsrpt.incident_report.incident_no IS 'The incident.';
COMMENT ON COLUMN tlsrpt.incident_report.report_uid IS 'Key of the report.';
COMMENT ON COLUMN tlsrpt.incident_report.day IS 'Day of failure.';
COMMENT ON COLUMN tlsrpt.incident_report.reporter_domain IS 'Domain that identifies the reporter.';
COMMENT ON COLUMN tlsrpt.incident_report.mail_domain IS 'Mail domain.';
COMMENT ON COLUMN tlsrpt.incident_report.failed_sessions IS 'Failed sessions of the mail domain in the report, of whatever cause.';
