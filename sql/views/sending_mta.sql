-- SPDX-License-Identifier: GPL-3.0-or-later
-- From which hosts sessions failed.

CREATE OR REPLACE VIEW tlsrpt.sending_mta AS
SELECT f.day, f.policy_domain, r.organization_name, f.sending_mta_ip, f.result_type,
       sum(f.failed_sessions) AS failed_sessions, array_remove(array_agg(DISTINCT f.receiving_mx), NULL) AS receiving_mx
  FROM tlsrpt.failed_session f JOIN tlsrpt.report r USING (report_uid)
  GROUP BY f.day, f.policy_domain, r.organization_name, f.sending_mta_ip, f.result_type;

COMMENT ON VIEW tlsrpt.sending_mta IS
'From which hosts of a sender did sessions fail? One network among many points to a box on the way. Reports
name hosts for failed sessions alone. Sessions told under MTA-STS and under DANE count in both.';
COMMENT ON COLUMN tlsrpt.sending_mta.day IS 'UTC day on which the reports'' period began.';
COMMENT ON COLUMN tlsrpt.sending_mta.policy_domain IS 'Policy domain.';
COMMENT ON COLUMN tlsrpt.sending_mta.organization_name IS 'Sender.';
COMMENT ON COLUMN tlsrpt.sending_mta.sending_mta_ip IS 'Address of its host, as text; null where the report gives none.';
COMMENT ON COLUMN tlsrpt.sending_mta.result_type IS 'Result type as sent.';
COMMENT ON COLUMN tlsrpt.sending_mta.failed_sessions IS 'Failed sessions.';
COMMENT ON COLUMN tlsrpt.sending_mta.receiving_mx IS 'MX hosts they failed at.';
