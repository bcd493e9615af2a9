-- SPDX-License-Identifier: GPL-3.0-or-later
-- How long failures may pause within one incident.

CREATE OR REPLACE FUNCTION tlsrpt.incident_gap() RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN 14;
COMMENT ON FUNCTION tlsrpt.incident_gap() IS
'Days: failures that are further apart are two incidents, and after so many days without news an incident is closed.';
