-- SPDX-License-Identifier: GPL-3.0-or-later
-- Domains that had reports and have none any more.

CREATE OR REPLACE VIEW tlsrpt.silent_domain AS
WITH reporting_day AS (
  SELECT DISTINCT p.policy_domain, r.organization_name, tlsrpt.key_day(p.report_uid) AS day
    FROM tlsrpt.policy p JOIN tlsrpt.report r USING (report_uid)
    WHERE NOT p.is_foreign AND p.policy_domain IS NOT NULL
      AND tlsrpt.key_day(p.report_uid) BETWEEN tlsrpt.today() - tlsrpt.habit_days() AND tlsrpt.today()
      AND r.report_uid >= tlsrpt.first_key(tlsrpt.today() - tlsrpt.habit_days())
      AND r.report_uid < tlsrpt.first_key(tlsrpt.today() + 1)
), habit AS (
  SELECT policy_domain, count(DISTINCT day) AS days, max(day) AS last_day,
         greatest(max(gap), 1) AS longest_gap, array_agg(DISTINCT organization_name) AS reporters
    FROM (SELECT policy_domain, organization_name, day,
                 day - lag(day) OVER (PARTITION BY policy_domain ORDER BY day) AS gap
            FROM reporting_day) AS step
    GROUP BY policy_domain
)
SELECT policy_domain, last_day, longest_gap, tlsrpt.today() - last_day - 1 AS silent_days, reporters
  FROM habit
  WHERE days >= 5 AND tlsrpt.today() - last_day - 1 > greatest(3, 2 * longest_gap);

COMMENT ON VIEW tlsrpt.silent_domain IS
'Which domain had reports and has none any more? As silent_reporter, over all senders of a domain.';
COMMENT ON COLUMN tlsrpt.silent_domain.policy_domain IS 'Policy domain.';
COMMENT ON COLUMN tlsrpt.silent_domain.last_day IS 'Last day that was reported on.';
COMMENT ON COLUMN tlsrpt.silent_domain.longest_gap IS 'Longest pause before, in days; 1 is none.';
COMMENT ON COLUMN tlsrpt.silent_domain.silent_days IS 'Days since without a report.';
COMMENT ON COLUMN tlsrpt.silent_domain.reporters IS 'Senders that reported before.';
