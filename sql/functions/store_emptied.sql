-- SPDX-License-Identifier: GPL-3.0-or-later
-- Sets the counters of the store to 0 after TRUNCATE of report.

CREATE OR REPLACE FUNCTION tlsrpt.store_emptied() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'tlsrpt.report'::regclass THEN
    RAISE EXCEPTION 'a trigger of tlsrpt.report alone' USING ERRCODE = 'insufficient_privilege';
  END IF;
  DELETE FROM tlsrpt.store_day;
  UPDATE tlsrpt.store_total SET kept_reports = 0, kept_rows = 0, kept_bytes = 0;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tlsrpt.store_emptied() IS 'Sets the counters of the store to 0 after TRUNCATE of report.';

CREATE OR REPLACE TRIGGER store_emptied AFTER TRUNCATE ON tlsrpt.report
  FOR EACH STATEMENT EXECUTE FUNCTION tlsrpt.store_emptied();
