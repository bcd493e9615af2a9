-- SPDX-License-Identifier: GPL-3.0-or-later
-- What is known of each result type. The rows are in sql/result-types.sql, written anew at every
-- installation.

CREATE TABLE tlsrpt.result_type (
  result_type text NOT NULL,
  category text NOT NULL,
  is_registered boolean NOT NULL,
  title text NOT NULL,
  meaning text NOT NULL,
  cause text[] NOT NULL,
  command text[] NOT NULL,
  change text[] NOT NULL,
  lone_fault text NOT NULL,
  CONSTRAINT result_type_pkey PRIMARY KEY (result_type),
  CONSTRAINT result_type_category_check
    CHECK (category IN ('starttls', 'certificate', 'dane', 'mta-sts', 'general', 'reporting')),
  CONSTRAINT result_type_lone_fault_check CHECK (lone_fault IN ('ours', 'theirs', 'between'))
);
COMMENT ON TABLE tlsrpt.result_type IS 'What a result type means and what to do about it: those of RFC 8460 section 4.3, which are IANA''s, and findings of our own.';
COMMENT ON COLUMN tlsrpt.result_type.result_type IS 'The result type, or the name of a finding.';
COMMENT ON COLUMN tlsrpt.result_type.category IS 'What part of the machinery failed: starttls, certificate, dane, mta-sts, general, reporting.';
COMMENT ON COLUMN tlsrpt.result_type.is_registered IS 'Whether IANA has it as a result type; else it is a conclusion drawn here.';
COMMENT ON COLUMN tlsrpt.result_type.title IS 'In a few words.';
COMMENT ON COLUMN tlsrpt.result_type.meaning IS 'What the sender met, in a sentence or two.';
COMMENT ON COLUMN tlsrpt.result_type.cause IS 'Likely causes, the likeliest first.';
COMMENT ON COLUMN tlsrpt.result_type.command IS 'Commands that show it; {domain} and {mx} are filled in by function commands.';
COMMENT ON COLUMN tlsrpt.result_type.change IS 'What to change, in the order of the causes.';
COMMENT ON COLUMN tlsrpt.result_type.lone_fault IS 'Whose fault it likely is if one sender of several sees it: ours, theirs, or between.';

INSERT INTO tlsrpt.schema_version (version) VALUES (5);

DO $$
DECLARE
  made text;
BEGIN
  SELECT string_agg(format('%s %s', c.relname, (SELECT count(*) FROM pg_catalog.pg_attribute a
                                                WHERE a.attrelid = c.oid AND a.attnum > 0)),
                    ', ' ORDER BY c.relname) INTO made
    FROM pg_catalog.pg_class c
    WHERE c.relnamespace = 'tlsrpt'::regnamespace AND c.relkind = 'r'
      AND c.relname = 'result_type';
  IF made IS DISTINCT FROM 'result_type 9' THEN
    RAISE EXCEPTION 'migration 5 made: %', made USING ERRCODE = 'TR004';
  END IF;
END
$$;
