-- SPDX-License-Identifier: GPL-3.0-or-later
-- Distributes an installed schema over the workers of Citus: `psql -f distribute.sql`, as a superuser on the
-- coordinator. It may be repeated, and must be after each `schema upgrade` and for each new worker.

\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;

-- The roles are on the workers before a transaction needs them.
DO $$
DECLARE
  failed text;
BEGIN
  SELECT string_agg(format('%s: %s', n.nodename, r.result), '; ') INTO failed
    FROM run_command_on_workers($worker$
      DO $made$
      DECLARE
        wanted text;
      BEGIN
        SET LOCAL citus.enable_ddl_propagation = off;
        FOREACH wanted IN ARRAY ARRAY['tlsrpt_owner', 'tlsrpt_writer', 'tlsrpt_reader', 'tlsrpt_alerter'] LOOP
          IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
          END IF;
        END LOOP;
      END
      $made$ $worker$) AS r JOIN pg_dist_node n USING (nodename, nodeport)
    WHERE NOT r.success;
  IF failed IS NOT NULL THEN
    RAISE EXCEPTION 'no roles on the workers: %', failed;
  END IF;
END
$$;

BEGIN;
SELECT pg_advisory_xact_lock(128017308283508) \g /dev/null
DO $$
BEGIN
  IF (SELECT relkind FROM pg_class WHERE oid = 'tlsrpt.report'::regclass) <> 'r' THEN
    RAISE EXCEPTION 'reports that have partitions cannot be distributed';
  END IF;
  IF EXISTS (SELECT FROM tlsrpt.domain_access) THEN
    RAISE EXCEPTION 'domain_access has entries, which workers do not know: logins of tlsrpt_domain_reader are not for distributed reports';
  END IF;
END
$$;
SELECT to_regclass('tlsrpt.report_identity') IS NULL AS needed \gset
\if :needed

-- What makes a report one report stays on the coordinator, where unique indexes hold over all shards: one row a
-- report, in the transaction that stores the report itself. The program finds the table, and stores in this form.
SET LOCAL citus.enable_ddl_propagation = off;
SET LOCAL ROLE tlsrpt_owner;
CREATE TABLE tlsrpt.report_identity (
  report_uid uuid NOT NULL,
  claim_uid uuid,
  content_digest bytea NOT NULL,
  reporter_domain text COLLATE "C" NOT NULL,
  reporter_basis text COLLATE "C" NOT NULL,
  is_verified boolean NOT NULL,
  is_impersonating boolean NOT NULL,
  is_repeat boolean NOT NULL,
  reported_sessions bigint NOT NULL,
  sums_agree boolean,
  day date NOT NULL,
  last_day date NOT NULL,
  contact_info text COLLATE "C",
  dkim_domain text COLLATE "C",
  supersedes uuid[],
  document_bytes bigint NOT NULL,
  evidence bytea,
  evidence_bytes bigint NOT NULL DEFAULT 0,
  statement_no bigint NOT NULL DEFAULT 0,
  sender_domain text COLLATE "C" NOT NULL GENERATED ALWAYS AS (
    CASE WHEN is_verified THEN coalesce(dkim_domain, reporter_domain) ELSE '' END) STORED,
  charged_rows integer NOT NULL,
  charged_bytes bigint NOT NULL GENERATED ALWAYS AS (
    document_bytes + CASE WHEN evidence IS NULL THEN 0 ELSE evidence_bytes END) STORED,
  CONSTRAINT report_identity_pkey PRIMARY KEY (report_uid)
);
COMMENT ON TABLE tlsrpt.report_identity IS 'What makes each report one report, and what its caps count: on the coordinator, while the report itself is on a worker. Deleting a row here deletes the report.';
SELECT format('COMMENT ON COLUMN tlsrpt.report_identity.%I IS %L', i.attname,
              CASE i.attname WHEN 'evidence' THEN 'Nothing if the worker has evidence; null if it has none.'
              ELSE coalesce(col_description('tlsrpt.report'::regclass, r.attnum), CASE i.attname
                WHEN 'evidence_bytes' THEN 'Length of the evidence when it was stored, in bytes.'
                ELSE 'Number of the statement that stored it: what it stores on the workers is for these rows alone.' END) END)
  FROM pg_attribute i LEFT JOIN pg_attribute r ON r.attrelid = 'tlsrpt.report'::regclass AND r.attname = i.attname
  WHERE i.attrelid = 'tlsrpt.report_identity'::regclass AND i.attnum > 0 \gexec
