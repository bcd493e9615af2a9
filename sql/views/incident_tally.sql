-- SPDX-License-Identifier: GPL-3.0-or-later
-- Failed sessions of each incident by domain, result type, MX host and reporter; without failed sessions, the mail
-- domains that use the place.

CREATE OR REPLACE VIEW tlsrpt.incident_tally WITH (security_invoker = true) AS
SELECT m.incident_no, part.kind, part.name, sum(m.failed_sessions) AS failed_sessions,
       min(m.day) AS first_day, max(m.day) AS last_day
  FROM tlsrpt.incident_member m
  CROSS JOIN LATERAL (VALUES
    ('mail-domain', m.mail_domain), ('policy-domain', m.policy_domain),
    ('result-type', coalesce(nullif(m.result_type, ''), 'unspecified')),
    ('receiving-mx', nullif(m.receiving_mx, '')), ('reporter', m.reporter_domain)) AS part(kind, name)
  WHERE part.name IS NOT NULL
  GROUP BY m.incident_no, part.kind, part.name
UNION ALL
SELECT u.incident_no, 'mail-domain', u.mail_domain, 0, u.first_day, u.last_day FROM tlsrpt.incident_use u;

COMMENT ON VIEW tlsrpt.incident_tally IS 'Which domains, result types, MX hosts and reporters does an incident affect, and with how many failed sessions?';
COMMENT ON COLUMN tlsrpt.incident_tally.incident_no IS 'The incident.';
COMMENT ON COLUMN tlsrpt.incident_tally.kind IS 'What the name is: mail-domain, policy-domain, result-type, receiving-mx or reporter.';
COMMENT ON COLUMN tlsrpt.incident_tally.name IS 'The domain, result type, MX host or reporter.';
COMMENT ON COLUMN tlsrpt.incident_tally.failed_sessions IS 'Failed sessions; 0 for a mail domain of an incident that only doctor found.';
COMMENT ON COLUMN tlsrpt.incident_tally.first_day IS 'First day of failure.';
COMMENT ON COLUMN tlsrpt.incident_tally.last_day IS 'Last day of failure.';
