-- SPDX-License-Identifier: GPL-3.0-or-later
-- Which policy types belong to DANE.

CREATE OR REPLACE FUNCTION tlsrpt.is_dane(policy_type text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN policy_type IN ('tlsa', 'no-tlsa-found');
COMMENT ON FUNCTION tlsrpt.is_dane(text) IS
'Whether this policy type belongs to DANE, with TLSA records (tlsa) or without (no-tlsa-found). The policy domain is then an MX host.';
