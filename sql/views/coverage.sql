-- SPDX-License-Identifier: GPL-3.0-or-later
-- The shares of encrypted and validated sessions that an auditor asks for.

-- One month at a time, so that a query for some months reads only their days.
CREATE OR REPLACE VIEW tlsrpt.coverage WITH (security_invoker = true) AS
SELECT counted.mail_domain, begun.month::date AS month, counted.sessions, counted.encrypted_sessions,
       counted.validated_sessions, counted.encrypted_sessions / nullif(counted.sessions, 0) AS encrypted_share,
       counted.validated_sessions / nullif(counted.sessions, 0) AS validated_share, counted.days_reported
  FROM generate_series((SELECT date_trunc('month', min(day)::timestamp) FROM tlsrpt.policy),
                       tlsrpt.today()::timestamp, '1 month') AS begun(month)
  CROSS JOIN LATERAL (
    -- A bit for each day of the month: to add up the days of each domain first would take half as long again.
    SELECT mail_domain, sum(successful_sessions) + sum(failed_sessions) AS sessions,
           sum(successful_sessions) AS encrypted_sessions, sum(validated_sessions) AS validated_sessions,
           bit_count(bit_or(1 << (day - begun.month::date))::bit(32))::integer AS days_reported
      FROM tlsrpt.policy
      WHERE is_counted AND day >= begun.month::date AND day < (begun.month + interval '1 month')::date
        AND day <= tlsrpt.today()
      GROUP BY mail_domain) AS counted;

COMMENT ON VIEW tlsrpt.coverage IS
'Which share of sessions was encrypted, and which share was also validated, by mail domain and month? Encrypted: TLS was
negotiated as the policy, if there is one, demands. Validated: an MTA-STS policy or TLSA records were applied, so that the
sending MTA verified the MX host. A failed session counts as neither, although some failed ones were encrypted: the shares
are the least that reports prove. Sessions of sending MTAs that do not report are not included.';
COMMENT ON COLUMN tlsrpt.coverage.mail_domain IS 'Mail domain.';
COMMENT ON COLUMN tlsrpt.coverage.month IS 'First day of the month.';
COMMENT ON COLUMN tlsrpt.coverage.sessions IS 'Sessions that were reported.';
COMMENT ON COLUMN tlsrpt.coverage.encrypted_sessions IS 'Successful sessions.';
COMMENT ON COLUMN tlsrpt.coverage.validated_sessions IS 'Successful sessions under an MTA-STS policy or TLSA records.';
COMMENT ON COLUMN tlsrpt.coverage.encrypted_share IS 'Encrypted sessions as a share of all sessions, 0 to 1; null without sessions.';
COMMENT ON COLUMN tlsrpt.coverage.validated_share IS 'Validated sessions as a share of all sessions, 0 to 1; null without sessions.';
COMMENT ON COLUMN tlsrpt.coverage.days_reported IS 'Number of days of the month that reports cover.';
