-- SPDX-License-Identifier: GPL-3.0-or-later
-- Gives all days a new version after an UPDATE of failures, or after a DELETE that is not that of their reports. To find
-- out which days they are of would make each removal of a report cost more. The program does neither; an owner may.

CREATE OR REPLACE FUNCTION tlsrpt.failure_changed() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'tlsrpt.failure'::regclass THEN
    RAISE EXCEPTION 'a trigger of tlsrpt.failure alone' USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE tlsrpt.store_day SET change_no = nextval('tlsrpt.change_no');
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tlsrpt.failure_changed() IS 'Gives all days a new version after a change of failures alone, so that they are copied to session_day again.';

CREATE OR REPLACE TRIGGER failure_changed AFTER UPDATE OR DELETE ON tlsrpt.failure
  FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION tlsrpt.failure_changed();
