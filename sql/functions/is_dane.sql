-- SPDX-License-Identifier: GPL-3.0-or-later
-- Which policy types are about TLSA records.

CREATE OR REPLACE FUNCTION tlsrpt.is_dane(policy_type text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN policy_type IN ('tlsa', 'no-tlsa-found');
COMMENT ON FUNCTION tlsrpt.is_dane(text) IS
'Whether a policy of this type is one of DANE, found or not: its policy domain is then an MX host.';
