-- SPDX-License-Identifier: GPL-3.0-or-later
-- Sessions of each policy of each report, each counted once.

CREATE OR REPLACE VIEW tlsrpt.session_count AS
SELECT p.report_uid, p.policy_no, p.day, p.reporter_domain, p.is_verified, p.mail_domain, p.policy_domain, p.policy_type,
       p.policy_mode, p.successful_sessions::numeric + p.failed_sessions AS sessions, p.successful_sessions,
       p.validated_sessions, p.failed_sessions,
       p.total_successful_session_count::numeric + p.total_failure_session_count AS reported_sessions
  FROM tlsrpt.policy p
  WHERE p.is_counted;

COMMENT ON VIEW tlsrpt.session_count IS
'How many sessions does a report speak of, each counted once? A reporter that applies MTA-STS and DANE counts a
session under both: it is in one of these rows, so that sums over a report, a mail domain, a reporter or a day are
right, and sums over a policy domain or a policy type are not. Repeats, impersonators and foreign domains are not here.';
COMMENT ON COLUMN tlsrpt.session_count.report_uid IS 'The report.';
COMMENT ON COLUMN tlsrpt.session_count.policy_no IS 'The policy in the report.';
COMMENT ON COLUMN tlsrpt.session_count.day IS 'UTC day: that of the middle of the reports'' period.';
COMMENT ON COLUMN tlsrpt.session_count.reporter_domain IS 'Reporter: the domain that the report is known by.';
COMMENT ON COLUMN tlsrpt.session_count.is_verified IS 'Whether a signature shows that the report is the reporter''s.';
COMMENT ON COLUMN tlsrpt.session_count.mail_domain IS 'Mail domain whose sessions these are; null where the report names no domain.';
COMMENT ON COLUMN tlsrpt.session_count.policy_domain IS 'Policy domain; under tlsa an MX host as a rule.';
COMMENT ON COLUMN tlsrpt.session_count.policy_type IS 'Policy type.';
COMMENT ON COLUMN tlsrpt.session_count.policy_mode IS 'enforce, testing or none; null without a policy.';
COMMENT ON COLUMN tlsrpt.session_count.sessions IS 'Successful and failed ones.';
COMMENT ON COLUMN tlsrpt.session_count.successful_sessions IS 'Successful sessions.';
COMMENT ON COLUMN tlsrpt.session_count.validated_sessions IS 'Those under an MTA-STS policy or TLSA records; in a row they may be more than successful_sessions, in no sum over a report.';
COMMENT ON COLUMN tlsrpt.session_count.failed_sessions IS 'Failed sessions.';
COMMENT ON COLUMN tlsrpt.session_count.reported_sessions IS 'Sessions as this policy''s summary says; not to be added up over policies.';
