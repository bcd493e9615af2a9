-- SPDX-License-Identifier: GPL-3.0-or-later
-- The failures from which incidents are made.

CREATE OR REPLACE VIEW tlsrpt.failure_fact WITH (security_invoker = true) AS
SELECT f.report_uid, p.day, p.first_day, p.last_day, p.reporter_domain, p.is_verified, p.mail_domain, p.policy_domain, p.policy_type,
       CASE WHEN p.policy_type = 'sts' THEN p.policy_mode END AS policy_mode, p.policy_mx_digest, p.has_usable_tlsa,
       nullif(f.result_type, '') AS result_type, f.receiving_mx, f.mx_in_policy, f.failure_reason_code, f.receiving_ip, f.alike_sessions AS failed_sessions
  FROM tlsrpt.policy p JOIN tlsrpt.failure f USING (report_uid, policy_no)
  WHERE p.has_failures AND p.is_counted AND p.policy_domain IS NOT NULL AND f.alike_sessions > 0;

COMMENT ON VIEW tlsrpt.failure_fact IS 'Which failed sessions count, each once, and what does the report say about them? Incidents are made from these rows.';
COMMENT ON COLUMN tlsrpt.failure_fact.report_uid IS 'The report. Its key begins with the day: a query for some days reads only their failures if it says so of the key too (function first_key).';
COMMENT ON COLUMN tlsrpt.failure_fact.day IS 'UTC day: the middle of the period of the report.';
COMMENT ON COLUMN tlsrpt.failure_fact.first_day IS 'First day that the report covers.';
COMMENT ON COLUMN tlsrpt.failure_fact.last_day IS 'Last day that the report covers.';
COMMENT ON COLUMN tlsrpt.failure_fact.reporter_domain IS 'Domain that identifies the reporter.';
COMMENT ON COLUMN tlsrpt.failure_fact.is_verified IS 'Whether a DKIM signature proves that the report comes from the reporter.';
COMMENT ON COLUMN tlsrpt.failure_fact.mail_domain IS 'Mail domain.';
COMMENT ON COLUMN tlsrpt.failure_fact.policy_domain IS 'Policy domain; under tlsa usually an MX host.';
COMMENT ON COLUMN tlsrpt.failure_fact.policy_type IS 'Policy type.';
COMMENT ON COLUMN tlsrpt.failure_fact.policy_mode IS 'Mode of an MTA-STS policy: enforce, testing or none; null if it is not known.';
COMMENT ON COLUMN tlsrpt.failure_fact.policy_mx_digest IS 'Digest of the MX patterns of the policy, as in session_fact.';
COMMENT ON COLUMN tlsrpt.failure_fact.has_usable_tlsa IS 'Whether one of the TLSA records is usable for SMTP; null without TLSA records.';
COMMENT ON COLUMN tlsrpt.failure_fact.result_type IS 'Result type as sent; null if the report gives none.';
COMMENT ON COLUMN tlsrpt.failure_fact.receiving_mx IS 'MX host; null if none is known.';
COMMENT ON COLUMN tlsrpt.failure_fact.mx_in_policy IS 'Whether the MTA-STS policy lists the MX host; null if that is not known.';
COMMENT ON COLUMN tlsrpt.failure_fact.failure_reason_code IS 'failure-reason-code as sent.';
COMMENT ON COLUMN tlsrpt.failure_fact.receiving_ip IS 'IP address of the MX host; one of them if there are several.';
COMMENT ON COLUMN tlsrpt.failure_fact.failed_sessions IS 'Failed sessions.';
