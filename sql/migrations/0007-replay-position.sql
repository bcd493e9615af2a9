-- SPDX-License-Identifier: GPL-3.0-or-later
-- How far replay has stored an archive, kept while it is not done: a replay that was stopped goes on
-- from there. Here and not in a file: it is true of this database alone.

CREATE TABLE tlsrpt.replay_position (
  archive bytea NOT NULL,
  done bigint NOT NULL,
  check_digest bytea NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT replay_position_pkey PRIMARY KEY (archive),
  CONSTRAINT replay_position_archive_check CHECK (octet_length(archive) = 32),
  CONSTRAINT replay_position_done_check CHECK (done >= 0),
  CONSTRAINT replay_position_check_digest_check CHECK (octet_length(check_digest) = 32)
);
COMMENT ON TABLE tlsrpt.replay_position IS 'Up to where archives are stored that replay has not read to their end.';
COMMENT ON COLUMN tlsrpt.replay_position.archive IS 'SHA-256 of the first message of an mbox, or of the path of a folder.';
COMMENT ON COLUMN tlsrpt.replay_position.done IS 'Offset of the last message stored, in bytes, or how many names of the folder.';
COMMENT ON COLUMN tlsrpt.replay_position.check_digest IS 'SHA-256 of that message, or over the names, sizes and times of these files: must be found again.';
COMMENT ON COLUMN tlsrpt.replay_position.stored_at IS 'When replay was there.';

INSERT INTO tlsrpt.schema_version (version) VALUES (7);

DO $$
BEGIN
  IF (SELECT count(*) FROM pg_catalog.pg_constraint
      WHERE conrelid = 'tlsrpt.replay_position'::regclass) <> 4 THEN
    RAISE EXCEPTION 'migration 7 made something else' USING ERRCODE = 'TR004';
  END IF;
END
$$;
