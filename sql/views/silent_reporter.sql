-- SPDX-License-Identifier: GPL-3.0-or-later
-- Reporters that used to report on a domain and have stopped.

CREATE OR REPLACE VIEW tlsrpt.silent_reporter AS
WITH reporting_day AS (
  SELECT DISTINCT p.policy_domain, r.organization_name, tlsrpt.key_day(p.report_uid) AS day
    FROM tlsrpt.policy p JOIN tlsrpt.report r USING (report_uid)
    WHERE NOT p.is_foreign AND p.policy_domain IS NOT NULL
      AND tlsrpt.key_day(p.report_uid) BETWEEN tlsrpt.today() - tlsrpt.habit_days() AND tlsrpt.today()
      AND r.report_uid >= tlsrpt.first_key(tlsrpt.today() - tlsrpt.habit_days())
      AND r.report_uid < tlsrpt.first_key(tlsrpt.today() + 1)
), habit AS (
  SELECT policy_domain, organization_name, count(*) AS days, min(day) AS first_day, max(day) AS last_day,
         coalesce(max(gap), 1) AS longest_gap
    FROM (SELECT policy_domain, organization_name, day,
                 day - lag(day) OVER (PARTITION BY policy_domain, organization_name ORDER BY day) AS gap
            FROM reporting_day) AS step
    GROUP BY policy_domain, organization_name
)
SELECT policy_domain, organization_name, days AS days_reported, first_day, last_day, longest_gap,
       tlsrpt.today() - last_day - 1 AS silent_days
  FROM habit
  WHERE days >= 5 AND tlsrpt.today() - last_day - 1 > greatest(3, 2 * longest_gap);

COMMENT ON VIEW tlsrpt.silent_reporter IS
'Which sender used to report on a domain and has stopped? One that reported on 5 days or more of those
that habit_days() looks back on, and has been silent for more than 3 days and more than twice its longest pause. A report on a day comes
the day after: the day before today is not missed yet.';
COMMENT ON COLUMN tlsrpt.silent_reporter.policy_domain IS 'Policy domain.';
COMMENT ON COLUMN tlsrpt.silent_reporter.organization_name IS 'Sender.';
COMMENT ON COLUMN tlsrpt.silent_reporter.days_reported IS 'Days it reported on, of those that habit_days() looks back on.';
COMMENT ON COLUMN tlsrpt.silent_reporter.first_day IS 'First of them.';
COMMENT ON COLUMN tlsrpt.silent_reporter.last_day IS 'Last of them.';
COMMENT ON COLUMN tlsrpt.silent_reporter.longest_gap IS 'Longest pause between them, in days; 1 is none.';
COMMENT ON COLUMN tlsrpt.silent_reporter.silent_days IS 'Days since without a report.';
