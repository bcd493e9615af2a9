-- SPDX-License-Identifier: GPL-3.0-or-later
-- The days of which it is known how many sessions of an incident failed. A function, because a query of this form is
-- not for reports that Citus distributes: contrib/replica/distribute.sql replaces it.

-- A day without failures is known if a reporter of the incident has reported on one of its domains. Nearly all
-- reports are on one day. One on up to a week is looked for next, and only in the first 20 rows of the incident:
-- where this misses one, a clean day is shown as unknown. A LIMIT lets each row be asked by index, and ends the
-- search when one is found.
CREATE OR REPLACE FUNCTION tlsrpt.incident_known_day(incident_nos bigint[], last_day date, days integer)
  RETURNS TABLE (incident_no bigint, days_ago integer, failed_sessions numeric)
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  WITH failing AS (
    SELECT m.incident_no, m.day, sum(m.failed_sessions) AS failed_sessions
      FROM tlsrpt.incident_member m
      WHERE m.incident_no = ANY (incident_nos) AND m.day > last_day - days AND m.day <= last_day
      GROUP BY m.incident_no, m.day
  ), quiet AS (
    SELECT i.incident_no, last_day - ago AS day
      FROM unnest(incident_nos) AS i (incident_no), generate_series(0, days - 1) AS ago
    EXCEPT SELECT f.incident_no, f.day FROM failing f
  ), short AS (
    SELECT q.incident_no, q.day
      FROM quiet q CROSS JOIN LATERAL (
        SELECT FROM tlsrpt.incident_member m CROSS JOIN LATERAL (
            SELECT FROM tlsrpt.policy p
              WHERE p.is_counted AND p.policy_domain IS NOT NULL AND p.mail_domain = m.mail_domain
                AND p.reporter_domain = m.reporter_domain AND p.day = q.day
              LIMIT 1) AS word
          WHERE m.incident_no = q.incident_no LIMIT 1) AS word
  ), long AS (
    SELECT q.incident_no, q.day
      FROM (SELECT quiet.incident_no, quiet.day FROM quiet EXCEPT SELECT short.incident_no, short.day FROM short) AS q
      CROSS JOIN LATERAL (
        SELECT FROM (SELECT own.mail_domain, own.reporter_domain FROM tlsrpt.incident_member own
                       WHERE own.incident_no = q.incident_no LIMIT 20) AS m
          CROSS JOIN LATERAL (
            SELECT FROM tlsrpt.policy p
              WHERE p.is_counted AND p.policy_domain IS NOT NULL AND p.mail_domain = m.mail_domain
                AND p.reporter_domain = m.reporter_domain AND p.day BETWEEN q.day - 3 AND q.day + 3
                AND p.first_day <= q.day AND p.last_day >= q.day
              LIMIT 1) AS word
          LIMIT 1) AS word
  )
  SELECT f.incident_no, last_day - f.day, f.failed_sessions FROM failing f
  UNION ALL
  SELECT c.incident_no, last_day - c.day, 0::numeric
    FROM (SELECT short.incident_no, short.day FROM short UNION ALL SELECT long.incident_no, long.day FROM long) AS c;
END;
COMMENT ON FUNCTION tlsrpt.incident_known_day(bigint[], date, integer) IS
'How many sessions of each incident failed on each of the last days: 0 if its reporters reported no failure, no row if none of them reported.';
