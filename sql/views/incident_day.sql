-- SPDX-License-Identifier: GPL-3.0-or-later
-- Days of failure, each with the number of the incident it belongs to.

-- No incident reaches across a pause of incident_gap() days of the domain. So what stands between two such
-- pauses, a run, can be looked at alone, and runs that have ended can be left out by their last day.
CREATE OR REPLACE VIEW tlsrpt.incident_day AS
WITH run AS (
  SELECT policy_domain, min(day) AS first_day, max(day) AS last_day
    FROM (SELECT policy_domain, day, sum(CASE WHEN day - previous <= tlsrpt.incident_gap() THEN 0 ELSE 1 END)
                   OVER (PARTITION BY policy_domain ORDER BY day) AS run_no
            FROM (SELECT policy_domain, day, lag(day) OVER (PARTITION BY policy_domain ORDER BY day) AS previous
                    FROM (SELECT DISTINCT policy_domain, tlsrpt.key_day(report_uid) AS day
                            FROM tlsrpt.policy
                            WHERE has_failures AND NOT is_foreign AND policy_domain IS NOT NULL
                              AND tlsrpt.key_day(report_uid) <= tlsrpt.today()) AS failed) AS step) AS numbered
    GROUP BY policy_domain, run_no
)
SELECT run.policy_domain, part.result_type, part.receiving_mx, part.incident_no, part.day, part.organization_name,
       part.failed_sessions, part.interruptions, part.is_dane, part.is_sts, part.is_enforced, part.mx_in_policy,
       part.failure_reason_code, part.is_authentic, run.first_day AS run_first_day, run.last_day AS run_last_day
  FROM run
  CROSS JOIN LATERAL (
    WITH failing AS (
      SELECT d.*, sum(CASE WHEN d.day - d.previous <= tlsrpt.incident_gap() THEN 0 ELSE 1 END) OVER (
               PARTITION BY policy_domain, result_type ORDER BY day, organization_name, receiving_mx) AS run
        FROM (SELECT *, lag(day) OVER (PARTITION BY policy_domain, result_type
                                       ORDER BY day, organization_name, receiving_mx) AS previous
                FROM tlsrpt.daily_failure
                WHERE failed_sessions > 0 AND policy_domain = run.policy_domain
                  AND day BETWEEN run.first_day AND run.last_day) AS d
    ), named AS (
      SELECT policy_domain, result_type, organization_name, day,
             CASE WHEN min(receiving_mx) OVER same = max(receiving_mx) OVER same THEN min(receiving_mx) OVER same
                  ELSE receiving_mx END AS receiving_mx,
             failed_sessions, is_dane, is_sts, is_enforced, mx_in_policy, failure_reason_code, is_authentic
        FROM failing
        WINDOW same AS (PARTITION BY policy_domain, result_type, run)
    ), by_reporter AS (
      SELECT policy_domain, result_type, receiving_mx, organization_name, day,
             sum(failed_sessions) AS failed_sessions, bool_or(is_dane) AS is_dane, bool_or(is_sts) AS is_sts,
             bool_or(is_enforced) AS is_enforced, bool_and(mx_in_policy) AS mx_in_policy,
             max(failure_reason_code) AS failure_reason_code, bool_or(is_authentic) AS is_authentic,
             lag(day) OVER (PARTITION BY policy_domain, result_type, receiving_mx, organization_name ORDER BY day) AS previous
        FROM named
        GROUP BY policy_domain, result_type, receiving_mx, organization_name, day
    ), with_pause AS (
      SELECT by_reporter.*, pause.clean_days
        FROM by_reporter
        CROSS JOIN LATERAL (
          SELECT count(DISTINCT tlsrpt.key_day(p.report_uid)) AS clean_days
            FROM tlsrpt.policy p JOIN tlsrpt.report r USING (report_uid)
            WHERE by_reporter.day - by_reporter.previous BETWEEN 2 AND tlsrpt.incident_gap()
              AND p.policy_domain = by_reporter.policy_domain AND NOT p.is_foreign
              AND r.organization_name = by_reporter.organization_name
              AND tlsrpt.key_day(p.report_uid) BETWEEN by_reporter.previous + 1 AND by_reporter.day - 1) AS pause
    ), spell AS (
      SELECT with_pause.*, sum(CASE WHEN clean_days <= 3 AND day - previous <= tlsrpt.incident_gap() THEN 0 ELSE 1 END)
               OVER (PARTITION BY policy_domain, result_type, receiving_mx, organization_name ORDER BY day) AS spell_no
        FROM with_pause
    ), bounded AS (
      SELECT spell.*, min(day) OVER same AS spell_first, max(day) OVER same AS spell_last,
             count(*) FILTER (WHERE clean_days BETWEEN 1 AND 3 AND day - previous <= tlsrpt.incident_gap())
               OVER same AS interruptions
        FROM spell
        WINDOW same AS (PARTITION BY policy_domain, result_type, receiving_mx, organization_name, spell_no)
    ), island AS (
      SELECT bounded.*, max(spell_last) OVER (
               PARTITION BY policy_domain, result_type, receiving_mx ORDER BY spell_first, organization_name, day
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last_before
        FROM bounded
    )
    SELECT policy_domain, result_type, receiving_mx,
           sum(CASE WHEN spell_first <= last_before + 4 THEN 0 ELSE 1 END) OVER (
             PARTITION BY policy_domain, result_type, receiving_mx ORDER BY spell_first, organization_name, day)
             AS incident_no,
           day, organization_name, failed_sessions, interruptions, is_dane, is_sts, is_enforced, mx_in_policy,
           failure_reason_code, is_authentic
      FROM island) AS part;

COMMENT ON VIEW tlsrpt.incident_day IS
'Which days and senders make up an incident? A sender''s days of failure (same policy domain, MX and
result type) belong together while no more than 3 days of clean reports of that sender, and no more than
incident_gap() days in all, lie between two of them; what several senders saw is one incident if it overlaps or is at
most 3 days apart. A report that names no MX is taken for the one MX that the others name, if it is one.
The reason code is no part of it: senders write addresses and times into it.';
COMMENT ON COLUMN tlsrpt.incident_day.policy_domain IS 'Policy domain.';
COMMENT ON COLUMN tlsrpt.incident_day.result_type IS 'Result type as sent.';
COMMENT ON COLUMN tlsrpt.incident_day.receiving_mx IS 'Receiving MX; null where no report names it.';
COMMENT ON COLUMN tlsrpt.incident_day.incident_no IS 'Number of the incident among those of a run, MX and result type, from 1.';
COMMENT ON COLUMN tlsrpt.incident_day.day IS 'A day with failed sessions.';
COMMENT ON COLUMN tlsrpt.incident_day.organization_name IS 'Sender that saw them.';
COMMENT ON COLUMN tlsrpt.incident_day.failed_sessions IS 'Failed sessions of this day and sender.';
COMMENT ON COLUMN tlsrpt.incident_day.interruptions IS 'How often this sender saw it gone and back within the incident.';
COMMENT ON COLUMN tlsrpt.incident_day.is_dane IS 'Whether it failed under TLSA records.';
COMMENT ON COLUMN tlsrpt.incident_day.is_sts IS 'Whether it failed under an MTA-STS policy.';
COMMENT ON COLUMN tlsrpt.incident_day.is_enforced IS 'Whether a policy forbade delivery.';
COMMENT ON COLUMN tlsrpt.incident_day.mx_in_policy IS 'Whether the MTA-STS policy names the MX; null where it cannot be told.';
COMMENT ON COLUMN tlsrpt.incident_day.failure_reason_code IS 'The sender''s own words.';
COMMENT ON COLUMN tlsrpt.incident_day.is_authentic IS 'Whether a report of that day carried a valid signature of its sender.';
COMMENT ON COLUMN tlsrpt.incident_day.run_first_day IS 'First day of the run: days of failure of the domain, whatever failed, that no pause longer than incident_gap() divides.';
COMMENT ON COLUMN tlsrpt.incident_day.run_last_day IS 'Its last day: none of its incidents ended later, and asking by it spares looking at runs of the past.';
