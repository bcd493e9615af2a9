-- SPDX-License-Identifier: GPL-3.0-or-later
-- The state of each mail domain.

CREATE OR REPLACE VIEW tlsrpt.domain_health WITH (security_invoker = true) AS
WITH last_month AS (
  SELECT mail_domain, max(last_day) AS last_day, count(*)::integer AS reporters,
         sum(sessions) AS sessions, sum(failed_sessions) AS failed_sessions
    FROM (SELECT mail_domain, reporter_domain, max(day) AS last_day,
                 sum(successful_sessions) + sum(failed_sessions) AS sessions, sum(failed_sessions) AS failed_sessions
            FROM tlsrpt.policy
            WHERE is_counted AND day BETWEEN tlsrpt.today() - 30 AND tlsrpt.today() AND mail_domain IS NOT NULL
            GROUP BY mail_domain, reporter_domain) AS of_reporter
    GROUP BY mail_domain
), open_incident AS (
  SELECT t.name AS mail_domain, count(*)::integer AS open_incidents,
         count(*) FILTER (WHERE i.severity = 'critical')::integer AS critical_incidents
    FROM tlsrpt.incident_scope i JOIN tlsrpt.incident_tally t USING (incident_no)
    WHERE i.state IN ('open', 'flapping', 'recovering') AND i.severity <> 'minor' AND t.kind = 'mail-domain'
    GROUP BY t.name
)
SELECT mail_domain,
       CASE WHEN open_incident.critical_incidents > 0 THEN 'critical'
            WHEN open_incident.open_incidents > 0 THEN 'warning' ELSE 'ok' END AS health,
       coalesce(open_incident.open_incidents, 0) AS open_incidents, last_month.last_day,
       coalesce(last_month.reporters, 0) AS reporters, coalesce(last_month.sessions, 0) AS sessions,
       coalesce(last_month.failed_sessions, 0) AS failed_sessions,
       last_month.failed_sessions / nullif(last_month.sessions, 0) AS failed_share
  FROM last_month FULL JOIN open_incident USING (mail_domain);

COMMENT ON VIEW tlsrpt.domain_health IS
'In what state is each mail domain today? It shows open incidents and the sessions of the last 30 days.';
COMMENT ON COLUMN tlsrpt.domain_health.mail_domain IS 'Mail domain.';
COMMENT ON COLUMN tlsrpt.domain_health.health IS 'ok, warning or critical: the severity of the worst open incident.';
COMMENT ON COLUMN tlsrpt.domain_health.open_incidents IS 'Number of incidents that are open, flapping or recovering, without minor ones.';
COMMENT ON COLUMN tlsrpt.domain_health.last_day IS 'Last day that reports cover.';
COMMENT ON COLUMN tlsrpt.domain_health.reporters IS 'Number of reporters in the last 30 days.';
COMMENT ON COLUMN tlsrpt.domain_health.sessions IS 'Sessions in the last 30 days.';
COMMENT ON COLUMN tlsrpt.domain_health.failed_sessions IS 'Failed sessions.';
COMMENT ON COLUMN tlsrpt.domain_health.failed_share IS 'Failed sessions as a share of all sessions, 0 to 1; null without sessions.';
