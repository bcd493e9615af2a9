-- SPDX-License-Identifier: GPL-3.0-or-later
-- Sessions of each report, each counted once.

CREATE OR REPLACE VIEW tlsrpt.session_count AS
WITH reported AS (
  SELECT p.report_uid, p.policy_no, p.day, p.policy_domain, p.policy_type,
         tlsrpt.is_dane(p.policy_type) AS is_dane, NULL::text AS result_type,
         p.total_successful_session_count::numeric AS successful, 0::numeric AS failed
    FROM tlsrpt.policy p
    WHERE NOT p.is_foreign
  UNION ALL
  SELECT report_uid, policy_no, day, policy_domain, policy_type, tlsrpt.is_dane(policy_type),
         result_type, 0, sum(failed_sessions)
    FROM tlsrpt.failed_session
    GROUP BY report_uid, policy_no, day, policy_domain, policy_type, result_type
), with_both_sides AS (
  SELECT reported.*,
         coalesce(sum(successful) FILTER (WHERE is_dane) OVER domain_day, 0) AS dane_successful,
         coalesce(sum(failed) FILTER (WHERE is_dane) OVER domain_day, 0) AS dane_failed,
         coalesce(sum(successful) FILTER (WHERE NOT is_dane) OVER domain_day, 0) AS other_successful,
         coalesce(sum(failed) FILTER (WHERE NOT is_dane) OVER domain_day, 0) AS other_failed,
         coalesce(greatest(sum(successful) FILTER (WHERE policy_type = 'tlsa') OVER domain_day,
                           sum(successful) FILTER (WHERE policy_type = 'sts') OVER domain_day), 0) AS policy_successful,
         coalesce(sum(successful) OVER (
           PARTITION BY report_uid, day, policy_domain, is_dane ORDER BY policy_no, result_type NULLS FIRST
           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
    FROM reported
    WINDOW domain_day AS (PARTITION BY report_uid, day, policy_domain)
), with_totals AS (
  SELECT with_both_sides.*,
         is_dane = (dane_successful + dane_failed >= other_successful + other_failed) AS has_sessions,
         is_dane = (dane_failed > other_failed) AS has_failures,
         greatest(dane_successful + dane_failed, other_successful + other_failed)
           - greatest(dane_failed, other_failed) AS successful_total
    FROM with_both_sides
)
SELECT report_uid, policy_no, day, policy_domain, policy_type, result_type,
       CASE WHEN has_sessions THEN greatest(0, least(successful, successful_total - before)) ELSE 0 END
         AS successful_sessions,
       CASE WHEN has_failures THEN failed ELSE 0 END AS failed_sessions,
       CASE WHEN has_sessions
            THEN greatest(0, least(successful, successful_total - before, policy_successful - before))
            ELSE 0 END AS validated_sessions,
       successful + failed AS reported_sessions
  FROM with_totals;

COMMENT ON VIEW tlsrpt.session_count IS
'How many sessions does a report tell of, each counted once? A sender that applies MTA-STS and DANE
counts a session under both: DANE (tlsa) and the rest (sts, no-policy-found, others) are two views of
the same sessions of one policy domain. The larger total of the two is the number of sessions, the
larger number of failures the failed ones: the least that the report can mean. Policies on the same
side (a policy that changed during the day) have different sessions and add up. Different policy
domains are not merged here, though under tlsa one may be the MX host of another: view daily_total does.';
COMMENT ON COLUMN tlsrpt.session_count.report_uid IS 'The report.';
COMMENT ON COLUMN tlsrpt.session_count.policy_no IS 'The policy in the report.';
COMMENT ON COLUMN tlsrpt.session_count.day IS 'UTC day on which the report''s period began.';
COMMENT ON COLUMN tlsrpt.session_count.policy_domain IS 'Policy domain; null where the report has none.';
COMMENT ON COLUMN tlsrpt.session_count.policy_type IS 'Policy type.';
COMMENT ON COLUMN tlsrpt.session_count.result_type IS 'Result type of failed sessions; null in the row of successful ones.';
COMMENT ON COLUMN tlsrpt.session_count.successful_sessions IS 'Successful sessions, each in one row.';
COMMENT ON COLUMN tlsrpt.session_count.failed_sessions IS 'Failed sessions, each in one row.';
COMMENT ON COLUMN tlsrpt.session_count.validated_sessions IS 'Those of successful_sessions that an MTA-STS policy or TLSA records vouched for.';
COMMENT ON COLUMN tlsrpt.session_count.reported_sessions IS 'Sessions as reported under this policy and result type; not to be added up over policies.';
