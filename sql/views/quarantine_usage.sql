-- SPDX-License-Identifier: GPL-3.0-or-later
-- How much is in quarantine, and how much each cap allows.

CREATE OR REPLACE VIEW tlsrpt.quarantine_usage WITH (security_barrier = true) AS
SELECT NULL::text AS sender_domain, kept_messages, kept_bytes, total_bytes AS limit_bytes,
       round(100.0 * kept_bytes / nullif(total_bytes, 0), 1) AS percent, when_full
  FROM tlsrpt.quarantine_limit
  WHERE (SELECT tlsrpt.sees_all())
UNION ALL
SELECT s.sender_domain, s.kept_messages, s.kept_bytes, of_domain.limit_bytes,
       round(100.0 * s.kept_bytes / nullif(of_domain.limit_bytes, 0), 1), l.when_full
  FROM tlsrpt.quarantine_sender AS s CROSS JOIN tlsrpt.quarantine_limit AS l
  CROSS JOIN LATERAL (
    SELECT CASE s.sender_domain WHEN '' THEN l.unauthenticated_bytes ELSE l.sender_bytes END AS limit_bytes
  ) AS of_domain
  WHERE (SELECT tlsrpt.sees_all());
COMMENT ON VIEW tlsrpt.quarantine_usage IS 'How much of each cap on quarantine is used: in total, by each authenticated domain, and by messages without an authenticated domain?';
COMMENT ON COLUMN tlsrpt.quarantine_usage.sender_domain IS 'Authenticated domain; empty for messages without one; null in the row of the total.';
COMMENT ON COLUMN tlsrpt.quarantine_usage.kept_messages IS 'Messages in quarantine.';
COMMENT ON COLUMN tlsrpt.quarantine_usage.kept_bytes IS 'Their charged bytes, as in table quarantine.';
COMMENT ON COLUMN tlsrpt.quarantine_usage.limit_bytes IS 'The cap; null for no cap.';
COMMENT ON COLUMN tlsrpt.quarantine_usage.percent IS 'kept_bytes in percent of limit_bytes; null without a cap.';
COMMENT ON COLUMN tlsrpt.quarantine_usage.when_full IS 'What happens at the cap: defer or drop-oldest.';
