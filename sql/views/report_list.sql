-- SPDX-License-Identifier: GPL-3.0-or-later
-- The reports, each with its sender, its signature and the digest of its content.

CREATE OR REPLACE VIEW tlsrpt.report_list AS
SELECT r.report_uid, r.day, r.first_day, r.last_day, r.mail_domain, r.reporter_domain,
       coalesce(label.organization_name, r.organization_name) AS organization_name, r.contact_info, r.report_id,
       r.start_datetime, r.end_datetime, r.is_verified, r.dkim_result, r.dkim_domain, r.is_repeat, r.is_impersonating,
       r.reported_sessions, r.deviation, r.header_from, r.message_id, r.received_at, r.stored_at,
       encode(r.content_digest, 'hex') AS content_digest, r.document_bytes, r.evidence IS NOT NULL AS has_document
  FROM tlsrpt.report r LEFT JOIN tlsrpt.reporter label USING (reporter_domain);

COMMENT ON VIEW tlsrpt.report_list IS
'Which reports are stored, who sent each, and is it signed by its reporter? Repeats and reports of
impersonators are included.';
COMMENT ON COLUMN tlsrpt.report_list.report_uid IS 'Key of the report.';
COMMENT ON COLUMN tlsrpt.report_list.day IS 'UTC day on which its sessions count: the day of the middle of the period.';
COMMENT ON COLUMN tlsrpt.report_list.first_day IS 'First UTC day of the period.';
COMMENT ON COLUMN tlsrpt.report_list.last_day IS 'Last UTC day of the period.';
COMMENT ON COLUMN tlsrpt.report_list.mail_domain IS 'Mail domain whose owner asked for the report; null if it covers several domains.';
COMMENT ON COLUMN tlsrpt.report_list.reporter_domain IS 'Domain that identifies the reporter.';
COMMENT ON COLUMN tlsrpt.report_list.organization_name IS 'Name of the reporter, from its latest signed report, or from its latest report if none was signed.';
COMMENT ON COLUMN tlsrpt.report_list.contact_info IS 'contact-info as sent.';
COMMENT ON COLUMN tlsrpt.report_list.report_id IS 'report-id as sent.';
COMMENT ON COLUMN tlsrpt.report_list.start_datetime IS 'Start of the period.';
COMMENT ON COLUMN tlsrpt.report_list.end_datetime IS 'End of the period.';
COMMENT ON COLUMN tlsrpt.report_list.is_verified IS 'Whether a DKIM signature proves that the report comes from the reporter.';
COMMENT ON COLUMN tlsrpt.report_list.dkim_result IS 'pass, fail, temperror, none or unknown.';
COMMENT ON COLUMN tlsrpt.report_list.dkim_domain IS 'Signing domain.';
COMMENT ON COLUMN tlsrpt.report_list.is_repeat IS 'Whether it repeats the content of another report. Its sessions then do not count.';
COMMENT ON COLUMN tlsrpt.report_list.is_impersonating IS 'Whether it uses the name of another reporter. Its sessions then do not count.';
COMMENT ON COLUMN tlsrpt.report_list.reported_sessions IS 'Number of sessions that it reports, each counted once.';
COMMENT ON COLUMN tlsrpt.report_list.deviation IS 'What was wrong in the report and was tolerated, one word each.';
COMMENT ON COLUMN tlsrpt.report_list.header_from IS 'Address of the mail''s From header.';
COMMENT ON COLUMN tlsrpt.report_list.message_id IS 'Message-ID of the mail.';
COMMENT ON COLUMN tlsrpt.report_list.received_at IS 'When the mail arrived; null for a document that no mail carried.';
COMMENT ON COLUMN tlsrpt.report_list.stored_at IS 'When it was stored.';
COMMENT ON COLUMN tlsrpt.report_list.content_digest IS 'SHA-256 of its content, independent of JSON form, in hexadecimal digits.';
COMMENT ON COLUMN tlsrpt.report_list.document_bytes IS 'Length of the JSON document in bytes.';
COMMENT ON COLUMN tlsrpt.report_list.has_document IS 'Whether the document is kept; view report_evidence has it.';
