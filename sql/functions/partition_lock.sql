-- SPDX-License-Identifier: GPL-3.0-or-later
-- Locks more tables for who has one already. It does not wait in the server's queue: a query that has one of these
-- tables may be waiting for the first one, and the server would end either of the two by a deadlock, also the query. So
-- it asks again and again for a second, and then gives up with all that the caller has.

CREATE OR REPLACE FUNCTION tlsrpt.partition_lock(mode text, VARIADIC names text[]) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  name text;
  patience timestamptz := clock_timestamp() + interval '1 second';
BEGIN
  FOREACH name IN ARRAY names LOOP
    LOOP
      BEGIN
        EXECUTE format('LOCK TABLE ONLY tlsrpt.%I IN %s MODE NOWAIT', name, mode);
        EXIT;
      EXCEPTION WHEN lock_not_available THEN
        IF clock_timestamp() > patience THEN
          RAISE;
        END IF;
      END;
      PERFORM pg_sleep(.01);
    END LOOP;
  END LOOP;
END
$$;
COMMENT ON FUNCTION tlsrpt.partition_lock(text, text[]) IS
'Locks tables for partition_make and partition_drop as soon as nobody has them; gives up after a second.';
