-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the incident engine reads of sessions.

-- The engine compares sessions within one mechanism, where a report counts each session once. So these are
-- the numbers as sent, not the counted ones, in which a session reported under two mechanisms is in one.
CREATE OR REPLACE VIEW tlsrpt.session_fact AS
SELECT p.day, p.first_day, p.last_day, p.reporter_domain, p.is_verified, p.mail_domain, p.policy_domain, p.policy_type,
       CASE WHEN p.policy_type = 'sts' THEN p.policy_mode END AS policy_mode, p.policy_mx, p.policy_mx_digest,
       p.total_successful_session_count AS successful_sessions,
       greatest(p.total_failure_session_count, p.failed_sessions) AS failed_sessions, p.has_failures
  FROM tlsrpt.policy p
  WHERE p.is_counted AND p.policy_domain IS NOT NULL;

COMMENT ON VIEW tlsrpt.session_fact IS 'Which sessions were reported, by reporter, domain, policy and day, without repeats and impersonators? Sums are right within one mechanism.';
COMMENT ON COLUMN tlsrpt.session_fact.day IS 'UTC day of the middle of the period.';
COMMENT ON COLUMN tlsrpt.session_fact.first_day IS 'First day that the report covers.';
COMMENT ON COLUMN tlsrpt.session_fact.last_day IS 'Last day that it covers.';
COMMENT ON COLUMN tlsrpt.session_fact.reporter_domain IS 'Domain of the reporter.';
COMMENT ON COLUMN tlsrpt.session_fact.is_verified IS 'Whether the report carries a valid signature of it.';
COMMENT ON COLUMN tlsrpt.session_fact.mail_domain IS 'Mail domain.';
COMMENT ON COLUMN tlsrpt.session_fact.policy_domain IS 'Policy domain; under tlsa an MX host as a rule.';
COMMENT ON COLUMN tlsrpt.session_fact.policy_type IS 'Policy type.';
COMMENT ON COLUMN tlsrpt.session_fact.policy_mode IS 'Mode of an MTA-STS policy: enforce, testing or none; null where it is not known.';
COMMENT ON COLUMN tlsrpt.session_fact.policy_mx IS 'MX patterns of an MTA-STS policy.';
COMMENT ON COLUMN tlsrpt.session_fact.policy_mx_digest IS 'Stands for them; null where there are none.';
COMMENT ON COLUMN tlsrpt.session_fact.successful_sessions IS 'Successful sessions.';
COMMENT ON COLUMN tlsrpt.session_fact.failed_sessions IS 'Failed sessions.';
COMMENT ON COLUMN tlsrpt.session_fact.has_failures IS 'False where the report speaks of no failed session.';
