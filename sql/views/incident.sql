-- SPDX-License-Identifier: GPL-3.0-or-later
-- Incidents: runs of failure and silence, with what to do about them.

CREATE OR REPLACE VIEW tlsrpt.incident AS
SELECT i.policy_domain, i.receiving_mx, i.result_type, i.finding, k.category, k.title, i.state,
       CASE WHEN i.is_enforced AND i.likely_fault IN ('ours', 'unclear') AND i.failed_share >= 0.01
            THEN 'critical' ELSE 'warning' END AS severity,
       i.first_day, i.last_day, i.closed_day, i.failed_days, i.failed_sessions, i.sessions, i.failed_share,
       i.reporters, i.organization_names, i.other_reporters, i.authentic_reporters, i.is_enforced,
       i.likely_fault, i.failure_reason_code, k.meaning,
       ARRAY(SELECT tlsrpt.fill(line, i.policy_domain, i.receiving_mx)
               FROM unnest(k.cause) WITH ORDINALITY AS t(line, n) ORDER BY n) AS cause,
       tlsrpt.commands(k.command, i.policy_domain, i.receiving_mx) AS command,
       ARRAY(SELECT tlsrpt.fill(line, i.policy_domain, i.receiving_mx)
               FROM unnest(k.change) WITH ORDINALITY AS t(line, n) ORDER BY n) AS change,
       i.run_last_day
  FROM (SELECT * FROM tlsrpt.failure_incident
        UNION ALL
        SELECT s.policy_domain, NULL, 'no-reports', 'no-reports', s.last_day + 1, tlsrpt.today() - 1,
               s.silent_days, 0, 0, 0, cardinality(s.reporters), s.reporters, 0, 0, false, 'open', NULL, 'ours', NULL,
               tlsrpt.today() - 1
          FROM tlsrpt.silent_domain s) AS i
  JOIN tlsrpt.result_type k ON k.result_type = i.finding;

COMMENT ON VIEW tlsrpt.incident IS
'What is or was broken, since when, for whom, whose fault is it likely, and what is to be done? One row a
run of days on which sessions of a policy domain to one MX failed with one result type (incident_day says
which days belong together), and one for each domain whose reports have stopped ("no-reports").';
COMMENT ON COLUMN tlsrpt.incident.policy_domain IS 'Policy domain; under tlsa it may be an MX host.';
COMMENT ON COLUMN tlsrpt.incident.receiving_mx IS 'Receiving MX; null where no report names it.';
COMMENT ON COLUMN tlsrpt.incident.result_type IS 'Result type as sent.';
COMMENT ON COLUMN tlsrpt.incident.finding IS 'Row of table result_type that explains it: the result type, a conclusion from policy and MX, or "unknown".';
COMMENT ON COLUMN tlsrpt.incident.category IS 'What part of the machinery failed.';
COMMENT ON COLUMN tlsrpt.incident.title IS 'The finding in a few words.';
COMMENT ON COLUMN tlsrpt.incident.state IS 'open: no later clean report of a sender that saw it; flapping: gone and back twice or more, the last time within 3 days of reports; closed: a later clean report, or incident_gap() days without news.';
COMMENT ON COLUMN tlsrpt.incident.severity IS 'critical: mail is refused (a policy enforces), 1 % of sessions or more, and not one sender''s own trouble; else warning.';
COMMENT ON COLUMN tlsrpt.incident.first_day IS 'First day of failure.';
COMMENT ON COLUMN tlsrpt.incident.last_day IS 'Last day of failure so far.';
COMMENT ON COLUMN tlsrpt.incident.closed_day IS 'First day that a sender which saw it reported clean; null if there is none.';
COMMENT ON COLUMN tlsrpt.incident.failed_days IS 'Days of failure among them.';
COMMENT ON COLUMN tlsrpt.incident.failed_sessions IS 'Failed sessions.';
COMMENT ON COLUMN tlsrpt.incident.sessions IS 'All sessions of the domain from first to last day.';
COMMENT ON COLUMN tlsrpt.incident.failed_share IS 'Failed ones of these, 0 to 1.';
COMMENT ON COLUMN tlsrpt.incident.reporters IS 'Number of senders that saw it.';
COMMENT ON COLUMN tlsrpt.incident.organization_names IS 'Their names.';
COMMENT ON COLUMN tlsrpt.incident.other_reporters IS 'Senders that had successful sessions in that time and did not see it.';
COMMENT ON COLUMN tlsrpt.incident.authentic_reporters IS 'Senders that saw it, of whom a report carried a valid signature.';
COMMENT ON COLUMN tlsrpt.incident.is_enforced IS 'Whether a policy forbade delivery: TLSA records, or MTA-STS in mode enforce.';
COMMENT ON COLUMN tlsrpt.incident.likely_fault IS 'ours: several senders see it, or it is a fact about our host; theirs: one sender sees it and others do not; between: the same, and it is what the network does; unclear: one sender sees it and there is no other.';
COMMENT ON COLUMN tlsrpt.incident.failure_reason_code IS 'The senders'' own words, one of them where there are several.';
COMMENT ON COLUMN tlsrpt.incident.meaning IS 'What the senders met.';
COMMENT ON COLUMN tlsrpt.incident.cause IS 'Likely causes, the likeliest first.';
COMMENT ON COLUMN tlsrpt.incident.command IS 'Commands that show it, with domain and MX filled in.';
COMMENT ON COLUMN tlsrpt.incident.change IS 'What to change, in the order of the causes.';
COMMENT ON COLUMN tlsrpt.incident.run_last_day IS 'Last day of a run of failures of the domain of which this is one; never before last_day. Ask by it beside last_day: what it leaves out is not looked at.';
