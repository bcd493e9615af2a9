-- SPDX-License-Identifier: GPL-3.0-or-later
-- Failure details with what of them counts.

CREATE OR REPLACE VIEW tlsrpt.failed_session AS
SELECT p.report_uid, p.policy_no, p.day, p.reporter_domain, p.mail_domain, p.policy_domain, p.policy_type, p.policy_mode,
       coalesce(nullif(f.result_type, ''), 'unspecified') AS result_type, f.receiving_mx, f.mx_in_policy,
       coalesce(host(f.sending_mta_ip), f.sending_mta_ip_text) AS sending_mta_ip, f.failure_reason_code,
       f.failed_sessions, f.failed_session_count AS reported_sessions, f.alike_sessions
  FROM tlsrpt.policy p JOIN tlsrpt.failure f USING (report_uid, policy_no)
  WHERE p.is_counted AND p.has_failures;

COMMENT ON VIEW tlsrpt.failed_session IS
'Which failures did a report name, and how many sessions do they stand for? One row a failure detail, and one for
the failed sessions of a summary that no detail explains. Sums of failed_sessions over any rows are right.';
COMMENT ON COLUMN tlsrpt.failed_session.report_uid IS 'The report.';
COMMENT ON COLUMN tlsrpt.failed_session.policy_no IS 'The policy in the report.';
COMMENT ON COLUMN tlsrpt.failed_session.day IS 'UTC day: that of the middle of the reports'' period.';
COMMENT ON COLUMN tlsrpt.failed_session.reporter_domain IS 'Reporter: the domain that the report is known by.';
COMMENT ON COLUMN tlsrpt.failed_session.mail_domain IS 'Mail domain whose sessions these are; null where the report names no domain.';
COMMENT ON COLUMN tlsrpt.failed_session.policy_domain IS 'Policy domain; under tlsa an MX host as a rule.';
COMMENT ON COLUMN tlsrpt.failed_session.policy_type IS 'Policy type.';
COMMENT ON COLUMN tlsrpt.failed_session.policy_mode IS 'enforce, testing or none; null without a policy.';
COMMENT ON COLUMN tlsrpt.failed_session.result_type IS 'Result type as sent; "unspecified" where the report gives none.';
COMMENT ON COLUMN tlsrpt.failed_session.receiving_mx IS 'MX host where it failed; null where none is known.';
COMMENT ON COLUMN tlsrpt.failed_session.mx_in_policy IS 'Whether the MTA-STS policy names this host; null where that cannot be said.';
COMMENT ON COLUMN tlsrpt.failed_session.sending_mta_ip IS 'Address of the sending MTA, as text; null where the report gives none.';
COMMENT ON COLUMN tlsrpt.failed_session.failure_reason_code IS 'The reporter''s own words.';
COMMENT ON COLUMN tlsrpt.failed_session.failed_sessions IS 'Failed sessions, each counted once: 0 where another row has the same ones.';
COMMENT ON COLUMN tlsrpt.failed_session.reported_sessions IS 'Sessions as the detail says; null in the rest of a summary.';
COMMENT ON COLUMN tlsrpt.failed_session.alike_sessions IS 'Sum of failed_sessions over the policy''s rows of this result type, MX and reason, in the first of them.';
