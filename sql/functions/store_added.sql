-- SPDX-License-Identifier: GPL-3.0-or-later
-- Counts reports as they are stored and enforces the caps of store_limit. It runs with the owner's rights,
-- because the writer may neither read nor change the counters.

-- Only two statements, because the server plans each of them again for every delivery. The row of the day is
-- locked until the transaction ends, so that the caps of a day are exact while others store. The caps on all
-- days together do not count what other transactions are storing at the same moment.
CREATE OR REPLACE FUNCTION tlsrpt.store_added() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  spent text;
BEGIN
  IF TG_RELID <> 'tlsrpt.report'::regclass THEN
    RAISE EXCEPTION 'a trigger of tlsrpt.report alone' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- In the order of the key: transactions that lock the same rows in the same order cannot deadlock.
  WITH more AS (
    SELECT sender_domain, day, count(*) AS reports, sum(charged_rows) AS rows, sum(charged_bytes) AS bytes
      FROM added GROUP BY sender_domain, day ORDER BY sender_domain, day
  ), kept AS (
    INSERT INTO tlsrpt.store_day AS known (sender_domain, day, kept_reports, kept_rows, kept_bytes)
      SELECT sender_domain, day, reports, rows, bytes FROM more
      ON CONFLICT (sender_domain, day) DO UPDATE
        SET kept_reports = known.kept_reports + excluded.kept_reports, kept_rows = known.kept_rows + excluded.kept_rows,
            kept_bytes = known.kept_bytes + excluded.kept_bytes, change_no = excluded.change_no
      RETURNING sender_domain, day, kept_rows, kept_bytes
  )
  SELECT CASE sender_domain WHEN '' THEN 'reports without a valid signature on ' || day
                            ELSE 'reports signed by ' || sender_domain || ' on ' || day END INTO spent
    FROM kept CROSS JOIN tlsrpt.store_limit AS cap
    WHERE kept_rows > CASE sender_domain WHEN '' THEN cap.unverified_day_rows ELSE cap.sender_day_rows END
       OR kept_bytes > CASE sender_domain WHEN '' THEN cap.unverified_day_bytes ELSE cap.sender_day_bytes END
    LIMIT 1;
  IF spent IS NULL THEN
    WITH more AS (
      SELECT is_verified, count(*) AS reports, sum(charged_rows) AS rows, sum(charged_bytes) AS bytes
        FROM added GROUP BY is_verified
    ), counted AS (
      UPDATE tlsrpt.store_total AS total
        SET kept_reports = kept_reports + reports, kept_rows = kept_rows + rows, kept_bytes = kept_bytes + bytes
        FROM more
        WHERE total.is_verified = more.is_verified AND total.part = pg_backend_pid() % 64
        RETURNING total.is_verified, rows, bytes
    ), kept AS (
      SELECT counted.is_verified, rows + sum(total.kept_rows) AS kept_rows, bytes + sum(total.kept_bytes) AS kept_bytes
        FROM counted JOIN tlsrpt.store_total AS total USING (is_verified)
        GROUP BY counted.is_verified, rows, bytes
    )
    SELECT CASE WHEN is_verified THEN 'all signed reports' ELSE 'all reports without a valid signature' END INTO spent
      FROM kept CROSS JOIN tlsrpt.store_limit AS cap
      WHERE kept_rows > CASE WHEN is_verified THEN cap.verified_rows ELSE cap.unverified_rows END
         OR kept_bytes > CASE WHEN is_verified THEN cap.verified_bytes ELSE cap.unverified_bytes END
      LIMIT 1;
  END IF;
  IF spent IS NOT NULL THEN
    RAISE EXCEPTION 'no more room for %', spent
      USING ERRCODE = 'TQ002', HINT = 'tlsrpt-ingest prune, or UPDATE tlsrpt.store_limit.';
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tlsrpt.store_added() IS 'Counts reports as they are stored. Past a cap of store_limit it refuses them (SQLSTATE TQ002).';

CREATE OR REPLACE TRIGGER store_added AFTER INSERT ON tlsrpt.report
  REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION tlsrpt.store_added();
