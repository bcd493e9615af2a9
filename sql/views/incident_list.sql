-- SPDX-License-Identifier: GPL-3.0-or-later
-- Incidents with their titles, counts and acknowledgements. A login that sees only some of the domains of an
-- incident sees the verdict on all of it, and its own numbers: sessions are added up as the program does it, and
-- what would need the domains of others is empty.

CREATE OR REPLACE VIEW tlsrpt.incident_list WITH (security_barrier = true) AS
SELECT i.incident_no, i.place_kind, i.place, i.cause, coalesce(k.title, i.cause) AS title, i.effect, i.severity, i.fault, i.state, i.is_security,
       CASE WHEN s.is_whole THEN i.first_day ELSE own.first_day END AS first_day,
       CASE WHEN s.is_whole THEN i.last_day ELSE own.last_day END AS last_day, i.over_day, i.last_word_day,
       CASE WHEN s.is_whole THEN i.failed_days ELSE own.failed_days END AS failed_days,
       CASE WHEN s.is_whole THEN i.failed_sessions ELSE own.failed_sessions END AS failed_sessions,
       CASE WHEN s.is_whole THEN i.refused_sessions END AS refused_sessions,
       CASE WHEN s.is_whole THEN i.sessions ELSE (
         SELECT sum(greatest(seen.sessions, failed.sessions))
           FROM (SELECT m.reporter_domain, sum(m.failed_sessions) AS sessions FROM tlsrpt.incident_member m
                   WHERE m.incident_no = i.incident_no AND m.mail_domain = ANY ((SELECT tlsrpt.own_domains())::text[])
                   GROUP BY m.reporter_domain) AS failed
           FULL JOIN (
             SELECT f.reporter_domain, sum(f.successful_sessions + f.failed_sessions) AS sessions
               FROM tlsrpt.session_fact f
               JOIN (SELECT DISTINCT m.mail_domain, m.day, m.policy_type,
                            CASE WHEN i.place_kind = 'mx' AND m.policy_type = 'tlsa' THEN m.policy_domain END AS host
                       FROM tlsrpt.incident_member m
                       WHERE m.incident_no = i.incident_no
                         AND m.mail_domain = ANY ((SELECT tlsrpt.own_domains())::text[])) AS alike
                 ON f.mail_domain = alike.mail_domain AND f.day = alike.day
                   AND CASE f.policy_type WHEN 'sts' THEN 'sts' WHEN 'tlsa' THEN 'tlsa'
                         WHEN 'no-policy-found' THEN 'no-policy-found' ELSE 'other' END = alike.policy_type
                   AND (alike.host IS NULL OR f.policy_domain = alike.host)
               GROUP BY f.reporter_domain) AS seen USING (reporter_domain)) END AS sessions,
       CASE WHEN s.is_whole THEN i.unplaced_sessions ELSE 0 END AS unplaced_sessions,
       CASE WHEN s.is_whole THEN i.late_sessions ELSE 0 END AS late_sessions, i.mechanism,
       CASE WHEN s.is_whole THEN i.policy_mode ELSE '{}' END AS policy_mode,
       CASE WHEN s.is_whole THEN i.failure_reason_code ELSE '{}' END AS failure_reason_code,
       CASE WHEN s.is_whole THEN i.receiving_ip ELSE '{}' END AS receiving_ip,
       i.merged_into, i.told_severity IS NOT NULL AS was_told, i.judged_on,
       i.state NOT IN ('closed', 'unproven', 'expired', 'merged') AS is_open,
       CASE WHEN NOT s.is_whole THEN own.mail_domains WHEN part.mail_domains > 0 THEN part.mail_domains
            ELSE (SELECT count(*)::integer FROM tlsrpt.incident_use u WHERE u.incident_no = i.incident_no) END AS mail_domains,
       CASE WHEN s.is_whole THEN part.reporters ELSE own.reporters END AS reporters,
       held.action AS held, held.until_day AS held_until, held.note AS held_note,
       held.made_by AS held_by, held.severity AS held_severity, s.is_whole
  FROM tlsrpt.incident i
  JOIN tlsrpt.incident_scope s USING (incident_no)
  LEFT JOIN tlsrpt.result_type k ON k.result_type = i.cause
  CROSS JOIN LATERAL (
    SELECT count(DISTINCT m.mail_domain)::integer AS mail_domains,
           count(DISTINCT m.reporter_domain)::integer AS reporters
      FROM tlsrpt.incident_member m WHERE m.incident_no = i.incident_no AND s.is_whole) AS part
  CROSS JOIN LATERAL (
    SELECT count(DISTINCT m.mail_domain)::integer AS mail_domains, count(DISTINCT m.reporter_domain)::integer AS reporters,
           min(m.day) AS first_day, max(m.day) AS last_day, count(DISTINCT m.day)::integer AS failed_days,
           sum(m.failed_sessions) AS failed_sessions
      FROM tlsrpt.incident_member m
      WHERE m.incident_no = i.incident_no AND NOT s.is_whole
        AND m.mail_domain = ANY ((SELECT tlsrpt.own_domains())::text[])) AS own
  LEFT JOIN LATERAL (
    SELECT m.* FROM tlsrpt.mute m WHERE m.incident_no = i.incident_no
      ORDER BY m.action DESC, m.acknowledgement_no DESC LIMIT 1) AS held ON true;

