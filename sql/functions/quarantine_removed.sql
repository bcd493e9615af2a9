-- SPDX-License-Identifier: GPL-3.0-or-later
-- Subtracts deleted messages from the counters of quarantine.

-- Once for each statement: if each row updated the counter, every update would read all earlier versions of it.
CREATE OR REPLACE FUNCTION tlsrpt.quarantine_removed() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'tlsrpt.quarantine'::regclass THEN
    RAISE EXCEPTION 'a trigger of tlsrpt.quarantine alone' USING ERRCODE = 'insufficient_privilege';
  END IF;
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
COMMENT ON FUNCTION tlsrpt.quarantine_removed() IS 'Subtracts deleted messages from the counters of quarantine.';

CREATE OR REPLACE TRIGGER quarantine_removed AFTER DELETE ON tlsrpt.quarantine
  REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION tlsrpt.quarantine_removed();
