-- SPDX-License-Identifier: GPL-3.0-or-later
-- Counts a message in quarantine and holds quarantine to its caps. With the owner's rights: the writer can
-- neither read nor change the counters, nor delete anything but by passing a cap.

CREATE OR REPLACE FUNCTION tlsrpt.quarantine_added() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  cap tlsrpt.quarantine_limit;
  of_sender bigint;
  excess bigint;
  oldest record;
BEGIN
  IF TG_RELID <> 'tlsrpt.quarantine'::regclass THEN
    RAISE EXCEPTION 'a trigger of tlsrpt.quarantine alone' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- One row that everybody updates first: from here on one transaction at a time.
  UPDATE tlsrpt.quarantine_limit
    SET kept_messages = kept_messages + 1, kept_bytes = kept_bytes + NEW.charged_bytes
    RETURNING * INTO cap;
  INSERT INTO tlsrpt.quarantine_sender AS sender VALUES (NEW.sender_domain, 1, NEW.charged_bytes)
    ON CONFLICT (sender_domain) DO UPDATE
      SET kept_messages = sender.kept_messages + 1, kept_bytes = sender.kept_bytes + NEW.charged_bytes
    RETURNING kept_bytes INTO of_sender;
  -- It was in the store before, and a forger must not be able to keep the genuine report out of it.
  IF NEW.reason = 'superseded' THEN
    RETURN NULL;
  END IF;

  excess := greatest(of_sender - cap.sender_bytes, 0);
  IF excess > 0 AND cap.when_full = 'drop-oldest' THEN
    -- Rows that somebody is deleting are passed over: waiting for him could be a deadlock. So are those
    -- of this very transaction: it is not to drop what it is about to say is kept. Their time would not
    -- tell: now() is when a transaction began, and one that waited for the counter may have begun before
    -- all that is there.
    FOR oldest IN SELECT quarantine_uid, charged_bytes FROM tlsrpt.quarantine
      WHERE sender_domain = NEW.sender_domain AND xmin <> pg_catalog.pg_current_xact_id()::pg_catalog.xid
      ORDER BY quarantined_at, quarantine_uid FOR UPDATE SKIP LOCKED
    LOOP
      DELETE FROM tlsrpt.quarantine WHERE quarantine_uid = oldest.quarantine_uid;
      excess := excess - oldest.charged_bytes;
      EXIT WHEN excess <= 0;
    END LOOP;
  END IF;
  IF excess > 0 THEN
    RAISE EXCEPTION 'quarantine has more than % bytes of this sender', cap.sender_bytes
      USING ERRCODE = 'TQ001', HINT = 'tlsrpt-ingest quarantine drop, or UPDATE tlsrpt.quarantine_limit.';
  END IF;

  excess := greatest((SELECT kept_bytes FROM tlsrpt.quarantine_limit) - cap.total_bytes, 0);
  IF excess > 0 AND cap.when_full = 'drop-oldest' THEN
    FOR oldest IN SELECT quarantine_uid, charged_bytes FROM tlsrpt.quarantine
      WHERE xmin <> pg_catalog.pg_current_xact_id()::pg_catalog.xid
      ORDER BY quarantined_at, quarantine_uid FOR UPDATE SKIP LOCKED
    LOOP
      DELETE FROM tlsrpt.quarantine WHERE quarantine_uid = oldest.quarantine_uid;
      excess := excess - oldest.charged_bytes;
      EXIT WHEN excess <= 0;
    END LOOP;
  END IF;
  IF excess > 0 THEN
    RAISE EXCEPTION 'quarantine has more than % bytes', cap.total_bytes
      USING ERRCODE = 'TQ001', HINT = 'tlsrpt-ingest quarantine drop, or UPDATE tlsrpt.quarantine_limit.';
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tlsrpt.quarantine_added() IS 'Counts a message in quarantine; at a cap of quarantine_limit refuses it (SQLSTATE TQ001) or drops the oldest.';

CREATE OR REPLACE TRIGGER quarantine_added AFTER INSERT ON tlsrpt.quarantine
  FOR EACH ROW EXECUTE FUNCTION tlsrpt.quarantine_added();
