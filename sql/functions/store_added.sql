-- SPDX-License-Identifier: GPL-3.0-or-later
-- Counts reports as they are stored and enforces the caps of store_limit. It runs with the owner's rights,
-- because the writer may neither read nor change the counters.

-- A delivery has a server process of its own, which parses and plans each statement anew: so the statements are
-- plain ones, for one row each. A GROUPING SETS row with a day is for store_day, one without for store_total. The
-- row of the day is locked until the transaction ends, so that the caps of a day are exact while others store. The
-- caps on all days together do not count what other transactions are storing at the same moment.
CREATE OR REPLACE FUNCTION tlsrpt.store_added() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  cap tlsrpt.store_limit;
  more record;
  kept record;
BEGIN
  IF TG_RELID <> 'tlsrpt.report'::regclass THEN
    RAISE EXCEPTION 'a trigger of tlsrpt.report alone' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT * INTO cap FROM tlsrpt.store_limit;
  -- In the order of the key, the totals last: transactions that lock the same rows in the same order cannot deadlock.
  FOR more IN
    SELECT is_verified, sender_domain, day, count(*) AS reports, sum(charged_rows) AS rows, sum(charged_bytes) AS bytes
      FROM added GROUP BY GROUPING SETS ((is_verified, sender_domain, day), (is_verified))
      ORDER BY sender_domain, day, is_verified
  LOOP
    IF more.day IS NOT NULL THEN
      INSERT INTO tlsrpt.store_day AS known (sender_domain, day, kept_reports, kept_rows, kept_bytes)
        VALUES (more.sender_domain, more.day, more.reports, more.rows, more.bytes)
        ON CONFLICT (sender_domain, day) DO UPDATE
          SET kept_reports = known.kept_reports + excluded.kept_reports, kept_rows = known.kept_rows + excluded.kept_rows,
              kept_bytes = known.kept_bytes + excluded.kept_bytes, change_no = excluded.change_no
        RETURNING kept_rows, kept_bytes INTO kept;
      IF kept.kept_rows > (CASE WHEN more.sender_domain = '' THEN cap.unverified_day_rows ELSE cap.sender_day_rows END)
         OR kept.kept_bytes > (CASE WHEN more.sender_domain = '' THEN cap.unverified_day_bytes ELSE cap.sender_day_bytes END) THEN
        RAISE EXCEPTION 'no more room for reports % on %', CASE more.sender_domain
            WHEN '' THEN 'without a valid signature' ELSE 'signed by ' || more.sender_domain END, more.day
          USING ERRCODE = 'TQ002', HINT = 'tlsrpt-ingest prune, or UPDATE tlsrpt.store_limit.';
      END IF;
    ELSE
      UPDATE tlsrpt.store_total
        SET kept_reports = kept_reports + more.reports, kept_rows = kept_rows + more.rows, kept_bytes = kept_bytes + more.bytes
        WHERE is_verified = more.is_verified AND part = pg_backend_pid() % 64;
      SELECT sum(kept_rows) AS kept_rows, sum(kept_bytes) AS kept_bytes INTO kept
        FROM tlsrpt.store_total WHERE is_verified = more.is_verified;
      IF kept.kept_rows > (CASE WHEN more.is_verified THEN cap.verified_rows ELSE cap.unverified_rows END)
         OR kept.kept_bytes > (CASE WHEN more.is_verified THEN cap.verified_bytes ELSE cap.unverified_bytes END) THEN
        RAISE EXCEPTION 'no more room for %',
            CASE WHEN more.is_verified THEN 'all signed reports' ELSE 'all reports without a valid signature' END
          USING ERRCODE = 'TQ002', HINT = 'tlsrpt-ingest prune, or UPDATE tlsrpt.store_limit.';
      END IF;
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tlsrpt.store_added() IS 'Counts reports as they are stored. Past a cap of store_limit it refuses them (SQLSTATE TQ002).';

CREATE OR REPLACE TRIGGER store_added AFTER INSERT ON tlsrpt.report
  REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION tlsrpt.store_added();
