-- SPDX-License-Identifier: GPL-3.0-or-later
-- Incidents for people.

CREATE OR REPLACE VIEW tlsrpt.incident_list AS
SELECT i.incident_no, i.place_kind, i.place, i.cause, coalesce(k.title, i.cause) AS title, i.effect, i.severity, i.fault, i.state, i.is_security,
       i.first_day, i.last_day, i.over_day, i.last_word_day, i.failed_days, i.failed_sessions, i.refused_sessions,
       i.sessions, i.unplaced_sessions, i.late_sessions, i.mechanism, i.policy_mode, i.failure_reason_code, i.receiving_ip,
       i.merged_into, i.told_severity IS NOT NULL AS was_told, i.judged_on,
       i.state NOT IN ('closed', 'unproven', 'expired', 'merged') AS is_open,
       part.mail_domains, part.reporters, held.action AS held, held.until_day AS held_until, held.note AS held_note,
       held.made_by AS held_by, held.severity AS held_severity
  FROM tlsrpt.incident i
  LEFT JOIN tlsrpt.result_type k ON k.result_type = i.cause
  CROSS JOIN LATERAL (
    SELECT count(DISTINCT m.mail_domain)::integer AS mail_domains,
           count(DISTINCT m.reporter_domain)::integer AS reporters
      FROM tlsrpt.incident_member m WHERE m.incident_no = i.incident_no) AS part
  LEFT JOIN LATERAL (
    SELECT m.* FROM tlsrpt.mute m WHERE m.incident_no = i.incident_no
      ORDER BY m.action DESC, m.acknowledgement_no DESC LIMIT 1) AS held ON true;

COMMENT ON VIEW tlsrpt.incident_list IS
'What is or was broken, where, since when, for whom, how bad, whose fault is it, and is it over? One row an incident,
minor ones too, as `alert` or `incident update` last found it: table judged says when.';
COMMENT ON COLUMN tlsrpt.incident_list.title IS 'The cause in a few words.';
COMMENT ON COLUMN tlsrpt.incident_list.was_told IS 'Whether there was an event for it.';
COMMENT ON COLUMN tlsrpt.incident_list.is_open IS 'Whether it is open, flapping or recovering.';
COMMENT ON COLUMN tlsrpt.incident_list.mail_domains IS 'Number of mail domains that it touches.';
COMMENT ON COLUMN tlsrpt.incident_list.reporters IS 'Number of reporters that saw it.';
COMMENT ON COLUMN tlsrpt.incident_list.held IS 'ack or mute, where an operator said so and it holds today.';
COMMENT ON COLUMN tlsrpt.incident_list.held_until IS 'Last day that it holds for; null for no end.';
COMMENT ON COLUMN tlsrpt.incident_list.held_note IS 'The operator''s word why.';
COMMENT ON COLUMN tlsrpt.incident_list.held_by IS 'Who said so.';
COMMENT ON COLUMN tlsrpt.incident_list.held_severity IS 'Severity when an operator said so.';
COMMENT ON COLUMN tlsrpt.incident_list.incident_no IS 'Number of the incident; it never changes.';
COMMENT ON COLUMN tlsrpt.incident_list.place_kind IS 'Kind of place: mx, policy-host, zone, policy-mx (an MX that the policy does not name), domain, reporter, intake.';
COMMENT ON COLUMN tlsrpt.incident_list.place IS 'The place: host, policy host, zone, domain or reporter; null where nobody reports.';
COMMENT ON COLUMN tlsrpt.incident_list.cause IS 'The most exact word for the cause: a result type, or mx-not-in-policy, policy-without-new-id, foreign-mx, no-reports, reporter-silent, found-wrong and ends-soon (seen by doctor), unspecified, unknown.';
COMMENT ON COLUMN tlsrpt.incident_list.effect IS 'What happened to mail at worst: refused, unprotected (delivered without protection), unknown, nothing.';
COMMENT ON COLUMN tlsrpt.incident_list.severity IS 'critical, warning, or minor: one reporter, fewer than 5 sessions, one day.';
COMMENT ON COLUMN tlsrpt.incident_list.fault IS 'Whose fault it likely is: ours, theirs (the reporter''s), between (the network), unclear.';
COMMENT ON COLUMN tlsrpt.incident_list.state IS 'open, flapping, recovering (one clean day), closed (two), unproven (not seen any more, nothing shows it repaired), expired (no word for two weeks), merged into another.';
COMMENT ON COLUMN tlsrpt.incident_list.is_security IS 'Whether it may be an interception: an MX that nothing connects with the domain.';
COMMENT ON COLUMN tlsrpt.incident_list.first_day IS 'First day of failure.';
COMMENT ON COLUMN tlsrpt.incident_list.last_day IS 'Last day of failure so far.';
COMMENT ON COLUMN tlsrpt.incident_list.over_day IS 'Day of the evidence that it is over.';
COMMENT ON COLUMN tlsrpt.incident_list.last_word_day IS 'Last day that its reporters spoke of its domains.';
COMMENT ON COLUMN tlsrpt.incident_list.failed_days IS 'Days of failure.';
COMMENT ON COLUMN tlsrpt.incident_list.failed_sessions IS 'Failed sessions.';
COMMENT ON COLUMN tlsrpt.incident_list.refused_sessions IS 'Failed sessions whose mail was refused.';
COMMENT ON COLUMN tlsrpt.incident_list.sessions IS 'Comparable sessions: same domains, days and mechanism; failed ones too.';
COMMENT ON COLUMN tlsrpt.incident_list.unplaced_sessions IS 'Failed sessions without an MX that fit here and elsewhere.';
COMMENT ON COLUMN tlsrpt.incident_list.late_sessions IS 'Failed sessions that became known after it was over.';
COMMENT ON COLUMN tlsrpt.incident_list.mechanism IS 'Policies that were applied: sts, tlsa, no-policy-found, other.';
COMMENT ON COLUMN tlsrpt.incident_list.policy_mode IS 'Modes of MTA-STS policies that the reports show.';
COMMENT ON COLUMN tlsrpt.incident_list.failure_reason_code IS 'The reporters'' own words, the most frequent first.';
COMMENT ON COLUMN tlsrpt.incident_list.receiving_ip IS 'Some of the addresses at which sessions failed.';
COMMENT ON COLUMN tlsrpt.incident_list.merged_into IS 'The incident that it turned out to be part of.';
COMMENT ON COLUMN tlsrpt.incident_list.judged_on IS 'Day on which it last changed.';
