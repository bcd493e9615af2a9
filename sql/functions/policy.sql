-- SPDX-License-Identifier: GPL-3.0-or-later
-- What senders wrote of a policy, in one form whoever wrote it.

CREATE OR REPLACE FUNCTION tlsrpt.policy_lines(policy_string text[]) RETURNS text[]
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN ARRAY(
    SELECT DISTINCT lower(regexp_replace(btrim(line, E' \t\r"'), '\s*:\s*', ': '))
      FROM unnest(policy_string) AS sent(text),
           regexp_split_to_table(btrim(sent.text, '[] '), '\n|","|", "') AS line
      WHERE btrim(line, E' \t\r"') <> ''
      ORDER BY 1);
COMMENT ON FUNCTION tlsrpt.policy_lines(text[]) IS
'The lines of an MTA-STS policy, or its TLSA records, sorted and lower case: senders differ in order and form.';

CREATE OR REPLACE FUNCTION tlsrpt.policy_mode(policy_type text, policy_string text[]) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN policy_type = 'tlsa' THEN 'enforce'
              WHEN policy_type = 'sts' THEN substring(lower(array_to_string(policy_string, E'\n'))
                                                      FROM 'mode\s*:\s*(enforce|testing|none)') END;
COMMENT ON FUNCTION tlsrpt.policy_mode(text, text[]) IS
'enforce, testing or none; TLSA records enforce; null where there is no policy or it was not sent.';

CREATE OR REPLACE FUNCTION tlsrpt.policy_mx(policy_string text[], mx_host text[]) RETURNS text[]
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN ARRAY(
    SELECT DISTINCT lower(rtrim(pattern, '.'))
      FROM (SELECT substring(line FROM '^mx: (.*)$') AS pattern
              FROM unnest(tlsrpt.policy_lines(policy_string)) AS line
            UNION ALL
            SELECT unnest(mx_host)) AS named
      WHERE pattern <> ''
      ORDER BY 1);
COMMENT ON FUNCTION tlsrpt.policy_mx(text[], text[]) IS
'The MX patterns of an MTA-STS policy, of its lines and of mx-host together.';

CREATE OR REPLACE FUNCTION tlsrpt.mx_matches(mx text, patterns text[]) RETURNS boolean
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN CASE WHEN cardinality(patterns) > 0
              THEN mx = ANY (patterns) OR '*.' || substring(mx FROM '\.(.*)$') = ANY (patterns) END;
COMMENT ON FUNCTION tlsrpt.mx_matches(text, text[]) IS
'Whether a policy names this MX, itself or by *. for its first label (RFC 8461 section 4.1); null without patterns.';

CREATE OR REPLACE FUNCTION tlsrpt.mx_in_policy(mx text, policy_string text[], mx_host text[]) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN mx IS NULL OR policy_string IS NULL OR mx_host IS NULL OR (policy_string = '{}' AND mx_host = '{}')
              THEN NULL
              WHEN mx <> '' AND (mx = ANY (mx_host) OR 'mx: ' || mx = ANY (policy_string)
                OR '*.' || substr(mx, nullif(strpos(mx, '.'), 0) + 1) = ANY (mx_host)) THEN true
              ELSE tlsrpt.mx_matches(mx, tlsrpt.policy_mx(policy_string, mx_host)) END;
COMMENT ON FUNCTION tlsrpt.mx_in_policy(text, text[], text[]) IS
'Whether an MTA-STS policy names this MX, lower case: mx_matches of policy_mx, at a glance where its form is the usual one.';
