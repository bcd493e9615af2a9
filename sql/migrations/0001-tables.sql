-- SPDX-License-Identifier: GPL-3.0-or-later
-- The tables: report, policy, failure and quarantine.

CREATE TABLE tlsrpt.report (
  report_uid uuid NOT NULL,
  organization_name text NOT NULL,
  report_id text NOT NULL,
  contact_info text,
  start_datetime timestamptz NOT NULL,
  end_datetime timestamptz NOT NULL,
  submitter text,
  report_domain text,
  received_at timestamptz,
  stored_at timestamptz NOT NULL DEFAULT now(),
  message_id text,
  header_from text,
  envelope_sender text,
  dkim_result text NOT NULL DEFAULT 'unknown',
  dkim_domain text,
  dkim_aligned boolean NOT NULL DEFAULT false,
  spf_result text,
  dmarc_result text,
  deviation text[] NOT NULL DEFAULT '{}',
  document_digest bytea NOT NULL,
  document_bytes bigint NOT NULL,
  evidence bytea,
  extra jsonb,
  CONSTRAINT report_pkey PRIMARY KEY (report_uid),
  CONSTRAINT report_dkim_result_check CHECK (dkim_result IN ('pass', 'fail', 'none', 'unknown')),
  CONSTRAINT report_document_digest_check CHECK (octet_length(document_digest) = 32)
);
-- Evidence is gzip as a rule: a second compression costs time and gains nothing.
ALTER TABLE tlsrpt.report ALTER COLUMN evidence SET STORAGE EXTERNAL;
COMMENT ON TABLE tlsrpt.report IS 'One TLS report of RFC 8460, of one sending organization for one period.';
COMMENT ON COLUMN tlsrpt.report.report_uid IS 'Key computed by the client: 4 bytes of start day, 12 bytes of SHA-256 over the report''s identity.';
COMMENT ON COLUMN tlsrpt.report.organization_name IS 'organization-name (RFC 8460 section 4.4).';
COMMENT ON COLUMN tlsrpt.report.report_id IS 'report-id, unique for the sender.';
COMMENT ON COLUMN tlsrpt.report.contact_info IS 'contact-info, as sent; an array of them joined by ", ".';
COMMENT ON COLUMN tlsrpt.report.start_datetime IS 'date-range.start-datetime.';
COMMENT ON COLUMN tlsrpt.report.end_datetime IS 'date-range.end-datetime.';
COMMENT ON COLUMN tlsrpt.report.submitter IS 'TLS-Report-Submitter header (section 5.3), else as the file name or Subject says.';
COMMENT ON COLUMN tlsrpt.report.report_domain IS 'TLS-Report-Domain header (section 5.3), else as the file name or Subject says.';
COMMENT ON COLUMN tlsrpt.report.received_at IS 'When the mail arrived: Received or Date header; null for a bare document.';
COMMENT ON COLUMN tlsrpt.report.stored_at IS 'When this row was inserted.';
COMMENT ON COLUMN tlsrpt.report.message_id IS 'Message-ID of the mail, without angle brackets.';
COMMENT ON COLUMN tlsrpt.report.header_from IS 'Address of the mail''s From header.';
COMMENT ON COLUMN tlsrpt.report.envelope_sender IS 'Envelope sender, if the mail system told it.';
COMMENT ON COLUMN tlsrpt.report.dkim_result IS 'Verdict on the mail''s DKIM signature: pass, fail, none, or unknown where no authserv-id is set.';
COMMENT ON COLUMN tlsrpt.report.dkim_domain IS 'Signing domain of the DKIM signature that counted.';
COMMENT ON COLUMN tlsrpt.report.dkim_aligned IS 'Whether dkim_domain aligns (relaxed) with submitter, From or organization.';
COMMENT ON COLUMN tlsrpt.report.spf_result IS 'SPF result of the mail, as the operator''s own server judged.';
COMMENT ON COLUMN tlsrpt.report.dmarc_result IS 'DMARC result of the mail, as the operator''s own server judged.';
COMMENT ON COLUMN tlsrpt.report.deviation IS 'What was tolerated in the report, a word each; the manual has the table.';
COMMENT ON COLUMN tlsrpt.report.document_digest IS 'SHA-256 of the JSON document.';
COMMENT ON COLUMN tlsrpt.report.document_bytes IS 'Length of the JSON document in bytes.';
COMMENT ON COLUMN tlsrpt.report.evidence IS 'The attachment as received, gzip or JSON; null where evidence is not kept or was pruned.';
COMMENT ON COLUMN tlsrpt.report.extra IS 'Members that RFC 8460 does not know.';

