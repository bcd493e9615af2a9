-- SPDX-License-Identifier: GPL-3.0-or-later
-- One MX host against the patterns of a policy.

CREATE OR REPLACE FUNCTION tlsrpt.mx_matches(mx text, patterns text[]) RETURNS boolean
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN CASE WHEN cardinality(patterns) > 0
              THEN mx = ANY (patterns) OR '*.' || substring(mx FROM '\.(.*)$') = ANY (patterns) END;
COMMENT ON FUNCTION tlsrpt.mx_matches(text, text[]) IS
'Whether a policy names this MX, itself or by *. for its first label (RFC 8461 section 4.1); null without patterns.';
