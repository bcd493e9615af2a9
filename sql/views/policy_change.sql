-- SPDX-License-Identifier: GPL-3.0-or-later
-- The policies that reporters saw, and when they changed.

CREATE OR REPLACE VIEW tlsrpt.policy_change WITH (security_invoker = true) AS
-- To split a text into lines takes long. So texts are compared as sent first, and by their lines only where reporters
-- of one day sent different texts, or where none of the days before has the same text. Below this query are no window
-- functions: the planner moves a condition on column change to here, and only the rows that remain get column policy.
SELECT day, policy_domain, policy_type, tlsrpt.policy_lines(policy_string) AS policy, policy_mode, reporter_domains,
       cardinality(reporter_domains) AS reporters, policies_that_day,
       -- Look-ups that start at the latest day: they use the index for a period. A window would read all days. Most
       -- policies stay the same: so the first one reads a month, all of which row security makes the planner sort. Its
       -- first day is computed below, because row security lets only comparisons with ready values use an index.
       CASE WHEN (SELECT true FROM tlsrpt.policy p
                    WHERE p.policy_domain = by_day.policy_domain AND p.day < by_day.day AND p.day >= by_day.month_before
                      AND p.policy_type = by_day.policy_type AND p.is_counted
                      -- CASE, because for a plain comparison the planner expects nearly no row and sorts all of them.
                      AND CASE WHEN p.policy_string = by_day.policy_string THEN true END
                    ORDER BY p.day DESC LIMIT 1) THEN 'same'
            WHEN (SELECT bool_or(tlsrpt.policy_lines(earlier.policy_string) = own.policy)
                    FROM (SELECT tlsrpt.policy_lines(by_day.policy_string) AS policy OFFSET 0) AS own,
                         (SELECT DISTINCT p.policy_string FROM tlsrpt.policy p
                            WHERE p.policy_domain = by_day.policy_domain AND p.day < by_day.day
                              AND p.policy_type = by_day.policy_type AND p.is_counted AND p.policy_string <> '{}') AS earlier
                 ) THEN 'same'
            WHEN (SELECT true FROM tlsrpt.policy p
                    WHERE p.policy_domain = by_day.policy_domain AND p.day < by_day.day
                      AND p.policy_type = by_day.policy_type AND p.is_counted AND p.policy_string <> '{}'
                    ORDER BY p.day DESC LIMIT 1) THEN 'new'
            ELSE 'first' END AS change
  FROM (SELECT day, day - 31 AS month_before, policy_domain, policy_type, min(policy_mode) AS policy_mode,
               min(policy_string) AS policy_string, array_agg(DISTINCT reporter_domain) AS reporter_domains,
               count(*) OVER (PARTITION BY policy_domain, policy_type, day)::integer AS policies_that_day
          FROM (SELECT day, policy_domain, policy_type, policy_mode, policy_string, reporter_domain,
                       min(policy_string) OVER one_day = max(policy_string) OVER one_day AS is_only_text
                  FROM tlsrpt.policy
                  WHERE is_counted AND policy_domain IS NOT NULL AND policy_type IN ('sts', 'tlsa') AND policy_string <> '{}'
                  WINDOW one_day AS (PARTITION BY policy_domain, policy_type, day)) AS sent
          GROUP BY policy_domain, policy_type, day,
                   CASE WHEN NOT is_only_text THEN tlsrpt.policy_lines(policy_string) END) AS by_day;

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
