-- SPDX-License-Identifier: GPL-3.0-or-later
-- Failure details with counts that agree with their policy's summary.

-- A policy at a time, by the keys of its details: a restriction to a domain or days holds for the
-- policies, and details of others are not read, however many there are.
CREATE OR REPLACE VIEW tlsrpt.failed_session AS
SELECT p.report_uid, p.policy_no, p.day, p.policy_domain, p.policy_type,
       detail.result_type, detail.receiving_mx, detail.sending_mta_ip, detail.failure_reason_code,
       detail.failed_sessions, detail.reported_sessions,
       p.policy_mode, detail.mx_in_policy,
       CASE WHEN p.total_failure_session_count = 0 THEN detail.all_sessions
            ELSE p.total_failure_session_count END AS policy_failed_sessions
  FROM tlsrpt.policy p
  CROSS JOIN LATERAL (
    SELECT sent.*, CASE WHEN p.total_failure_session_count = 0 THEN reported_sessions
                        ELSE greatest(0, least(reported_sessions, p.total_failure_session_count - before)) END AS failed_sessions
      FROM (SELECT coalesce(nullif(f.result_type, ''), 'unspecified') AS result_type,
                   f.receiving_mx,
                   coalesce(host(f.sending_mta_ip), f.sending_mta_ip_text) AS sending_mta_ip,
                   f.failure_reason_code, f.mx_in_policy, f.failed_session_count::numeric AS reported_sessions,
                   coalesce(sum(f.failed_session_count::numeric) OVER (
                     ORDER BY f.failed_session_count DESC, f.failure_no
                     ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before,
                   sum(f.failed_session_count::numeric) OVER () AS all_sessions
              FROM tlsrpt.failure f
              WHERE f.report_uid = p.report_uid AND f.policy_no = p.policy_no AND f.result_type IS NOT NULL) AS sent
    UNION ALL
    SELECT 'unspecified', NULL, NULL, NULL, NULL, rest.sessions, NULL, NULL, rest.sessions
      FROM (SELECT p.total_failure_session_count - coalesce(sum(f.failed_session_count), 0) AS sessions
              FROM tlsrpt.failure f
              WHERE f.report_uid = p.report_uid AND f.policy_no = p.policy_no AND f.result_type IS NOT NULL) AS rest
      WHERE p.total_failure_session_count > 0 AND rest.sessions > 0) AS detail
  WHERE NOT p.is_foreign AND p.has_failures;

COMMENT ON VIEW tlsrpt.failed_session IS
'Which failures did a report name, and how many sessions do they stand for? One row a failure detail.
Where details and summary disagree: details beyond the summary are cut, the smallest first, as one
session may be told twice (failed_sessions; reported_sessions is as sent); a summary beyond its details
has the rest as result type "unspecified"; a summary of 0 with details is taken for a summary left out.';
COMMENT ON COLUMN tlsrpt.failed_session.report_uid IS 'The report.';
COMMENT ON COLUMN tlsrpt.failed_session.policy_no IS 'The policy in the report.';
COMMENT ON COLUMN tlsrpt.failed_session.day IS 'UTC day on which the report''s period began.';
COMMENT ON COLUMN tlsrpt.failed_session.policy_domain IS 'Policy domain; null where the report has none.';
COMMENT ON COLUMN tlsrpt.failed_session.policy_type IS 'Policy type.';
COMMENT ON COLUMN tlsrpt.failed_session.result_type IS 'Result type as sent; "unspecified" where the report gives none.';
COMMENT ON COLUMN tlsrpt.failed_session.receiving_mx IS 'Receiving MX, lower case, without a final dot; null where the report gives none.';
COMMENT ON COLUMN tlsrpt.failed_session.sending_mta_ip IS 'Address of the sending MTA, as text; null where the report gives none.';
COMMENT ON COLUMN tlsrpt.failed_session.failure_reason_code IS 'The sender''s own words.';
COMMENT ON COLUMN tlsrpt.failed_session.failed_sessions IS 'Sessions, such that a sum over a policy is what its summary says.';
COMMENT ON COLUMN tlsrpt.failed_session.reported_sessions IS 'Sessions as the detail says.';
COMMENT ON COLUMN tlsrpt.failed_session.policy_failed_sessions IS 'Failed sessions of the whole policy.';
COMMENT ON COLUMN tlsrpt.failed_session.policy_mode IS 'enforce, testing or none; null without a policy.';
COMMENT ON COLUMN tlsrpt.failed_session.mx_in_policy IS 'Whether the MTA-STS policy names the receiving MX; null where it cannot be told.';
