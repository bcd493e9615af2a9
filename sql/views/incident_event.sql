-- SPDX-License-Identifier: GPL-3.0-or-later
-- Events, and who received them.

CREATE OR REPLACE VIEW tlsrpt.incident_event AS
SELECT e.event_no, e.incident_no, e.event, e.day, e.severity, e.made_at, d.channel, d.delivered_at
  FROM tlsrpt.event e LEFT JOIN tlsrpt.delivery d USING (event_no);

COMMENT ON VIEW tlsrpt.incident_event IS 'Which events did each incident have, and which channel has taken them? A row for each delivery, or one without.';
COMMENT ON COLUMN tlsrpt.incident_event.event_no IS 'Number of the event.';
COMMENT ON COLUMN tlsrpt.incident_event.incident_no IS 'The incident.';
COMMENT ON COLUMN tlsrpt.incident_event.event IS 'opened, worsened, flapping, closed, unproven, expired or known-late.';
COMMENT ON COLUMN tlsrpt.incident_event.day IS 'Day that the incidents stood on.';
COMMENT ON COLUMN tlsrpt.incident_event.severity IS 'Severity then.';
COMMENT ON COLUMN tlsrpt.incident_event.made_at IS 'When it was made.';
COMMENT ON COLUMN tlsrpt.incident_event.channel IS 'Channel that has taken it; null where none has.';
COMMENT ON COLUMN tlsrpt.incident_event.delivered_at IS 'When that was.';
