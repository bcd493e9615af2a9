-- SPDX-License-Identifier: GPL-3.0-or-later
-- How many messages are in quarantine, by a cause that an operator can examine.

CREATE OR REPLACE VIEW tlsrpt.refusal_count WITH (security_barrier = true) AS
SELECT reason,
       -- The detail has the form `trust: CAUSE: text`; the sender of the message cannot choose CAUSE.
       CASE WHEN reason = 'unauthentic' AND stage = 'trust' THEN split_part(detail, ': ', 2) END COLLATE "C" AS cause,
       count(*) AS messages,
       count(*) FILTER (WHERE quarantined_at >= now() - interval '3 days') AS recent_messages,
       max(quarantined_at) AS newest_at
  FROM tlsrpt.quarantine
  WHERE (SELECT tlsrpt.sees_all())
  GROUP BY 1, 2;

COMMENT ON VIEW tlsrpt.refusal_count IS 'How many messages are in quarantine, for which reason, and, if they are not authentic, for which cause?';
COMMENT ON COLUMN tlsrpt.refusal_count.reason IS 'The reason, as in table quarantine.';
COMMENT ON COLUMN tlsrpt.refusal_count.cause IS 'Why a message is unauthentic: unsigned, altered, other-signer (another domain than that of From signed), bad-signature, no-verdict (no trusted Authentication-Results), no-answer (a name server did not answer); null for other reasons.';
COMMENT ON COLUMN tlsrpt.refusal_count.messages IS 'Messages in quarantine.';
COMMENT ON COLUMN tlsrpt.refusal_count.recent_messages IS 'Messages put there in the last 3 days.';
COMMENT ON COLUMN tlsrpt.refusal_count.newest_at IS 'When the newest was put there.';
