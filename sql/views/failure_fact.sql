-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the incident engine reads of failures.

CREATE OR REPLACE VIEW tlsrpt.failure_fact AS
SELECT p.day, p.first_day, p.last_day, p.reporter_domain, p.is_verified, p.mail_domain, p.policy_domain, p.policy_type,
       CASE WHEN p.policy_type = 'sts' THEN p.policy_mode END AS policy_mode, p.policy_mx_digest, p.has_usable_tlsa,
       nullif(f.result_type, '') AS result_type, f.receiving_mx, f.mx_in_policy, f.failure_reason_code, f.receiving_ip, f.alike_sessions AS failed_sessions
  FROM tlsrpt.policy p JOIN tlsrpt.failure f USING (report_uid, policy_no)
  WHERE p.has_failures AND p.is_counted AND p.policy_domain IS NOT NULL AND f.alike_sessions > 0;

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
COMMENT ON COLUMN tlsrpt.failure_fact.policy_mx_digest IS 'Stands for the MX patterns of the policy, as in session_fact.';
COMMENT ON COLUMN tlsrpt.failure_fact.has_usable_tlsa IS 'Whether one of the TLSA records is usable for SMTP; null without any.';
COMMENT ON COLUMN tlsrpt.failure_fact.result_type IS 'Result type; null where the report gives none.';
COMMENT ON COLUMN tlsrpt.failure_fact.receiving_mx IS 'MX host; null where none is named.';
COMMENT ON COLUMN tlsrpt.failure_fact.mx_in_policy IS 'Whether the MTA-STS policy names the MX host; null where that cannot be said.';
COMMENT ON COLUMN tlsrpt.failure_fact.failure_reason_code IS 'The reporter''s own words.';
COMMENT ON COLUMN tlsrpt.failure_fact.receiving_ip IS 'Address of the MX, one of them where there are several.';
COMMENT ON COLUMN tlsrpt.failure_fact.failed_sessions IS 'Failed sessions.';