INSERT INTO tlsrpt.report_identity (report_uid, claim_uid, content_digest, reporter_domain, reporter_basis, is_verified,
                                    is_impersonating, is_repeat, reported_sessions, sums_agree, day, last_day,
                                    contact_info, dkim_domain, supersedes, document_bytes, evidence,
                                    evidence_bytes, charged_rows)
  SELECT report_uid, claim_uid, content_digest, reporter_domain, reporter_basis, is_verified, is_impersonating,
         is_repeat, reported_sessions, sums_agree, day, last_day, contact_info, dkim_domain, supersedes,
         document_bytes, CASE WHEN evidence IS NOT NULL THEN ''::bytea END, coalesce(octet_length(evidence), 0), charged_rows
    FROM tlsrpt.report;
DROP INDEX tlsrpt.report_claim_idx, tlsrpt.report_content_idx, tlsrpt.report_sums_idx;
CREATE UNIQUE INDEX report_claim_idx ON tlsrpt.report_identity (claim_uid) WHERE claim_uid IS NOT NULL;
CREATE UNIQUE INDEX report_content_idx ON tlsrpt.report_identity (content_digest, reporter_domain)
  WHERE reported_sessions >= 10 AND NOT is_repeat AND NOT is_impersonating;
CREATE INDEX report_sums_idx ON tlsrpt.report_identity (reporter_domain, sums_agree, day) WHERE sums_agree IS NOT NULL;
CREATE INDEX report_identity_reporter_idx ON tlsrpt.report_identity (reporter_domain, day) WHERE NOT is_impersonating;
GRANT INSERT, SELECT ON tlsrpt.report_identity TO tlsrpt_writer;

ALTER TABLE tlsrpt.failure DROP CONSTRAINT failure_policy_fkey;
ALTER TABLE tlsrpt.policy DROP CONSTRAINT policy_report_fkey;

-- Citus gives the privileges of a table to its shards. What a view shows, its reader asks the workers himself.
GRANT SELECT ON tlsrpt.report, tlsrpt.policy, tlsrpt.failure TO tlsrpt_reader, tlsrpt_alerter;
REVOKE ALL ON ALL TABLES IN SCHEMA tlsrpt FROM tlsrpt_domain_reader;

RESET ROLE;
\endif

-- Triggers that count and replace reports move to their identities, and policies of row security, which are not for
-- shards, go. Each upgrade makes them again.
SET LOCAL citus.enable_ddl_propagation = off;
SET LOCAL ROLE tlsrpt_owner;
DO $$
DECLARE
  made record;
BEGIN
  FOR made IN
    SELECT oid, tgname, tgfoid::regprocedure AS called FROM pg_trigger
      WHERE tgrelid = 'tlsrpt.report'::regclass AND NOT tgisinternal
  LOOP
    EXECUTE replace(replace(pg_get_triggerdef(made.oid), ' ON tlsrpt.report ', ' ON tlsrpt.report_identity '),
                    'CREATE TRIGGER', 'CREATE OR REPLACE TRIGGER');
    EXECUTE format('DROP TRIGGER %I ON tlsrpt.report', made.tgname);
  END LOOP;
  FOR made IN
    SELECT pg_get_functiondef(p.oid) AS definition FROM pg_proc p
      WHERE p.oid IN (SELECT tgfoid FROM pg_trigger WHERE tgrelid = 'tlsrpt.report_identity'::regclass AND NOT tgisinternal)
        AND p.prosrc ~ '<> ''tlsrpt[.]report''::regclass'
  LOOP
    EXECUTE replace(made.definition, '<> ''tlsrpt.report''::regclass', '<> ''tlsrpt.report_identity''::regclass');
  END LOOP;
  FOR made IN
    SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass) AS drop FROM pg_trigger
      WHERE tgrelid IN ('tlsrpt.policy'::regclass, 'tlsrpt.failure'::regclass) AND NOT tgisinternal
    UNION ALL
    SELECT format('DROP POLICY %I ON %s', o.polname, c.oid::regclass)
      FROM pg_policy o JOIN pg_class c ON c.oid = o.polrelid WHERE c.relnamespace = 'tlsrpt'::regnamespace
    UNION ALL
    SELECT format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', oid::regclass)
      FROM pg_class WHERE relnamespace = 'tlsrpt'::regnamespace AND relrowsecurity
  LOOP
    EXECUTE made.drop;
  END LOOP;
