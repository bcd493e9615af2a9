-- SPDX-License-Identifier: GPL-3.0-or-later
-- What differs from the chain of digests. It reads every document.

CREATE OR REPLACE VIEW tlsrpt.document_fault AS
WITH link AS (
  SELECT l.*, tlsrpt.link_text(l) AS link_text, lag(l.link_no, 1, 0::bigint) OVER (ORDER BY l.link_no) AS no_before,
         lag(l.link_digest, 1, '') OVER (ORDER BY l.link_no) AS digest_before,
         max(l.day) FILTER (WHERE l.kind = 'prune') OVER (ORDER BY l.link_no DESC) AS pruned_until,
         max(l.day) FILTER (WHERE l.kind IN ('prune', 'prune-evidence')) OVER (ORDER BY l.link_no DESC) AS evidence_pruned_until
    FROM tlsrpt.document_link l
), superseded AS MATERIALIZED (
  SELECT report_uid, max(stored_at) AS superseded_at
    FROM (SELECT unnest(supersedes) AS report_uid, stored_at FROM tlsrpt.report WHERE is_verified AND supersedes IS NOT NULL
          UNION ALL
          SELECT unnest(supersedes), stored_at FROM tlsrpt.document_link WHERE is_verified AND supersedes IS NOT NULL) AS by
    GROUP BY report_uid
), replayed AS MATERIALIZED (
  SELECT stored_at, evidence_digest, max(link_no) AS replay_no FROM tlsrpt.document_link
    WHERE kind = 'replay'
    GROUP BY stored_at, evidence_digest
), removed AS MATERIALIZED (
  SELECT report_uid, stored_at, bool_or(kind = 'remove') AS is_removed FROM tlsrpt.document_link
    WHERE kind IN ('remove', 'remove-evidence')
    GROUP BY report_uid, stored_at
), report_link AS (
  -- The links that say what a report is today: it was not pruned, removed, superseded or decoded again since. These
  -- are joins, because a look-up for each link would read all links each time.
  SELECT link.*, removed.report_uid IS NOT NULL AS is_forgotten
    FROM link LEFT JOIN superseded USING (report_uid) LEFT JOIN replayed USING (stored_at, evidence_digest)
    LEFT JOIN removed USING (report_uid, stored_at)
    WHERE kind IN ('report', 'replay') AND NOT coalesce(report_uid < tlsrpt.first_key(pruned_until), false)
      AND (is_verified OR NOT coalesce(superseded_at >= stored_at, false))
      AND NOT coalesce(replay_no > link_no, false) AND removed.is_removed IS NOT TRUE
), compared AS (
  SELECT l.link_no, l.report_uid,
         CASE WHEN r.report_uid IS NULL THEN 'report missing'
              WHEN (r.day, r.reporter_domain, r.is_verified, r.content_digest, r.supersedes, r.stored_at) IS DISTINCT FROM
                   (l.day, l.reporter_domain, l.is_verified, l.content_digest, l.supersedes, l.stored_at) THEN 'report changed'
              WHEN sha256(r.evidence) IS NOT DISTINCT FROM l.evidence_digest THEN NULL
              WHEN r.evidence IS NOT NULL THEN 'document changed'
              WHEN l.is_forgotten OR coalesce(l.report_uid < tlsrpt.first_key(l.evidence_pruned_until), false) THEN NULL
              ELSE 'document missing' END AS fault
    FROM report_link l LEFT JOIN tlsrpt.report r USING (report_uid)
)
SELECT link_no, report_uid, 'chain broken' AS fault FROM link
  WHERE link_no <> no_before + 1 OR link_digest <> sha256(digest_before || convert_to(link_text, 'UTF8'))
UNION ALL
SELECT link_no, report_uid, fault FROM compared WHERE fault IS NOT NULL
UNION ALL
SELECT NULL, report_uid, 'report never linked' FROM tlsrpt.document_unlinked WHERE is_late;

COMMENT ON VIEW tlsrpt.document_fault IS
'What differs from the chain of digests? Nothing, as long as reports are stored, replaced and pruned by this program.';
COMMENT ON COLUMN tlsrpt.document_fault.link_no IS 'The link that says otherwise; null for the fault report never linked.';
COMMENT ON COLUMN tlsrpt.document_fault.report_uid IS 'Key of the report; null for a link of prune.';
COMMENT ON COLUMN tlsrpt.document_fault.fault IS 'chain broken (a link was changed, added, removed or moved, this one or the one before), report missing, report changed, document missing, document changed, or report never linked (it has an earlier time than reports that are linked).';
