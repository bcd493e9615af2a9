-- SPDX-License-Identifier: GPL-3.0-or-later
-- Privileges of the roles. Every installation revokes them all and grants these again. The writer needs SELECT
-- on a key for ON CONFLICT, on view report_key to recognize duplicates, conflicts, repeats and superseded
-- reports, and on xmin to see that this transaction stored a report, so that its failure details may follow.

REVOKE ALL ON SCHEMA tlsrpt FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA tlsrpt FROM PUBLIC, tlsrpt_writer, tlsrpt_reader, tlsrpt_domain_reader, tlsrpt_alerter;
GRANT USAGE ON SCHEMA tlsrpt TO tlsrpt_writer, tlsrpt_reader, tlsrpt_domain_reader, tlsrpt_alerter;

GRANT INSERT ON tlsrpt.report, tlsrpt.policy, tlsrpt.failure, tlsrpt.quarantine TO tlsrpt_writer;
GRANT SELECT (report_uid, xmin) ON tlsrpt.report TO tlsrpt_writer;
GRANT SELECT (report_uid, claim_uid, content_digest, reporter_domain, reporter_basis, is_verified, is_impersonating,
              is_repeat, reported_sessions, sums_agree, day) ON tlsrpt.report_key TO tlsrpt_writer;
GRANT SELECT, INSERT, UPDATE ON tlsrpt.reporter TO tlsrpt_writer;
GRANT SELECT, INSERT ON tlsrpt.reporter_name TO tlsrpt_writer;
GRANT SELECT (quarantine_uid) ON tlsrpt.quarantine TO tlsrpt_writer;
GRANT SELECT, INSERT, UPDATE, DELETE ON tlsrpt.replay_position TO tlsrpt_writer;
GRANT SELECT ON tlsrpt.schema_version, tlsrpt.schema_fault, tlsrpt.partition, tlsrpt.accepted_domain TO tlsrpt_writer;
GRANT SELECT, INSERT, UPDATE, DELETE ON tlsrpt.incident, tlsrpt.incident_member, tlsrpt.judged, tlsrpt.event,
  tlsrpt.delivery, tlsrpt.acknowledgement, tlsrpt.observation, tlsrpt.session_day TO tlsrpt_alerter;
GRANT SELECT, INSERT ON tlsrpt.digest_delivery TO tlsrpt_alerter;
GRANT SELECT ON tlsrpt.domain_contact TO tlsrpt_alerter;
GRANT SELECT, INSERT ON tlsrpt.document_link TO tlsrpt_alerter;

-- By default PUBLIC may execute every function. Somebody could then make a trigger on his own table call a
-- function that runs with the owner's rights, and so run his own types and operators with them. So readers of
-- views may execute only the functions that the views call, and the writer only the one that its statements call.
-- Nobody may execute trigger functions: a trigger fires without that privilege.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
REVOKE ALL ON ALL ROUTINES IN SCHEMA tlsrpt FROM PUBLIC, tlsrpt_writer, tlsrpt_reader, tlsrpt_domain_reader, tlsrpt_alerter;
DO $$
DECLARE
  called regprocedure;
BEGIN
  FOR called IN
    SELECT oid FROM pg_catalog.pg_proc
    WHERE pronamespace = 'tlsrpt'::regnamespace AND NOT prosecdef AND prorettype <> 'trigger'::regtype
      AND provolatile <> 'v'
  LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO tlsrpt_reader, tlsrpt_domain_reader, tlsrpt_alerter', called);
  END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION tlsrpt.installed_version() TO tlsrpt_writer;
GRANT EXECUTE ON FUNCTION tlsrpt.link_append(tlsrpt.document_link), tlsrpt.link_documents() TO tlsrpt_alerter;

-- A view with security_invoker reads its tables as the user who asks, and gives the columns that such views use.
-- Row security decides on the rows. A column of report that may name other domains of the same report, and its
-- document, are never given to tlsrpt_domain_reader: a view that uses one is not for that role.
DO $$
DECLARE
  used record;
