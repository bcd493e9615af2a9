-- SPDX-License-Identifier: GPL-3.0-or-later
-- How far reports can be trusted.

CREATE OR REPLACE VIEW tlsrpt.trust WITH (security_invoker = true) AS
SELECT summed.day, summed.mail_domain, summed.reporter_domain,
       coalesce(label.organization_name, summed.reporter_domain) AS organization_name,
       summed.reporter_basis, summed.dkim_result, summed.dkim_aligned, summed.dkim_domain, summed.dkim_source,
       summed.is_verified, summed.is_impersonating, summed.is_repeat, summed.reports, summed.report_day
  FROM (SELECT p.day, r.day AS report_day, p.mail_domain, r.reporter_domain, r.reporter_basis, r.dkim_result,
               r.dkim_aligned, r.dkim_domain, r.dkim_source, r.is_verified, r.is_impersonating, r.is_repeat, count(*) AS reports
          FROM (SELECT DISTINCT report_uid, day, mail_domain FROM tlsrpt.policy WHERE NOT is_foreign) AS p
          JOIN tlsrpt.report r USING (report_uid)
          GROUP BY p.day, r.day, p.mail_domain, r.reporter_domain, r.reporter_basis, r.dkim_result, r.dkim_aligned,
                   r.dkim_domain, r.dkim_source, r.is_verified, r.is_impersonating, r.is_repeat) AS summed
  LEFT JOIN tlsrpt.reporter label USING (reporter_domain);

COMMENT ON VIEW tlsrpt.trust IS
'Which reports have a valid signature of their reporter (RFC 8460 section 3), and which do not count? dkim_result is
unknown if nothing verified the mail, for example in an archive without a setting for authserv-id. A report on several
domains counts in a row of each.';
COMMENT ON COLUMN tlsrpt.trust.day IS 'UTC day: the middle of the period of the reports.';
COMMENT ON COLUMN tlsrpt.trust.mail_domain IS 'Mail domain whose sessions these are; null if the report names no domain.';
COMMENT ON COLUMN tlsrpt.trust.reporter_domain IS 'Domain that identifies the reporter.';
COMMENT ON COLUMN tlsrpt.trust.organization_name IS 'Name of the reporter, from its latest signed report, or from its latest report if none was signed.';
COMMENT ON COLUMN tlsrpt.trust.reporter_basis IS 'Where reporter_domain comes from: dkim, from, submitter, contact-info, name.';
COMMENT ON COLUMN tlsrpt.trust.dkim_result IS 'pass, fail, temperror, none or unknown.';
COMMENT ON COLUMN tlsrpt.trust.dkim_aligned IS 'Whether dkim_domain is the domain of the From header or a parent of it, and does not belong to a gateway.';
COMMENT ON COLUMN tlsrpt.trust.dkim_domain IS 'Signing domain.';
COMMENT ON COLUMN tlsrpt.trust.dkim_source IS 'Who verified: signature, auth-results or gateway, as in table report; null if nothing verified it.';
COMMENT ON COLUMN tlsrpt.trust.is_verified IS 'Whether DKIM signatures prove that the reports come from the reporter.';
COMMENT ON COLUMN tlsrpt.trust.is_impersonating IS 'Whether they use the name of another reporter. Their sessions then do not count.';
COMMENT ON COLUMN tlsrpt.trust.is_repeat IS 'Whether they repeat the content of another report. Their sessions then do not count.';
COMMENT ON COLUMN tlsrpt.trust.reports IS 'Number of reports.';
COMMENT ON COLUMN tlsrpt.trust.report_day IS 'The same as day. A query for some days is fast if it restricts this column too, because it then reads only their reports.';
