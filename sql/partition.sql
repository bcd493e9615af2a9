-- SPDX-License-Identifier: GPL-3.0-or-later
-- Makes partitioned tables of report, policy and failure, if the first installation is asked for that by the setting
-- tlsrpt.partition: `schema install --partition=month`, or PGOPTIONS='-c tlsrpt.partition=month' for psql.

-- Partitions are ranges of report_uid, because a key begins with its day, and report_uid is in every unique key and
-- in every join of the three tables. The keys of claim_uid and content_digest, which keep a report from counting
-- twice, lack report_uid. They stay unique: both are digests over the period, and so all reports that could be equal
-- are in one partition, where the index is unique. Only a fraction of a second of the period, which claim_uid leaves
-- out, may tell two equal claims apart at the last midnight of a month.
-- The tables as migration 1 made them become the default partitions, for days that have no other. They are what the
-- partitions of a month are copied from: with their indexes, also the unique ones that a partitioned table cannot
-- have, and with foreign keys from partition to partition, so that a month is dropped without a look at the others.

DO $$
DECLARE
  name text;
  made record;
BEGIN
  IF coalesce(current_setting('tlsrpt.partition', true), '') = ''
     OR (SELECT relkind = 'p' FROM pg_catalog.pg_class WHERE oid = 'tlsrpt.report'::regclass) THEN
    RETURN;
  END IF;
  IF current_setting('tlsrpt.partition') <> 'month' THEN
    RAISE EXCEPTION 'tlsrpt.partition is "%", and partitions are made by month only', current_setting('tlsrpt.partition')
      USING ERRCODE = 'TR005';
  END IF;
  IF EXISTS (SELECT FROM tlsrpt.schema_object) THEN
    RAISE EXCEPTION 'the schema is installed without partitions, and they cannot be added'
      USING ERRCODE = 'TR005', HINT = 'Create a new database, run `tlsrpt-ingest schema install --partition=month` '
        'there, and replay the archive of mails, or what `tlsrpt-ingest domain export` prints.';
  END IF;

  FOREACH name IN ARRAY ARRAY['report', 'policy', 'failure'] LOOP
    EXECUTE format('ALTER TABLE tlsrpt.%I RENAME TO %I', name, name || '_default');
    FOR made IN
      SELECT c.relname AS index_name, i.indisprimary, i.indisunique, pg_catalog.pg_get_constraintdef(k.oid) AS key,
             regexp_replace(pg_catalog.pg_get_indexdef(c.oid), '^.* USING ', 'USING ') AS definition
        FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
        LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = c.oid AND k.contype = 'p'
        WHERE i.indrelid = format('tlsrpt.%I', name || '_default')::regclass
        ORDER BY i.indisprimary DESC, c.relname
    LOOP
      EXECUTE format('ALTER INDEX tlsrpt.%I RENAME TO %I', made.index_name,
                     overlay(made.index_name PLACING name || '_default' FROM 1 FOR length(name)));
      IF made.indisprimary THEN
        EXECUTE format('CREATE TABLE tlsrpt.%I (LIKE tlsrpt.%I INCLUDING ALL EXCLUDING INDEXES, CONSTRAINT %I %s)'
                       ' PARTITION BY RANGE (report_uid)', name, name || '_default', made.index_name, made.key);
      ELSIF NOT made.indisunique THEN
        EXECUTE format('CREATE INDEX %I ON tlsrpt.%I %s', made.index_name, name, made.definition);
      END IF;
    END LOOP;
    EXECUTE format('COMMENT ON TABLE tlsrpt.%I IS %L', name,
                   pg_catalog.obj_description(format('tlsrpt.%I', name || '_default')::regclass, 'pg_class'));
    EXECUTE format('COMMENT ON TABLE tlsrpt.%I IS %L', name || '_default',
                   format('The rows of %s for months that have no partition of their own.', name));
    EXECUTE format('ALTER TABLE tlsrpt.%I ATTACH PARTITION tlsrpt.%I DEFAULT', name, name || '_default');
  END LOOP;
END
$$;
