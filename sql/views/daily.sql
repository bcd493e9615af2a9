-- SPDX-License-Identifier: GPL-3.0-or-later
-- Sessions and failures by day, such that any sum over the rows of a policy domain is right.

CREATE OR REPLACE VIEW tlsrpt.daily AS
SELECT c.day, c.policy_domain, r.organization_name, c.policy_type, c.result_type,
       sum(c.successful_sessions + c.failed_sessions) AS sessions,
       sum(c.successful_sessions) AS successful_sessions,
       sum(c.failed_sessions) AS failed_sessions,
       sum(c.reported_sessions) AS reported_sessions
  FROM tlsrpt.session_count c
  -- OFFSET 0: a look-up for each, as the planner thinks days to be longer than they are and reads all reports.
  CROSS JOIN LATERAL (SELECT organization_name FROM tlsrpt.report WHERE report_uid = c.report_uid OFFSET 0) AS r
  GROUP BY c.day, c.policy_domain, r.organization_name, c.policy_type, c.result_type;

COMMENT ON VIEW tlsrpt.daily IS
'How many sessions, and how many failed, on each day, for each policy domain, sender and result type?
A row without result type has the successful sessions, each other row the failed ones of its type: every
session of a policy domain is in one row, so sum(sessions), sum(failed_sessions) by anything are right
(session_count says what counts as one session). Over all domains take daily_total: under tlsa a domain
may be the MX host of another, and a session count for both.';
COMMENT ON COLUMN tlsrpt.daily.day IS 'UTC day on which the reports'' period began.';
COMMENT ON COLUMN tlsrpt.daily.policy_domain IS 'Policy domain; under tlsa it may be an MX host.';
COMMENT ON COLUMN tlsrpt.daily.organization_name IS 'Sender of the reports.';
COMMENT ON COLUMN tlsrpt.daily.policy_type IS 'Policy type.';
COMMENT ON COLUMN tlsrpt.daily.result_type IS 'Result type of failed sessions; null in the row of successful ones.';
COMMENT ON COLUMN tlsrpt.daily.sessions IS 'Successful and failed sessions of this row.';
COMMENT ON COLUMN tlsrpt.daily.successful_sessions IS 'Successful sessions of this row.';
COMMENT ON COLUMN tlsrpt.daily.failed_sessions IS 'Failed sessions of this row.';
COMMENT ON COLUMN tlsrpt.daily.reported_sessions IS 'Sessions as reported under this policy type; not to be added up over policy types.';
