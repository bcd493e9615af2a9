-- SPDX-License-Identifier: GPL-3.0-or-later
-- Failures by day with the MX they happened at: what incidents are made of.

CREATE OR REPLACE VIEW tlsrpt.daily_failure AS
SELECT by_report.day, by_report.policy_domain, r.organization_name, by_report.receiving_mx, by_report.result_type,
       sum(by_report.failed_sessions) AS failed_sessions,
       bool_or(by_report.is_dane) AS is_dane, bool_or(by_report.is_sts) AS is_sts,
       bool_or(by_report.is_enforced) AS is_enforced,
       bool_and(by_report.mx_in_policy) AS mx_in_policy,
       max(by_report.failure_reason_code) AS failure_reason_code,
       bool_or(r.dkim_result = 'pass' AND r.dkim_aligned) AS is_authentic
  FROM (SELECT report_uid, day, policy_domain, receiving_mx, result_type, max(failed_sessions) AS failed_sessions,
               bool_or(is_dane) AS is_dane, bool_or(is_sts) AS is_sts, bool_or(is_enforced) AS is_enforced,
               bool_and(mx_in_policy) AS mx_in_policy, max(failure_reason_code) AS failure_reason_code
          FROM (SELECT report_uid, day, policy_domain, receiving_mx, result_type, is_dane,
                       sum(failed_sessions) AS failed_sessions, bool_or(is_sts) AS is_sts,
                       bool_or(is_enforced) AS is_enforced, bool_and(mx_in_policy) AS mx_in_policy,
                       max(failure_reason_code) AS failure_reason_code
                  FROM (SELECT p.report_uid, p.day, p.policy_domain,
                               detail.receiving_mx, detail.result_type, detail.failed_sessions,
                               tlsrpt.is_dane(p.policy_type) AS is_dane, p.policy_type = 'sts' AS is_sts,
                               coalesce(p.policy_mode = 'enforce', false) AS is_enforced, detail.mx_in_policy,
                               detail.failure_reason_code
                          FROM tlsrpt.policy p
                          CROSS JOIN LATERAL (
                            SELECT f.receiving_mx,
                                   coalesce(nullif(f.result_type, ''), 'unspecified') AS result_type,
                                   least(sum(f.failed_session_count), nullif(p.total_failure_session_count, 0))
                                     AS failed_sessions, bool_and(f.mx_in_policy) AS mx_in_policy,
                                   max(f.failure_reason_code) AS failure_reason_code
                              FROM tlsrpt.failure f
                              WHERE f.report_uid = p.report_uid AND f.policy_no = p.policy_no AND f.result_type IS NOT NULL
                              GROUP BY 1, 2
                            UNION ALL
                            SELECT NULL, 'unspecified',
                                   p.total_failure_session_count - coalesce(sum(f.failed_session_count), 0), NULL, NULL
                              FROM tlsrpt.failure f
                              WHERE f.report_uid = p.report_uid AND f.policy_no = p.policy_no AND f.result_type IS NOT NULL
                              HAVING p.total_failure_session_count > coalesce(sum(f.failed_session_count), 0)
                          ) AS detail
                          WHERE NOT p.is_foreign AND p.has_failures) AS reported
                  GROUP BY report_uid, day, policy_domain, receiving_mx, result_type, is_dane) AS by_mechanism
          GROUP BY report_uid, day, policy_domain, receiving_mx, result_type) AS by_report
  JOIN tlsrpt.report r USING (report_uid)
  GROUP BY by_report.day, by_report.policy_domain, r.organization_name, by_report.receiving_mx, by_report.result_type;

COMMENT ON VIEW tlsrpt.daily_failure IS
'What failed on each day, at which MX, told by whom? Within a report the same failure under MTA-STS and
under DANE counts once (the larger number), and never more than the policy''s summary says. A session
that failed in two ways is in two rows: for sums over result types take view daily.';
COMMENT ON COLUMN tlsrpt.daily_failure.day IS 'UTC day on which the reports'' period began.';
COMMENT ON COLUMN tlsrpt.daily_failure.policy_domain IS 'Policy domain; under tlsa it may be an MX host.';
COMMENT ON COLUMN tlsrpt.daily_failure.organization_name IS 'Sender of the reports.';
COMMENT ON COLUMN tlsrpt.daily_failure.receiving_mx IS 'Receiving MX, lower case; null where the reports name none.';
COMMENT ON COLUMN tlsrpt.daily_failure.result_type IS 'Result type as sent; "unspecified" where the reports give none.';
COMMENT ON COLUMN tlsrpt.daily_failure.failed_sessions IS 'Failed sessions.';
COMMENT ON COLUMN tlsrpt.daily_failure.is_dane IS 'Whether it failed under TLSA records.';
COMMENT ON COLUMN tlsrpt.daily_failure.is_sts IS 'Whether it failed under an MTA-STS policy.';
COMMENT ON COLUMN tlsrpt.daily_failure.is_enforced IS 'Whether a policy forbade delivery: TLSA records, or MTA-STS in mode enforce.';
COMMENT ON COLUMN tlsrpt.daily_failure.mx_in_policy IS 'Whether the MTA-STS policy names the MX; null where it cannot be told.';
COMMENT ON COLUMN tlsrpt.daily_failure.failure_reason_code IS 'The sender''s own words, one of them where there are several.';
COMMENT ON COLUMN tlsrpt.daily_failure.is_authentic IS 'Whether one of the reports carried a valid signature of its sender.';
