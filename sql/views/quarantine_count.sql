-- SPDX-License-Identifier: GPL-3.0-or-later
-- How many messages are in quarantine, and why.

CREATE OR REPLACE VIEW tlsrpt.quarantine_count WITH (security_barrier = true) AS
SELECT reason, count(*) AS messages, sum(raw_bytes) AS raw_bytes, min(quarantined_at) AS oldest_at,
       max(quarantined_at) AS newest_at,
       count(*) FILTER (WHERE quarantined_at >= now() - interval '3 days') AS recent_messages
  FROM tlsrpt.quarantine
  WHERE (SELECT tlsrpt.sees_all())
  GROUP BY reason;

COMMENT ON VIEW tlsrpt.quarantine_count IS 'How many messages are in quarantine, and for which reason? No view shows the messages themselves.';
COMMENT ON COLUMN tlsrpt.quarantine_count.reason IS 'The reason, as in table quarantine.';
COMMENT ON COLUMN tlsrpt.quarantine_count.messages IS 'Messages in quarantine.';
COMMENT ON COLUMN tlsrpt.quarantine_count.raw_bytes IS 'Bytes of these messages.';
COMMENT ON COLUMN tlsrpt.quarantine_count.oldest_at IS 'When the oldest was put there.';
COMMENT ON COLUMN tlsrpt.quarantine_count.newest_at IS 'When the newest was put there.';
COMMENT ON COLUMN tlsrpt.quarantine_count.recent_messages IS 'Messages put there in the last 3 days.';
