-- SPDX-License-Identifier: GPL-3.0-or-later
-- What reporters sent of a policy, in one form.

CREATE OR REPLACE FUNCTION tlsrpt.policy_lines(policy_string text[]) RETURNS text[]
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN ARRAY(
    SELECT DISTINCT lower(regexp_replace(btrim(line, E' \t\r"'), '\s*:\s*', ': ') COLLATE "C")
      FROM unnest(policy_string) AS sent(text),
           regexp_split_to_table(btrim(sent.text, '[] '), '\n|","|", "') AS line
      WHERE btrim(line, E' \t\r"') <> ''
      ORDER BY 1);
COMMENT ON FUNCTION tlsrpt.policy_lines(text[]) IS
'The lines of an MTA-STS policy, or its TLSA records, sorted and lower case: reporters differ in order and form.';
