-- SPDX-License-Identifier: GPL-3.0-or-later
-- What tells reports apart. The program reads and deletes by this view, because reports that Citus distributes have
-- it in a table of its own on the coordinator (contrib/replica/distribute.sql).

CREATE OR REPLACE VIEW tlsrpt.report_key AS
SELECT report_uid, claim_uid, content_digest, reporter_domain, reporter_basis, is_verified, is_impersonating,
       is_repeat, reported_sessions, sums_agree, day, last_day, contact_info, supersedes, evidence
  FROM tlsrpt.report;

COMMENT ON VIEW tlsrpt.report_key IS
'What tells the reports apart: key, claim, content and reporter. The program stores and deletes by it.';
COMMENT ON COLUMN tlsrpt.report_key.report_uid IS 'As in report.';
COMMENT ON COLUMN tlsrpt.report_key.claim_uid IS 'As in report.';
COMMENT ON COLUMN tlsrpt.report_key.content_digest IS 'As in report.';
COMMENT ON COLUMN tlsrpt.report_key.reporter_domain IS 'As in report.';
COMMENT ON COLUMN tlsrpt.report_key.reporter_basis IS 'As in report.';
COMMENT ON COLUMN tlsrpt.report_key.is_verified IS 'As in report.';
COMMENT ON COLUMN tlsrpt.report_key.is_impersonating IS 'As in report.';
COMMENT ON COLUMN tlsrpt.report_key.is_repeat IS 'As in report.';
COMMENT ON COLUMN tlsrpt.report_key.reported_sessions IS 'As in report.';
COMMENT ON COLUMN tlsrpt.report_key.sums_agree IS 'As in report.';
COMMENT ON COLUMN tlsrpt.report_key.day IS 'As in report.';
COMMENT ON COLUMN tlsrpt.report_key.last_day IS 'As in report.';
COMMENT ON COLUMN tlsrpt.report_key.contact_info IS 'As in report.';
COMMENT ON COLUMN tlsrpt.report_key.supersedes IS 'As in report.';
COMMENT ON COLUMN tlsrpt.report_key.evidence IS 'As in report.';
