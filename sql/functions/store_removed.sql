-- SPDX-License-Identifier: GPL-3.0-or-later
-- Subtracts deleted reports from the counters of the store.

CREATE OR REPLACE FUNCTION tlsrpt.store_removed() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'tlsrpt.report'::regclass THEN
    RAISE EXCEPTION 'a trigger of tlsrpt.report alone' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- Locks the rows in the same order as store_added, so that the two cannot deadlock.
  PERFORM FROM tlsrpt.store_day
    WHERE (sender_domain, day) IN (SELECT sender_domain, day FROM removed)
    ORDER BY sender_domain, day FOR UPDATE;
  UPDATE tlsrpt.store_day AS kept
    SET kept_reports = kept_reports - reports, kept_rows = kept_rows - rows, kept_bytes = kept_bytes - bytes,
        change_no = nextval('tlsrpt.change_no')
    FROM (SELECT sender_domain, day, count(*) AS reports, sum(charged_rows) AS rows, sum(charged_bytes) AS bytes
            FROM removed GROUP BY sender_domain, day) AS gone
    WHERE kept.sender_domain = gone.sender_domain AND kept.day = gone.day;
  DELETE FROM tlsrpt.store_day
    WHERE kept_reports <= 0 AND (sender_domain, day) IN (SELECT sender_domain, day FROM removed);
  UPDATE tlsrpt.store_total AS total
    SET kept_reports = kept_reports - reports, kept_rows = kept_rows - rows, kept_bytes = kept_bytes - bytes
    FROM (SELECT is_verified, count(*) AS reports, sum(charged_rows) AS rows, sum(charged_bytes) AS bytes
            FROM removed GROUP BY is_verified) AS gone
    WHERE total.is_verified = gone.is_verified AND total.part = pg_backend_pid() % 64;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tlsrpt.store_removed() IS 'Subtracts deleted reports from the counters of the store.';

CREATE OR REPLACE TRIGGER store_removed AFTER DELETE ON tlsrpt.report
  REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION tlsrpt.store_removed();
