-- SPDX-License-Identifier: GPL-3.0-or-later
-- Failures by day and MX host.

CREATE OR REPLACE VIEW tlsrpt.daily_failure WITH (security_invoker = true) AS
SELECT summed.day, summed.mail_domain, summed.policy_domain, summed.reporter_domain,
       coalesce(label.organization_name, summed.reporter_domain) AS organization_name,
       summed.receiving_mx, summed.result_type, summed.failed_sessions, summed.is_dane, summed.is_sts, summed.is_enforced,
       summed.mx_in_policy, summed.failure_reason_code, summed.is_verified
  FROM (SELECT p.day, p.mail_domain, p.policy_domain, p.reporter_domain, f.receiving_mx,
               coalesce(nullif(f.result_type, ''), 'unspecified') AS result_type, sum(f.alike_sessions) AS failed_sessions,
               bool_or(tlsrpt.is_dane(p.policy_type)) AS is_dane, bool_or(p.policy_type = 'sts') AS is_sts,
               bool_or(coalesce(p.policy_mode = 'enforce', false)) AS is_enforced,
               bool_and(f.mx_in_policy) AS mx_in_policy, max(f.failure_reason_code) AS failure_reason_code,
               bool_or(p.is_verified) AS is_verified
          FROM tlsrpt.policy p JOIN tlsrpt.failure f USING (report_uid, policy_no)
          WHERE p.is_counted AND p.has_failures AND f.alike_sessions > 0
          GROUP BY 1, 2, 3, 4, 5, 6) AS summed
  LEFT JOIN tlsrpt.reporter label USING (reporter_domain);

COMMENT ON VIEW tlsrpt.daily_failure IS
'What failed on each day, at which MX, and who reported it? Each failed session is in one row, so that sums are right for any grouping.';
COMMENT ON COLUMN tlsrpt.daily_failure.day IS 'UTC day: the middle of the period of the reports.';
COMMENT ON COLUMN tlsrpt.daily_failure.mail_domain IS 'Mail domain whose sessions these are; null if the report names no domain.';
COMMENT ON COLUMN tlsrpt.daily_failure.policy_domain IS 'Policy domain; under tlsa usually an MX host.';
COMMENT ON COLUMN tlsrpt.daily_failure.reporter_domain IS 'Domain that identifies the reporter.';
COMMENT ON COLUMN tlsrpt.daily_failure.organization_name IS 'Name of the reporter, from its latest signed report, or from its latest report if none was signed.';
COMMENT ON COLUMN tlsrpt.daily_failure.receiving_mx IS 'MX host where it failed; null if none is known.';
COMMENT ON COLUMN tlsrpt.daily_failure.result_type IS 'Result type as sent; "unspecified" if the reports give none.';
COMMENT ON COLUMN tlsrpt.daily_failure.failed_sessions IS 'Failed sessions.';
COMMENT ON COLUMN tlsrpt.daily_failure.is_dane IS 'Whether some of them failed under DANE.';
COMMENT ON COLUMN tlsrpt.daily_failure.is_sts IS 'Whether some of them failed under an MTA-STS policy.';
COMMENT ON COLUMN tlsrpt.daily_failure.is_enforced IS 'Whether a policy forbade delivery for some of them: TLSA records, or MTA-STS in mode enforce.';
COMMENT ON COLUMN tlsrpt.daily_failure.mx_in_policy IS 'Whether the MTA-STS policy lists the MX host; null if that is not known.';
COMMENT ON COLUMN tlsrpt.daily_failure.failure_reason_code IS 'failure-reason-code as sent; one of them if there are several.';
COMMENT ON COLUMN tlsrpt.daily_failure.is_verified IS 'Whether a DKIM signature proves that one of the reports comes from the reporter.';
