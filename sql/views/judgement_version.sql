-- SPDX-License-Identifier: GPL-3.0-or-later
-- A short text for all that incidents depend on, so that nothing is judged twice.

-- Each change of a report gives its day a number that no change had before. Numbers of observations are taken in
-- another order than they are committed, so that the highest one alone would not show all of them.
CREATE OR REPLACE VIEW tlsrpt.judgement_version AS
SELECT md5(concat_ws(' ',
         (SELECT string_agg(concat_ws(' ', day, change_no), ' ' ORDER BY change_no) FROM tlsrpt.store_day),
         (SELECT string_agg(md5(known::text), ' ' ORDER BY reporter_domain) FROM tlsrpt.reporter known),
         (SELECT concat_ws(' ', count(*), max(observation_no)) FROM tlsrpt.observation))) AS facts,
       (SELECT md5(string_agg(concat_ws(' ', incident_no, state, severity, last_day, over_day), ' ' ORDER BY incident_no))
          FROM tlsrpt.incident) AS incidents;

COMMENT ON VIEW tlsrpt.judgement_version IS 'Is there anything new to judge?';
COMMENT ON COLUMN tlsrpt.judgement_version.facts IS 'Text that is another one after each change of reports, reporters or observations.';
COMMENT ON COLUMN tlsrpt.judgement_version.incidents IS 'Text that is another one if an incident was removed or changed; null without incidents.';
