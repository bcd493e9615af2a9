-- SPDX-License-Identifier: GPL-3.0-or-later
-- The reports that are not in the chain of digests. Two days are longer than any transaction that stores a report:
-- one that shows up with an earlier time than that was not stored by this program, and is never linked. The clock
-- of the server may have been ahead; now() keeps it from making all later reports late.

CREATE OR REPLACE VIEW tlsrpt.document_unlinked AS
SELECT r.report_uid, r.day, r.reporter_domain, r.is_verified, r.content_digest, sha256(r.evidence) AS evidence_digest,
       r.supersedes, r.stored_at,
       r.stored_at < coalesce((SELECT least(l.stored_at, now()) - interval '2 days' FROM tlsrpt.document_link l
                                 WHERE l.stored_at IS NOT NULL ORDER BY l.stored_at DESC LIMIT 1), '-infinity') AS is_late
  FROM tlsrpt.report r
  WHERE NOT EXISTS (SELECT FROM tlsrpt.document_link l
                      WHERE l.report_uid = r.report_uid AND l.stored_at = r.stored_at);

COMMENT ON VIEW tlsrpt.document_unlinked IS 'Which reports are not in the chain of digests, and will they be?';
COMMENT ON COLUMN tlsrpt.document_unlinked.report_uid IS 'Key of the report.';
COMMENT ON COLUMN tlsrpt.document_unlinked.day IS 'UTC day on which its sessions count.';
COMMENT ON COLUMN tlsrpt.document_unlinked.reporter_domain IS 'Domain that identifies the reporter.';
COMMENT ON COLUMN tlsrpt.document_unlinked.is_verified IS 'Whether a DKIM signature proves that the report comes from the reporter.';
COMMENT ON COLUMN tlsrpt.document_unlinked.content_digest IS 'SHA-256 of its content, independent of JSON form.';
COMMENT ON COLUMN tlsrpt.document_unlinked.evidence_digest IS 'SHA-256 of its document as it is kept; null if it is not.';
COMMENT ON COLUMN tlsrpt.document_unlinked.supersedes IS 'Keys of the unverified reports that it replaced.';
COMMENT ON COLUMN tlsrpt.document_unlinked.stored_at IS 'When it was stored.';
COMMENT ON COLUMN tlsrpt.document_unlinked.is_late IS 'Whether it is older than reports that are linked, so that it is never linked.';
