-- SPDX-License-Identifier: GPL-3.0-or-later
-- The MX patterns that digests stand for. A function, because a query of this form is not for reports that Citus
-- distributes: contrib/replica/distribute.sql replaces it.

-- One of many policies with a digest is enough: the one that is found first.
CREATE OR REPLACE FUNCTION tlsrpt.policy_patterns(domains text[], digests text[], first_days date[], last_day date)
  RETURNS TABLE (number bigint, digest text, policy_mx text)
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT given.number, given.digest, array_to_string(seen.policy_mx, ' ')
    FROM unnest(domains, digests, first_days) WITH ORDINALITY AS given (domain, digest, day, number)
    CROSS JOIN LATERAL (SELECT p.policy_mx FROM tlsrpt.policy p
                          WHERE p.is_counted AND p.policy_domain = given.domain COLLATE "C"
                            AND p.policy_mx_digest = given.digest::uuid AND p.day BETWEEN given.day AND last_day
                          LIMIT 1) AS seen;
END;
COMMENT ON FUNCTION tlsrpt.policy_patterns(text[], text[], date[], date) IS
'The MX patterns of policies, each given by its policy domain, its digest and its first day, with the number under which it is given.';
