-- SPDX-License-Identifier: GPL-3.0-or-later
-- The policies that reporters saw, and when they changed.

CREATE OR REPLACE VIEW tlsrpt.policy_change WITH (security_invoker = true) AS
-- Groups equal texts first: a text is split into lines once, not once for each report.
WITH policy_sent AS (
  SELECT day, policy_domain, policy_type, policy_string, tlsrpt.policy_lines(policy_string) AS policy,
         min(policy_mode) AS policy_mode, array_agg(DISTINCT reporter_domain) AS reporter_domains
    FROM tlsrpt.policy
    WHERE is_counted AND policy_domain IS NOT NULL AND policy_type IN ('sts', 'tlsa') AND policy_string <> '{}'
    GROUP BY day, policy_domain, policy_type, policy_string
), by_day AS (
  SELECT day, policy_domain, policy_type, policy, min(policy_mode) AS policy_mode, min(policy_string) AS policy_string,
         array_agg(DISTINCT reporter_domain) AS reporter_domains
    FROM policy_sent CROSS JOIN LATERAL unnest(policy_sent.reporter_domains) AS reporter(reporter_domain)
    GROUP BY day, policy_domain, policy_type, policy
)
SELECT day, policy_domain, policy_type, policy, policy_mode, reporter_domains,
       cardinality(reporter_domains) AS reporters,
       count(*) OVER (PARTITION BY policy_domain, policy_type, day)::integer AS policies_that_day,
       -- Look-ups that start at the latest day: they use the index for a period. A window would read all days.
       CASE WHEN (SELECT true FROM tlsrpt.policy p
                    WHERE p.policy_domain = by_day.policy_domain AND p.day < by_day.day
                      AND p.policy_type = by_day.policy_type AND p.is_counted AND p.policy_string <> '{}'
                      -- CASE instead of OR: for OR the planner expects nearly no row and sorts all of them.
                      AND CASE WHEN p.policy_string = by_day.policy_string THEN true
                               ELSE tlsrpt.policy_lines(p.policy_string) = by_day.policy END
                    ORDER BY p.day DESC LIMIT 1) THEN 'same'
            WHEN (SELECT true FROM tlsrpt.policy p
                    WHERE p.policy_domain = by_day.policy_domain AND p.day < by_day.day
                      AND p.policy_type = by_day.policy_type AND p.is_counted AND p.policy_string <> '{}'
                    ORDER BY p.day DESC LIMIT 1) THEN 'new'
            ELSE 'first' END AS change
  FROM by_day;

COMMENT ON VIEW tlsrpt.policy_change IS
'Which MTA-STS policy and TLSA records did reporters see on each day, and when did they change? Lines are sorted and
in lower case, because reporters send them in different orders and forms. More than one policy on a day means that
reporters apply different ones: a change has not reached all of them, or a policy was changed without a new id.';
COMMENT ON COLUMN tlsrpt.policy_change.day IS 'UTC day.';
COMMENT ON COLUMN tlsrpt.policy_change.policy_domain IS 'Policy domain; under tlsa usually an MX host.';
COMMENT ON COLUMN tlsrpt.policy_change.policy_type IS 'sts or tlsa.';
COMMENT ON COLUMN tlsrpt.policy_change.policy IS 'Lines of the policy, or TLSA records.';
COMMENT ON COLUMN tlsrpt.policy_change.policy_mode IS 'enforce, testing or none.';
COMMENT ON COLUMN tlsrpt.policy_change.reporter_domains IS 'Reporters that saw this policy.';
COMMENT ON COLUMN tlsrpt.policy_change.reporters IS 'Number of these reporters.';
COMMENT ON COLUMN tlsrpt.policy_change.policies_that_day IS 'How many different policies were seen that day.';
COMMENT ON COLUMN tlsrpt.policy_change.change IS 'first: no earlier policy is known; same: the policy was seen on an earlier day; new: others were seen earlier, but not this one.';
