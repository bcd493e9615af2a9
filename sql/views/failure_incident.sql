-- SPDX-License-Identifier: GPL-3.0-or-later
-- Runs of failure of a domain: what is broken, since when, for whom, and whose fault it likely is.

CREATE OR REPLACE VIEW tlsrpt.failure_incident AS
WITH run AS (
  SELECT policy_domain, result_type, receiving_mx, incident_no, run_last_day, min(day) AS first_day, max(day) AS last_day,
         count(DISTINCT day)::integer AS failed_days, sum(failed_sessions) AS failed_sessions,
         array_agg(DISTINCT organization_name) AS reporters,
         count(DISTINCT organization_name)::integer AS reporter_count,
         count(DISTINCT organization_name) FILTER (WHERE is_authentic)::integer AS authentic_reporters,
         max(interruptions)::integer AS interruptions, bool_or(is_dane) AS is_dane, bool_or(is_sts) AS is_sts,
         bool_or(is_enforced) AS is_enforced, bool_and(mx_in_policy) AS mx_in_policy,
         max(failure_reason_code) AS failure_reason_code
    FROM tlsrpt.incident_day
    GROUP BY policy_domain, result_type, receiving_mx, incident_no, run_first_day, run_last_day
), weighed AS (
  SELECT run.*, total.sessions, total.other_reporters, later.clean_days, later.closed_day,
         CASE WHEN NOT mx_in_policy AND result_type IN ('validation-failure', 'certificate-host-mismatch', 'unspecified')
              THEN CASE WHEN EXISTS (
                     SELECT FROM tlsrpt.policy p
                       WHERE p.policy_domain = run.policy_domain AND p.policy_type = 'sts' AND NOT p.is_foreign
                         AND tlsrpt.key_day(p.report_uid) BETWEEN run.first_day
                           AND least(run.last_day + 3, tlsrpt.today())
                         AND tlsrpt.mx_in_policy(run.receiving_mx, p.policy_string, p.mx_host))
                   THEN 'policy-without-new-id' ELSE 'mx-not-in-policy' END
              WHEN result_type = 'validation-failure' AND is_dane AND NOT is_sts THEN 'tlsa-invalid'
              WHEN EXISTS (SELECT FROM tlsrpt.result_type t WHERE t.result_type = run.result_type) THEN result_type
              ELSE 'unknown' END AS finding
    FROM run
    CROSS JOIN LATERAL (
      SELECT sum(sessions) AS sessions,
             count(DISTINCT organization_name)
               FILTER (WHERE successful > 0 AND organization_name <> ALL (run.reporters)) AS other_reporters
        FROM (SELECT r.organization_name, sum(p.total_successful_session_count) AS successful,
                     greatest(sum(p.total_successful_session_count::numeric + p.total_failure_session_count)
                                FILTER (WHERE tlsrpt.is_dane(p.policy_type)),
                              sum(p.total_successful_session_count::numeric + p.total_failure_session_count)
                                FILTER (WHERE NOT tlsrpt.is_dane(p.policy_type))) AS sessions
                FROM tlsrpt.policy p JOIN tlsrpt.report r USING (report_uid)
                WHERE p.policy_domain = run.policy_domain AND NOT p.is_foreign
                  AND tlsrpt.key_day(p.report_uid) BETWEEN run.first_day AND run.last_day
                GROUP BY p.report_uid, r.organization_name) AS told) AS total
    CROSS JOIN LATERAL (
      SELECT count(*) AS clean_days, min(day) AS closed_day
        FROM (SELECT DISTINCT tlsrpt.key_day(p.report_uid) AS day
                FROM tlsrpt.policy p JOIN tlsrpt.report r USING (report_uid)
                WHERE p.policy_domain = run.policy_domain AND NOT p.is_foreign
                  AND tlsrpt.key_day(p.report_uid) BETWEEN run.last_day + 1
                    AND least(tlsrpt.today(), run.last_day + tlsrpt.incident_gap())
                  AND r.organization_name = ANY (run.reporters)) AS clean) AS later
)
SELECT w.policy_domain, w.receiving_mx, w.result_type, w.finding, w.first_day, w.last_day, w.failed_days,
       w.failed_sessions, greatest(w.sessions, w.failed_sessions) AS sessions,
       w.failed_sessions / greatest(w.sessions, w.failed_sessions) AS failed_share,
       w.reporter_count AS reporters, w.reporters AS organization_names, w.other_reporters::integer,
       w.authentic_reporters, w.is_enforced,
       CASE WHEN tlsrpt.today() - w.last_day > tlsrpt.incident_gap() THEN 'closed'
            WHEN w.interruptions >= 2 AND w.clean_days <= 3 THEN 'flapping'
            WHEN w.clean_days = 0 THEN 'open'
            ELSE 'closed' END AS state,
       w.closed_day,
       CASE WHEN w.reporter_count > 1 THEN 'ours'
            WHEN w.other_reporters > 0 THEN k.lone_fault
            ELSE 'unclear' END AS likely_fault,
       w.failure_reason_code, w.run_last_day
  FROM weighed w
  JOIN tlsrpt.result_type k ON k.result_type = w.finding;

COMMENT ON VIEW tlsrpt.failure_incident IS 'Which runs of failure are there? Incidents made of failed sessions; view incident adds silence and remedies.';
COMMENT ON COLUMN tlsrpt.failure_incident.policy_domain IS 'As in view incident.';
COMMENT ON COLUMN tlsrpt.failure_incident.receiving_mx IS 'As in view incident.';
COMMENT ON COLUMN tlsrpt.failure_incident.result_type IS 'As in view incident.';
COMMENT ON COLUMN tlsrpt.failure_incident.finding IS 'As in view incident.';
COMMENT ON COLUMN tlsrpt.failure_incident.first_day IS 'As in view incident.';
COMMENT ON COLUMN tlsrpt.failure_incident.last_day IS 'As in view incident.';
COMMENT ON COLUMN tlsrpt.failure_incident.failed_days IS 'As in view incident.';
COMMENT ON COLUMN tlsrpt.failure_incident.failed_sessions IS 'As in view incident.';
COMMENT ON COLUMN tlsrpt.failure_incident.sessions IS 'As in view incident.';
COMMENT ON COLUMN tlsrpt.failure_incident.failed_share IS 'As in view incident.';
COMMENT ON COLUMN tlsrpt.failure_incident.reporters IS 'As in view incident.';
COMMENT ON COLUMN tlsrpt.failure_incident.organization_names IS 'As in view incident.';
COMMENT ON COLUMN tlsrpt.failure_incident.other_reporters IS 'As in view incident.';
COMMENT ON COLUMN tlsrpt.failure_incident.authentic_reporters IS 'As in view incident.';
COMMENT ON COLUMN tlsrpt.failure_incident.is_enforced IS 'As in view incident.';
COMMENT ON COLUMN tlsrpt.failure_incident.state IS 'As in view incident.';
COMMENT ON COLUMN tlsrpt.failure_incident.closed_day IS 'As in view incident.';
COMMENT ON COLUMN tlsrpt.failure_incident.likely_fault IS 'As in view incident.';
COMMENT ON COLUMN tlsrpt.failure_incident.failure_reason_code IS 'As in view incident.';
COMMENT ON COLUMN tlsrpt.failure_incident.run_last_day IS 'As in view incident.';
