-- SPDX-License-Identifier: GPL-3.0-or-later
-- Failure details with counts that agree with their policy's summary.

CREATE OR REPLACE VIEW tlsrpt.failed_session AS
SELECT report_uid, policy_no, day, policy_domain, policy_type, result_type, receiving_mx,
       sending_mta_ip, failure_reason_code,
       CASE WHEN summary_failed = 0 THEN reported
            ELSE greatest(0, least(reported, summary_failed - before)) END AS failed_sessions,
       reported AS reported_sessions, policy_mode, mx_in_policy,
       CASE WHEN summary_failed = 0 THEN told ELSE summary_failed END AS policy_failed_sessions
  FROM (SELECT p.report_uid, p.policy_no, tlsrpt.key_day(p.report_uid) AS day, p.policy_domain, p.policy_type,
               coalesce(nullif(f.result_type, ''), 'unspecified') AS result_type,
               lower(rtrim(nullif(f.receiving_mx_hostname, ''), '.')) AS receiving_mx,
               coalesce(host(f.sending_mta_ip), f.sending_mta_ip_text) AS sending_mta_ip,
               f.failure_reason_code, tlsrpt.policy_mode(p.policy_type, p.policy_string) AS policy_mode,
               CASE WHEN p.policy_type = 'sts'
                    THEN tlsrpt.mx_matches(lower(rtrim(f.receiving_mx_hostname, '.')),
                                           tlsrpt.policy_mx(p.policy_string, p.mx_host)) END AS mx_in_policy,
               p.total_failure_session_count::numeric AS summary_failed,
               f.failed_session_count::numeric AS reported,
               coalesce(sum(f.failed_session_count::numeric) OVER (
                 PARTITION BY p.report_uid, tlsrpt.key_day(p.report_uid), p.policy_domain, p.policy_no
                 ORDER BY f.failed_session_count DESC, f.failure_no
                 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before,
               sum(f.failed_session_count::numeric) OVER (
                 PARTITION BY p.report_uid, tlsrpt.key_day(p.report_uid), p.policy_domain, p.policy_no) AS told
          FROM tlsrpt.policy p
          JOIN tlsrpt.failure f ON f.report_uid = p.report_uid AND f.policy_no = p.policy_no
          WHERE NOT p.is_foreign) AS detail
UNION ALL
SELECT p.report_uid, p.policy_no, tlsrpt.key_day(p.report_uid), p.policy_domain, p.policy_type,
       'unspecified', NULL, NULL, NULL,
       p.total_failure_session_count - told.sessions, p.total_failure_session_count - told.sessions,
       tlsrpt.policy_mode(p.policy_type, p.policy_string), NULL, p.total_failure_session_count::numeric
  FROM tlsrpt.policy p
  CROSS JOIN LATERAL (SELECT coalesce(sum(f.failed_session_count), 0) AS sessions
                        FROM tlsrpt.failure f
                        WHERE f.report_uid = p.report_uid AND f.policy_no = p.policy_no) AS told
  WHERE NOT p.is_foreign AND p.total_failure_session_count > 0
    AND p.total_failure_session_count > told.sessions;

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
