-- SPDX-License-Identifier: GPL-3.0-or-later
-- Whether a policy enforces.

CREATE OR REPLACE FUNCTION tlsrpt.policy_mode(policy_type text, policy_string text[]) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN policy_type = 'tlsa' THEN 'enforce'
              WHEN policy_type = 'sts' THEN substring(lower(array_to_string(policy_string, E'\n') COLLATE "C")
                                                      FROM 'mode\s*:\s*(enforce|testing|none)') END;
COMMENT ON FUNCTION tlsrpt.policy_mode(text, text[]) IS
'enforce, testing or none; TLSA records enforce; null where there is no policy or it was not sent.';
