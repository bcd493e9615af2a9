-- SPDX-License-Identifier: GPL-3.0-or-later
-- The domains that a member of tlsrpt_domain_reader sees. Row security compares mail_domain with this array,
-- which is made once for each query, so that an index on mail_domain can be used.

-- In PL/pgSQL, so that the function does not depend on the view, which every installation drops and creates again.
CREATE OR REPLACE FUNCTION tlsrpt.own_domains() RETURNS text[]
  LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN ARRAY(SELECT domain FROM tlsrpt.own_domain);
END
$$;
COMMENT ON FUNCTION tlsrpt.own_domains() IS 'The mail domains that the login sees by its entries in domain_access, as view own_domain has them.';