END
$$;
RESET ROLE;

\if :needed
-- This view would have to be on the workers with the functions that it calls: it is made again below.
SET LOCAL ROLE tlsrpt_owner;
CREATE TEMPORARY TABLE set_aside AS
  SELECT pg_get_viewdef('tlsrpt.document_fault'::regclass) AS query,
         obj_description('tlsrpt.document_fault'::regclass, 'pg_class') AS comment;
DROP VIEW tlsrpt.document_fault;
RESET ROLE;

SET LOCAL citus.enable_ddl_propagation = on;
SET LOCAL citus.multi_shard_modify_mode = 'sequential';
SELECT create_distributed_table('tlsrpt.report', 'report_uid') \g /dev/null
SELECT create_distributed_table('tlsrpt.policy', 'report_uid', colocate_with => 'tlsrpt.report') \g /dev/null
SELECT create_distributed_table('tlsrpt.failure', 'report_uid', colocate_with => 'tlsrpt.report') \g /dev/null
ALTER TABLE tlsrpt.policy ADD CONSTRAINT policy_report_fkey FOREIGN KEY (report_uid)
  REFERENCES tlsrpt.report (report_uid) ON DELETE CASCADE;
ALTER TABLE tlsrpt.failure ADD CONSTRAINT failure_policy_fkey FOREIGN KEY (report_uid, policy_no)
  REFERENCES tlsrpt.policy (report_uid, policy_no) ON DELETE CASCADE;

SET LOCAL citus.enable_ddl_propagation = off;
SET LOCAL ROLE tlsrpt_owner;
DO $$
DECLARE
  made record;
BEGIN
  SELECT * INTO made FROM set_aside;
  EXECUTE 'CREATE VIEW tlsrpt.document_fault AS ' || made.query;
  EXECUTE format('COMMENT ON VIEW tlsrpt.document_fault IS %L', made.comment);
END
$$;
GRANT SELECT ON tlsrpt.document_fault TO tlsrpt_reader, tlsrpt_alerter;
RESET ROLE;

-- `schema upgrade` makes views, triggers and policies here alone, and not on the workers.
SELECT format('ALTER DATABASE %I SET citus.enable_ddl_propagation = off', current_database()) \gexec
\endif


-- What follows a row of report_identity on the workers.
SET LOCAL citus.enable_ddl_propagation = off;
SET LOCAL ROLE tlsrpt_owner;
CREATE OR REPLACE FUNCTION tlsrpt.identity_removed() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET citus.max_adaptive_executor_pool_size = 1
AS $$
DECLARE
  gone uuid[];
BEGIN
  IF TG_RELID <> 'tlsrpt.report_identity'::regclass THEN
    RAISE EXCEPTION 'a trigger of tlsrpt.report_identity alone' USING ERRCODE = 'insufficient_privilege';
  END IF;
  gone := ARRAY(SELECT report_uid FROM removed);
  IF gone <> '{}' THEN
    DELETE FROM tlsrpt.report WHERE report_uid = ANY (gone);
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tlsrpt.identity_removed() IS 'Deletes the reports on the workers whose identity is deleted.';
CREATE OR REPLACE TRIGGER identity_removed AFTER DELETE ON tlsrpt.report_identity
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION tlsrpt.identity_removed();

