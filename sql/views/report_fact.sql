-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the incident engine reads of reporters.

CREATE OR REPLACE VIEW tlsrpt.report_fact AS
SELECT r.first_day, r.last_day, r.reporter_domain, coalesce(label.organization_name, r.organization_name) AS organization_name,
       r.contact_info, r.stored_at
  FROM tlsrpt.report r LEFT JOIN tlsrpt.reporter label USING (reporter_domain)
  WHERE NOT r.is_impersonating;

COMMENT ON VIEW tlsrpt.report_fact IS 'Who reported, and on which days? The engine learns from it when a reporter is silent.';
COMMENT ON COLUMN tlsrpt.report_fact.first_day IS 'First day that the report covers.';
COMMENT ON COLUMN tlsrpt.report_fact.last_day IS 'Last day that it covers.';
COMMENT ON COLUMN tlsrpt.report_fact.reporter_domain IS 'Domain of the reporter.';
COMMENT ON COLUMN tlsrpt.report_fact.organization_name IS 'Name that the reporter writes.';
COMMENT ON COLUMN tlsrpt.report_fact.contact_info IS 'Contact that it gives.';
COMMENT ON COLUMN tlsrpt.report_fact.stored_at IS 'When it was stored.';
