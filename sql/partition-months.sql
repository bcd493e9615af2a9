-- SPDX-License-Identifier: GPL-3.0-or-later
-- Makes the partitions that are missing: those of the coming months, and at the first installation those of a year
-- before, for an archive that is replayed. Without partitions it does nothing.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM tlsrpt.schema_object) THEN
    PERFORM tlsrpt.partition_make((date_trunc('month', now() AT TIME ZONE 'UTC') - months * interval '1 month')::date)
      FROM generate_series(1, 12) AS months;
  END IF;
  PERFORM tlsrpt.partition_ahead();
END
$$;
