-- SPDX-License-Identifier: GPL-3.0-or-later
-- Creates schema tlsrpt and the table of its migrations. Everything after this file is created by tlsrpt_owner
-- and belongs to it.

DO $$
BEGIN
  IF current_setting('server_encoding') <> 'UTF8' THEN
    RAISE EXCEPTION 'the database''s encoding is %, not UTF8', current_setting('server_encoding')
      USING ERRCODE = 'TR003', HINT = 'Create a database with ENCODING ''UTF8'' TEMPLATE template0.';
  END IF;
  IF current_setting('server_version_num')::integer < 150000 THEN
    RAISE EXCEPTION 'the server is PostgreSQL %, not 15 or later', current_setting('server_version')
      USING ERRCODE = 'TR003';
  END IF;
  IF to_regnamespace('tlsrpt') IS NULL THEN
    BEGIN
      CREATE SCHEMA tlsrpt AUTHORIZATION tlsrpt_owner;
    EXCEPTION WHEN insufficient_privilege THEN
      RAISE EXCEPTION '% may not create a schema in this database', current_user
        USING ERRCODE = 'TR002',
        HINT = format('As a superuser run: GRANT CREATE ON DATABASE %I TO %I;', current_database(), current_user);
    END;
  END IF;
END
$$;

-- Gives tlsrpt_owner the objects that belong to another role: a dump was restored with --no-owner, or before
-- the roles existed.
DO $$
DECLARE
  stray record;
BEGIN
  FOR stray IN
    SELECT 'SCHEMA tlsrpt' AS object, n.nspowner AS owner
      FROM pg_catalog.pg_namespace n WHERE n.nspname = 'tlsrpt'
    UNION ALL
    SELECT format('%s tlsrpt.%I', CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                                                 WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.relname), c.relowner
      FROM pg_catalog.pg_class c
      WHERE c.relnamespace = 'tlsrpt'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
        -- The sequence of a column changes its owner with the table.
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass
                          AND d.objid = c.oid AND d.deptype IN ('a', 'i') AND c.relkind = 'S')
    UNION ALL
    SELECT format('ROUTINE %s', p.oid::regprocedure), p.proowner
      FROM pg_catalog.pg_proc p WHERE p.pronamespace = 'tlsrpt'::regnamespace
  LOOP
    CONTINUE WHEN stray.owner = 'tlsrpt_owner'::regrole;
    BEGIN
      EXECUTE format('ALTER %s OWNER TO tlsrpt_owner', stray.object);
    EXCEPTION WHEN insufficient_privilege THEN
      RAISE EXCEPTION '% belongs to %, not to tlsrpt_owner, and % may not change that',
        stray.object, stray.owner::regrole, current_user
        USING ERRCODE = 'TR002',
        HINT = format('As a superuser run `tlsrpt-ingest schema install`, or ALTER %s OWNER TO tlsrpt_owner;', stray.object);
    END;
  END LOOP;
END
$$;

SET LOCAL ROLE tlsrpt_owner;

CREATE TABLE IF NOT EXISTS tlsrpt.schema_version (
  version integer NOT NULL,
  installed_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT schema_version_pkey PRIMARY KEY (version)
);
COMMENT ON SCHEMA tlsrpt IS 'SMTP TLS reports (RFC 8460): the tables are for tlsrpt-ingest, the views are for everybody.';
COMMENT ON TABLE tlsrpt.schema_version IS 'One row for each migration that was run; the highest version is the version of the schema.';
COMMENT ON COLUMN tlsrpt.schema_version.version IS 'Number of the migration file.';
COMMENT ON COLUMN tlsrpt.schema_version.installed_at IS 'When the migration was run.';
