-- SPDX-License-Identifier: GPL-3.0-or-later
-- How the store grows: by table, and quarantine by sender.

CREATE OR REPLACE VIEW tlsrpt.storage AS
SELECT c.relname::text AS table_name,
       nullif(c.reltuples, -1)::bigint AS row_estimate,
       pg_catalog.pg_table_size(c.oid) AS table_bytes,
       pg_catalog.pg_indexes_size(c.oid) AS index_bytes,
       pg_catalog.pg_total_relation_size(c.oid) AS total_bytes,
       CASE c.relname
         WHEN 'report' THEN (SELECT coalesce(sum(octet_length(evidence)), 0)::bigint FROM tlsrpt.report)
         WHEN 'quarantine' THEN (SELECT coalesce(sum(raw_bytes), 0)::bigint FROM tlsrpt.quarantine)
       END AS message_bytes
  FROM pg_catalog.pg_class AS c
  WHERE c.relnamespace = 'tlsrpt'::regnamespace AND c.relkind = 'r';
COMMENT ON VIEW tlsrpt.storage IS 'Size of each table.';
COMMENT ON COLUMN tlsrpt.storage.table_name IS 'Table of schema tlsrpt.';
COMMENT ON COLUMN tlsrpt.storage.row_estimate IS 'Rows, as the planner has them; null until the first ANALYZE.';
COMMENT ON COLUMN tlsrpt.storage.table_bytes IS 'Bytes on disk, large values included.';
COMMENT ON COLUMN tlsrpt.storage.index_bytes IS 'Bytes on disk of its indexes.';
COMMENT ON COLUMN tlsrpt.storage.total_bytes IS 'Both together.';
COMMENT ON COLUMN tlsrpt.storage.message_bytes IS 'Length of all evidence in report, of all messages in quarantine; reads the whole table when asked for.';

CREATE OR REPLACE VIEW tlsrpt.quarantine_usage AS
SELECT NULL::text AS sender_domain, kept_messages, kept_bytes, total_bytes AS limit_bytes,
       round(100.0 * kept_bytes / nullif(total_bytes, 0), 1) AS percent, when_full
  FROM tlsrpt.quarantine_limit
UNION ALL
SELECT s.sender_domain, s.kept_messages, s.kept_bytes, l.sender_bytes,
       round(100.0 * s.kept_bytes / nullif(l.sender_bytes, 0), 1), l.when_full
  FROM tlsrpt.quarantine_sender AS s CROSS JOIN tlsrpt.quarantine_limit AS l;
COMMENT ON VIEW tlsrpt.quarantine_usage IS 'What is in quarantine against its caps: all together, and by sender domain.';
COMMENT ON COLUMN tlsrpt.quarantine_usage.sender_domain IS 'Domain of the envelope sender, else of From; null in the row of all together.';
COMMENT ON COLUMN tlsrpt.quarantine_usage.kept_messages IS 'Messages in quarantine.';
COMMENT ON COLUMN tlsrpt.quarantine_usage.kept_bytes IS 'Their bytes, with 1 kB and more each for what is known of them.';
COMMENT ON COLUMN tlsrpt.quarantine_usage.limit_bytes IS 'The cap; null for none.';
COMMENT ON COLUMN tlsrpt.quarantine_usage.percent IS 'kept_bytes of limit_bytes.';
COMMENT ON COLUMN tlsrpt.quarantine_usage.when_full IS 'What happens at the cap: defer or drop-oldest.';
