-- SPDX-License-Identifier: GPL-3.0-or-later
-- Takes the views away before they are made anew, as CREATE OR REPLACE VIEW cannot change a column.
-- All in one command, so that their order does not matter; never CASCADE, which would take the views
-- with it that somebody built on them. Where there are such, the old ones stay and are replaced in
-- place, which works as long as columns were only added at the end.

DO $$
DECLARE
  ours text;
BEGIN
  SELECT string_agg(format('tlsrpt.%I', relname), ', ') INTO ours
    FROM pg_catalog.pg_class
    WHERE relnamespace = 'tlsrpt'::regnamespace AND relkind = 'v';
  IF ours IS NOT NULL THEN
    EXECUTE 'DROP VIEW ' || ours;
  END IF;
EXCEPTION WHEN dependent_objects_still_exist THEN
  RAISE NOTICE 'something outside schema tlsrpt depends on its views: they are replaced in place';
END
$$;
