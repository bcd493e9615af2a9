-- SPDX-License-Identifier: GPL-3.0-or-later
-- Sets the counters of quarantine to 0 after TRUNCATE.

CREATE OR REPLACE FUNCTION tlsrpt.quarantine_emptied() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'tlsrpt.quarantine'::regclass THEN
    RAISE EXCEPTION 'a trigger of tlsrpt.quarantine alone' USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE tlsrpt.quarantine_limit SET kept_messages = 0, kept_bytes = 0;
  DELETE FROM tlsrpt.quarantine_sender;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tlsrpt.quarantine_emptied() IS 'Sets the counters of quarantine to 0 after TRUNCATE.';

CREATE OR REPLACE TRIGGER quarantine_emptied AFTER TRUNCATE ON tlsrpt.quarantine
  FOR EACH STATEMENT EXECUTE FUNCTION tlsrpt.quarantine_emptied();
