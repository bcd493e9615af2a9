-- SPDX-License-Identifier: GPL-3.0-or-later
-- Counts messages in quarantine and enforces its caps. It runs with the owner's rights, because the writer may
-- neither read nor change the counters. The writer deletes messages only by reaching a cap.

CREATE OR REPLACE FUNCTION tlsrpt.quarantine_added() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  cap tlsrpt.quarantine_limit;
  fuller record;
  excess bigint;
BEGIN
  IF TG_RELID <> 'tlsrpt.quarantine'::regclass THEN
    RAISE EXCEPTION 'a trigger of tlsrpt.quarantine alone' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NOT EXISTS (SELECT FROM added) THEN
    RETURN NULL;
  END IF;
  -- Every transaction updates this one row first, so that from here on only one runs at a time.
  UPDATE tlsrpt.quarantine_limit
    SET kept_messages = kept_messages + more.messages, kept_bytes = kept_bytes + more.bytes
    FROM (SELECT count(*) AS messages, sum(charged_bytes) AS bytes FROM added) AS more;
  SELECT * INTO cap FROM tlsrpt.quarantine_limit;
  INSERT INTO tlsrpt.quarantine_sender AS sender
    SELECT sender_domain, count(*), sum(charged_bytes) FROM added GROUP BY sender_domain
    ON CONFLICT (sender_domain) DO UPDATE
      SET kept_messages = sender.kept_messages + EXCLUDED.kept_messages,
          kept_bytes = sender.kept_bytes + EXCLUDED.kept_bytes;
  -- A superseded report was in the store before. It passes the caps, so that a forger who fills quarantine
  -- cannot keep the genuine report out of the store.
  IF NOT EXISTS (SELECT FROM added WHERE reason <> 'superseded') THEN
    RETURN NULL;
  END IF;

  FOR fuller IN
    SELECT s.sender_domain,
           s.kept_bytes - CASE s.sender_domain WHEN '' THEN cap.unauthenticated_bytes ELSE cap.sender_bytes END AS excess
      FROM tlsrpt.quarantine_sender AS s
      WHERE s.sender_domain IN (SELECT sender_domain FROM added WHERE reason <> 'superseded')
      ORDER BY s.sender_domain
  LOOP
    excess := greatest(fuller.excess, 0);
    IF excess > 0 AND cap.when_full = 'drop-oldest' THEN
      excess := tlsrpt.quarantine_drop_oldest(fuller.sender_domain, excess);
    END IF;
    IF excess > 0 THEN
      RAISE EXCEPTION 'quarantine has no more room for this domain'
        USING ERRCODE = 'TQ001', HINT = 'tlsrpt-ingest quarantine drop, or UPDATE tlsrpt.quarantine_limit.';
    END IF;
  END LOOP;

  excess := greatest((SELECT kept_bytes FROM tlsrpt.quarantine_limit) - cap.total_bytes, 0);
  IF excess > 0 AND cap.when_full = 'drop-oldest' THEN
    excess := tlsrpt.quarantine_drop_oldest(NULL, excess);
  END IF;
  IF excess > 0 THEN
    RAISE EXCEPTION 'quarantine has more than % bytes', cap.total_bytes
      USING ERRCODE = 'TQ001', HINT = 'tlsrpt-ingest quarantine drop, or UPDATE tlsrpt.quarantine_limit.';
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tlsrpt.quarantine_added() IS 'Counts messages that are put in quarantine. Past a cap of quarantine_limit it refuses them (SQLSTATE TQ001) or drops the oldest.';

CREATE OR REPLACE TRIGGER quarantine_added AFTER INSERT ON tlsrpt.quarantine
  REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION tlsrpt.quarantine_added();
