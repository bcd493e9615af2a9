-- SPDX-License-Identifier: GPL-3.0-or-later
-- Gives the planner statistics of a partitioned table as a whole: how many reporters or domains it has, and which are
-- frequent. Autovacuum analyzes partitions, but never the table that they are of. It is for the owner.

-- A table is due where its partitions have a tenth more rows than at the last time, or fewer, and 50: as autovacuum
-- does it by default. Statistics of partitions are made too, so that the two agree afterwards.
CREATE OR REPLACE FUNCTION tlsrpt.partition_analyze(name text) RETURNS boolean
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET role = tlsrpt_owner SET lock_timeout = '2s'
AS $$
BEGIN
  IF NOT coalesce((
    SELECT abs(sum(greatest(part.reltuples, 0)) - greatest(whole.reltuples, 0)) > 50 + 0.1 * greatest(whole.reltuples, 0)
      FROM pg_class whole JOIN pg_inherits i ON i.inhparent = whole.oid JOIN pg_class part ON part.oid = i.inhrelid
      WHERE whole.oid = format('tlsrpt.%I', name)::regclass AND whole.relkind = 'p'
      GROUP BY whole.reltuples), false) THEN
    RETURN false;
  END IF;
  EXECUTE format('ANALYZE tlsrpt.%I', name);
  RETURN true;
EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
  RETURN false;
END
$$;
COMMENT ON FUNCTION tlsrpt.partition_analyze(text) IS
'Analyzes report, policy or failure, if it has partitions and has grown or shrunk by a tenth since the last time; says whether it did.';
