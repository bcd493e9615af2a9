-- SPDX-License-Identifier: GPL-3.0-or-later
-- Incidents by day and reporter.

CREATE OR REPLACE VIEW tlsrpt.incident_day WITH (security_invoker = true) AS
SELECT incident_no, day, reporter_domain, count(DISTINCT mail_domain)::integer AS mail_domains,
       sum(failed_sessions) AS failed_sessions
  FROM tlsrpt.incident_member
  GROUP BY incident_no, day, reporter_domain;

COMMENT ON VIEW tlsrpt.incident_day IS 'On which days was an incident reported, and by which reporters?';
COMMENT ON COLUMN tlsrpt.incident_day.incident_no IS 'The incident.';
COMMENT ON COLUMN tlsrpt.incident_day.day IS 'Day of failure.';
COMMENT ON COLUMN tlsrpt.incident_day.reporter_domain IS 'Reporter that reported it.';
COMMENT ON COLUMN tlsrpt.incident_day.mail_domains IS 'Number of mail domains that it affected.';
COMMENT ON COLUMN tlsrpt.incident_day.failed_sessions IS 'Failed sessions.';
