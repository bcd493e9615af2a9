-- SPDX-License-Identifier: GPL-3.0-or-later
-- The incidents that a login sees. One incident may affect domains of several customers: row security could only
-- show or hide all of it, so that the views of incidents read the tables with the rights of the owner, and this
-- view says which incidents and how much of them they show.

CREATE OR REPLACE VIEW tlsrpt.incident_scope WITH (security_barrier = true) AS
SELECT i.incident_no, i.place_kind, i.place, i.severity, i.state,
       CASE WHEN (SELECT tlsrpt.sees_all()) THEN true
            ELSE NOT EXISTS (SELECT FROM tlsrpt.incident_member m WHERE m.incident_no = i.incident_no
                               AND m.mail_domain <> ALL ((SELECT tlsrpt.own_domains())::text[])) END AS is_whole
  FROM tlsrpt.incident i
  WHERE (SELECT tlsrpt.sees_all())
     OR i.incident_no IN (SELECT m.incident_no FROM tlsrpt.incident_member m
                            WHERE m.mail_domain = ANY ((SELECT tlsrpt.own_domains())::text[]))
     OR i.incident_no IN (SELECT u.incident_no FROM tlsrpt.incident_use u);

COMMENT ON VIEW tlsrpt.incident_scope IS
'Which incidents does the login see, and does it see the whole of them? A login with entries in domain_access sees those that affect one of its domains; of one that affects others too, it sees only its own part.';
COMMENT ON COLUMN tlsrpt.incident_scope.incident_no IS 'The incident.';
COMMENT ON COLUMN tlsrpt.incident_scope.place_kind IS 'Kind of place, as in incident_list.';
COMMENT ON COLUMN tlsrpt.incident_scope.place IS 'The place, as in incident_list.';
COMMENT ON COLUMN tlsrpt.incident_scope.severity IS 'critical, warning or minor: that of the whole incident.';
COMMENT ON COLUMN tlsrpt.incident_scope.state IS 'State, as in incident_list.';
COMMENT ON COLUMN tlsrpt.incident_scope.is_whole IS 'Whether the login sees all mail domains that it affects.';