CREATE OR REPLACE FUNCTION tlsrpt.identity_changed() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET citus.max_adaptive_executor_pool_size = 1
AS $$
DECLARE
  bared uuid[];
BEGIN
  IF TG_RELID <> 'tlsrpt.report_identity'::regclass THEN
    RAISE EXCEPTION 'a trigger of tlsrpt.report_identity alone' USING ERRCODE = 'insufficient_privilege';
  END IF;
  bared := ARRAY(SELECT report_uid FROM added JOIN removed USING (report_uid)
                   WHERE added.evidence IS NULL AND removed.evidence IS NOT NULL);
  IF bared <> '{}' THEN
    UPDATE tlsrpt.report SET evidence = NULL WHERE report_uid = ANY (bared);
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tlsrpt.identity_changed() IS 'Deletes the evidence on the workers that an identity no longer has.';
CREATE OR REPLACE TRIGGER identity_changed AFTER UPDATE ON tlsrpt.report_identity
  REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION tlsrpt.identity_changed();

CREATE OR REPLACE FUNCTION tlsrpt.identity_emptied() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET citus.max_adaptive_executor_pool_size = 1
AS $$
BEGIN
  IF TG_RELID <> 'tlsrpt.report_identity'::regclass THEN
    RAISE EXCEPTION 'a trigger of tlsrpt.report_identity alone' USING ERRCODE = 'insufficient_privilege';
  END IF;
  TRUNCATE tlsrpt.report CASCADE;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tlsrpt.identity_emptied() IS 'Empties the tables on the workers after TRUNCATE of report_identity.';
CREATE OR REPLACE TRIGGER identity_emptied AFTER TRUNCATE ON tlsrpt.report_identity
  FOR EACH STATEMENT EXECUTE FUNCTION tlsrpt.identity_emptied();
RESET ROLE;

-- What the program calls to store the rows of the reports whose identities its statement has stored; xmin too,
-- because another transaction may have had the same number. With the owner's rights, like the triggers that remove a
-- report: one transaction asks a worker under one name.
SET LOCAL citus.enable_ddl_propagation = off;
SET LOCAL ROLE tlsrpt_owner;
DO $$
DECLARE
  made record;
BEGIN
  FOR made IN
    SELECT relname,
           string_agg(format('given_%s %s[] DEFAULT NULL', attname, CASE WHEN is_text THEN 'text' ELSE type END), ', '
                      ORDER BY number) AS arguments,
           string_agg(quote_ident(attname), ', ' ORDER BY number) AS columns,
           string_agg(format('v.%I::%s', attname, type), ', ' ORDER BY number) AS selected,
           string_agg('$' || number + 1, ', ' ORDER BY number) AS numbers
      FROM (SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS type,
                   t.typcategory = 'A' OR t.typname = 'jsonb' AS is_text,
                   row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum) AS number
              FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
              WHERE c.oid IN ('tlsrpt.report'::regclass, 'tlsrpt.policy'::regclass, 'tlsrpt.failure'::regclass)
                AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attname <> 'stored_at') AS given
      GROUP BY relname
  LOOP
    EXECUTE format('CREATE OR REPLACE FUNCTION tlsrpt.distribute_%s(statement_no bigint, %s) RETURNS void'
      ' LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp'
      ' SET citus.max_adaptive_executor_pool_size = 1 AS $made$'
      ' BEGIN'
      ' INSERT INTO tlsrpt.%1$s (%3$s) SELECT %4$s FROM unnest(%5$s) AS v (%3$s)'
      ' WHERE EXISTS (SELECT FROM tlsrpt.report_identity known WHERE known.report_uid = v.report_uid'
      ' AND known.statement_no = $1 AND known.xmin = pg_current_xact_id()::xid);'
      ' END $made$', made.relname, made.arguments, made.columns, made.selected, made.numbers);
    EXECUTE format('COMMENT ON FUNCTION tlsrpt.distribute_%s IS %L', made.relname,
      'Stores rows of ' || made.relname || ' on the workers, of reports whose identities the same transaction has stored.');
    EXECUTE format('GRANT EXECUTE ON FUNCTION tlsrpt.distribute_%s TO tlsrpt_writer', made.relname);
  END LOOP;
