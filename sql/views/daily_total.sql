-- SPDX-License-Identifier: GPL-3.0-or-later
-- Sessions and failures by day over all policy domains, each counted once.

CREATE OR REPLACE VIEW tlsrpt.daily_total AS
WITH session AS (
  SELECT report_uid, day, result_type, successful_sessions, failed_sessions,
         bool_and(tlsrpt.is_dane(policy_type)) OVER (
           PARTITION BY report_uid, day, policy_domain) AS is_mx
    FROM tlsrpt.session_count
), by_result_type AS (
  SELECT report_uid, day, result_type,
         coalesce(sum(successful_sessions) FILTER (WHERE is_mx), 0) AS mx_successful,
         coalesce(sum(failed_sessions) FILTER (WHERE is_mx), 0) AS mx_failed,
         coalesce(sum(successful_sessions) FILTER (WHERE NOT is_mx), 0) AS successful,
         coalesce(sum(failed_sessions) FILTER (WHERE NOT is_mx), 0) AS failed
    FROM session
    GROUP BY report_uid, day, result_type
), with_totals AS (
  SELECT by_result_type.*, sum(mx_failed) OVER report_day > sum(failed) OVER report_day AS mx_fails,
         greatest(sum(mx_successful + mx_failed) OVER report_day, sum(successful + failed) OVER report_day)
           - greatest(sum(mx_failed) OVER report_day, sum(failed) OVER report_day) AS successful_total
    FROM by_result_type
    WINDOW report_day AS (PARTITION BY report_uid, day)
), merged AS (
  SELECT report_uid, day, result_type,
         CASE WHEN result_type IS NULL THEN successful_total ELSE 0 END AS successful_sessions,
         CASE WHEN mx_fails THEN mx_failed ELSE failed END AS failed_sessions
    FROM with_totals
)
SELECT c.day, r.organization_name, c.result_type,
       (count(*) FILTER (WHERE c.result_type IS NULL))::integer AS reports,
       sum(c.successful_sessions + c.failed_sessions) AS sessions,
       sum(c.successful_sessions) AS successful_sessions, sum(c.failed_sessions) AS failed_sessions
  FROM merged c
  CROSS JOIN LATERAL (SELECT organization_name FROM tlsrpt.report WHERE report_uid = c.report_uid OFFSET 0) AS r
  GROUP BY c.day, r.organization_name, c.result_type;

COMMENT ON VIEW tlsrpt.daily_total IS
'How many sessions, and how many failed, on each day, over all policy domains? As daily, where a session
may count in two domains: a TLSA policy is the MX host''s, and a sender that applies MTA-STS as well
counts the session for the mail domain too. The report does not say so, but a report goes to one mail
domain, and the MX hosts in it are that domain''s. So within a report the domains with nothing but DANE,
and the others, are two views of the same sessions: the larger total is the number of sessions, the larger
number of failures the failed ones. Where a sender applied one policy to each session, as Postfix does,
that is too few: it is the least that the report can mean, and never counts a session twice. For one
policy domain take daily.';
COMMENT ON COLUMN tlsrpt.daily_total.day IS 'UTC day on which the reports'' period began.';
COMMENT ON COLUMN tlsrpt.daily_total.organization_name IS 'Sender of the reports.';
COMMENT ON COLUMN tlsrpt.daily_total.result_type IS 'Result type of failed sessions; null in the row of successful ones.';
COMMENT ON COLUMN tlsrpt.daily_total.reports IS 'Number of reports, each in one row, that without a result type.';
COMMENT ON COLUMN tlsrpt.daily_total.sessions IS 'Successful and failed sessions of this row.';
COMMENT ON COLUMN tlsrpt.daily_total.successful_sessions IS 'Successful sessions of this row.';
COMMENT ON COLUMN tlsrpt.daily_total.failed_sessions IS 'Failed sessions of this row.';
