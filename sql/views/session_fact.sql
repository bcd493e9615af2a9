-- SPDX-License-Identifier: GPL-3.0-or-later
-- The sessions that incidents are compared with.

-- An incident is compared with sessions of one mechanism, and a report has each session once under a mechanism.
-- So these are the numbers as sent: a counted one may have the session under the other mechanism.
CREATE OR REPLACE VIEW tlsrpt.session_fact WITH (security_invoker = true) AS
SELECT p.day, p.first_day, p.last_day, p.reporter_domain, p.is_verified, p.mail_domain, p.policy_domain, p.policy_type,
       CASE WHEN p.policy_type = 'sts' THEN p.policy_mode END AS policy_mode, p.policy_mx, p.policy_mx_digest,
       p.total_successful_session_count AS successful_sessions,
       greatest(p.total_failure_session_count, p.failed_sessions) AS failed_sessions, p.has_failures
  FROM tlsrpt.policy p
  WHERE p.is_counted AND p.policy_domain IS NOT NULL;

COMMENT ON VIEW tlsrpt.session_fact IS 'Which sessions were reported, by reporter, domain, policy and day, without repeats and impersonators? Sums are right only within one mechanism (DANE or MTA-STS).';
COMMENT ON COLUMN tlsrpt.session_fact.day IS 'UTC day: the middle of the period of the report.';
COMMENT ON COLUMN tlsrpt.session_fact.first_day IS 'First day that the report covers.';
COMMENT ON COLUMN tlsrpt.session_fact.last_day IS 'Last day that the report covers.';
COMMENT ON COLUMN tlsrpt.session_fact.reporter_domain IS 'Domain that identifies the reporter.';
COMMENT ON COLUMN tlsrpt.session_fact.is_verified IS 'Whether a DKIM signature proves that the report comes from the reporter.';
COMMENT ON COLUMN tlsrpt.session_fact.mail_domain IS 'Mail domain.';
COMMENT ON COLUMN tlsrpt.session_fact.policy_domain IS 'Policy domain; under tlsa usually an MX host.';
COMMENT ON COLUMN tlsrpt.session_fact.policy_type IS 'Policy type.';
COMMENT ON COLUMN tlsrpt.session_fact.policy_mode IS 'Mode of an MTA-STS policy: enforce, testing or none; null if it is not known.';
COMMENT ON COLUMN tlsrpt.session_fact.policy_mx IS 'MX patterns of an MTA-STS policy.';
COMMENT ON COLUMN tlsrpt.session_fact.policy_mx_digest IS 'Digest of policy_mx; null if it is empty.';
COMMENT ON COLUMN tlsrpt.session_fact.successful_sessions IS 'Successful sessions.';
COMMENT ON COLUMN tlsrpt.session_fact.failed_sessions IS 'Failed sessions.';
COMMENT ON COLUMN tlsrpt.session_fact.has_failures IS 'Whether the summary or failure-details report a failed session.';
