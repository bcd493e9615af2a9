-- SPDX-License-Identifier: GPL-3.0-or-later
-- Sessions and failures by day, such that any sum over the rows is right.

CREATE OR REPLACE VIEW tlsrpt.daily AS
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
'How many sessions, and how many failed, on each day, for each mail domain, reporter and result type? A row without
result type has the successful sessions, each other row the failed ones of its type: every session is in one row, so
that sums of sessions and failed_sessions by anything are right. Repeats, impersonators and foreign domains count 0.';
COMMENT ON COLUMN tlsrpt.daily.day IS 'UTC day: that of the middle of the reports'' period.';
COMMENT ON COLUMN tlsrpt.daily.mail_domain IS 'Mail domain whose sessions these are; null where the report names no domain.';
COMMENT ON COLUMN tlsrpt.daily.reporter_domain IS 'Reporter: the domain that the report is known by.';
COMMENT ON COLUMN tlsrpt.daily.organization_name IS 'Name of the reporter, a label: that of its latest report.';
COMMENT ON COLUMN tlsrpt.daily.result_type IS 'Result type of failed sessions, "unspecified" where the report gives none; null in the row of successful ones.';
COMMENT ON COLUMN tlsrpt.daily.sessions IS 'Successful and failed sessions of this row.';
COMMENT ON COLUMN tlsrpt.daily.successful_sessions IS 'Successful sessions of this row.';
COMMENT ON COLUMN tlsrpt.daily.failed_sessions IS 'Failed sessions of this row.';
