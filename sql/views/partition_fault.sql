-- SPDX-License-Identifier: GPL-3.0-or-later
-- What is wrong with the partitions, for doctor and alert.

-- Partitions are made three months ahead: of these the last one may be missing, until the next prune. To delete
-- 100,000 reports row by row takes minutes.
CREATE OR REPLACE VIEW tlsrpt.partition_fault AS
SELECT to_char(month, 'YYYY-MM') AS months,
       CASE WHEN default_reports > 0 THEN 'it has no partition: its reports are in the default partition, from which prune is slow'
            ELSE 'it has no partition: its reports will be in the default partition, from which prune is slow' END AS fault,
       'run `tlsrpt-ingest schema upgrade`, and let a timer run prune each day' AS remedy
  FROM tlsrpt.partition AS missing
  WHERE is_wanted AND NOT is_made AND month < (SELECT max(month) FROM tlsrpt.partition WHERE is_wanted)
UNION ALL
SELECT CASE count(*) WHEN 1 THEN to_char(min(month), 'YYYY-MM')
                     ELSE to_char(min(month), 'YYYY-MM') || ' to ' || to_char(max(month), 'YYYY-MM') END,
       format('%s reports are in the default partition, from which prune is slow', sum(default_reports)),
       format('run `SELECT tlsrpt.partition_make(''%s'')` as the owner%s; deliveries wait while reports move', min(month),
              CASE WHEN count(*) > 1 THEN ', and so on for each month' END)
  FROM tlsrpt.partition AS elsewhere
  WHERE NOT is_wanted AND default_reports > 100000
  HAVING count(*) > 0;

COMMENT ON VIEW tlsrpt.partition_fault IS
'Which month that begins soon has no partition, and do other months have more than 100,000 reports in the default
partition? No row if all is well, or if the schema was installed without partitions.';
COMMENT ON COLUMN tlsrpt.partition_fault.months IS 'The month, or the first and the last one.';
COMMENT ON COLUMN tlsrpt.partition_fault.fault IS 'What is wrong.';
COMMENT ON COLUMN tlsrpt.partition_fault.remedy IS 'What to do.';
