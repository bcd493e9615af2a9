-- SPDX-License-Identifier: GPL-3.0-or-later
-- Makes room in quarantine, for quarantine_added.

-- The oldest of one domain, or of all where that is null, until @excess bytes are gone; returns what is still
-- too much. One statement, whatever it takes: each message is charged with 1 kB at least, so that no more than
-- @excess / 1024 can be needed. Rows that somebody is deleting are passed over: waiting for him could be a
-- deadlock. So are those of this very transaction: it is not to drop what it is about to say is kept. Their time
-- would not tell: now() is when a transaction began, and one that waited for the counter may have begun
-- before all that is there.
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
COMMENT ON FUNCTION tlsrpt.quarantine_drop_oldest(text, bigint) IS 'Drops the oldest messages of quarantine until so many bytes are free; what it could not free.';
