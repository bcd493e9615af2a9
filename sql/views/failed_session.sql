-- SPDX-License-Identifier: GPL-3.0-or-later
-- Failure details with the sessions that count.

CREATE OR REPLACE VIEW tlsrpt.failed_session WITH (security_invoker = true) AS
SELECT p.report_uid, p.policy_no, p.day, p.reporter_domain, p.mail_domain, p.policy_domain, p.policy_type, p.policy_mode,
       coalesce(nullif(f.result_type, ''), 'unspecified') AS result_type, f.receiving_mx, f.mx_in_policy,
       coalesce(host(f.sending_mta_ip), f.sending_mta_ip_text) AS sending_mta_ip, f.failure_reason_code,
       f.failed_sessions, f.failed_session_count AS reported_sessions, f.alike_sessions
  FROM tlsrpt.policy p JOIN tlsrpt.failure f USING (report_uid, policy_no)
  WHERE p.is_counted AND p.has_failures;

COMMENT ON VIEW tlsrpt.failed_session IS
'Which failures does a report name, and how many sessions does each of them count? There is one row for each failure
detail, and one for the failed sessions of a summary that no detail covers. Sums of failed_sessions are right for any rows.';
COMMENT ON COLUMN tlsrpt.failed_session.report_uid IS 'The report.';
COMMENT ON COLUMN tlsrpt.failed_session.policy_no IS 'The policy in the report.';
COMMENT ON COLUMN tlsrpt.failed_session.day IS 'UTC day: the middle of the period of the reports.';
COMMENT ON COLUMN tlsrpt.failed_session.reporter_domain IS 'Domain that identifies the reporter.';
COMMENT ON COLUMN tlsrpt.failed_session.mail_domain IS 'Mail domain whose sessions these are; null if the report names no domain.';
COMMENT ON COLUMN tlsrpt.failed_session.policy_domain IS 'Policy domain; under tlsa usually an MX host.';
COMMENT ON COLUMN tlsrpt.failed_session.policy_type IS 'Policy type.';
COMMENT ON COLUMN tlsrpt.failed_session.policy_mode IS 'enforce, testing or none; null without a policy.';
COMMENT ON COLUMN tlsrpt.failed_session.result_type IS 'Result type as sent; "unspecified" if the report gives none.';
COMMENT ON COLUMN tlsrpt.failed_session.receiving_mx IS 'MX host where it failed; null if none is known.';
COMMENT ON COLUMN tlsrpt.failed_session.mx_in_policy IS 'Whether the MTA-STS policy lists this host; null if that is not known.';
COMMENT ON COLUMN tlsrpt.failed_session.sending_mta_ip IS 'IP address of the sending MTA, as text; null if the report gives none.';
COMMENT ON COLUMN tlsrpt.failed_session.failure_reason_code IS 'failure-reason-code as sent.';
COMMENT ON COLUMN tlsrpt.failed_session.failed_sessions IS 'Failed sessions, each counted once: 0 if another row has the same sessions.';
COMMENT ON COLUMN tlsrpt.failed_session.reported_sessions IS 'Failed sessions that the detail reports; null in the row for the rest of the summary.';
COMMENT ON COLUMN tlsrpt.failed_session.alike_sessions IS 'In the first of the policy''s rows with the same result type, MX and reason: the sum of failed_sessions over them; null in the others.';
