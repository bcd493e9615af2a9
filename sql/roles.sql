-- SPDX-License-Identifier: GPL-3.0-or-later
-- Creates the roles that are missing. Nobody logs in as one of them: grant them to roles that log in, for
-- example `GRANT tlsrpt_writer TO mailuser`.
--   tlsrpt_owner   owns the schema: upgrades it, manages quarantine, prunes
--   tlsrpt_writer  stores reports and quarantines messages, reads only keys: deliver, replay
--   tlsrpt_reader  reads the views: digest, Grafana
--   tlsrpt_domain_reader  reads of the views what table domain_access allows: customers of a provider
--   tlsrpt_alerter reads the views, writes incidents and events: alert. It acts as
--                  tlsrpt_domain_reader when it writes a mail to the contact of a domain

-- A coordinator of Citus would send the roles and the schema to its workers while this transaction runs under SET
-- ROLE, and a worker refuses a role that may not log in. Other servers take the setting for one they do not know.
SET LOCAL citus.enable_ddl_propagation = off;

DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['tlsrpt_owner', 'tlsrpt_writer', 'tlsrpt_reader',
                               'tlsrpt_domain_reader', 'tlsrpt_alerter'] LOOP
    CONTINUE WHEN EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted);
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
    EXCEPTION
      -- Roles belong to the whole cluster: an installation in another database may create them first.
      WHEN duplicate_object OR unique_violation THEN NULL;
      WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'role % is missing and % may not create it', wanted, current_user
          USING ERRCODE = 'TR002',
          HINT = 'As a superuser run: CREATE ROLE tlsrpt_owner NOLOGIN; CREATE ROLE tlsrpt_writer NOLOGIN; '
            'CREATE ROLE tlsrpt_reader NOLOGIN; CREATE ROLE tlsrpt_domain_reader NOLOGIN; '
            'CREATE ROLE tlsrpt_alerter NOLOGIN; GRANT tlsrpt_domain_reader TO tlsrpt_alerter; '
            'GRANT tlsrpt_owner TO ' || quote_ident(current_user) || ';';
    END;
  END LOOP;

  -- Since PostgreSQL 16 a user who creates a role without being a superuser is a member of it that may grant it, but
  -- may not SET ROLE to it.
  IF NOT pg_catalog.pg_has_role(current_user, 'tlsrpt_owner',
                                CASE WHEN current_setting('server_version_num')::integer < 160000 THEN 'MEMBER' ELSE 'SET' END) THEN
    BEGIN
      EXECUTE format('GRANT tlsrpt_owner TO %I', current_user);
    EXCEPTION WHEN insufficient_privilege THEN
      RAISE EXCEPTION '% is no member of role tlsrpt_owner', current_user
        USING ERRCODE = 'TR002',
        HINT = 'As a superuser run: GRANT tlsrpt_owner TO ' || quote_ident(current_user) || ';';
    END;
  END IF;

  IF NOT pg_catalog.pg_has_role('tlsrpt_alerter', 'tlsrpt_domain_reader', 'MEMBER') THEN
    BEGIN
      GRANT tlsrpt_domain_reader TO tlsrpt_alerter;
    EXCEPTION WHEN insufficient_privilege THEN
      RAISE EXCEPTION 'tlsrpt_alerter is no member of role tlsrpt_domain_reader'
        USING ERRCODE = 'TR002',
        HINT = 'As a superuser run: GRANT tlsrpt_domain_reader TO tlsrpt_alerter;';
    END;
  END IF;
END
$$;
