-- SPDX-License-Identifier: GPL-3.0-or-later
-- How many messages are in quarantine by what an operator can look at.

CREATE OR REPLACE VIEW tlsrpt.refusal_count AS
SELECT reason,
       -- `trust: CAUSE: text`, where none of the words is a stranger's.
       CASE WHEN reason = 'unauthentic' AND stage = 'trust' THEN split_part(detail, ': ', 2) END COLLATE "C" AS cause,
       count(*) AS messages,
       count(*) FILTER (WHERE quarantined_at >= now() - interval '3 days') AS recent_messages,
       max(quarantined_at) AS newest_at
  FROM tlsrpt.quarantine
  GROUP BY 1, 2;

COMMENT ON VIEW tlsrpt.refusal_count IS 'How many messages could not be stored as reports, and for want of a signature for which cause?';
COMMENT ON COLUMN tlsrpt.refusal_count.reason IS 'Why, in a word.';
COMMENT ON COLUMN tlsrpt.refusal_count.cause IS 'Of unauthentic ones: unsigned, altered, other-signer (of another domain than From''s), bad-signature, no-verdict (nobody''s Authentication-Results is believed), no-answer (of a name server); else null.';
COMMENT ON COLUMN tlsrpt.refusal_count.messages IS 'Messages in quarantine.';
COMMENT ON COLUMN tlsrpt.refusal_count.recent_messages IS 'Messages put there in the last 3 days.';
COMMENT ON COLUMN tlsrpt.refusal_count.newest_at IS 'When the newest was put there.';
