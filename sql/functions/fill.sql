-- SPDX-License-Identifier: GPL-3.0-or-later
-- A template of table result_type to a command for one domain and MX.

CREATE OR REPLACE FUNCTION tlsrpt.fill(template text, policy_domain text, receiving_mx text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN replace(replace(template,
    '{domain}', CASE WHEN policy_domain ~ '^[A-Za-z0-9_][A-Za-z0-9._-]{0,252}$' THEN policy_domain ELSE 'DOMAIN' END),
    '{mx}', CASE WHEN receiving_mx ~ '^[A-Za-z0-9_][A-Za-z0-9._-]{0,252}$' THEN receiving_mx ELSE 'MX-HOST' END);
COMMENT ON FUNCTION tlsrpt.fill(text, text, text) IS
'Puts domain and MX in a command. Both come from strangers and end in somebody''s shell: what is no plain host name stays a placeholder.';