BEGIN
  FOR used IN
    SELECT c.oid::regclass AS name, string_agg(DISTINCT quote_ident(a.attname), ', ') AS columns,
           string_agg(DISTINCT quote_ident(a.attname), ', ') FILTER (WHERE c.relname <> 'report' OR a.attname NOT IN (
             'report_id', 'report_domain', 'mail_domain', 'message_id', 'header_from', 'envelope_sender',
             'evidence', 'extra', 'content_digest', 'claim_uid')) AS own_columns
      FROM pg_catalog.pg_class v
      JOIN pg_catalog.pg_rewrite w ON w.ev_class = v.oid
      JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = w.oid
        AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0
      JOIN pg_catalog.pg_class c ON c.oid = d.refobjid AND c.relkind IN ('r', 'p')
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
      WHERE v.relnamespace = 'tlsrpt'::regnamespace AND c.relnamespace = 'tlsrpt'::regnamespace AND v.relkind = 'v'
        AND v.reloptions @> '{security_invoker=true}'
      GROUP BY c.oid
  LOOP
    EXECUTE format('GRANT SELECT (%s) ON %s TO tlsrpt_reader, tlsrpt_alerter', used.columns, used.name);
    EXECUTE format('GRANT SELECT (%s) ON %s TO tlsrpt_domain_reader', used.own_columns, used.name);
  END LOOP;
END
$$;

-- A view without security_invoker reads all rows. Those with security_barrier restrict them themselves; any
-- other is not for tlsrpt_domain_reader.
DO $$
DECLARE
  of record;
BEGIN
  FOR of IN
    SELECT oid::regclass AS name,
           coalesce(reloptions && '{security_invoker=true,security_barrier=true}', false) AS is_restricted
      FROM pg_catalog.pg_class
      WHERE relnamespace = 'tlsrpt'::regnamespace AND relkind IN ('v', 'm')
  LOOP
    EXECUTE format('GRANT SELECT ON %s TO tlsrpt_reader, tlsrpt_alerter', of.name);
    IF of.is_restricted THEN
      EXECUTE format('GRANT SELECT ON %s TO tlsrpt_domain_reader', of.name);
    END IF;
  END LOOP;
END
$$;

-- The installation fails if a table, a view or a column of a table has no comment. A partition has that of its table.
DO $$
DECLARE
  silent text;
BEGIN
  SELECT string_agg(relname || coalesce('.' || attname, ''), ', ') INTO silent
    FROM (SELECT c.relname, NULL::name AS attname, c.oid, 0 AS number
            FROM pg_catalog.pg_class c
            WHERE c.relnamespace = 'tlsrpt'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition
          UNION ALL
          SELECT c.relname, a.attname, c.oid, a.attnum
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
            WHERE c.relnamespace = 'tlsrpt'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
              AND a.attnum > 0 AND NOT a.attisdropped) AS part
    WHERE pg_catalog.col_description(part.oid, part.number) IS NULL
      AND pg_catalog.obj_description(part.oid, CASE WHEN part.number = 0 THEN 'pg_class' ELSE '' END) IS NULL;
  IF silent IS NOT NULL THEN
    RAISE EXCEPTION 'without a comment: %', silent USING ERRCODE = 'TR004';
  END IF;
END
$$;

-- Text in tables, and so in the views, is compared by its bytes, whatever collation the database has: with a
-- Turkish one lower() does not turn MX-I.EXAMPLE.ORG into mx-i.example.org.
DO $$
DECLARE
  foreign_column text;
BEGIN
  SELECT string_agg(c.relname || '.' || a.attname, ', ') INTO foreign_column
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'tlsrpt'::regnamespace AND c.relkind IN ('r', 'p')
      AND a.attnum > 0 AND NOT a.attisdropped
      AND a.attcollation NOT IN (0, 'pg_catalog."C"'::regcollation);
  IF foreign_column IS NOT NULL THEN
    RAISE EXCEPTION 'without COLLATE "C": %', foreign_column USING ERRCODE = 'TR004';
  END IF;
END
$$;

-- Last, records what is in the schema now: `schema status` compares with it. A view or function that is missing
-- does not exist in this version and leaves the list. Anything else that is missing was lost and stays in the
-- list, until the migration that removes it deletes its row here too.
DELETE FROM tlsrpt.schema_object made
  WHERE kind IN ('view', 'function')
    AND NOT EXISTS (SELECT FROM tlsrpt.schema_object_now now WHERE now.kind = made.kind AND now.name = made.name);
INSERT INTO tlsrpt.schema_object AS made
  SELECT kind, name, owner, privilege FROM tlsrpt.schema_object_now
  ON CONFLICT (kind, name) DO UPDATE SET owner = excluded.owner, privilege = excluded.privilege
    WHERE (made.owner, made.privilege) IS DISTINCT FROM (excluded.owner, excluded.privilege);
