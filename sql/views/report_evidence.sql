-- SPDX-License-Identifier: GPL-3.0-or-later
-- The documents as reporters sent them.

CREATE OR REPLACE VIEW tlsrpt.report_evidence AS
SELECT report_uid, evidence FROM tlsrpt.report WHERE evidence IS NOT NULL;

COMMENT ON VIEW tlsrpt.report_evidence IS
'What is the document of a report, as it was sent? A document may also speak of domains that are not accepted.';
COMMENT ON COLUMN tlsrpt.report_evidence.report_uid IS 'Key of the report.';
COMMENT ON COLUMN tlsrpt.report_evidence.evidence IS 'The document compressed by gzip, as received or compressed by this program.';
