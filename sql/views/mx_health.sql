-- SPDX-License-Identifier: GPL-3.0-or-later
-- How MX hosts stand.

-- Three sorts of rows under each other and then together, not joined: each is asked once, and for no
-- more than the domains that are wanted. An open incident has failing days, so that it adds no host.
CREATE OR REPLACE VIEW tlsrpt.mx_health AS
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
    FROM tlsrpt.incident_member m JOIN tlsrpt.incident i USING (incident_no)
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
'Which MX hosts fail, and which do not? The hosts that failures or MTA-STS policies of the last 30 days
name. Reports count successful sessions for a domain as a whole, so that there is no share by MX.';
COMMENT ON COLUMN tlsrpt.mx_health.mail_domain IS 'Mail domain.';
COMMENT ON COLUMN tlsrpt.mx_health.receiving_mx IS 'Receiving MX; null for failures whose reports name none.';
COMMENT ON COLUMN tlsrpt.mx_health.open_incidents IS 'Incidents that are open, flapping or recovering; not minor ones.';
COMMENT ON COLUMN tlsrpt.mx_health.failed_sessions IS 'Failed sessions of the last 30 days.';
COMMENT ON COLUMN tlsrpt.mx_health.failed_days IS 'Days of failure among them.';
COMMENT ON COLUMN tlsrpt.mx_health.last_failed_day IS 'The last of them.';
COMMENT ON COLUMN tlsrpt.mx_health.reporters IS 'Reporters that saw it fail.';
COMMENT ON COLUMN tlsrpt.mx_health.result_types IS 'Result types, as sent.';
