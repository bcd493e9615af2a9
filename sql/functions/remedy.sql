-- SPDX-License-Identifier: GPL-3.0-or-later
-- Templates of table result_type to commands for one domain and MX.

CREATE OR REPLACE FUNCTION tlsrpt.fill(template text, policy_domain text, receiving_mx text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN replace(replace(template,
    '{domain}', CASE WHEN policy_domain ~ '^[A-Za-z0-9_][A-Za-z0-9._-]{0,252}$' THEN policy_domain ELSE 'DOMAIN' END),
    '{mx}', CASE WHEN receiving_mx ~ '^[A-Za-z0-9_][A-Za-z0-9._-]{0,252}$' THEN receiving_mx ELSE 'MX-HOST' END);
COMMENT ON FUNCTION tlsrpt.fill(text, text, text) IS
'Puts domain and MX in a command. Both come from strangers and end in somebody''s shell: what is no plain host name stays a placeholder.';

CREATE OR REPLACE FUNCTION tlsrpt.commands(template text[], policy_domain text, receiving_mx text) RETURNS text[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN receiving_mx IS NULL AND array_to_string(template, ' ') LIKE '%{mx}%'
              THEN ARRAY[tlsrpt.fill('dig +short MX {domain}   # names each MX-HOST below', policy_domain, NULL)]
              ELSE '{}' END
    || ARRAY(SELECT tlsrpt.fill(line, policy_domain, receiving_mx)
               FROM unnest(template) WITH ORDINALITY AS t(line, n) ORDER BY n);
COMMENT ON FUNCTION tlsrpt.commands(text[], text, text) IS
'The commands of a result type, ready to be pasted; they begin with a look-up of the MX hosts where the reports name none.';
