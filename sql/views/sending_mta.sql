-- SPDX-License-Identifier: GPL-3.0-or-later
-- From which hosts sessions failed.

CREATE OR REPLACE VIEW tlsrpt.sending_mta AS
SELECT summed.day, summed.mail_domain, summed.reporter_domain,
       coalesce(label.organization_name, summed.reporter_domain) AS organization_name,
       summed.sending_mta_ip, summed.result_type, summed.failed_sessions, summed.receiving_mx
  FROM (SELECT day, mail_domain, reporter_domain, sending_mta_ip, result_type, sum(failed_sessions) AS failed_sessions,
               array_remove(array_agg(DISTINCT receiving_mx), NULL) AS receiving_mx
          FROM tlsrpt.failed_session
          WHERE failed_sessions > 0
          GROUP BY day, mail_domain, reporter_domain, sending_mta_ip, result_type) AS summed
  LEFT JOIN tlsrpt.reporter label USING (reporter_domain);

COMMENT ON VIEW tlsrpt.sending_mta IS
'From which hosts of a reporter did sessions fail? One network among many points to a box on the way. Reports
name hosts for failed sessions alone.';
COMMENT ON COLUMN tlsrpt.sending_mta.day IS 'UTC day: that of the middle of the reports'' period.';
COMMENT ON COLUMN tlsrpt.sending_mta.mail_domain IS 'Mail domain whose sessions these are; null where the report names no domain.';
COMMENT ON COLUMN tlsrpt.sending_mta.reporter_domain IS 'Reporter: the domain that the report is known by.';
COMMENT ON COLUMN tlsrpt.sending_mta.organization_name IS 'Name of the reporter, a label: that of its latest report.';
COMMENT ON COLUMN tlsrpt.sending_mta.sending_mta_ip IS 'Address of its host, as text; null where the report gives none.';
COMMENT ON COLUMN tlsrpt.sending_mta.result_type IS 'Result type as sent.';
COMMENT ON COLUMN tlsrpt.sending_mta.failed_sessions IS 'Failed sessions.';
COMMENT ON COLUMN tlsrpt.sending_mta.receiving_mx IS 'MX hosts they failed at.';
