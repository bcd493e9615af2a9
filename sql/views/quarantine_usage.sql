-- SPDX-License-Identifier: GPL-3.0-or-later
-- What is in quarantine, by whose room it takes, against the caps.

CREATE OR REPLACE VIEW tlsrpt.quarantine_usage AS
SELECT NULL::text AS sender_domain, kept_messages, kept_bytes, total_bytes AS limit_bytes,
       round(100.0 * kept_bytes / nullif(total_bytes, 0), 1) AS percent, when_full
  FROM tlsrpt.quarantine_limit
UNION ALL
SELECT s.sender_domain, s.kept_messages, s.kept_bytes, of_domain.limit_bytes,
       round(100.0 * s.kept_bytes / nullif(of_domain.limit_bytes, 0), 1), l.when_full
  FROM tlsrpt.quarantine_sender AS s CROSS JOIN tlsrpt.quarantine_limit AS l
  CROSS JOIN LATERAL (
    SELECT CASE s.sender_domain WHEN '' THEN l.unauthenticated_bytes ELSE l.sender_bytes END AS limit_bytes
  ) AS of_domain;
COMMENT ON VIEW tlsrpt.quarantine_usage IS 'What is in quarantine against its caps: all together, by authenticated domain, and what nobody vouches for.';
COMMENT ON COLUMN tlsrpt.quarantine_usage.sender_domain IS 'Authenticated domain; empty for what nobody vouches for; null in the row of all together.';
COMMENT ON COLUMN tlsrpt.quarantine_usage.kept_messages IS 'Messages in quarantine.';
COMMENT ON COLUMN tlsrpt.quarantine_usage.kept_bytes IS 'Their bytes, with 1 kB and more each for what is known of them.';
COMMENT ON COLUMN tlsrpt.quarantine_usage.limit_bytes IS 'The cap; null for none.';
COMMENT ON COLUMN tlsrpt.quarantine_usage.percent IS 'kept_bytes of limit_bytes.';
COMMENT ON COLUMN tlsrpt.quarantine_usage.when_full IS 'What happens at the cap: defer or drop-oldest.';
