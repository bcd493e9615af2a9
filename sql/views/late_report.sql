-- SPDX-License-Identifier: GPL-3.0-or-later
-- Reports by the hour in which they were stored: a digest does not have the reports that were stored after it.

CREATE OR REPLACE VIEW tlsrpt.late_report WITH (security_invoker = true) AS
SELECT date_trunc('hour', r.stored_at, 'UTC') AS stored_hour, s.day, s.mail_domain, count(DISTINCT s.report_uid) AS reports,
       sum(s.sessions) AS sessions, sum(s.failed_sessions) AS failed_sessions
  FROM tlsrpt.session_count s JOIN tlsrpt.report r USING (report_uid)
  GROUP BY stored_hour, s.day, s.mail_domain;

COMMENT ON VIEW tlsrpt.late_report IS
'How many reports for a day were stored in which hour? A query should restrict both day and stored_hour.';
COMMENT ON COLUMN tlsrpt.late_report.stored_hour IS 'Beginning of the hour in which they were stored.';
COMMENT ON COLUMN tlsrpt.late_report.day IS 'UTC day: the middle of the period of the reports.';
COMMENT ON COLUMN tlsrpt.late_report.mail_domain IS 'Mail domain whose sessions these are; null if the report names no domain.';
COMMENT ON COLUMN tlsrpt.late_report.reports IS 'Number of reports.';
COMMENT ON COLUMN tlsrpt.late_report.sessions IS 'Sessions, each counted once.';
COMMENT ON COLUMN tlsrpt.late_report.failed_sessions IS 'Failed sessions among them.';
