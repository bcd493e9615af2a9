-- SPDX-License-Identifier: GPL-3.0-or-later
-- Events, and the channels that accepted them.

CREATE OR REPLACE VIEW tlsrpt.incident_event WITH (security_barrier = true) AS
SELECT e.event_no, e.incident_no, e.event, e.day, e.severity, e.made_at, d.channel, d.delivered_at
  FROM tlsrpt.event e
  JOIN tlsrpt.incident_scope USING (incident_no)
  LEFT JOIN tlsrpt.delivery d ON d.event_no = e.event_no AND (SELECT tlsrpt.sees_all());

COMMENT ON VIEW tlsrpt.incident_event IS 'Which events did each incident have, and which channels accepted them? There is a row for each event and channel, or one with null for an event that no channel has accepted.';
COMMENT ON COLUMN tlsrpt.incident_event.event_no IS 'Number of the event.';
COMMENT ON COLUMN tlsrpt.incident_event.incident_no IS 'The incident.';
COMMENT ON COLUMN tlsrpt.incident_event.event IS 'opened, worsened, flapping, closed, unproven, expired or known-late.';
COMMENT ON COLUMN tlsrpt.incident_event.day IS 'Day for which incidents were judged.';
COMMENT ON COLUMN tlsrpt.incident_event.severity IS 'Severity of the incident at that time.';
COMMENT ON COLUMN tlsrpt.incident_event.made_at IS 'When the event was created.';
COMMENT ON COLUMN tlsrpt.incident_event.channel IS 'Channel that accepted it; null if none has.';
COMMENT ON COLUMN tlsrpt.incident_event.delivered_at IS 'When the channel accepted it; null if none has.';
