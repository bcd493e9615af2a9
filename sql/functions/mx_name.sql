-- SPDX-License-Identifier: GPL-3.0-or-later
-- The name of an MX host in the one form in which names are compared.

CREATE OR REPLACE FUNCTION tlsrpt.mx_name(sent text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN nullif(lower(rtrim(sent, '.') COLLATE "C"), '');
COMMENT ON FUNCTION tlsrpt.mx_name(text) IS
'The name of an MX host, or a pattern of such names, in lower case and without a final dot; null where nothing is left.';
