-- SPDX-License-Identifier: GPL-3.0-or-later
-- The state of each MX host.

-- UNION ALL of failures, hosts in policies and incidents, and then one GROUP BY. A join would read them more
-- than once and for all domains, even if a query asks for one. Incidents add no hosts, because each host of an
-- incident has failed sessions.
CREATE OR REPLACE VIEW tlsrpt.mx_health WITH (security_invoker = true) AS
WITH mention AS (
  SELECT mail_domain, receiving_mx, 0 AS open_incidents, failed_sessions, day AS failed_day, reporter_domain,
         result_type
    FROM tlsrpt.daily_failure
    WHERE day BETWEEN tlsrpt.today() - 30 AND tlsrpt.today()
  UNION ALL
  SELECT sent.mail_domain, mx.host, 0, NULL, NULL, NULL, NULL
    FROM (SELECT DISTINCT ON (p.mail_domain, p.policy_mx_digest) p.mail_domain, p.policy_mx
            FROM tlsrpt.policy p
            WHERE p.is_counted AND p.mail_domain IS NOT NULL AND p.policy_mx_digest IS NOT NULL
              AND p.day BETWEEN tlsrpt.today() - 30 AND tlsrpt.today()) AS sent
    CROSS JOIN LATERAL unnest(sent.policy_mx) AS mx(host)
    WHERE mx.host NOT LIKE '*%'
  UNION ALL
  SELECT m.mail_domain, nullif(m.receiving_mx, ''), count(DISTINCT m.incident_no), NULL, NULL, NULL, NULL
    FROM tlsrpt.incident_member m JOIN tlsrpt.incident_scope i USING (incident_no)
    WHERE i.state IN ('open', 'flapping', 'recovering') AND i.severity <> 'minor'
    GROUP BY m.mail_domain, m.receiving_mx
)
SELECT mail_domain, receiving_mx, sum(open_incidents)::integer AS open_incidents,
       coalesce(sum(failed_sessions), 0) AS failed_sessions, count(DISTINCT failed_day)::integer AS failed_days,
       max(failed_day) AS last_failed_day, count(DISTINCT reporter_domain)::integer AS reporters,
       coalesce(array_agg(DISTINCT result_type) FILTER (WHERE result_type IS NOT NULL), '{}') AS result_types
  FROM mention
  GROUP BY mail_domain, receiving_mx;

COMMENT ON VIEW tlsrpt.mx_health IS
'Which MX hosts fail, and which do not? It shows the hosts in failures and MTA-STS policies of the last 30 days.
Reports give successful sessions only for a whole domain, so that there is no share of failed sessions for each MX host.';
COMMENT ON COLUMN tlsrpt.mx_health.mail_domain IS 'Mail domain.';
COMMENT ON COLUMN tlsrpt.mx_health.receiving_mx IS 'MX host; null for failures whose reports name none.';
COMMENT ON COLUMN tlsrpt.mx_health.open_incidents IS 'Number of incidents that are open, flapping or recovering, without minor ones.';
COMMENT ON COLUMN tlsrpt.mx_health.failed_sessions IS 'Failed sessions of the last 30 days.';
COMMENT ON COLUMN tlsrpt.mx_health.failed_days IS 'Number of days with failures in the last 30 days.';
COMMENT ON COLUMN tlsrpt.mx_health.last_failed_day IS 'Last day with failures.';
COMMENT ON COLUMN tlsrpt.mx_health.reporters IS 'Number of reporters that reported failures.';
COMMENT ON COLUMN tlsrpt.mx_health.result_types IS 'Result types, as sent.';
