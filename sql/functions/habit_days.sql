-- SPDX-License-Identifier: GPL-3.0-or-later
-- How many days of reports are used to learn how often a reporter sends them.

CREATE OR REPLACE FUNCTION tlsrpt.habit_days() RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN 45;
COMMENT ON FUNCTION tlsrpt.habit_days() IS
'How many days before today are used to learn how often a reporter sends reports. Silence is judged by that habit.';
