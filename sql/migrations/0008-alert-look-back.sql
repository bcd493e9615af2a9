-- SPDX-License-Identifier: GPL-3.0-or-later
-- The day that alert stood on when it last looked at an incident: one that stands on an earlier day
-- must not tell again, or take back, what is known since.

ALTER TABLE tlsrpt.alert_state ADD COLUMN looked_on date;
UPDATE tlsrpt.alert_state SET looked_on = (event_at AT TIME ZONE 'UTC')::date;
ALTER TABLE tlsrpt.alert_state ALTER COLUMN looked_on SET NOT NULL;
COMMENT ON COLUMN tlsrpt.alert_state.looked_on IS 'Day that the views stood on when alert last looked, or the day it did so if that is earlier; an alert on an earlier day leaves the row alone.';

INSERT INTO tlsrpt.schema_version (version) VALUES (8);

DO $$
DECLARE
  made text;
BEGIN
  SELECT format('%s %s', attname, attnotnull) INTO made
    FROM pg_catalog.pg_attribute
    WHERE attrelid = 'tlsrpt.alert_state'::regclass AND attname = 'looked_on';
  IF made IS DISTINCT FROM 'looked_on t' THEN
    RAISE EXCEPTION 'migration 8 made: %', made USING ERRCODE = 'TR004';
  END IF;
END
$$;