CREATE TABLE tlsrpt.policy (
  report_uid uuid NOT NULL,
  policy_no integer NOT NULL,
  policy_type text NOT NULL,
  policy_domain text,
  policy_domain_sent text,
  policy_string text[] NOT NULL DEFAULT '{}',
  mx_host text[] NOT NULL DEFAULT '{}',
  total_successful_session_count bigint NOT NULL,
  total_failure_session_count bigint NOT NULL,
  is_foreign boolean NOT NULL DEFAULT false,
  extra jsonb,
  CONSTRAINT policy_pkey PRIMARY KEY (report_uid, policy_no),
  CONSTRAINT policy_report_fkey FOREIGN KEY (report_uid)
    REFERENCES tlsrpt.report (report_uid) ON DELETE CASCADE,
  CONSTRAINT policy_sessions_check CHECK (total_successful_session_count >= 0
    AND total_failure_session_count >= 0)
);
CREATE INDEX policy_domain_idx ON tlsrpt.policy (policy_domain, report_uid);
COMMENT ON TABLE tlsrpt.policy IS 'One element of a report''s policies: a policy that was applied, and its summary.';
COMMENT ON COLUMN tlsrpt.policy.report_uid IS 'The report.';
COMMENT ON COLUMN tlsrpt.policy.policy_no IS 'Position in the document, from 0.';
COMMENT ON COLUMN tlsrpt.policy.policy_type IS 'policy-type: tlsa, sts, no-policy-found, or what else was sent.';
COMMENT ON COLUMN tlsrpt.policy.policy_domain IS 'policy-domain as lower-case A-label; under tlsa this is an MX host.';
COMMENT ON COLUMN tlsrpt.policy.policy_domain_sent IS 'policy-domain as sent, where it differs.';
COMMENT ON COLUMN tlsrpt.policy.policy_string IS 'policy-string: lines of the MTA-STS policy, or TLSA records.';
COMMENT ON COLUMN tlsrpt.policy.mx_host IS 'mx-host: patterns of the policy.';
COMMENT ON COLUMN tlsrpt.policy.total_successful_session_count IS 'summary.total-successful-session-count.';
COMMENT ON COLUMN tlsrpt.policy.total_failure_session_count IS 'summary.total-failure-session-count.';
COMMENT ON COLUMN tlsrpt.policy.is_foreign IS 'Whether policy_domain is none of the accepted domains: kept out of every view.';
COMMENT ON COLUMN tlsrpt.policy.extra IS 'Members that RFC 8460 does not know.';

CREATE TABLE tlsrpt.failure (
  report_uid uuid NOT NULL,
  policy_no integer NOT NULL,
  failure_no integer NOT NULL,
  result_type text NOT NULL,
  sending_mta_ip inet,
  sending_mta_ip_text text,
  receiving_mx_hostname text,
  receiving_mx_helo text,
  receiving_ip inet,
  receiving_ip_text text,
  failed_session_count bigint NOT NULL,
  additional_information text,
  failure_reason_code text,
  extra jsonb,
  CONSTRAINT failure_pkey PRIMARY KEY (report_uid, policy_no, failure_no),
  CONSTRAINT failure_policy_fkey FOREIGN KEY (report_uid, policy_no)
    REFERENCES tlsrpt.policy (report_uid, policy_no) ON DELETE CASCADE,
  CONSTRAINT failure_sessions_check CHECK (failed_session_count >= 0)
);
COMMENT ON TABLE tlsrpt.failure IS 'One element of a policy''s failure-details.';
COMMENT ON COLUMN tlsrpt.failure.report_uid IS 'The report.';
COMMENT ON COLUMN tlsrpt.failure.policy_no IS 'The policy.';
COMMENT ON COLUMN tlsrpt.failure.failure_no IS 'Position in the policy''s failure-details, from 0.';
COMMENT ON COLUMN tlsrpt.failure.result_type IS 'result-type (RFC 8460 section 4.3), as sent.';
COMMENT ON COLUMN tlsrpt.failure.sending_mta_ip IS 'sending-mta-ip.';
COMMENT ON COLUMN tlsrpt.failure.sending_mta_ip_text IS 'sending-mta-ip as sent, where it is no address.';
COMMENT ON COLUMN tlsrpt.failure.receiving_mx_hostname IS 'receiving-mx-hostname.';
COMMENT ON COLUMN tlsrpt.failure.receiving_mx_helo IS 'receiving-mx-helo.';
COMMENT ON COLUMN tlsrpt.failure.receiving_ip IS 'receiving-ip.';
COMMENT ON COLUMN tlsrpt.failure.receiving_ip_text IS 'receiving-ip as sent, where it is no address.';
COMMENT ON COLUMN tlsrpt.failure.failed_session_count IS 'failed-session-count.';
COMMENT ON COLUMN tlsrpt.failure.additional_information IS 'additional-information, a URI as a rule.';
COMMENT ON COLUMN tlsrpt.failure.failure_reason_code IS 'failure-reason-code, free text.';
COMMENT ON COLUMN tlsrpt.failure.extra IS 'Members that RFC 8460 does not know.';