END
$$;
RESET ROLE;

-- Views whose ordinary form Citus refuses: they make a look-up for each row. Here they read each day once. Customers
-- (tlsrpt_domain_reader) are not served in this form: the workers know nothing of their domains.
SET LOCAL citus.enable_ddl_propagation = off;
SET LOCAL ROLE tlsrpt_owner;
CREATE OR REPLACE VIEW tlsrpt.report_key AS
  SELECT report_uid, claim_uid, content_digest, reporter_domain, reporter_basis, is_verified, is_impersonating,
         is_repeat, reported_sessions, sums_agree, day, last_day, contact_info, supersedes, evidence
    FROM tlsrpt.report_identity;

CREATE OR REPLACE VIEW tlsrpt.known_reporter AS
SELECT known.reporter_domain, known.organization_name, known.name_since, known.is_verified, known.mechanism,
       known.first_seen, latest.last_day, latest.contact_info
  FROM tlsrpt.reporter known
  LEFT JOIN LATERAL (
    SELECT r.last_day, r.contact_info FROM tlsrpt.report_identity r
      WHERE r.reporter_domain = known.reporter_domain AND NOT r.is_impersonating
      ORDER BY r.day DESC LIMIT 1) AS latest ON true;
ALTER VIEW tlsrpt.known_reporter RESET (security_invoker);

CREATE OR REPLACE VIEW tlsrpt.coverage WITH (security_invoker = true) AS
SELECT mail_domain, month, sum(sessions) AS sessions, sum(encrypted_sessions) AS encrypted_sessions,
       sum(validated_sessions) AS validated_sessions, sum(encrypted_sessions) / nullif(sum(sessions), 0) AS encrypted_share,
       sum(validated_sessions) / nullif(sum(sessions), 0) AS validated_share, count(*)::integer AS days_reported
  FROM (SELECT mail_domain, day, date_trunc('month', day::timestamp)::date AS month,
               sum(successful_sessions) + sum(failed_sessions) AS sessions,
               sum(successful_sessions) AS encrypted_sessions, sum(validated_sessions) AS validated_sessions
          FROM tlsrpt.policy
          WHERE is_counted AND day <= tlsrpt.today()
          GROUP BY mail_domain, day) AS of_day
  GROUP BY mail_domain, month;

CREATE OR REPLACE VIEW tlsrpt.policy_change WITH (security_invoker = true) AS
WITH policy_sent AS (
  SELECT day, policy_domain, policy_type, policy_string, tlsrpt.policy_lines(policy_string) AS policy,
         min(policy_mode) AS policy_mode, array_agg(DISTINCT reporter_domain) AS reporter_domains
    FROM tlsrpt.policy
    WHERE is_counted AND policy_domain IS NOT NULL AND policy_type IN ('sts', 'tlsa') AND policy_string <> '{}'
    GROUP BY day, policy_domain, policy_type, policy_string
), by_day AS (
  SELECT day, policy_domain, policy_type, policy, min(policy_mode) AS policy_mode,
         array_agg(DISTINCT reporter_domain) AS reporter_domains
    FROM policy_sent CROSS JOIN LATERAL unnest(policy_sent.reporter_domains) AS reporter(reporter_domain)
    GROUP BY day, policy_domain, policy_type, policy
)
SELECT day, policy_domain, policy_type, policy, policy_mode, reporter_domains,
       cardinality(reporter_domains) AS reporters,
       count(*) OVER (PARTITION BY policy_domain, policy_type, day)::integer AS policies_that_day,
       CASE WHEN min(day) OVER (PARTITION BY policy_domain, policy_type, policy) < day THEN 'same'
            WHEN min(day) OVER (PARTITION BY policy_domain, policy_type) < day THEN 'new' ELSE 'first' END AS change
  FROM by_day;

