-- SPDX-License-Identifier: GPL-3.0-or-later
-- Installs or upgrades schema tlsrpt: `psql -f sql/install.sql`. It is safe to repeat.
-- `tlsrpt-ingest schema install` runs the files of the \ir lines in the same order. It uses a transaction,
-- a lock and the same condition on migrations as this file.

\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;
BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE;
-- Settings of the role or the database must not change the meaning of names, dates and backslashes here.
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL TimeZone = 'UTC';
SET LOCAL standard_conforming_strings = on;
SET LOCAL statement_timeout = 0;
SET LOCAL jit = off;
SELECT pg_advisory_xact_lock(128017308283508) \g /dev/null

\ir roles.sql
\ir schema.sql

SELECT coalesce(max(version), 0) > 1 AS newer FROM tlsrpt.schema_version \gset
\if :newer
  DO $$ BEGIN RAISE EXCEPTION 'the schema is newer than this install.sql' USING ERRCODE = 'TR001'; END $$;
\endif

SELECT NOT EXISTS (SELECT FROM tlsrpt.schema_version WHERE version = 1) AS needed \gset
\if :needed
\ir migrations/0001-tables.sql
\endif

\ir partition.sql
\ir data/result_type.sql
\ir views-drop.sql
\ir functions/install.sql
\ir views/install.sql
\ir row-security.sql
\ir partition-months.sql
\ir grants.sql

COMMIT;
