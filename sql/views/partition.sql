-- SPDX-License-Identifier: GPL-3.0-or-later
-- The partitions of months.

CREATE OR REPLACE VIEW tlsrpt.partition AS
WITH now AS (
  SELECT date_trunc('month', coalesce(nullif(current_setting('tlsrpt.partition_day', true), '')::timestamp,
                                      now() AT TIME ZONE 'UTC')) AS month
    FROM pg_catalog.pg_partitioned_table WHERE partrelid = 'tlsrpt.report'::regclass
), made AS (
  SELECT to_date(substr(c.relname, length('report_') + 1), 'YYYY_MM') AS month, c.oid
    FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'tlsrpt.report'::regclass AND pg_catalog.pg_get_expr(c.relpartbound, c.oid) <> 'DEFAULT'
), wanted AS (
  SELECT (now.month + months * interval '1 month')::date AS month FROM now CROSS JOIN generate_series(0, 3) AS months
), stored AS (
  SELECT date_trunc('month', day::timestamp)::date AS month, sum(kept_reports)::bigint AS reports
    FROM now CROSS JOIN tlsrpt.store_day GROUP BY 1
)
SELECT month, (month + interval '1 month')::date AS next_month, made.oid IS NOT NULL AS is_made,
       (SELECT sum(pg_catalog.pg_total_relation_size(c.oid))::bigint FROM pg_catalog.pg_class c
          WHERE c.relnamespace = 'tlsrpt'::regnamespace
            AND c.relname IN (to_char(month, '"report"_YYYY_MM'), to_char(month, '"policy"_YYYY_MM'),
                              to_char(month, '"failure"_YYYY_MM'))) AS total_bytes,
       wanted.month IS NOT NULL AS is_wanted,
       CASE WHEN made.oid IS NULL THEN coalesce(stored.reports, 0) ELSE 0 END AS default_reports
  FROM made FULL JOIN wanted USING (month) FULL JOIN stored USING (month)
  WHERE made.oid IS NOT NULL OR wanted.month IS NOT NULL OR stored.reports > 0;

COMMENT ON VIEW tlsrpt.partition IS
'Which months have partitions, and which should have? No row if the schema was installed without partitions. Reports of
a month without a partition are in the default partitions, and move when the partition is made.
SET tlsrpt.partition_day = ''2027-06-01'' shows the months that should have partitions on that day.';
COMMENT ON COLUMN tlsrpt.partition.month IS 'First day of the month.';
COMMENT ON COLUMN tlsrpt.partition.next_month IS 'First day of the month after it.';
COMMENT ON COLUMN tlsrpt.partition.is_made IS 'Whether it has partitions.';
COMMENT ON COLUMN tlsrpt.partition.total_bytes IS 'Bytes on disk of its partitions and their indexes; null without partitions.';
COMMENT ON COLUMN tlsrpt.partition.is_wanted IS 'Whether it should have partitions: they are made for this month and the next three.';
COMMENT ON COLUMN tlsrpt.partition.default_reports IS 'Reports of the month that are in the default partition.';
