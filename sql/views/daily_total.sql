-- SPDX-License-Identifier: GPL-3.0-or-later
-- Reports and sessions by day and reporter, over all domains.

CREATE OR REPLACE VIEW tlsrpt.daily_total WITH (security_invoker = true) AS
SELECT counted.day, counted.reporter_domain, coalesce(label.organization_name, counted.reporter_domain) AS organization_name,
       counted.reports, counted.repeats, counted.impersonating_reports,
       counted.successful_sessions + counted.failed_sessions AS sessions, counted.successful_sessions,
       counted.failed_sessions, counted.unknown_reports, counted.unauthentic_reports
  FROM (SELECT day, reporter_domain, sum(reports)::bigint AS reports, sum(repeats)::bigint AS repeats,
               sum(impersonating_reports)::bigint AS impersonating_reports,
               sum(unknown_reports)::bigint AS unknown_reports, sum(unauthentic_reports)::bigint AS unauthentic_reports,
               coalesce(sum(successful_sessions), 0) AS successful_sessions,
               coalesce(sum(failed_sessions), 0) AS failed_sessions
          FROM (SELECT r.day, r.reporter_domain, count(*) FILTER (WHERE NOT r.is_repeat AND NOT r.is_impersonating) AS reports,
                       count(*) FILTER (WHERE r.is_repeat AND NOT r.is_impersonating) AS repeats,
                       count(*) FILTER (WHERE r.is_impersonating) AS impersonating_reports,
                       count(*) FILTER (WHERE r.dkim_result = 'unknown') AS unknown_reports,
                       count(*) FILTER (WHERE r.dkim_result <> 'unknown' AND NOT r.is_verified) AS unauthentic_reports,
                       NULL::numeric AS successful_sessions, NULL::numeric AS failed_sessions
                  FROM tlsrpt.report r GROUP BY r.day, r.reporter_domain
                UNION ALL
                SELECT p.day, p.reporter_domain, 0, 0, 0, 0, 0, sum(p.successful_sessions), sum(p.failed_sessions)
                  FROM tlsrpt.policy p WHERE p.is_counted GROUP BY p.day, p.reporter_domain) AS told
          GROUP BY day, reporter_domain) AS counted
  LEFT JOIN tlsrpt.reporter label USING (reporter_domain);

COMMENT ON VIEW tlsrpt.daily_total IS
'How many reports for each day did each reporter send, and how many sessions do they report, over all domains? Each
session counts once. Repeats and reports of impersonators have columns of their own; their sessions do not count.';
COMMENT ON COLUMN tlsrpt.daily_total.day IS 'UTC day: the middle of the period of the reports.';
COMMENT ON COLUMN tlsrpt.daily_total.reporter_domain IS 'Domain that identifies the reporter.';
COMMENT ON COLUMN tlsrpt.daily_total.organization_name IS 'Name of the reporter, from its latest signed report, or from its latest report if none was signed.';
COMMENT ON COLUMN tlsrpt.daily_total.reports IS 'Reports that count.';
COMMENT ON COLUMN tlsrpt.daily_total.repeats IS 'Reports that repeat the content of another report.';
COMMENT ON COLUMN tlsrpt.daily_total.impersonating_reports IS 'Reports that use the name of another reporter.';
COMMENT ON COLUMN tlsrpt.daily_total.sessions IS 'Sessions.';
COMMENT ON COLUMN tlsrpt.daily_total.successful_sessions IS 'Successful sessions.';
COMMENT ON COLUMN tlsrpt.daily_total.failed_sessions IS 'Failed sessions.';
COMMENT ON COLUMN tlsrpt.daily_total.unknown_reports IS 'Reports whose signature nothing verified, those that do not count included.';
COMMENT ON COLUMN tlsrpt.daily_total.unauthentic_reports IS 'Reports without a valid signature of their reporter, those that do not count included.';
