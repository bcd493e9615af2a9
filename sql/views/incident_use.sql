-- SPDX-License-Identifier: GPL-3.0-or-later
-- The mail domains behind an incident that only doctor found: it has no failed sessions, and so no members.

-- An MX host is judged once for all domains whose MX records name it; doctor stores these names as domain-mx. At
-- any other place it judges for one domain, so that only the domain for which the place was wrong is affected.
-- A row that says the same as the one before it gets a new time instead of a successor: the first and the last
-- time together say over which days the observation holds, a look counting for the three days after it.
CREATE OR REPLACE VIEW tlsrpt.incident_use WITH (security_barrier = true) AS
SELECT i.incident_no, o.mail_domain, i.first_day, i.last_day
  FROM tlsrpt.incident i
  JOIN tlsrpt.observation o ON o.place = i.place
    AND CASE i.place_kind WHEN 'mx' THEN o.kind = 'domain-mx'
          ELSE o.kind = i.place_kind AND (NOT o.is_healthy OR i.cause = 'ends-soon') END
  WHERE i.cause IN ('found-wrong', 'ends-soon') AND o.mail_domain IS NOT NULL
    AND NOT EXISTS (SELECT FROM tlsrpt.incident_member m WHERE m.incident_no = i.incident_no)
    AND ((SELECT tlsrpt.sees_all()) OR o.mail_domain = ANY ((SELECT tlsrpt.own_domains())::text[]))
  GROUP BY i.incident_no, i.first_day, i.last_day, o.mail_domain
  HAVING min(o.at) < (i.last_day + 1)::timestamp AT TIME ZONE 'UTC'
     AND max(o.at) >= (i.first_day - 3)::timestamp AT TIME ZONE 'UTC';

COMMENT ON VIEW tlsrpt.incident_use IS
'Which mail domains does an incident affect that only doctor found? No session has failed there yet. A login with entries in domain_access sees its own domains.';
COMMENT ON COLUMN tlsrpt.incident_use.incident_no IS 'The incident.';
COMMENT ON COLUMN tlsrpt.incident_use.mail_domain IS 'Mail domain that uses the place.';
COMMENT ON COLUMN tlsrpt.incident_use.first_day IS 'First day on which doctor found it.';
COMMENT ON COLUMN tlsrpt.incident_use.last_day IS 'Last day on which doctor found it.';
