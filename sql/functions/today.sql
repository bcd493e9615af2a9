-- SPDX-License-Identifier: GPL-3.0-or-later
-- The day that the views use as today: the current UTC day, unless the database session sets another.

CREATE OR REPLACE FUNCTION tlsrpt.today() RETURNS date
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN coalesce(nullif(current_setting('tlsrpt.today', true), '')::date, (now() AT TIME ZONE 'UTC')::date);
COMMENT ON FUNCTION tlsrpt.today() IS
'The UTC day that the views use as today. SET tlsrpt.today = ''2026-05-31'' makes them count days back from that day.';
