-- SPDX-License-Identifier: GPL-3.0-or-later
-- The MX patterns of an MTA-STS policy.

CREATE OR REPLACE FUNCTION tlsrpt.policy_mx(policy_string text[], mx_host text[]) RETURNS text[]
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN ARRAY(
    SELECT DISTINCT tlsrpt.mx_name(pattern)
      FROM (SELECT substring(line FROM '^mx: (.*)$') AS pattern
              FROM unnest(tlsrpt.policy_lines(policy_string)) AS line
            UNION ALL
            SELECT unnest(mx_host)) AS named
      WHERE tlsrpt.mx_name(pattern) IS NOT NULL
      ORDER BY 1);
COMMENT ON FUNCTION tlsrpt.policy_mx(text[], text[]) IS
'The MX patterns of an MTA-STS policy, of its lines and of mx-host together.';
