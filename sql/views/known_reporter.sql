-- SPDX-License-Identifier: GPL-3.0-or-later
-- Reporters, each with what its latest report says of it.

CREATE OR REPLACE VIEW tlsrpt.known_reporter AS
SELECT known.reporter_domain, known.organization_name, known.name_since, known.is_verified, known.mechanism,
       known.first_seen, latest.last_day, latest.contact_info
  FROM tlsrpt.reporter known
  -- A look-up for each: of the millions of reports that some have, one is wanted.
  LEFT JOIN LATERAL (
    SELECT r.last_day, r.contact_info FROM tlsrpt.report r
      WHERE r.reporter_domain = known.reporter_domain AND NOT r.is_impersonating
      ORDER BY r.day DESC LIMIT 1) AS latest ON true;

COMMENT ON VIEW tlsrpt.known_reporter IS
'Who has ever reported, by which name, how far can it be believed, and where can it be asked?';
COMMENT ON COLUMN tlsrpt.known_reporter.reporter_domain IS 'Reporter: the domain that the report is known by.';
COMMENT ON COLUMN tlsrpt.known_reporter.organization_name IS 'Name in its latest report; in its latest signed one, where there is one.';
COMMENT ON COLUMN tlsrpt.known_reporter.name_since IS 'Day of the first report with that name.';
COMMENT ON COLUMN tlsrpt.known_reporter.is_verified IS 'Whether a signature has shown that reports are its own.';
COMMENT ON COLUMN tlsrpt.known_reporter.mechanism IS 'How it counts where a domain has DANE and MTA-STS: one-policy (each session under one) or both; null where that is not known yet.';
COMMENT ON COLUMN tlsrpt.known_reporter.first_seen IS 'When its first report was stored.';
COMMENT ON COLUMN tlsrpt.known_reporter.last_day IS 'Last day that its latest report covers; null where none is left.';
COMMENT ON COLUMN tlsrpt.known_reporter.contact_info IS 'Contact that its latest report gives.';
