-- SPDX-License-Identifier: GPL-3.0-or-later
-- Sessions by report and policy, each session counted once.

CREATE OR REPLACE VIEW tlsrpt.session_count WITH (security_invoker = true) AS
SELECT p.report_uid, p.policy_no, p.day, p.reporter_domain, p.is_verified, p.mail_domain, p.policy_domain, p.policy_type,
       p.policy_mode, p.successful_sessions::numeric + p.failed_sessions AS sessions, p.successful_sessions,
       p.validated_sessions, p.failed_sessions,
       p.total_successful_session_count::numeric + p.total_failure_session_count AS reported_sessions
  FROM tlsrpt.policy p
  WHERE p.is_counted;

COMMENT ON VIEW tlsrpt.session_count IS
'How many sessions does each policy of a report have, each counted once? A reporter that applies MTA-STS and DANE may
report a session under both. Here it counts in one row, so that sums over a report, a mail domain, a reporter or a day are
right, but sums over a policy domain or a policy type are not. Repeats, impersonators and domains that are not accepted
are left out.';
COMMENT ON COLUMN tlsrpt.session_count.report_uid IS 'The report.';
COMMENT ON COLUMN tlsrpt.session_count.policy_no IS 'The policy in the report.';
COMMENT ON COLUMN tlsrpt.session_count.day IS 'UTC day: the middle of the period of the reports.';
COMMENT ON COLUMN tlsrpt.session_count.reporter_domain IS 'Domain that identifies the reporter.';
COMMENT ON COLUMN tlsrpt.session_count.is_verified IS 'Whether a DKIM signature proves that the report comes from the reporter.';
COMMENT ON COLUMN tlsrpt.session_count.mail_domain IS 'Mail domain whose sessions these are; null if the report names no domain.';
COMMENT ON COLUMN tlsrpt.session_count.policy_domain IS 'Policy domain; under tlsa usually an MX host.';
COMMENT ON COLUMN tlsrpt.session_count.policy_type IS 'Policy type.';
COMMENT ON COLUMN tlsrpt.session_count.policy_mode IS 'enforce, testing or none; null without a policy.';
COMMENT ON COLUMN tlsrpt.session_count.sessions IS 'Successful and failed sessions together.';
COMMENT ON COLUMN tlsrpt.session_count.successful_sessions IS 'Successful sessions.';
COMMENT ON COLUMN tlsrpt.session_count.validated_sessions IS 'Successful sessions under an MTA-STS policy or TLSA records. They may exceed successful_sessions in one row, but not in the sum over a report.';
COMMENT ON COLUMN tlsrpt.session_count.failed_sessions IS 'Failed sessions.';
COMMENT ON COLUMN tlsrpt.session_count.reported_sessions IS 'Sessions in the summary of this policy. Sums of it over policies may count a session twice.';
