-- SPDX-License-Identifier: GPL-3.0-or-later
-- How far back reports show how often a reporter reports.

CREATE OR REPLACE FUNCTION tlsrpt.habit_days() RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN 45;
COMMENT ON FUNCTION tlsrpt.habit_days() IS
'Days before today whose reports show how often a reporter reports: silence is measured against them.';
