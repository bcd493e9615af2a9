-- SPDX-License-Identifier: GPL-3.0-or-later
-- Caps on quarantine, and what they are held against: counters, as a sum over what is kept would cost
-- more with every message of a flood. functions/quarantine.sql keeps them right.

ALTER TABLE tlsrpt.quarantine
  ADD COLUMN sender_domain text NOT NULL GENERATED ALWAYS AS (
    lower(substring(CASE WHEN envelope_sender LIKE '%@%' THEN envelope_sender ELSE coalesce(header_from, '') END
                    FROM '[^@]*$'))) STORED,
  ADD COLUMN charged_bytes bigint NOT NULL GENERATED ALWAYS AS (
    1024 + octet_length(raw) + octet_length(detail) + octet_length(coalesce(message_id, ''))
    + 2 * octet_length(coalesce(envelope_sender, '')) + 2 * octet_length(coalesce(header_from, ''))) STORED;
COMMENT ON COLUMN tlsrpt.quarantine.sender_domain IS 'Domain of the envelope sender, else of From: whom the caps of quarantine_limit are held against.';
COMMENT ON COLUMN tlsrpt.quarantine.charged_bytes IS 'What counts against the caps: the message, what is known of it, and 1 kB for row and indexes.';
CREATE INDEX quarantine_age_idx ON tlsrpt.quarantine (quarantined_at, quarantine_uid);
CREATE INDEX quarantine_sender_domain_idx ON tlsrpt.quarantine (sender_domain, quarantined_at, quarantine_uid);

CREATE TABLE tlsrpt.quarantine_limit (
  is_only_row boolean NOT NULL DEFAULT true,
  total_bytes bigint DEFAULT 1073741824,
  sender_bytes bigint DEFAULT 67108864,
  when_full text NOT NULL DEFAULT 'defer',
  kept_messages bigint NOT NULL DEFAULT 0,
  kept_bytes bigint NOT NULL DEFAULT 0,
  CONSTRAINT quarantine_limit_pkey PRIMARY KEY (is_only_row),
  CONSTRAINT quarantine_limit_is_only_row_check CHECK (is_only_row),
  CONSTRAINT quarantine_limit_when_full_check CHECK (when_full IN ('defer', 'drop-oldest'))
);
COMMENT ON TABLE tlsrpt.quarantine_limit IS 'Caps on quarantine, a single row, for the owner to UPDATE, and how much is kept. Here and not in a settings file: all hosts share one quarantine, and the writer must not raise its own caps.';
COMMENT ON COLUMN tlsrpt.quarantine_limit.is_only_row IS 'Always true: there is one row.';
COMMENT ON COLUMN tlsrpt.quarantine_limit.total_bytes IS 'Cap on all of quarantine, in charged bytes; null for none.';
COMMENT ON COLUMN tlsrpt.quarantine_limit.sender_bytes IS 'Cap on what one sender domain has in quarantine, in charged bytes; null for none.';
COMMENT ON COLUMN tlsrpt.quarantine_limit.when_full IS 'At a cap: defer (the mail system keeps the message, exit 75) or drop-oldest (of this sender, then of all).';
COMMENT ON COLUMN tlsrpt.quarantine_limit.kept_messages IS 'Messages in quarantine.';
COMMENT ON COLUMN tlsrpt.quarantine_limit.kept_bytes IS 'Their charged bytes.';

CREATE TABLE tlsrpt.quarantine_sender (
  sender_domain text NOT NULL,
  kept_messages bigint NOT NULL,
  kept_bytes bigint NOT NULL,
  CONSTRAINT quarantine_sender_pkey PRIMARY KEY (sender_domain)
);
COMMENT ON TABLE tlsrpt.quarantine_sender IS 'What each sender domain has in quarantine.';
COMMENT ON COLUMN tlsrpt.quarantine_sender.sender_domain IS 'As in quarantine; empty where nobody knows.';
COMMENT ON COLUMN tlsrpt.quarantine_sender.kept_messages IS 'Messages of this sender domain in quarantine.';
COMMENT ON COLUMN tlsrpt.quarantine_sender.kept_bytes IS 'Their charged bytes.';

INSERT INTO tlsrpt.quarantine_limit (kept_messages, kept_bytes)
  SELECT count(*), coalesce(sum(charged_bytes), 0) FROM tlsrpt.quarantine;
INSERT INTO tlsrpt.quarantine_sender
  SELECT sender_domain, count(*), sum(charged_bytes) FROM tlsrpt.quarantine GROUP BY sender_domain;

INSERT INTO tlsrpt.schema_version (version) VALUES (4);

DO $$
BEGIN
  IF (SELECT count(*) FROM tlsrpt.quarantine_limit) <> 1
     OR to_regclass('tlsrpt.quarantine_age_idx') IS NULL
     OR to_regclass('tlsrpt.quarantine_sender_domain_idx') IS NULL
     OR (SELECT l.kept_bytes IS DISTINCT FROM (SELECT coalesce(sum(s.kept_bytes), 0) FROM tlsrpt.quarantine_sender s)
         FROM tlsrpt.quarantine_limit l) THEN
    RAISE EXCEPTION 'migration 4 made something else' USING ERRCODE = 'TR004';
  END IF;
END
$$;
