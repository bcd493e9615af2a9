-- SPDX-License-Identifier: GPL-3.0-or-later
-- The size of each table, with its partitions.

CREATE OR REPLACE VIEW tlsrpt.storage AS
WITH part AS (
  SELECT coalesce(pg_catalog.pg_partition_root(c.oid), c.oid) AS root,
         sum(nullif(c.reltuples, -1))::bigint AS row_estimate,
         sum(pg_catalog.pg_table_size(c.oid))::bigint AS table_bytes,
         sum(pg_catalog.pg_indexes_size(c.oid))::bigint AS index_bytes,
         sum(pg_catalog.pg_total_relation_size(c.oid))::bigint AS total_bytes
    FROM pg_catalog.pg_class AS c
    WHERE c.relnamespace = 'tlsrpt'::regnamespace AND c.relkind = 'r'
    GROUP BY root
)
SELECT c.relname::text AS table_name, part.row_estimate, part.table_bytes, part.index_bytes, part.total_bytes,
       CASE c.relname
         WHEN 'report' THEN (SELECT coalesce(sum(octet_length(evidence)), 0)::bigint FROM tlsrpt.report)
         WHEN 'quarantine' THEN (SELECT coalesce(sum(raw_bytes), 0)::bigint FROM tlsrpt.quarantine)
       END AS message_bytes
  FROM part JOIN pg_catalog.pg_class AS c ON c.oid = part.root;
COMMENT ON VIEW tlsrpt.storage IS 'How large is each table?';
COMMENT ON COLUMN tlsrpt.storage.table_name IS 'Table of schema tlsrpt.';
COMMENT ON COLUMN tlsrpt.storage.row_estimate IS 'Number of rows as the planner estimates it; null until the first ANALYZE.';
COMMENT ON COLUMN tlsrpt.storage.table_bytes IS 'Bytes on disk, large values included.';
COMMENT ON COLUMN tlsrpt.storage.index_bytes IS 'Bytes on disk of its indexes.';
COMMENT ON COLUMN tlsrpt.storage.total_bytes IS 'Bytes on disk of the table and its indexes.';
COMMENT ON COLUMN tlsrpt.storage.message_bytes IS 'For report, bytes of all evidence; for quarantine, bytes of all messages; null for other tables. A query for this column reads these tables whole.';