-- A join, and not a look-up for each. Citus asks for a parameter by its value in PL/pgSQL alone.
CREATE OR REPLACE FUNCTION tlsrpt.policy_patterns(domains text[], digests text[], first_days date[], last_day date)
  RETURNS TABLE (number bigint, digest text, policy_mx text)
  LANGUAGE plpgsql STABLE
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT DISTINCT ON (given.number) given.number, given.digest, array_to_string(p.policy_mx, ' ')
    FROM unnest(domains, digests, first_days) WITH ORDINALITY AS given (domain, digest, day, number)
    JOIN tlsrpt.policy p ON p.policy_domain = given.domain COLLATE "C" AND p.policy_mx_digest = given.digest::uuid
      AND p.day = given.day
    WHERE p.is_counted;
END
$$;

-- The policies of the incidents' domains and days are read once, and then looked up for each day.
CREATE OR REPLACE FUNCTION tlsrpt.incident_known_day(incident_nos bigint[], last_day date, days integer)
  RETURNS TABLE (incident_no bigint, days_ago integer, failed_sessions numeric)
  LANGUAGE plpgsql STABLE
AS $$
#variable_conflict use_column
DECLARE
  domains text[] := ARRAY(SELECT DISTINCT m.mail_domain FROM tlsrpt.incident_member m
                            WHERE m.incident_no = ANY (incident_nos));
  reported jsonb;
BEGIN
  SELECT jsonb_agg(told) INTO reported
    FROM (SELECT DISTINCT p.mail_domain, p.reporter_domain, p.day, p.first_day, p.last_day FROM tlsrpt.policy p
            WHERE p.is_counted AND p.policy_domain IS NOT NULL AND p.mail_domain = ANY (domains)
              AND p.day BETWEEN $2 - days - 2 AND $2 + 3) AS told;
  RETURN QUERY
    WITH failing AS (
      SELECT m.incident_no, m.day, sum(m.failed_sessions) AS failed_sessions
        FROM tlsrpt.incident_member m
        WHERE m.incident_no = ANY (incident_nos) AND m.day > $2 - days AND m.day <= $2
        GROUP BY m.incident_no, m.day
    )
    SELECT f.incident_no, $2 - f.day, f.failed_sessions FROM failing f
    UNION ALL
    SELECT i.incident_no, ago, 0::numeric
      FROM unnest(incident_nos) AS i (incident_no), generate_series(0, days - 1) AS ago
      WHERE NOT EXISTS (SELECT FROM failing f WHERE f.incident_no = i.incident_no AND f.day = $2 - ago)
        AND EXISTS (SELECT FROM tlsrpt.incident_member m
                      JOIN jsonb_to_recordset(reported)
                        AS told (mail_domain text, reporter_domain text, day date, first_day date, last_day date)
                        ON told.mail_domain = m.mail_domain AND told.reporter_domain = m.reporter_domain
                      WHERE m.incident_no = i.incident_no AND $2 - ago BETWEEN told.first_day AND told.last_day
                        AND $2 - ago BETWEEN told.day - 3 AND told.day + 3);
END
$$;

-- Nobody has domains of his own: see domain_access below.
CREATE OR REPLACE VIEW tlsrpt.own_domain WITH (security_barrier = true) AS
SELECT domain FROM tlsrpt.domain_access WHERE false;
CREATE OR REPLACE FUNCTION tlsrpt.domain_access_refused() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'Citus has no row security of this kind: logins of tlsrpt_domain_reader are not for distributed reports'
    USING ERRCODE = 'feature_not_supported';
END
$$;
COMMENT ON FUNCTION tlsrpt.domain_access_refused() IS 'Refuses entries of domain_access.';
CREATE OR REPLACE TRIGGER domain_access_refused BEFORE INSERT ON tlsrpt.domain_access
  FOR EACH STATEMENT EXECUTE FUNCTION tlsrpt.domain_access_refused();

-- A worker may commit minutes after the coordinator, if it was away. Until then the day has no version, so that nothing
-- takes a copy without those reports for the whole day. Days before the last 90 are not looked at by judgements.
CREATE OR REPLACE VIEW tlsrpt.day_version AS
SELECT counted.day, counted.version
  FROM (SELECT day, md5(string_agg(change_no::text, ' ' ORDER BY change_no)) AS version, sum(kept_reports) AS kept_reports
          FROM tlsrpt.store_day
          GROUP BY day) AS counted
  LEFT JOIN (SELECT day, count(*) AS reports FROM tlsrpt.report
               WHERE day >= (SELECT tlsrpt.today() - 90 LIMIT 1)
               GROUP BY day) AS there USING (day)
  WHERE counted.day < (SELECT tlsrpt.today() - 90 LIMIT 1) OR coalesce(there.reports, 0) = counted.kept_reports;

