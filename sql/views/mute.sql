-- SPDX-License-Identifier: GPL-3.0-or-later
-- Acknowledgements and mutes that hold today.

CREATE OR REPLACE VIEW tlsrpt.mute WITH (security_barrier = true) AS
SELECT i.incident_no, a.acknowledgement_no, a.action, a.until_day,
       CASE WHEN (SELECT tlsrpt.sees_all()) THEN a.note ELSE 'not shown' END COLLATE "C" AS note,
       CASE WHEN (SELECT tlsrpt.sees_all()) THEN a.made_by ELSE 'the operator' END COLLATE "C" AS made_by, a.severity
  FROM tlsrpt.incident_scope i
  JOIN tlsrpt.acknowledgement a ON CASE a.subject_kind
    WHEN 'incident' THEN a.subject = i.incident_no::text
    WHEN 'mx' THEN i.place_kind IN ('mx', 'policy-mx') AND a.subject = i.place
    WHEN 'reporter' THEN a.subject = i.place OR (
      EXISTS (SELECT FROM tlsrpt.incident_member m WHERE m.incident_no = i.incident_no)
      AND NOT EXISTS (SELECT FROM tlsrpt.incident_member m
                       WHERE m.incident_no = i.incident_no AND m.reporter_domain <> a.subject))
    ELSE EXISTS (SELECT FROM tlsrpt.incident_member m WHERE m.incident_no = i.incident_no)
      AND NOT EXISTS (SELECT FROM tlsrpt.incident_member m
                       WHERE m.incident_no = i.incident_no AND m.mail_domain <> a.subject) END
  WHERE a.ended_at IS NULL AND (a.until_day IS NULL OR a.until_day >= tlsrpt.today());

COMMENT ON VIEW tlsrpt.mute IS
'Which incidents are acknowledged or muted today? A domain or a reporter covers only incidents that affect no other
domain or reporter.';
COMMENT ON COLUMN tlsrpt.mute.incident_no IS 'The incident.';
COMMENT ON COLUMN tlsrpt.mute.acknowledgement_no IS 'The row of table acknowledgement.';
COMMENT ON COLUMN tlsrpt.mute.action IS 'ack or mute.';
COMMENT ON COLUMN tlsrpt.mute.until_day IS 'Last day on which the acknowledgement or mute holds; null if it has no end.';
COMMENT ON COLUMN tlsrpt.mute.note IS 'Why, in the operator''s words.';
COMMENT ON COLUMN tlsrpt.mute.made_by IS 'Database role of the operator.';
COMMENT ON COLUMN tlsrpt.mute.severity IS 'Severity of the incident when it was acknowledged or muted; null if a domain, MX host or reporter was.';
