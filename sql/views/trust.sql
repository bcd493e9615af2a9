-- SPDX-License-Identifier: GPL-3.0-or-later
-- How far the reports can be believed.

CREATE OR REPLACE VIEW tlsrpt.trust AS
SELECT p.day, p.policy_domain, r.organization_name, r.dkim_result, r.dkim_aligned,
       r.dkim_domain, r.dkim_source, r.dkim_result = 'pass' AND r.dkim_aligned AS is_authentic,
       count(DISTINCT r.report_uid) AS reports
  FROM tlsrpt.policy p JOIN tlsrpt.report r USING (report_uid)
  WHERE NOT p.is_foreign
  GROUP BY p.day, p.policy_domain, r.organization_name, r.dkim_result, r.dkim_aligned, r.dkim_domain,
    r.dkim_source;

COMMENT ON VIEW tlsrpt.trust IS
'Which reports carried a valid signature of their sender (RFC 8460 section 3)? dkim_result unknown:
nobody looked, as in an archive where no authserv-id is set. A report on several domains is in a row of each.';
COMMENT ON COLUMN tlsrpt.trust.day IS 'UTC day on which the reports'' period began.';
COMMENT ON COLUMN tlsrpt.trust.policy_domain IS 'Policy domain.';
COMMENT ON COLUMN tlsrpt.trust.organization_name IS 'Sender, as it names itself.';
COMMENT ON COLUMN tlsrpt.trust.dkim_result IS 'pass, fail, temperror, none or unknown.';
COMMENT ON COLUMN tlsrpt.trust.dkim_aligned IS 'Whether the signing domain is the sender''s.';
COMMENT ON COLUMN tlsrpt.trust.dkim_domain IS 'Signing domain.';
COMMENT ON COLUMN tlsrpt.trust.dkim_source IS 'Where the verdict is from: signature, auth-results or gateway.';
COMMENT ON COLUMN tlsrpt.trust.is_authentic IS 'Valid and of the sender.';
COMMENT ON COLUMN tlsrpt.trust.reports IS 'Number of reports.';
