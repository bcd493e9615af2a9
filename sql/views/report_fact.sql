-- SPDX-License-Identifier: GPL-3.0-or-later
-- The reports from which silence of a reporter is found.

CREATE OR REPLACE VIEW tlsrpt.report_fact WITH (security_invoker = true) AS
SELECT r.first_day, r.last_day, r.reporter_domain, coalesce(label.organization_name, r.organization_name) AS organization_name,
       r.contact_info, r.stored_at, r.report_uid, r.day
  FROM tlsrpt.report r LEFT JOIN tlsrpt.reporter label USING (reporter_domain)
  WHERE NOT r.is_impersonating;

COMMENT ON VIEW tlsrpt.report_fact IS 'Who reported, and for which days? The program finds from it which reporters are silent.';
COMMENT ON COLUMN tlsrpt.report_fact.first_day IS 'First day that the report covers.';
COMMENT ON COLUMN tlsrpt.report_fact.last_day IS 'Last day that the report covers.';
COMMENT ON COLUMN tlsrpt.report_fact.reporter_domain IS 'Domain that identifies the reporter.';
COMMENT ON COLUMN tlsrpt.report_fact.organization_name IS 'Name of the reporter, as in table reporter.';
COMMENT ON COLUMN tlsrpt.report_fact.contact_info IS 'contact-info of the report.';
COMMENT ON COLUMN tlsrpt.report_fact.stored_at IS 'When it was stored.';
COMMENT ON COLUMN tlsrpt.report_fact.report_uid IS 'The report.';
COMMENT ON COLUMN tlsrpt.report_fact.day IS 'UTC day: the middle of the period of the report.';
