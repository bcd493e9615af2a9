-- SPDX-License-Identifier: GPL-3.0-or-later
-- The version of the schema as a constant: a delivery has a server process of its own, which needs a millisecond to
-- find, open and plan the table schema_version. The number is that of the last migration.

CREATE OR REPLACE FUNCTION tlsrpt.installed_version() RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN 1;
COMMENT ON FUNCTION tlsrpt.installed_version() IS 'Version of the schema that these functions and views belong to; what stores reports compares it with its own.';
