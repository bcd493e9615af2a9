-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the incident engine reads of failures.

CREATE OR REPLACE VIEW tlsrpt.failure_fact AS
SELECT s.day, s.day AS first_day, s.day AS last_day, lower(r.organization_name) AS reporter_domain,
       r.dkim_aligned AS is_verified,
       CASE WHEN p.policy_type = 'tlsa' THEN coalesce(r.report_domain, p.policy_domain) ELSE p.policy_domain END AS mail_domain,
       p.policy_domain, p.policy_type,
       CASE WHEN p.policy_type = 'sts' THEN s.policy_mode END AS policy_mode, p.policy_string, p.mx_host,
       nullif(s.result_type, 'unspecified') AS result_type, s.receiving_mx, s.failure_reason_code,
       NULL::inet AS receiving_ip, s.failed_sessions
  FROM tlsrpt.failed_session s JOIN tlsrpt.policy p USING (report_uid, policy_no) JOIN tlsrpt.report r USING (report_uid)
  WHERE NOT p.is_foreign AND p.policy_domain IS NOT NULL;

COMMENT ON VIEW tlsrpt.failure_fact IS 'Which failed sessions were counted, once each, with what the report says of them? The engine sums them up.';
COMMENT ON COLUMN tlsrpt.failure_fact.day IS 'UTC day of the middle of the period.';
COMMENT ON COLUMN tlsrpt.failure_fact.first_day IS 'First day that the report covers.';
COMMENT ON COLUMN tlsrpt.failure_fact.last_day IS 'Last day that it covers.';
COMMENT ON COLUMN tlsrpt.failure_fact.reporter_domain IS 'Domain of the reporter.';
COMMENT ON COLUMN tlsrpt.failure_fact.is_verified IS 'Whether the report carries a valid signature of it.';
COMMENT ON COLUMN tlsrpt.failure_fact.mail_domain IS 'Mail domain.';
COMMENT ON COLUMN tlsrpt.failure_fact.policy_domain IS 'Policy domain; under tlsa an MX host as a rule.';
COMMENT ON COLUMN tlsrpt.failure_fact.policy_type IS 'Policy type.';
COMMENT ON COLUMN tlsrpt.failure_fact.policy_mode IS 'Mode of an MTA-STS policy: enforce, testing or none; null where it is not known.';
COMMENT ON COLUMN tlsrpt.failure_fact.policy_string IS 'The policy, as sent.';
COMMENT ON COLUMN tlsrpt.failure_fact.mx_host IS 'Patterns of the policy, as sent.';
COMMENT ON COLUMN tlsrpt.failure_fact.result_type IS 'Result type; null where the report gives none.';
COMMENT ON COLUMN tlsrpt.failure_fact.receiving_mx IS 'MX host; null where none is named.';
COMMENT ON COLUMN tlsrpt.failure_fact.failure_reason_code IS 'The reporter''s own words.';
COMMENT ON COLUMN tlsrpt.failure_fact.receiving_ip IS 'Address of the MX.';
COMMENT ON COLUMN tlsrpt.failure_fact.failed_sessions IS 'Failed sessions.';
