-- SPDX-License-Identifier: GPL-3.0-or-later
-- The chain of digests, each link with the last day of what was pruned after it.

CREATE OR REPLACE VIEW tlsrpt.document_chain AS
SELECT l.link_no, l.kind, l.report_uid, l.day, l.reporter_domain, l.is_verified, l.stored_at, l.linked_at,
       encode(l.link_digest, 'hex') AS link_digest, tlsrpt.link_text(l) AS link_text,
       max(l.day) FILTER (WHERE l.kind = 'prune') OVER later AS pruned_until,
       max(l.day) FILTER (WHERE l.kind IN ('prune', 'prune-evidence')) OVER later AS evidence_pruned_until
  FROM tlsrpt.document_link l
  WINDOW later AS (ORDER BY l.link_no DESC);

COMMENT ON VIEW tlsrpt.document_chain IS
'Which reports were stored, in which order, and what was pruned? link_digest is SHA-256 over the 32 bytes of the
link_digest before (nothing for the first) and link_text in UTF-8; the last one is the head, which vouches for all.';
COMMENT ON COLUMN tlsrpt.document_chain.link_no IS 'Position in the chain, from 1, without gaps.';
COMMENT ON COLUMN tlsrpt.document_chain.kind IS 'report; replay (its document was decoded again); prune (reports were deleted); prune-evidence (documents were deleted); remove, remove-evidence (the report, or its document, was deleted with the data of a domain).';
COMMENT ON COLUMN tlsrpt.document_chain.report_uid IS 'Key of the report, which may be deleted since.';
COMMENT ON COLUMN tlsrpt.document_chain.day IS 'Day of the report, or the first day that was not pruned.';
COMMENT ON COLUMN tlsrpt.document_chain.reporter_domain IS 'Domain that identifies the reporter.';
COMMENT ON COLUMN tlsrpt.document_chain.is_verified IS 'Whether a DKIM signature proves that the report comes from the reporter.';
COMMENT ON COLUMN tlsrpt.document_chain.stored_at IS 'When the report was stored.';
COMMENT ON COLUMN tlsrpt.document_chain.linked_at IS 'When the link was added.';
COMMENT ON COLUMN tlsrpt.document_chain.link_digest IS 'Digest of the link, in hexadecimal digits.';
COMMENT ON COLUMN tlsrpt.document_chain.link_text IS 'What the digest is made over: link_no, kind, report_uid, day, is_verified, content_digest, evidence_digest, supersedes, stored_at, linked_at, reporter_domain; a line each, empty for null.';
COMMENT ON COLUMN tlsrpt.document_chain.pruned_until IS 'Reports of days before this were deleted after the link was added; null if none were.';
COMMENT ON COLUMN tlsrpt.document_chain.evidence_pruned_until IS 'The same for documents.';
