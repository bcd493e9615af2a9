-- SPDX-License-Identifier: GPL-3.0-or-later
-- A short text for all that incidents depend on, so that nothing is judged twice.

-- Each change of a report gives its day a number that no change had before. An observation that says the same again
-- moves to the later time, so that the rows of observations are added up as numbers made from all that they say.
CREATE OR REPLACE VIEW tlsrpt.judgement_version AS
SELECT md5(concat_ws(' ',
         (SELECT string_agg(concat_ws(' ', day, change_no), ' ' ORDER BY change_no) FROM tlsrpt.store_day),
         (SELECT string_agg(md5(known::text), ' ' ORDER BY reporter_domain) FROM tlsrpt.reporter known),
         (SELECT sum(hashtextextended(seen::text, 0)) FROM tlsrpt.observation seen))) AS facts,
       (SELECT md5(string_agg(concat_ws(' ', incident_no, state, severity, last_day, over_day), ' ' ORDER BY incident_no))
          FROM tlsrpt.incident) AS incidents;

COMMENT ON VIEW tlsrpt.judgement_version IS 'Is there anything new to judge?';
COMMENT ON COLUMN tlsrpt.judgement_version.facts IS 'Text that is another one after each change of reports, reporters or observations.';
COMMENT ON COLUMN tlsrpt.judgement_version.incidents IS 'Text that is another one if an incident was removed or changed; null without incidents.';
