-- SPDX-License-Identifier: GPL-3.0-or-later
-- Failed sessions of each incident by domain, result type, MX host and reporter; without failed sessions, the mail
-- domains that use the place.

-- A part for each kind, so that a question of one kind and name reads the rows of that name alone, by index.
CREATE OR REPLACE VIEW tlsrpt.incident_tally WITH (security_invoker = true) AS
SELECT m.incident_no, 'mail-domain' AS kind, m.mail_domain AS name, sum(m.failed_sessions) AS failed_sessions,
       min(m.day) AS first_day, max(m.day) AS last_day
  FROM tlsrpt.incident_member m
  GROUP BY m.incident_no, m.mail_domain
UNION ALL
SELECT m.incident_no, 'policy-domain', m.policy_domain, sum(m.failed_sessions), min(m.day), max(m.day)
  FROM tlsrpt.incident_member m
  GROUP BY m.incident_no, m.policy_domain
UNION ALL
SELECT m.incident_no, 'result-type', coalesce(nullif(m.result_type, ''), 'unspecified'), sum(m.failed_sessions), min(m.day), max(m.day)
  FROM tlsrpt.incident_member m
  GROUP BY m.incident_no, coalesce(nullif(m.result_type, ''), 'unspecified')
UNION ALL
SELECT m.incident_no, 'receiving-mx', m.receiving_mx, sum(m.failed_sessions), min(m.day), max(m.day)
  FROM tlsrpt.incident_member m WHERE m.receiving_mx <> ''
  GROUP BY m.incident_no, m.receiving_mx
UNION ALL
SELECT m.incident_no, 'reporter', m.reporter_domain, sum(m.failed_sessions), min(m.day), max(m.day)
  FROM tlsrpt.incident_member m
  GROUP BY m.incident_no, m.reporter_domain
UNION ALL
SELECT u.incident_no, 'mail-domain', u.mail_domain, 0, u.first_day, u.last_day FROM tlsrpt.incident_use u;

COMMENT ON VIEW tlsrpt.incident_tally IS 'Which domains, result types, MX hosts and reporters does an incident affect, and with how many failed sessions?';
COMMENT ON COLUMN tlsrpt.incident_tally.incident_no IS 'The incident.';
COMMENT ON COLUMN tlsrpt.incident_tally.kind IS 'What the name is: mail-domain, policy-domain, result-type, receiving-mx or reporter.';
COMMENT ON COLUMN tlsrpt.incident_tally.name IS 'The domain, result type, MX host or reporter.';
COMMENT ON COLUMN tlsrpt.incident_tally.failed_sessions IS 'Failed sessions; 0 for a mail domain of an incident that only doctor found.';
COMMENT ON COLUMN tlsrpt.incident_tally.first_day IS 'First day of failure.';
COMMENT ON COLUMN tlsrpt.incident_tally.last_day IS 'Last day of failure.';