CREATE OR REPLACE VIEW tlsrpt.document_unlinked AS
SELECT r.report_uid, r.day, r.reporter_domain, r.is_verified, r.content_digest, sha256(r.evidence) AS evidence_digest,
       r.supersedes, r.stored_at,
       r.stored_at < coalesce((SELECT least(l.stored_at, now()) - interval '2 days' FROM tlsrpt.document_link l
                                 WHERE l.stored_at IS NOT NULL ORDER BY l.stored_at DESC LIMIT 1), '-infinity') AS is_late
  FROM tlsrpt.report r
  WHERE (r.report_uid, r.stored_at) NOT IN (SELECT l.report_uid, l.stored_at FROM tlsrpt.document_link l
                                              WHERE l.report_uid IS NOT NULL);

-- Each part is added up by the workers. OFFSET 0 keeps a condition on column result_type out of the part where it is
-- always false, which Citus refuses beside an outer join.
CREATE OR REPLACE VIEW tlsrpt.daily WITH (security_invoker = true) AS
SELECT counted.day, counted.mail_domain, counted.reporter_domain,
       coalesce(label.organization_name, counted.reporter_domain) AS organization_name,
       counted.result_type, counted.successful_sessions + counted.failed_sessions AS sessions,
       counted.successful_sessions, counted.failed_sessions
  FROM (SELECT p.day, p.mail_domain, p.reporter_domain, NULL::text AS result_type,
               sum(p.successful_sessions) AS successful_sessions, 0::numeric AS failed_sessions
          FROM tlsrpt.policy p WHERE p.is_counted
          GROUP BY p.day, p.mail_domain, p.reporter_domain
        UNION ALL
        SELECT p.day, p.mail_domain, p.reporter_domain, coalesce(nullif(f.result_type, ''), 'unspecified'), 0,
               sum(f.alike_sessions)
          FROM tlsrpt.policy p JOIN tlsrpt.failure f USING (report_uid, policy_no)
          WHERE p.is_counted AND p.has_failures AND f.alike_sessions > 0
          GROUP BY p.day, p.mail_domain, p.reporter_domain, coalesce(nullif(f.result_type, ''), 'unspecified')
        OFFSET 0) AS counted
  LEFT JOIN tlsrpt.reporter label USING (reporter_domain);

-- Citus asks for a parameter by its value in PL/pgSQL alone.
DO $$
BEGIN
  IF pg_get_function_sqlbody('tlsrpt.report_document'::regproc) IS NOT NULL THEN
    EXECUTE 'CREATE OR REPLACE FUNCTION tlsrpt.report_document(report_uid uuid, mail_domain text DEFAULT NULL) RETURNS json'
      ' LANGUAGE plpgsql STABLE AS $made$ BEGIN RETURN ('
      || substring(pg_get_function_sqlbody('tlsrpt.report_document'::regproc) FROM '^BEGIN ATOMIC(.*);\s*END\s*$')
      || '); END $made$';
  END IF;
END
$$;

-- A worker does not know the setting tlsrpt.today of the session: the day is asked for here, before the shards are,
-- and the workers have no such function. LIMIT tells Citus so. View incident_list counts sessions anew for customers alone.
DO $$
DECLARE
  view record;
