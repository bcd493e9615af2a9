-- SPDX-License-Identifier: GPL-3.0-or-later
-- Holds quarantine to its caps. The counters are updated by triggers with the owner's rights: the
-- writer can neither read nor change them, nor delete anything but by passing a cap.

CREATE OR REPLACE FUNCTION tlsrpt.quarantine_added() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
DECLARE
  cap tlsrpt.quarantine_limit;
  of_sender bigint;
  excess bigint;
  oldest record;
BEGIN
  -- One row that everybody updates first: from here on one transaction at a time.
  UPDATE tlsrpt.quarantine_limit
    SET kept_messages = kept_messages + 1, kept_bytes = kept_bytes + NEW.charged_bytes
    RETURNING * INTO cap;
  INSERT INTO tlsrpt.quarantine_sender AS sender VALUES (NEW.sender_domain, 1, NEW.charged_bytes)
    ON CONFLICT (sender_domain) DO UPDATE
      SET kept_messages = sender.kept_messages + 1, kept_bytes = sender.kept_bytes + NEW.charged_bytes
    RETURNING kept_bytes INTO of_sender;

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

-- Once a statement: counting down row by row would make each version of the counter look at all before.
CREATE OR REPLACE FUNCTION tlsrpt.quarantine_removed() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
BEGIN
  UPDATE tlsrpt.quarantine_limit
    SET kept_messages = kept_messages - gone.messages, kept_bytes = kept_bytes - gone.bytes
    FROM (SELECT count(*) AS messages, coalesce(sum(charged_bytes), 0) AS bytes FROM removed) AS gone
    WHERE gone.messages > 0;
  UPDATE tlsrpt.quarantine_sender AS sender
    SET kept_messages = sender.kept_messages - gone.messages, kept_bytes = sender.kept_bytes - gone.bytes
    FROM (SELECT sender_domain, count(*) AS messages, sum(charged_bytes) AS bytes
            FROM removed GROUP BY sender_domain) AS gone
    WHERE sender.sender_domain = gone.sender_domain;
  DELETE FROM tlsrpt.quarantine_sender
    WHERE kept_messages <= 0 AND sender_domain IN (SELECT sender_domain FROM removed);
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tlsrpt.quarantine_removed() IS 'Counts down what a statement deleted from quarantine.';

CREATE OR REPLACE FUNCTION tlsrpt.quarantine_emptied() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
BEGIN
  UPDATE tlsrpt.quarantine_limit SET kept_messages = 0, kept_bytes = 0;
  DELETE FROM tlsrpt.quarantine_sender;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tlsrpt.quarantine_emptied() IS 'Counts anew after TRUNCATE.';

CREATE OR REPLACE TRIGGER quarantine_added AFTER INSERT ON tlsrpt.quarantine
  FOR EACH ROW EXECUTE FUNCTION tlsrpt.quarantine_added();
CREATE OR REPLACE TRIGGER quarantine_removed AFTER DELETE ON tlsrpt.quarantine
  REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION tlsrpt.quarantine_removed();
CREATE OR REPLACE TRIGGER quarantine_emptied AFTER TRUNCATE ON tlsrpt.quarantine
  FOR EACH STATEMENT EXECUTE FUNCTION tlsrpt.quarantine_emptied();
