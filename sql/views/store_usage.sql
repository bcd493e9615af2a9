-- SPDX-License-Identifier: GPL-3.0-or-later
-- How much is stored, and how much each cap allows.

CREATE OR REPLACE VIEW tlsrpt.store_usage WITH (security_barrier = true) AS
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
  ) AS kept
  WHERE (SELECT tlsrpt.sees_all());
COMMENT ON VIEW tlsrpt.store_usage IS 'How much of each cap of store_limit is used: in total, and for each day by each signing domain and by unverified reports?';
COMMENT ON COLUMN tlsrpt.store_usage.is_verified IS 'Whether the row counts verified reports or unverified ones.';
COMMENT ON COLUMN tlsrpt.store_usage.sender_domain IS 'Signing domain; empty for unverified reports; null in the two rows of totals.';
COMMENT ON COLUMN tlsrpt.store_usage.day IS 'Day of the reports; null in the rows of totals.';
COMMENT ON COLUMN tlsrpt.store_usage.kept_reports IS 'Reports.';
COMMENT ON COLUMN tlsrpt.store_usage.kept_rows IS 'Their rows in report, policy and failure.';
COMMENT ON COLUMN tlsrpt.store_usage.limit_rows IS 'The cap; null for no cap.';
COMMENT ON COLUMN tlsrpt.store_usage.kept_bytes IS 'Bytes of their documents and evidence.';
COMMENT ON COLUMN tlsrpt.store_usage.limit_bytes IS 'The cap; null for no cap.';
COMMENT ON COLUMN tlsrpt.store_usage.percent IS 'Rows or bytes in percent of their cap, whichever is higher; null without a cap.';
