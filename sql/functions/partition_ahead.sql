-- SPDX-License-Identifier: GPL-3.0-or-later
-- Makes the partitions of this month and the next three. Only the calendar decides: no report that arrives does. A
-- month that cannot be made now, because its default partition is in use, is made the next time.

CREATE OR REPLACE FUNCTION tlsrpt.partition_ahead() RETURNS integer
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  missing date;
  made integer := 0;
BEGIN
  FOR missing IN SELECT p.month FROM tlsrpt.partition p WHERE p.is_wanted AND NOT p.is_made ORDER BY p.month LOOP
    made := made + tlsrpt.partition_make(missing)::integer;
  END LOOP;
  RETURN made;
EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
  RETURN 0;
END
$$;
COMMENT ON FUNCTION tlsrpt.partition_ahead() IS
'Makes the partitions of this month and the next three that are missing; returns their number, 0 if the default partitions are in use.';
