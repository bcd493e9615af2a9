-- SPDX-License-Identifier: GPL-3.0-or-later
-- The templates of a result type to commands for one domain and MX.

CREATE OR REPLACE FUNCTION tlsrpt.commands(template text[], policy_domain text, receiving_mx text) RETURNS text[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN receiving_mx IS NULL AND array_to_string(template, ' ') LIKE '%{mx}%'
              THEN ARRAY[tlsrpt.fill('dig +short MX {domain}   # names each MX-HOST below', policy_domain, NULL)]
              ELSE '{}' END
    || ARRAY(SELECT tlsrpt.fill(line, policy_domain, receiving_mx)
               FROM unnest(template) WITH ORDINALITY AS t(line, n) ORDER BY n);
COMMENT ON FUNCTION tlsrpt.commands(text[], text, text) IS
'The commands of a result type, ready to be pasted; they begin with a look-up of the MX hosts where the reports name none.';
