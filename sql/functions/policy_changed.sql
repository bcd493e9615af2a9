-- SPDX-License-Identifier: GPL-3.0-or-later
-- Gives the days of policies a new version after an UPDATE, or after a DELETE that is not that of their reports
-- (see store_removed.sql). The program does neither; an owner may.

CREATE OR REPLACE FUNCTION tlsrpt.policy_changed() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'tlsrpt.policy'::regclass THEN
    RAISE EXCEPTION 'a trigger of tlsrpt.policy alone' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    UPDATE tlsrpt.store_day SET change_no = nextval('tlsrpt.change_no')
      WHERE day IN (SELECT day FROM removed UNION SELECT day FROM added);
  ELSE
    UPDATE tlsrpt.store_day SET change_no = nextval('tlsrpt.change_no') WHERE day IN (SELECT day FROM removed);
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tlsrpt.policy_changed() IS 'Gives the days of changed policies a new version, so that they are copied to session_day again.';

CREATE OR REPLACE TRIGGER policy_changed AFTER UPDATE ON tlsrpt.policy
  REFERENCING OLD TABLE AS removed NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION tlsrpt.policy_changed();
CREATE OR REPLACE TRIGGER policy_removed AFTER DELETE ON tlsrpt.policy
  REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION tlsrpt.policy_changed();
