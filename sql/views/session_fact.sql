-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the incident engine reads of sessions.

CREATE OR REPLACE VIEW tlsrpt.session_fact AS
SELECT tlsrpt.key_day(p.report_uid) AS day, tlsrpt.key_day(p.report_uid) AS first_day, tlsrpt.key_day(p.report_uid) AS last_day,
       lower(r.organization_name) AS reporter_domain, r.dkim_aligned AS is_verified,
       CASE WHEN p.policy_type = 'tlsa' THEN coalesce(r.report_domain, p.policy_domain) ELSE p.policy_domain END AS mail_domain,
       p.policy_domain, p.policy_type,
       CASE WHEN p.policy_type = 'sts' THEN tlsrpt.policy_mode(p.policy_type, p.policy_string) END AS policy_mode,
       p.policy_string, p.mx_host, p.total_successful_session_count AS successful_sessions,
       p.total_failure_session_count AS failed_sessions
  FROM tlsrpt.policy p JOIN tlsrpt.report r USING (report_uid)
  WHERE NOT p.is_foreign AND p.policy_domain IS NOT NULL;

COMMENT ON VIEW tlsrpt.session_fact IS 'Which sessions were counted, once each, by reporter, domain, policy and day? The engine sums them up.';
COMMENT ON COLUMN tlsrpt.session_fact.day IS 'UTC day of the middle of the period.';
COMMENT ON COLUMN tlsrpt.session_fact.first_day IS 'First day that the report covers.';
COMMENT ON COLUMN tlsrpt.session_fact.last_day IS 'Last day that it covers.';
COMMENT ON COLUMN tlsrpt.session_fact.reporter_domain IS 'Domain of the reporter.';
COMMENT ON COLUMN tlsrpt.session_fact.is_verified IS 'Whether the report carries a valid signature of it.';
COMMENT ON COLUMN tlsrpt.session_fact.mail_domain IS 'Mail domain.';
COMMENT ON COLUMN tlsrpt.session_fact.policy_domain IS 'Policy domain; under tlsa an MX host as a rule.';
COMMENT ON COLUMN tlsrpt.session_fact.policy_type IS 'Policy type.';
COMMENT ON COLUMN tlsrpt.session_fact.policy_mode IS 'Mode of an MTA-STS policy: enforce, testing or none; null where it is not known.';
COMMENT ON COLUMN tlsrpt.session_fact.policy_string IS 'The policy, as sent.';
COMMENT ON COLUMN tlsrpt.session_fact.mx_host IS 'Patterns of the policy, as sent.';
COMMENT ON COLUMN tlsrpt.session_fact.successful_sessions IS 'Successful sessions.';
COMMENT ON COLUMN tlsrpt.session_fact.failed_sessions IS 'Failed sessions.';
