-- SPDX-License-Identifier: GPL-3.0-or-later
-- The version of each day: it differs whenever the reports of the day have changed.

-- A change takes a number that no change had before. So equal numbers mean equal reports, even after a sender's
-- reports of a day have come and gone.
CREATE OR REPLACE VIEW tlsrpt.day_version AS
SELECT day, md5(string_agg(change_no::text, ' ' ORDER BY change_no)) AS version
  FROM tlsrpt.store_day
  GROUP BY day;

COMMENT ON VIEW tlsrpt.day_version IS 'Have the reports of a day changed?';
COMMENT ON COLUMN tlsrpt.day_version.day IS 'UTC day on which the reports count.';
COMMENT ON COLUMN tlsrpt.day_version.version IS 'Text that is another one after each change.';
