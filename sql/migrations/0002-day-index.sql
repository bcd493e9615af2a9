-- SPDX-License-Identifier: GPL-3.0-or-later
-- The day in a report's key as a date, and indexes by it, so that a period is no scan of all years.

-- A body of the standard's kind is bound to its objects when it is made: no search_path can bend it.
CREATE FUNCTION tlsrpt.key_day(report_uid uuid) RETURNS date
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN date '1970-01-01' + ('x' || left(report_uid::text, 8))::bit(32)::integer;
COMMENT ON FUNCTION tlsrpt.key_day(uuid) IS 'The UTC day on which a report''s period began: the first 4 bytes of its key.';

CREATE FUNCTION tlsrpt.first_key(day date) RETURNS uuid
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN (lpad(to_hex(greatest(day - date '1970-01-01', 0)), 8, '0') || '-0000-0000-0000-000000000000')::uuid;
COMMENT ON FUNCTION tlsrpt.first_key(date) IS 'The least key that a report of this day can have: days are ranges of keys.';

CREATE INDEX policy_day_idx ON tlsrpt.policy (tlsrpt.key_day(report_uid));
-- Few policies fail, and what asks about failures asks about all of a domain's years.
CREATE INDEX policy_failed_idx ON tlsrpt.policy (policy_domain, report_uid)
  WHERE total_failure_session_count > 0;

INSERT INTO tlsrpt.schema_version (version) VALUES (2);

DO $$
BEGIN
  IF to_regclass('tlsrpt.policy_day_idx') IS NULL OR to_regclass('tlsrpt.policy_failed_idx') IS NULL
     OR tlsrpt.key_day('00004f31-ffff-0000-0000-000000000000') <> date '2025-07-04'
     OR tlsrpt.first_key(date '2025-07-04') <> '00004f31-0000-0000-0000-000000000000' THEN
    RAISE EXCEPTION 'migration 2 made something else' USING ERRCODE = 'TR004';
  END IF;
END
$$;
