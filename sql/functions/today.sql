-- SPDX-License-Identifier: GPL-3.0-or-later
-- The day that the views take as today, unless a session sets another.

CREATE OR REPLACE FUNCTION tlsrpt.today() RETURNS date
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN coalesce(nullif(current_setting('tlsrpt.today', true), '')::date, (now() AT TIME ZONE 'UTC')::date);
COMMENT ON FUNCTION tlsrpt.today() IS
'The UTC day on which the views stand; SET tlsrpt.today = ''2026-05-31'' shows how things stood then.';
