-- SPDX-License-Identifier: GPL-3.0-or-later
-- What `doctor --record` saw where an incident is. A digest of the days up to yesterday is read today: what was seen
-- on the day after counts too.

CREATE OR REPLACE VIEW tlsrpt.incident_sight AS
SELECT i.incident_no, worst.looked_at, worst.is_healthy, worst.detail, worst.good_until, worst.since, worst.turned_after
  FROM tlsrpt.incident i
  CROSS JOIN LATERAL (
    SELECT latest.at AS looked_at, latest.is_healthy, latest.detail, latest.good_until, run.since, turn.turned_after
      FROM (SELECT DISTINCT ON (o.mail_domain) o.*
              FROM tlsrpt.observation o
              WHERE o.kind = i.place_kind AND o.place = i.place
                AND o.at < (tlsrpt.today() + 2)::timestamp AT TIME ZONE 'UTC'
                -- What doctor alone has seen has no failed session, and so no domains of its own.
                AND (o.mail_domain IS NULL OR i.cause IN ('found-wrong', 'ends-soon')
                  OR EXISTS (SELECT FROM tlsrpt.incident_member m
                  WHERE m.incident_no = i.incident_no AND m.mail_domain = o.mail_domain))
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
'What did doctor see at the place of each incident, at its last look? Where it looked for several domains, the worst of it; no row where it did not
look.';
COMMENT ON COLUMN tlsrpt.incident_sight.incident_no IS 'The incident.';
COMMENT ON COLUMN tlsrpt.incident_sight.looked_at IS 'When it last looked.';
COMMENT ON COLUMN tlsrpt.incident_sight.is_healthy IS 'Whether all that senders check there was right.';
COMMENT ON COLUMN tlsrpt.incident_sight.detail IS 'What it saw, in words.';
COMMENT ON COLUMN tlsrpt.incident_sight.good_until IS 'When the first certificate ends; null where nothing ends.';
COMMENT ON COLUMN tlsrpt.incident_sight.since IS 'First look since which it is so.';
COMMENT ON COLUMN tlsrpt.incident_sight.turned_after IS 'Last look at which it was not so; null if it was never otherwise.';
