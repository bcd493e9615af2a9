-- SPDX-License-Identifier: GPL-3.0-or-later
-- How far the reports can be believed.

CREATE OR REPLACE VIEW tlsrpt.trust AS
SELECT summed.day, summed.mail_domain, summed.reporter_domain,
       coalesce(label.organization_name, summed.reporter_domain) AS organization_name,
       summed.reporter_basis, summed.dkim_result, summed.dkim_aligned, summed.dkim_domain, summed.dkim_source,
       summed.is_verified, summed.is_impersonating, summed.is_repeat, summed.reports
  FROM (SELECT p.day, p.mail_domain, r.reporter_domain, r.reporter_basis, r.dkim_result, r.dkim_aligned, r.dkim_domain,
               r.dkim_source, r.is_verified, r.is_impersonating, r.is_repeat, count(DISTINCT r.report_uid) AS reports
          FROM tlsrpt.policy p JOIN tlsrpt.report r USING (report_uid)
          WHERE NOT p.is_foreign
          GROUP BY p.day, p.mail_domain, r.reporter_domain, r.reporter_basis, r.dkim_result, r.dkim_aligned,
                   r.dkim_domain, r.dkim_source, r.is_verified, r.is_impersonating, r.is_repeat) AS summed
  LEFT JOIN tlsrpt.reporter label USING (reporter_domain);

COMMENT ON VIEW tlsrpt.trust IS
'Which reports carried a valid signature of their reporter (RFC 8460 section 3), and which count for nothing?
dkim_result unknown: nobody looked, as in an archive where no authserv-id is set. A report on several domains is in a
row of each.';
COMMENT ON COLUMN tlsrpt.trust.day IS 'UTC day: that of the middle of the reports'' period.';
COMMENT ON COLUMN tlsrpt.trust.mail_domain IS 'Mail domain whose sessions these are; null where the report names no domain.';
COMMENT ON COLUMN tlsrpt.trust.reporter_domain IS 'Reporter: the domain that the report is known by.';
COMMENT ON COLUMN tlsrpt.trust.organization_name IS 'Name of the reporter, a label: that of its latest report.';
COMMENT ON COLUMN tlsrpt.trust.reporter_basis IS 'How the reporter is known: dkim, from, submitter, contact-info, name.';
COMMENT ON COLUMN tlsrpt.trust.dkim_result IS 'pass, fail, temperror, none or unknown.';
COMMENT ON COLUMN tlsrpt.trust.dkim_aligned IS 'Whether the signing domain is the reporter''s.';
COMMENT ON COLUMN tlsrpt.trust.dkim_domain IS 'Signing domain.';
COMMENT ON COLUMN tlsrpt.trust.dkim_source IS 'Where the verdict is from: signature, auth-results or gateway.';
COMMENT ON COLUMN tlsrpt.trust.is_verified IS 'Whether a signature shows that the reports are the reporter''s.';
COMMENT ON COLUMN tlsrpt.trust.is_impersonating IS 'Whether they write the name of another reporter: then none of their sessions counts.';
COMMENT ON COLUMN tlsrpt.trust.is_repeat IS 'Whether they repeat what another report says: then none of their sessions counts.';
COMMENT ON COLUMN tlsrpt.trust.reports IS 'Number of reports.';