BEGIN
  FOR view IN
    SELECT oid::regclass AS name, array_to_string(reloptions, ', ') AS options, pg_get_viewdef(oid) AS query
      FROM pg_class WHERE relnamespace = 'tlsrpt'::regnamespace AND relkind = 'v'
        AND (pg_get_viewdef(oid) ~ '(?<!SELECT )tlsrpt[.]today\(\)|tlsrpt[.]reporter label' OR relname = 'incident_list')
  LOOP
    EXECUTE format('CREATE OR REPLACE VIEW %s %s AS %s', view.name, 'WITH (' || view.options || ')',
      replace(replace(regexp_replace(view.query, '(?<!SELECT )tlsrpt[.]today\(\)', '(SELECT tlsrpt.today() LIMIT 1)', 'g'),
        'tlsrpt.reporter label', '(SELECT * FROM tlsrpt.reporter OFFSET 0) label'),
        'tlsrpt.session_fact f',
        '(SELECT day, reporter_domain, mail_domain, policy_domain, policy_type, 0::bigint AS successful_sessions,'
        ' 0::bigint AS failed_sessions FROM tlsrpt.incident_member WHERE false) f'));
  END LOOP;
END
$$;

-- Citus asks for parts of a view under the name of its reader, and not of its owner. Row security is not for shards:
-- logins of tlsrpt_domain_reader get nothing.
DO $$
DECLARE
  used record;
BEGIN
  FOR used IN
    SELECT DISTINCT d.refobjid::regclass AS name
      FROM pg_class v JOIN pg_rewrite w ON w.ev_class = v.oid
      JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
      JOIN pg_class c ON c.oid = d.refobjid
      WHERE v.relnamespace = 'tlsrpt'::regnamespace AND v.relkind = 'v' AND c.relnamespace = v.relnamespace
        AND c.relkind = 'r' AND c.relname !~ '^quarantine'
  LOOP
    EXECUTE format('GRANT SELECT ON %s TO tlsrpt_reader, tlsrpt_alerter', used.name);
  END LOOP;
END
$$;
REVOKE ALL ON ALL TABLES IN SCHEMA tlsrpt FROM tlsrpt_domain_reader;
GRANT SELECT ON tlsrpt.report_identity TO tlsrpt_reader, tlsrpt_alerter;
GRANT INSERT, SELECT ON tlsrpt.report_identity TO tlsrpt_writer;
RESET ROLE;

-- What `schema status` compares with.
DELETE FROM tlsrpt.schema_object AS made
  WHERE NOT EXISTS (SELECT FROM tlsrpt.schema_object_now AS now WHERE now.kind = made.kind AND now.name = made.name);
INSERT INTO tlsrpt.schema_object AS made
  SELECT kind, name, owner, privilege FROM tlsrpt.schema_object_now
  ON CONFLICT (kind, name) DO UPDATE SET owner = excluded.owner, privilege = excluded.privilege;
COMMIT;

-- The functions that a view calls for each row are called on the workers.
DO $$
DECLARE
  failed text;
BEGIN
  SELECT string_agg(format('%s: %s', r.nodename, r.result), '; ') INTO failed
    FROM pg_proc p CROSS JOIN run_command_on_workers(format(
      'DO %L', format('BEGIN SET LOCAL citus.enable_ddl_propagation = off; EXECUTE %L; END', pg_get_functiondef(p.oid)))) AS r
    WHERE p.pronamespace = 'tlsrpt'::regnamespace AND p.prolang = (SELECT oid FROM pg_language WHERE lanname = 'sql')
      AND p.proname IN ('key_day', 'first_key', 'is_dane', 'policy_lines', 'habit_days') AND NOT r.success;
  IF failed IS NOT NULL THEN
    RAISE EXCEPTION 'no functions on the workers: %', failed;
  END IF;
END
$$;

-- Triggers run with the owner's rights, and what they ask the workers they ask as the owner. A worker that is added
-- later gets the role without LOGIN.
DO $$
DECLARE
  failed text;
BEGIN
  SELECT string_agg(format('%s: %s', r.nodename, r.result), '; ') INTO failed
    FROM run_command_on_workers($worker$
      DO 'BEGIN SET LOCAL citus.enable_ddl_propagation = off; ALTER ROLE tlsrpt_owner LOGIN; END' $worker$) AS r
    WHERE NOT r.success;
  IF failed IS NOT NULL THEN
    RAISE EXCEPTION 'the owner cannot log in on the workers: %', failed;
  END IF;
END
$$;
