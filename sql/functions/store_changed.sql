-- SPDX-License-Identifier: GPL-3.0-or-later
-- Corrects the counters after an UPDATE of report, for example when evidence is pruned. It checks no cap:
-- what is stored stays.

CREATE OR REPLACE FUNCTION tlsrpt.store_changed() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'tlsrpt.report'::regclass THEN
    RAISE EXCEPTION 'a trigger of tlsrpt.report alone' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO tlsrpt.store_day AS known (sender_domain, day, kept_reports, kept_rows, kept_bytes)
    SELECT sender_domain, day, sum(sign), sum(sign * charged_rows), sum(sign * charged_bytes)
      FROM (SELECT sender_domain, day, charged_rows, charged_bytes, 1 AS sign FROM added
            UNION ALL
            SELECT sender_domain, day, charged_rows, charged_bytes, -1 FROM removed) AS changed
      GROUP BY sender_domain, day ORDER BY sender_domain, day
    ON CONFLICT (sender_domain, day) DO UPDATE
      SET kept_reports = known.kept_reports + excluded.kept_reports, kept_rows = known.kept_rows + excluded.kept_rows,
          kept_bytes = known.kept_bytes + excluded.kept_bytes, change_no = excluded.change_no;
  UPDATE tlsrpt.store_total AS total
    SET kept_reports = kept_reports + reports, kept_rows = kept_rows + rows, kept_bytes = kept_bytes + bytes
    FROM (SELECT is_verified, sum(sign) AS reports, sum(sign * charged_rows) AS rows, sum(sign * charged_bytes) AS bytes
            FROM (SELECT is_verified, charged_rows, charged_bytes, 1 AS sign FROM added
                  UNION ALL
                  SELECT is_verified, charged_rows, charged_bytes, -1 FROM removed) AS changed
            GROUP BY is_verified) AS more
    WHERE total.is_verified = more.is_verified AND total.part = pg_backend_pid() % 64;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tlsrpt.store_changed() IS 'Corrects the counters of the store after an UPDATE of report.';

CREATE OR REPLACE TRIGGER store_changed AFTER UPDATE ON tlsrpt.report
  REFERENCING OLD TABLE AS removed NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION tlsrpt.store_changed();
