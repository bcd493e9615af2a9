-- SPDX-License-Identifier: GPL-3.0-or-later
-- All reporters, each with the period and contact of its latest report.

CREATE OR REPLACE VIEW tlsrpt.known_reporter WITH (security_invoker = true) AS
SELECT known.reporter_domain, known.organization_name, known.name_since, known.is_verified, known.mechanism,
       known.first_seen, latest.last_day, latest.contact_info
  FROM tlsrpt.reporter known
  -- One look-up for each reporter: only the latest of possibly millions of reports is read.
  LEFT JOIN LATERAL (
    SELECT r.last_day, r.contact_info FROM tlsrpt.report r
      WHERE r.reporter_domain = known.reporter_domain AND NOT r.is_impersonating
      ORDER BY r.day DESC LIMIT 1) AS latest ON true;

COMMENT ON VIEW tlsrpt.known_reporter IS
'Who has ever reported, under which name, was it verified, and what is its contact?';
COMMENT ON COLUMN tlsrpt.known_reporter.reporter_domain IS 'Domain that identifies the reporter.';
COMMENT ON COLUMN tlsrpt.known_reporter.organization_name IS 'Name of the reporter, from its latest signed report, or from its latest report if none was signed.';
COMMENT ON COLUMN tlsrpt.known_reporter.name_since IS 'Since which day all its reports have had that name.';
COMMENT ON COLUMN tlsrpt.known_reporter.is_verified IS 'Whether a DKIM signature has proved a report to be its own.';
COMMENT ON COLUMN tlsrpt.known_reporter.mechanism IS 'How it counts sessions of a mail domain with DANE and MTA-STS: one-policy (each under one of them) or both (each under both); null if that is not known yet.';
COMMENT ON COLUMN tlsrpt.known_reporter.first_seen IS 'When its first report was stored.';
COMMENT ON COLUMN tlsrpt.known_reporter.last_day IS 'Last day that its latest report covers; null if no report of it is stored any more.';
COMMENT ON COLUMN tlsrpt.known_reporter.contact_info IS 'contact-info of its latest report.';
