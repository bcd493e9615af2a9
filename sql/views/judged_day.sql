-- SPDX-License-Identifier: GPL-3.0-or-later
-- How fresh incidents are.

CREATE OR REPLACE VIEW tlsrpt.judged_day AS
SELECT day, judged_at FROM tlsrpt.judged;

COMMENT ON VIEW tlsrpt.judged_day IS 'On which day do the incidents stand, and when were they last brought up to date? No row: never.';
COMMENT ON COLUMN tlsrpt.judged_day.day IS 'The day.';
COMMENT ON COLUMN tlsrpt.judged_day.judged_at IS 'When.';
