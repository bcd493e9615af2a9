-- SPDX-License-Identifier: GPL-3.0-or-later
-- What `doctor --record` saw at the place of an incident. A digest covers the days up to yesterday and is read
-- today, so that observations of the day after today() count too.

CREATE OR REPLACE VIEW tlsrpt.incident_sight WITH (security_barrier = true) AS
SELECT i.incident_no, worst.looked_at, worst.is_healthy, worst.detail, worst.good_until, worst.since, worst.turned_after
  FROM tlsrpt.incident i
  JOIN tlsrpt.incident_scope USING (incident_no)
  CROSS JOIN LATERAL (
    SELECT latest.at AS looked_at, latest.is_healthy, latest.detail, latest.good_until, run.since, turn.turned_after
      FROM (SELECT DISTINCT ON (o.mail_domain) o.*
              FROM tlsrpt.observation o
              WHERE o.kind = i.place_kind AND o.place = i.place
                AND o.at < (tlsrpt.today() + 2)::timestamp AT TIME ZONE 'UTC'
                -- An incident that only doctor found has no failed sessions, and so no mail domains.
                AND (o.mail_domain IS NULL OR i.cause IN ('found-wrong', 'ends-soon')
                  OR EXISTS (SELECT FROM tlsrpt.incident_member m
                  WHERE m.incident_no = i.incident_no AND m.mail_domain = o.mail_domain))
                AND ((SELECT tlsrpt.sees_all()) OR o.mail_domain IS NULL
                     OR o.mail_domain = ANY ((SELECT tlsrpt.own_domains())::text[]))
              ORDER BY o.mail_domain, o.at DESC, o.observation_no DESC) AS latest
      CROSS JOIN LATERAL (
        SELECT max(b.at) AS turned_after FROM tlsrpt.observation b
          WHERE b.kind = latest.kind AND b.place = latest.place AND b.mail_domain IS NOT DISTINCT FROM latest.mail_domain
            AND b.is_healthy <> latest.is_healthy AND b.at < latest.at) AS turn
      CROSS JOIN LATERAL (
        SELECT min(f.at) AS since FROM tlsrpt.observation f
          WHERE f.kind = latest.kind AND f.place = latest.place AND f.mail_domain IS NOT DISTINCT FROM latest.mail_domain
            AND f.is_healthy = latest.is_healthy AND f.at > coalesce(turn.turned_after, '-infinity')) AS run
      ORDER BY latest.is_healthy, run.since DESC LIMIT 1) AS worst;

COMMENT ON VIEW tlsrpt.incident_sight IS
'What did doctor see at the place of each incident when it last looked? If it looked for several domains, the worst
observation is shown. An incident has no row if doctor did not look.';
COMMENT ON COLUMN tlsrpt.incident_sight.incident_no IS 'The incident.';
COMMENT ON COLUMN tlsrpt.incident_sight.looked_at IS 'When doctor last looked.';
COMMENT ON COLUMN tlsrpt.incident_sight.is_healthy IS 'Whether everything that sending MTAs check there was in order.';
COMMENT ON COLUMN tlsrpt.incident_sight.detail IS 'What doctor saw, in words.';
COMMENT ON COLUMN tlsrpt.incident_sight.good_until IS 'When the first certificate expires; null if nothing expires.';
COMMENT ON COLUMN tlsrpt.incident_sight.since IS 'Time of the first observation since which the result has been the same.';
COMMENT ON COLUMN tlsrpt.incident_sight.turned_after IS 'Time of the last observation with the other result; null if there is none.';
