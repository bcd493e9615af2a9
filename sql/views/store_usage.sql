-- SPDX-License-Identifier: GPL-3.0-or-later
-- What is stored against the caps: in all, and by who vouches for it on each day.

CREATE OR REPLACE VIEW tlsrpt.store_usage AS
SELECT kept.is_verified, kept.sender_domain, kept.day, kept.kept_reports, kept.kept_rows, kept.limit_rows,
       kept.kept_bytes, kept.limit_bytes,
       round(greatest(100.0 * kept.kept_rows / nullif(kept.limit_rows, 0),
                      100.0 * kept.kept_bytes / nullif(kept.limit_bytes, 0)), 1) AS percent
  FROM (
    SELECT t.is_verified, NULL::text AS sender_domain, NULL::date AS day, sum(t.kept_reports)::bigint AS kept_reports,
           sum(t.kept_rows)::bigint AS kept_rows,
           CASE WHEN t.is_verified THEN l.verified_rows ELSE l.unverified_rows END AS limit_rows,
           sum(t.kept_bytes)::bigint AS kept_bytes,
           CASE WHEN t.is_verified THEN l.verified_bytes ELSE l.unverified_bytes END AS limit_bytes
      FROM tlsrpt.store_total AS t CROSS JOIN tlsrpt.store_limit AS l
      GROUP BY t.is_verified, l.is_only_row
    UNION ALL
    SELECT d.sender_domain <> '', d.sender_domain, d.day, d.kept_reports, d.kept_rows,
           CASE d.sender_domain WHEN '' THEN l.unverified_day_rows ELSE l.sender_day_rows END,
           d.kept_bytes, CASE d.sender_domain WHEN '' THEN l.unverified_day_bytes ELSE l.sender_day_bytes END
      FROM tlsrpt.store_day AS d CROSS JOIN tlsrpt.store_limit AS l
  ) AS kept;
COMMENT ON VIEW tlsrpt.store_usage IS 'What is stored against the caps of store_limit: all together, and by the domain that signed, on each day that reports speak of.';
COMMENT ON COLUMN tlsrpt.store_usage.is_verified IS 'Of reports that a signature vouches for, or of the others.';
COMMENT ON COLUMN tlsrpt.store_usage.sender_domain IS 'Domain that signed; empty for what nobody vouches for; null in the two rows of all together.';
COMMENT ON COLUMN tlsrpt.store_usage.day IS 'Day that the reports speak of; null in these rows.';
COMMENT ON COLUMN tlsrpt.store_usage.kept_reports IS 'Reports.';
COMMENT ON COLUMN tlsrpt.store_usage.kept_rows IS 'Their rows in report, policy and failure.';
COMMENT ON COLUMN tlsrpt.store_usage.limit_rows IS 'The cap; null for none.';
COMMENT ON COLUMN tlsrpt.store_usage.kept_bytes IS 'Bytes of their documents and of evidence.';
COMMENT ON COLUMN tlsrpt.store_usage.limit_bytes IS 'The cap; null for none.';
COMMENT ON COLUMN tlsrpt.store_usage.percent IS 'Of the cap that is nearer.';
