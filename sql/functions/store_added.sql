-- SPDX-License-Identifier: GPL-3.0-or-later
-- Counts reports as they are stored and enforces the caps of store_limit. It runs with the owner's rights,
-- because the writer may neither read nor change the counters.

-- A delivery has a server process of its own, which parses and plans each statement anew. So the statements are
-- plain ones, for one row each, a report that comes alone is not grouped, and all numbers are bigint: an operator
-- between two types is searched for among all of its name. The row of a day is locked until the transaction ends, so
-- that the caps of a day are exact while others store. The caps on all days together do not count what other
-- transactions are storing at the same moment.
CREATE OR REPLACE FUNCTION tlsrpt.store_added() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  cap tlsrpt.store_limit;
  verified boolean;
  sender text;
  of_day date;
  more_reports bigint := 0;
  more_rows bigint;
  more_bytes bigint;
  all_rows bigint;
  all_bytes bigint;
  is_alone boolean;
  counted refcursor;
BEGIN
  IF TG_RELID <> 'tlsrpt.report'::regclass::oid THEN
    RAISE EXCEPTION 'a trigger of tlsrpt.report alone' USING ERRCODE = 'insufficient_privilege';
  END IF;
  FOR verified, sender, of_day, more_rows, more_bytes IN
    SELECT is_verified, sender_domain, day, charged_rows::bigint, charged_bytes FROM added LIMIT 2
  LOOP
    more_reports := more_reports + 1;
  END LOOP;
  IF more_reports = 0 THEN
    RETURN NULL;
  END IF;
  is_alone := more_reports = 1;
  -- In the order of the key, the totals last: transactions that lock the same rows in the same order cannot deadlock.
  -- A GROUPING SETS row with a day is for store_day, one without for store_total.
  IF NOT is_alone THEN
    OPEN counted NO SCROLL FOR
      SELECT is_verified, sender_domain, day, count(*), sum(charged_rows), sum(charged_bytes)::bigint
        FROM added GROUP BY GROUPING SETS ((is_verified, sender_domain, day), (is_verified))
        ORDER BY sender_domain, day, is_verified;
    FETCH counted INTO verified, sender, of_day, more_reports, more_rows, more_bytes;
  END IF;
  SELECT * INTO cap FROM tlsrpt.store_limit;
  LOOP
    IF of_day IS NOT NULL THEN
      INSERT INTO tlsrpt.store_day AS known (sender_domain, day, kept_reports, kept_rows, kept_bytes)
        VALUES (sender, of_day, more_reports, more_rows, more_bytes)
        ON CONFLICT (sender_domain, day) DO UPDATE
          SET kept_reports = known.kept_reports + excluded.kept_reports, kept_rows = known.kept_rows + excluded.kept_rows,
              kept_bytes = known.kept_bytes + excluded.kept_bytes, change_no = excluded.change_no
        RETURNING kept_rows, kept_bytes INTO all_rows, all_bytes;
      IF all_rows > (CASE WHEN verified THEN cap.sender_day_rows ELSE cap.unverified_day_rows END)
         OR all_bytes > (CASE WHEN verified THEN cap.sender_day_bytes ELSE cap.unverified_day_bytes END) THEN
        RAISE EXCEPTION 'no more room for reports % on %', CASE sender
            WHEN '' THEN 'without a valid signature' ELSE 'signed by ' || sender END, of_day
          USING ERRCODE = 'TQ002', HINT = 'tlsrpt-ingest prune, or UPDATE tlsrpt.store_limit.';
      END IF;
    ELSE
      UPDATE tlsrpt.store_total AS known
        SET kept_reports = known.kept_reports + more_reports, kept_rows = known.kept_rows + more_rows,
            kept_bytes = known.kept_bytes + more_bytes
        WHERE known.is_verified = verified AND known.part = pg_backend_pid() % 64;
      SELECT sum(kept_rows)::bigint, sum(kept_bytes)::bigint INTO all_rows, all_bytes
        FROM tlsrpt.store_total WHERE is_verified = verified;
      IF all_rows > (CASE WHEN verified THEN cap.verified_rows ELSE cap.unverified_rows END)
         OR all_bytes > (CASE WHEN verified THEN cap.verified_bytes ELSE cap.unverified_bytes END) THEN
        RAISE EXCEPTION 'no more room for %',
            CASE WHEN verified THEN 'all signed reports' ELSE 'all reports without a valid signature' END
          USING ERRCODE = 'TQ002', HINT = 'tlsrpt-ingest prune, or UPDATE tlsrpt.store_limit.';
      END IF;
    END IF;
    IF NOT is_alone THEN
      FETCH counted INTO verified, sender, of_day, more_reports, more_rows, more_bytes;
      EXIT WHEN NOT FOUND;
    ELSE
      EXIT WHEN of_day IS NULL;
      of_day := NULL;
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tlsrpt.store_added() IS 'Counts reports as they are stored. Past a cap of store_limit it refuses them (SQLSTATE TQ002).';

CREATE OR REPLACE TRIGGER store_added AFTER INSERT ON tlsrpt.report
  REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION tlsrpt.store_added();
