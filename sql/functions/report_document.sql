-- SPDX-License-Identifier: GPL-3.0-or-later
-- Writes a stored report as JSON again. It is used for a report without evidence that leaves the store, and for the
-- part of a report that is about one mail domain.

CREATE OR REPLACE FUNCTION tlsrpt.report_document(report_uid uuid, mail_domain text DEFAULT NULL) RETURNS json
  LANGUAGE sql STABLE
  BEGIN ATOMIC
    SELECT json_build_object(
      'organization-name', r.organization_name,
      'date-range', json_build_object(
        'start-datetime', to_char(r.start_datetime AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'end-datetime', to_char(r.end_datetime AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')),
      'contact-info', r.contact_info,
      'report-id', r.report_id,
      'policies', (
        SELECT coalesce(json_agg(json_build_object(
            'policy', json_build_object(
              'policy-type', p.policy_type, 'policy-string', to_json(p.policy_string),
              'policy-domain', p.policy_domain, 'mx-host', to_json(p.mx_host)),
            'summary', json_build_object(
              'total-successful-session-count', p.total_successful_session_count,
              'total-failure-session-count', p.total_failure_session_count),
            'failure-details', (
              SELECT coalesce(json_agg(json_build_object(
                  'result-type', f.result_type,
                  'sending-mta-ip', coalesce(host(f.sending_mta_ip), f.sending_mta_ip_text),
                  'receiving-mx-hostname', f.receiving_mx_hostname,
                  'receiving-mx-helo', f.receiving_mx_helo,
                  'receiving-ip', coalesce(host(f.receiving_ip), f.receiving_ip_text),
                  'failed-session-count', f.failed_session_count,
                  'additional-information', f.additional_information,
                  'failure-reason-code', f.failure_reason_code) ORDER BY f.failure_no), '[]')
                FROM tlsrpt.failure f
                WHERE f.report_uid = p.report_uid AND f.policy_no = p.policy_no
                  AND f.result_type IS NOT NULL)) ORDER BY p.policy_no), '[]')
          FROM tlsrpt.policy p
          WHERE p.report_uid = r.report_uid
            AND (report_document.mail_domain IS NULL OR p.mail_domain = report_document.mail_domain)))
      FROM tlsrpt.report r
      WHERE r.report_uid = report_document.report_uid;
  END;
COMMENT ON FUNCTION tlsrpt.report_document(uuid, text) IS
'A report as JSON (RFC 8460 section 4.4), made from its rows; with a mail domain, only the policies of that domain. It lacks the members that the RFC does not define.';
