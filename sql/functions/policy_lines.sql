-- SPDX-License-Identifier: GPL-3.0-or-later
-- The text of a policy in one form, however a reporter writes it.

CREATE OR REPLACE FUNCTION tlsrpt.policy_lines(policy_string text[]) RETURNS text[]
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN ARRAY(
    SELECT DISTINCT lower(regexp_replace(btrim(line, E' \t\r"'), '\s*:\s*', ': ') COLLATE "C")
      FROM unnest(policy_string) AS sent(text),
           regexp_split_to_table(btrim(sent.text, '[] '), '\n|","|", "') AS line
      WHERE btrim(line, E' \t\r"') <> ''
      ORDER BY 1);
COMMENT ON FUNCTION tlsrpt.policy_lines(text[]) IS
'The lines of an MTA-STS policy, or TLSA records, sorted and in lower case, because reporters send them in different orders and forms.';
