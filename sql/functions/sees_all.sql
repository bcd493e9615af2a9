-- SPDX-License-Identifier: GPL-3.0-or-later
-- Whether the login sees all domains.

CREATE OR REPLACE FUNCTION tlsrpt.sees_all() RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
  RETURN pg_has_role('tlsrpt_reader', 'USAGE') OR pg_has_role('tlsrpt_alerter', 'USAGE')
      OR pg_has_role('tlsrpt_owner', 'USAGE');
COMMENT ON FUNCTION tlsrpt.sees_all() IS
'Whether the login sees all domains: a member of tlsrpt_reader, tlsrpt_alerter or tlsrpt_owner. A login that is only a member of tlsrpt_domain_reader sees those of view own_domain.';
