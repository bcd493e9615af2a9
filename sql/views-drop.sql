-- SPDX-License-Identifier: GPL-3.0-or-later
-- Drops the views before they are created again, because CREATE OR REPLACE VIEW cannot change a column.
-- One command drops all of them, so that their order does not matter. It does not use CASCADE, which would
-- drop views that somebody else built on them. If there are such views, ours stay and are replaced in place,
-- which works as long as columns were only added at the end.

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
