-- SPDX-License-Identifier: GPL-3.0-or-later
-- What senders saw of policies, and when it changed.

CREATE OR REPLACE VIEW tlsrpt.policy_change AS
-- Sent alike first: lines are taken apart once for each form of a policy, not once for each report.
WITH policy_sent AS (
  SELECT p.day, p.policy_domain, p.policy_type, p.policy_string,
         tlsrpt.policy_lines(p.policy_string) AS policy, min(p.policy_mode) AS policy_mode,
         array_agg(DISTINCT r.organization_name) AS organization_names
    FROM tlsrpt.policy p JOIN tlsrpt.report r USING (report_uid)
    WHERE NOT p.is_foreign AND p.policy_domain IS NOT NULL AND p.policy_type IN ('sts', 'tlsa')
      AND p.policy_string <> '{}'
    GROUP BY p.day, p.policy_domain, p.policy_type, p.policy_string
), by_day AS (
  SELECT day, policy_domain, policy_type, policy, min(policy_mode) AS policy_mode, min(policy_string) AS policy_string,
         array_agg(DISTINCT organization_name) AS organization_names
    FROM policy_sent CROSS JOIN LATERAL unnest(policy_sent.organization_names) AS reporter(organization_name)
    GROUP BY day, policy_domain, policy_type, policy
)
SELECT day, policy_domain, policy_type, policy, policy_mode,
       organization_names, cardinality(organization_names) AS reporters,
       count(*) OVER (PARTITION BY policy_domain, policy_type, day)::integer AS policies_that_day,
       -- Look-ups, the latest day first, and no window over all days: so a period is found by index.
       CASE WHEN (SELECT true FROM tlsrpt.policy p
                    WHERE p.policy_domain = by_day.policy_domain AND p.day < by_day.day
                      AND p.policy_type = by_day.policy_type AND NOT p.is_foreign AND p.policy_string <> '{}'
                      -- No OR: it would be thought to hold for next to none, and all of them be sorted.
                      AND CASE WHEN p.policy_string = by_day.policy_string THEN true
                               ELSE tlsrpt.policy_lines(p.policy_string) = by_day.policy END
                    ORDER BY p.day DESC LIMIT 1) THEN 'same'
            WHEN (SELECT true FROM tlsrpt.policy p
                    WHERE p.policy_domain = by_day.policy_domain AND p.day < by_day.day
                      AND p.policy_type = by_day.policy_type AND NOT p.is_foreign AND p.policy_string <> '{}'
                    ORDER BY p.day DESC LIMIT 1) THEN 'new'
            ELSE 'first' END AS change
  FROM by_day;

COMMENT ON VIEW tlsrpt.policy_change IS
'What did senders see of our MTA-STS policy and TLSA records, day by day, and when did it change? Lines are
sorted and lower case, as senders differ in order and form. More than one policy on a day means that
senders go by different ones: a change that has not reached all, or a policy changed without a new id.';
COMMENT ON COLUMN tlsrpt.policy_change.day IS 'UTC day.';
COMMENT ON COLUMN tlsrpt.policy_change.policy_domain IS 'Policy domain; under tlsa it may be an MX host.';
COMMENT ON COLUMN tlsrpt.policy_change.policy_type IS 'sts or tlsa.';
COMMENT ON COLUMN tlsrpt.policy_change.policy IS 'Lines of the policy, or TLSA records.';
COMMENT ON COLUMN tlsrpt.policy_change.policy_mode IS 'enforce, testing or none.';
COMMENT ON COLUMN tlsrpt.policy_change.organization_names IS 'Senders that saw it.';
COMMENT ON COLUMN tlsrpt.policy_change.reporters IS 'Their number.';
COMMENT ON COLUMN tlsrpt.policy_change.policies_that_day IS 'How many different policies were seen that day.';
COMMENT ON COLUMN tlsrpt.policy_change.change IS 'first: the oldest known; new: first seen on this day; same: seen before.';
