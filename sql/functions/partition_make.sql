-- SPDX-License-Identifier: GPL-3.0-or-later
-- Makes the partitions of a month. It is for the owner, and all that it makes belongs to tlsrpt_owner: no other role
-- may create a table in this schema. A transaction that stores a report waits for it: a report that was on its way to
-- the default partition would be refused. It gives up if it has to wait for others: after two seconds for who stores
-- reports, and after a second for the other tables (see partition_lock.sql).

CREATE OR REPLACE FUNCTION tlsrpt.partition_make(month date) RETURNS boolean
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET role = tlsrpt_owner SET lock_timeout = '2s'
AS $$
DECLARE
  first_day date := date_trunc('month', month::timestamp);
  next_day date := date_trunc('month', month::timestamp) + interval '1 month';
  suffix text := to_char(first_day, '_YYYY_MM');
  within text := format('report_uid >= %L AND report_uid < %L', tlsrpt.first_key(first_day), tlsrpt.first_key(next_day));
  name text;
  columns text;
BEGIN
  -- The bytes of "tlspar": one at a time.
  PERFORM pg_advisory_xact_lock(128009208098162);
  IF (SELECT relkind <> 'p' FROM pg_class WHERE oid = 'tlsrpt.report'::regclass)
     OR to_regclass('tlsrpt.report' || suffix) IS NOT NULL THEN
    RETURN false;
  END IF;
  LOCK TABLE ONLY tlsrpt.report IN SHARE ROW EXCLUSIVE MODE;
  PERFORM tlsrpt.partition_lock('SHARE ROW EXCLUSIVE', 'policy', 'failure');
  PERFORM tlsrpt.partition_lock('ACCESS EXCLUSIVE', 'report_default', 'policy_default', 'failure_default');

  -- Rows of the month that are in the default partition move. Statements on a partition do not fire the triggers of
  -- its table, so that nothing is counted twice.
  FOREACH name IN ARRAY ARRAY['report', 'policy', 'failure'] LOOP
    EXECUTE format('CREATE TABLE tlsrpt.%I (LIKE tlsrpt.%I INCLUDING ALL%s)', name || suffix, name || '_default',
                   CASE WHEN name <> 'failure' THEN format(', CONSTRAINT %I CHECK (day >= %L AND day < %L)',
                                                           name || '_month_check', first_day, next_day) END);
    EXECUTE format('COMMENT ON TABLE tlsrpt.%I IS %L', name || suffix,
                   format('The rows of %s for %s.', name, to_char(first_day, 'YYYY-MM')));
    SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
      WHERE attrelid = format('tlsrpt.%I', name)::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
    EXECUTE format('INSERT INTO tlsrpt.%I (%s) SELECT %s FROM tlsrpt.%I WHERE %s', name || suffix, columns, columns,
                   name || '_default', within);
  END LOOP;
  EXECUTE format('DELETE FROM tlsrpt.report_default WHERE %s', within);
  EXECUTE format('ALTER TABLE tlsrpt.%I ADD CONSTRAINT policy_report_fkey FOREIGN KEY (report_uid)'
                 ' REFERENCES tlsrpt.%I (report_uid) ON DELETE CASCADE', 'policy' || suffix, 'report' || suffix);
  EXECUTE format('ALTER TABLE tlsrpt.%I ADD CONSTRAINT failure_policy_fkey FOREIGN KEY (report_uid, policy_no)'
                 ' REFERENCES tlsrpt.%I (report_uid, policy_no) ON DELETE CASCADE', 'failure' || suffix, 'policy' || suffix);
  FOREACH name IN ARRAY ARRAY['report', 'policy', 'failure'] LOOP
    EXECUTE format('ALTER TABLE tlsrpt.%I ATTACH PARTITION tlsrpt.%I FOR VALUES FROM (%L) TO (%L)', name, name || suffix,
                   tlsrpt.first_key(first_day), tlsrpt.first_key(next_day));
  END LOOP;
  RETURN true;
END
$$;
COMMENT ON FUNCTION tlsrpt.partition_make(date) IS
'Makes the partitions of the month of this day, and moves the rows there that are in the default partitions. Returns false if they are there, or if the schema has no partitions.';
