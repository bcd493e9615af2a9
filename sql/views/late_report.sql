-- SPDX-License-Identifier: GPL-3.0-or-later
-- Reports by the day on which they were stored: a digest of last week has missed what came since.

CREATE OR REPLACE VIEW tlsrpt.late_report AS
SELECT (r.stored_at AT TIME ZONE 'UTC')::date AS stored_day, s.day, s.policy_domain,
       count(DISTINCT s.report_uid) AS reports,
       sum(s.successful_sessions + s.failed_sessions) AS sessions,
       sum(s.failed_sessions) AS failed_sessions
  FROM tlsrpt.session_count AS s
  JOIN tlsrpt.report AS r ON r.report_uid = s.report_uid
  GROUP BY stored_day, s.day, s.policy_domain;
COMMENT ON VIEW tlsrpt.late_report IS 'How many reports on a day were stored on which later day; ask for days and for stored days.';
COMMENT ON COLUMN tlsrpt.late_report.stored_day IS 'UTC day on which the reports were stored.';
COMMENT ON COLUMN tlsrpt.late_report.day IS 'Day that the reports are on.';
COMMENT ON COLUMN tlsrpt.late_report.policy_domain IS 'As in session_count.';
COMMENT ON COLUMN tlsrpt.late_report.reports IS 'Number of reports.';
COMMENT ON COLUMN tlsrpt.late_report.sessions IS 'Sessions, each counted once.';
COMMENT ON COLUMN tlsrpt.late_report.failed_sessions IS 'Failed ones among them.';
