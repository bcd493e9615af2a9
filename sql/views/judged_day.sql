-- SPDX-License-Identifier: GPL-3.0-or-later
-- When incidents were last judged.

CREATE OR REPLACE VIEW tlsrpt.judged_day WITH (security_barrier = true) AS
SELECT day, judged_at FROM tlsrpt.judged;

COMMENT ON VIEW tlsrpt.judged_day IS 'Up to which day are incidents judged, and when were they last brought up to date? There is no row if they never were.';
COMMENT ON COLUMN tlsrpt.judged_day.day IS 'The day up to which incidents are judged.';
COMMENT ON COLUMN tlsrpt.judged_day.judged_at IS 'When.';
