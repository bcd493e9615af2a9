-- SPDX-License-Identifier: GPL-3.0-or-later
-- Sessions and failures by day. Each session is in one row, so that every sum over rows is right.

CREATE OR REPLACE VIEW tlsrpt.daily WITH (security_invoker = true) AS
SELECT counted.day, counted.mail_domain, counted.reporter_domain,
       coalesce(label.organization_name, counted.reporter_domain) AS organization_name,
       counted.result_type, counted.successful_sessions + counted.failed_sessions AS sessions,
       counted.successful_sessions, counted.failed_sessions
  FROM (SELECT day, mail_domain, reporter_domain, result_type, sum(successful_sessions) AS successful_sessions,
               sum(failed_sessions) AS failed_sessions
          FROM (SELECT p.day, p.mail_domain, p.reporter_domain, NULL::text AS result_type, p.successful_sessions,
                       0::bigint AS failed_sessions
                  FROM tlsrpt.policy p WHERE p.is_counted
                UNION ALL
                SELECT p.day, p.mail_domain, p.reporter_domain, coalesce(nullif(f.result_type, ''), 'unspecified'), 0,
                       f.alike_sessions
                  FROM tlsrpt.policy p JOIN tlsrpt.failure f USING (report_uid, policy_no)
                  WHERE p.is_counted AND p.has_failures AND f.alike_sessions > 0) AS told
          GROUP BY day, mail_domain, reporter_domain, result_type) AS counted
  LEFT JOIN tlsrpt.reporter label USING (reporter_domain);

COMMENT ON VIEW tlsrpt.daily IS
'How many sessions were there on each day, and how many failed, by mail domain, reporter and result type? A row without
result type has the successful sessions; every other row has the failed sessions of its type. Each session is in one row,
so that sums of sessions and failed_sessions are right for any grouping. Repeats, impersonators and domains that are not
accepted do not count.';
COMMENT ON COLUMN tlsrpt.daily.day IS 'UTC day: the middle of the period of the reports.';
COMMENT ON COLUMN tlsrpt.daily.mail_domain IS 'Mail domain whose sessions these are; null if the report names no domain.';
COMMENT ON COLUMN tlsrpt.daily.reporter_domain IS 'Domain that identifies the reporter.';
COMMENT ON COLUMN tlsrpt.daily.organization_name IS 'Name of the reporter, from its latest signed report, or from its latest report if none was signed.';
COMMENT ON COLUMN tlsrpt.daily.result_type IS 'Result type of failed sessions, "unspecified" if the report gives none; null in the row of successful sessions.';
COMMENT ON COLUMN tlsrpt.daily.sessions IS 'Successful and failed sessions of this row.';
COMMENT ON COLUMN tlsrpt.daily.successful_sessions IS 'Successful sessions of this row.';
COMMENT ON COLUMN tlsrpt.daily.failed_sessions IS 'Failed sessions of this row.';
