-- SPDX-License-Identifier: GPL-3.0-or-later
-- Makes room in quarantine when quarantine_added asks for it.

-- Drops the oldest messages of one domain, or of all domains if of_domain is null, until excess bytes are
-- free; returns the bytes that it could not free. One statement is enough: each message is charged at least
-- 1 kB, so no more than excess / 1024 + 1 messages are needed. Rows that another transaction is deleting are
-- skipped, because waiting for it could be a deadlock. Rows of this transaction are skipped too, because it will
-- report them as kept. Their age does not mark them: now() is the start of a transaction, and one that waited
-- for the counter may have started before all others.
CREATE OR REPLACE FUNCTION tlsrpt.quarantine_drop_oldest(of_domain text, excess bigint) RETURNS bigint
  LANGUAGE sql VOLATILE
BEGIN ATOMIC
  WITH oldest AS (
    SELECT quarantine_uid, charged_bytes, quarantined_at FROM tlsrpt.quarantine
      WHERE (of_domain IS NULL OR sender_domain = of_domain) AND xmin <> pg_current_xact_id()::xid
      ORDER BY quarantined_at, quarantine_uid
      LIMIT excess / 1024 + 1
      FOR UPDATE SKIP LOCKED
  ), counted AS (
    SELECT quarantine_uid,
           sum(charged_bytes) OVER (ORDER BY quarantined_at, quarantine_uid) - charged_bytes AS freed_before
      FROM oldest
  ), gone AS (
    DELETE FROM tlsrpt.quarantine
      WHERE quarantine_uid IN (SELECT quarantine_uid FROM counted WHERE freed_before < excess)
      RETURNING charged_bytes
  )
  SELECT greatest(excess - coalesce(sum(charged_bytes), 0), 0)::bigint FROM gone;
END;
COMMENT ON FUNCTION tlsrpt.quarantine_drop_oldest(text, bigint) IS 'Drops the oldest messages in quarantine until so many bytes are free. Returns the bytes that it could not free.';
