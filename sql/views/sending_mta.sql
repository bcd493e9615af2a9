-- SPDX-License-Identifier: GPL-3.0-or-later
-- Failed sessions by sending MTA.

CREATE OR REPLACE VIEW tlsrpt.sending_mta WITH (security_invoker = true) AS
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
'From which sending MTAs of a reporter did sessions fail? If only one of its networks fails, the fault is probably a
device between. Reports name the sending MTA only for failed sessions.';
COMMENT ON COLUMN tlsrpt.sending_mta.day IS 'UTC day: the middle of the period of the reports.';
COMMENT ON COLUMN tlsrpt.sending_mta.mail_domain IS 'Mail domain whose sessions these are; null if the report names no domain.';
COMMENT ON COLUMN tlsrpt.sending_mta.reporter_domain IS 'Domain that identifies the reporter.';
COMMENT ON COLUMN tlsrpt.sending_mta.organization_name IS 'Name of the reporter, from its latest signed report, or from its latest report if none was signed.';
COMMENT ON COLUMN tlsrpt.sending_mta.sending_mta_ip IS 'IP address of the sending MTA, as text; null if the report gives none.';
COMMENT ON COLUMN tlsrpt.sending_mta.result_type IS 'Result type as sent.';
COMMENT ON COLUMN tlsrpt.sending_mta.failed_sessions IS 'Failed sessions.';
COMMENT ON COLUMN tlsrpt.sending_mta.receiving_mx IS 'MX hosts at which they failed.';