CREATE TABLE tlsrpt.quarantine (
  quarantine_uid uuid NOT NULL,
  quarantined_at timestamptz NOT NULL DEFAULT now(),
  reason text NOT NULL,
  stage text NOT NULL,
  detail text NOT NULL,
  envelope_sender text,
  header_from text,
  message_id text,
  is_truncated boolean NOT NULL DEFAULT false,
  raw_bytes bigint NOT NULL,
  raw bytea NOT NULL,
  CONSTRAINT quarantine_pkey PRIMARY KEY (quarantine_uid)
);
CREATE INDEX quarantine_sender_idx ON tlsrpt.quarantine (coalesce(envelope_sender, header_from), quarantined_at);
CREATE INDEX quarantine_reason_idx ON tlsrpt.quarantine (reason, quarantined_at);
COMMENT ON TABLE tlsrpt.quarantine IS 'Messages that hold no usable report, as received, with the reason; kept until retried or dropped.';
COMMENT ON COLUMN tlsrpt.quarantine.quarantine_uid IS 'First 16 bytes of SHA-256 of the raw message: the same message is kept once.';
COMMENT ON COLUMN tlsrpt.quarantine.quarantined_at IS 'When it was put here.';
COMMENT ON COLUMN tlsrpt.quarantine.reason IS 'Why, in a word: no-report, malformed, invalid, limit, unsupported, foreign-domain, unauthentic, conflict, refused-value.';
COMMENT ON COLUMN tlsrpt.quarantine.stage IS 'Which stage refused it: message, gunzip, json, report, trust, accept, store.';
COMMENT ON COLUMN tlsrpt.quarantine.detail IS 'What was found, and where.';
COMMENT ON COLUMN tlsrpt.quarantine.envelope_sender IS 'Envelope sender, if the mail system told it.';
COMMENT ON COLUMN tlsrpt.quarantine.header_from IS 'Address of the From header, if it could be read.';
COMMENT ON COLUMN tlsrpt.quarantine.message_id IS 'Message-ID, if it could be read.';
COMMENT ON COLUMN tlsrpt.quarantine.is_truncated IS 'Whether raw was cut at the cap on message size.';
COMMENT ON COLUMN tlsrpt.quarantine.raw_bytes IS 'Length of raw in bytes.';
COMMENT ON COLUMN tlsrpt.quarantine.raw IS 'The message, byte for byte.';

INSERT INTO tlsrpt.schema_version (version) VALUES (1);

DO $$
DECLARE
  made text;
BEGIN
  SELECT string_agg(format('%s %s', c.relname, (SELECT count(*) FROM pg_catalog.pg_attribute a
                                                WHERE a.attrelid = c.oid AND a.attnum > 0)),
                    ', ' ORDER BY c.relname) INTO made
    FROM pg_catalog.pg_class c
    WHERE c.relnamespace = 'tlsrpt'::regnamespace AND c.relkind = 'r'
      AND pg_catalog.pg_get_userbyid(c.relowner) = 'tlsrpt_owner';
  IF made IS DISTINCT FROM 'failure 14, policy 11, quarantine 11, report 23, schema_version 2' THEN
    RAISE EXCEPTION 'migration 1 made: %', made USING ERRCODE = 'TR004';
  END IF;
END
$$;
