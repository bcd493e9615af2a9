-- SPDX-License-Identifier: GPL-3.0-or-later
-- The partitions of months.

CREATE OR REPLACE VIEW tlsrpt.partition AS
WITH made AS (
  SELECT to_date(substr(c.relname, length('report_') + 1), 'YYYY_MM') AS month, c.oid
    FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'tlsrpt.report'::regclass AND pg_catalog.pg_get_expr(c.relpartbound, c.oid) <> 'DEFAULT'
), wanted AS (
  SELECT month::date AS month
    FROM generate_series(date_trunc('month', now() AT TIME ZONE 'UTC'),
                         date_trunc('month', now() AT TIME ZONE 'UTC') + interval '3 months', interval '1 month') AS month
    WHERE EXISTS (SELECT FROM pg_catalog.pg_partitioned_table WHERE partrelid = 'tlsrpt.report'::regclass)
)
SELECT month, (month + interval '1 month')::date AS next_month, made.oid IS NOT NULL AS is_made,
       (SELECT sum(pg_catalog.pg_total_relation_size(c.oid))::bigint FROM pg_catalog.pg_class c
          WHERE c.relnamespace = 'tlsrpt'::regnamespace
            AND c.relname IN (to_char(month, '"report"_YYYY_MM'), to_char(month, '"policy"_YYYY_MM'),
                              to_char(month, '"failure"_YYYY_MM'))) AS total_bytes
  FROM made FULL JOIN wanted USING (month);

COMMENT ON VIEW tlsrpt.partition IS
'Which months have partitions, and which should have? No row if the schema was installed without partitions. Reports of
a month without a partition are in the default partitions, and move when the partition is made.';
COMMENT ON COLUMN tlsrpt.partition.month IS 'First day of the month.';
COMMENT ON COLUMN tlsrpt.partition.next_month IS 'First day of the month after it.';
COMMENT ON COLUMN tlsrpt.partition.is_made IS 'Whether it has partitions. They are made for this month and the next three.';
COMMENT ON COLUMN tlsrpt.partition.total_bytes IS 'Bytes on disk of its partitions and their indexes; null without partitions.';
