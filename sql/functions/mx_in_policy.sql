-- SPDX-License-Identifier: GPL-3.0-or-later
-- One MX host against a policy as it was sent.

CREATE OR REPLACE FUNCTION tlsrpt.mx_in_policy(mx text, policy_string text[], mx_host text[]) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN mx IS NULL OR policy_string IS NULL OR mx_host IS NULL OR (policy_string = '{}' AND mx_host = '{}')
              THEN NULL
              WHEN mx <> '' AND (mx = ANY (mx_host) OR 'mx: ' || mx = ANY (policy_string)
                OR '*.' || substr(mx, nullif(strpos(mx, '.'), 0) + 1) = ANY (mx_host)) THEN true
              ELSE tlsrpt.mx_matches(mx, tlsrpt.policy_mx(policy_string, mx_host)) END;
COMMENT ON FUNCTION tlsrpt.mx_in_policy(text, text[], text[]) IS
'Whether an MTA-STS policy names this MX, lower case: mx_matches of policy_mx, at a glance where its form is the usual one.';