COMMENT ON VIEW tlsrpt.incident_list IS
'What is or was broken, where, since when and for whom? How bad is it, who is at fault, and is it over? There is one row
for each incident, minor ones included, as `alert` or `incident update` last judged it; view judged_day says when.';
COMMENT ON COLUMN tlsrpt.incident_list.incident_no IS 'Number of the incident; it never changes.';
COMMENT ON COLUMN tlsrpt.incident_list.place_kind IS 'Kind of place: mx, policy-host, zone, policy-mx (an MX that the policy does not name), domain, reporter, intake.';
COMMENT ON COLUMN tlsrpt.incident_list.place IS 'The place: MX host, policy host, zone, domain or reporter; null if no reporter sends reports.';
COMMENT ON COLUMN tlsrpt.incident_list.cause IS 'The most exact cause that is known: a result type, mx-not-in-policy, policy-without-new-id, foreign-mx, no-reports, reporter-silent, found-wrong or ends-soon (both found by doctor), unspecified, unknown.';
COMMENT ON COLUMN tlsrpt.incident_list.title IS 'The cause in a few words.';
COMMENT ON COLUMN tlsrpt.incident_list.effect IS 'The worst that may have happened to mail: refused, unprotected (delivered without protection), unknown, nothing.';
COMMENT ON COLUMN tlsrpt.incident_list.severity IS 'critical, warning, or minor: one reporter, fewer than 5 sessions, one day.';
COMMENT ON COLUMN tlsrpt.incident_list.fault IS 'Who is probably at fault: ours, theirs (the reporter), between (the network), unclear.';
COMMENT ON COLUMN tlsrpt.incident_list.state IS 'open, flapping, recovering (one clean day), closed (two clean days), unproven (no longer seen, but nothing proves a repair), expired (not reported on for two weeks), merged (into another incident).';
COMMENT ON COLUMN tlsrpt.incident_list.is_security IS 'Whether mail may have been intercepted: nothing shows that the MX belongs to the domain.';
COMMENT ON COLUMN tlsrpt.incident_list.first_day IS 'First day of failure.';
COMMENT ON COLUMN tlsrpt.incident_list.last_day IS 'Last day of failure so far.';
COMMENT ON COLUMN tlsrpt.incident_list.over_day IS 'Day on which reports or doctor show that it is over.';
COMMENT ON COLUMN tlsrpt.incident_list.last_word_day IS 'Last day on which its reporters reported on its domains.';
COMMENT ON COLUMN tlsrpt.incident_list.failed_days IS 'Number of days with failures.';
COMMENT ON COLUMN tlsrpt.incident_list.failed_sessions IS 'Failed sessions.';
COMMENT ON COLUMN tlsrpt.incident_list.refused_sessions IS 'Failed sessions whose mail was refused.';
COMMENT ON COLUMN tlsrpt.incident_list.sessions IS 'All sessions of the same domains, days and mechanism, failed ones included.';
COMMENT ON COLUMN tlsrpt.incident_list.unplaced_sessions IS 'Failed sessions whose reports name no MX, which may belong to this incident or to another.';
COMMENT ON COLUMN tlsrpt.incident_list.late_sessions IS 'Failed sessions that were reported after it was over.';
COMMENT ON COLUMN tlsrpt.incident_list.mechanism IS 'Policies that were applied: sts, tlsa, no-policy-found, other.';
COMMENT ON COLUMN tlsrpt.incident_list.policy_mode IS 'Modes of MTA-STS policies that the reports show.';
COMMENT ON COLUMN tlsrpt.incident_list.failure_reason_code IS 'Values of failure-reason-code that reporters sent, the most frequent first.';
COMMENT ON COLUMN tlsrpt.incident_list.receiving_ip IS 'Some of the receiving IP addresses at which sessions failed.';
COMMENT ON COLUMN tlsrpt.incident_list.merged_into IS 'The incident that it was merged into.';
COMMENT ON COLUMN tlsrpt.incident_list.was_told IS 'Whether there has been an event for it.';
COMMENT ON COLUMN tlsrpt.incident_list.judged_on IS 'Day of the judgement that last changed it.';
COMMENT ON COLUMN tlsrpt.incident_list.is_open IS 'Whether it is open, flapping or recovering.';
COMMENT ON COLUMN tlsrpt.incident_list.mail_domains IS 'Number of mail domains that it affects.';
COMMENT ON COLUMN tlsrpt.incident_list.reporters IS 'Number of reporters that reported it.';
COMMENT ON COLUMN tlsrpt.incident_list.held IS 'ack or mute, if an operator has acknowledged or muted it and that holds today; else null.';
COMMENT ON COLUMN tlsrpt.incident_list.held_until IS 'Last day on which the acknowledgement or mute holds; null if it has no end.';
COMMENT ON COLUMN tlsrpt.incident_list.held_note IS 'Why it was acknowledged or muted, in the operator''s words.';
COMMENT ON COLUMN tlsrpt.incident_list.held_by IS 'Database role of the operator.';
COMMENT ON COLUMN tlsrpt.incident_list.held_severity IS 'Severity when it was acknowledged or muted.';
COMMENT ON COLUMN tlsrpt.incident_list.is_whole IS 'Whether the row shows all mail domains of the incident. If not, numbers and days are those of the domains that the login sees; refused_sessions is null, unplaced_sessions and late_sessions are 0, and policy_mode, failure_reason_code and receiving_ip are empty.';
