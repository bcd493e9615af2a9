-- SPDX-License-Identifier: GPL-3.0-or-later
-- Drops the partitions of one old month. It locks the tables for a few milliseconds: first it waits until no
-- transaction uses them, three seconds at most, because all others wait behind it meanwhile. The counters of the store
-- follow as if the reports were deleted; they are read before the drop, because every transaction that stores a report
-- has locked the table.

CREATE OR REPLACE FUNCTION tlsrpt.partition_drop(first_kept_day date) RETURNS bigint
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET role = tlsrpt_owner SET lock_timeout = '2s'
AS $$
DECLARE
  old record;
  suffix text;
  reports bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(128009208098162);  -- as partition_make
  SELECT * INTO old FROM tlsrpt.partition p WHERE p.is_made AND p.next_month <= first_kept_day ORDER BY p.month LIMIT 1;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  suffix := to_char(old.month, '_YYYY_MM');
  LOCK TABLE ONLY tlsrpt.report IN ACCESS EXCLUSIVE MODE;
  PERFORM tlsrpt.partition_lock('ACCESS EXCLUSIVE', 'policy', 'failure');
  WITH gone AS (
    DELETE FROM tlsrpt.store_day WHERE day >= old.month AND day < old.next_month
      RETURNING sender_domain <> '' AS is_verified, kept_reports, kept_rows, kept_bytes
  ), less AS (
    SELECT is_verified, sum(kept_reports) AS reports, sum(kept_rows) AS rows, sum(kept_bytes) AS bytes
      FROM gone GROUP BY is_verified
  ), counted AS (
    UPDATE tlsrpt.store_total AS total
      SET kept_reports = kept_reports - less.reports, kept_rows = kept_rows - less.rows, kept_bytes = kept_bytes - less.bytes
      FROM less WHERE total.is_verified = less.is_verified AND total.part = pg_backend_pid() % 64
  )
  SELECT coalesce(sum(less.reports), 0) INTO reports FROM less;
  EXECUTE format('DROP TABLE tlsrpt.%I, tlsrpt.%I, tlsrpt.%I', 'failure' || suffix, 'policy' || suffix, 'report' || suffix);
  RETURN reports;
END
$$;
COMMENT ON FUNCTION tlsrpt.partition_drop(date) IS
'Drops the partitions of the oldest month that ends before this day; returns the number of their reports, or null if there is none.';
