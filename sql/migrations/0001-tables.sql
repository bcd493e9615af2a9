-- SPDX-License-Identifier: GPL-3.0-or-later
-- All tables with their indexes, and a function on the keys of reports.

-- This function is here and not in sql/functions, because no installation may replace it: keys that are stored
-- depend on it. Names in a RETURN body are resolved when the function is created, so that search_path cannot
-- change its meaning.
CREATE FUNCTION tlsrpt.first_key(day date) RETURNS uuid
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN (lpad(to_hex(greatest(day - date '1970-01-01', 0)), 8, '0') || '-0000-0000-0000-000000000000')::uuid;
COMMENT ON FUNCTION tlsrpt.first_key(date) IS 'The lowest key that a report of this day can have: the reports of a day are a range of keys.';

CREATE TABLE tlsrpt.report (
  report_uid uuid NOT NULL,
  organization_name text COLLATE "C" NOT NULL,
  report_id text COLLATE "C" NOT NULL,
  contact_info text COLLATE "C",
  start_datetime timestamptz NOT NULL,
  end_datetime timestamptz NOT NULL,
  submitter text COLLATE "C",
  report_domain text COLLATE "C",
  received_at timestamptz,
  stored_at timestamptz NOT NULL DEFAULT now(),
  message_id text COLLATE "C",
  header_from text COLLATE "C",
  envelope_sender text COLLATE "C",
  dkim_result text COLLATE "C" NOT NULL DEFAULT 'unknown',
  dkim_domain text COLLATE "C",
  dkim_aligned boolean NOT NULL DEFAULT false,
  dkim_source text COLLATE "C",
  signature_result text COLLATE "C",
  auth_results_result text COLLATE "C",
  spf_result text COLLATE "C",
  dmarc_result text COLLATE "C",
  deviation text[] COLLATE "C" NOT NULL DEFAULT '{}',
  document_bytes bigint NOT NULL,
  evidence bytea,
  extra jsonb,
  reporter_domain text COLLATE "C" NOT NULL,
  reporter_basis text COLLATE "C" NOT NULL,
  is_verified boolean NOT NULL,
  is_impersonating boolean NOT NULL DEFAULT false,
  is_repeat boolean NOT NULL DEFAULT false,
  mail_domain text COLLATE "C",
  day date NOT NULL,
  first_day date NOT NULL,
  last_day date NOT NULL,
  reported_sessions bigint NOT NULL,
  sums_agree boolean,
  content_digest bytea NOT NULL,
  claim_uid uuid,
  supersedes uuid[],
  sender_domain text COLLATE "C" NOT NULL GENERATED ALWAYS AS (
    CASE WHEN is_verified THEN coalesce(dkim_domain, reporter_domain) ELSE '' END) STORED,
  charged_rows integer NOT NULL DEFAULT 1,
  charged_bytes bigint NOT NULL GENERATED ALWAYS AS (document_bytes + octet_length(coalesce(evidence, ''))) STORED,
  CONSTRAINT report_pkey PRIMARY KEY (report_uid),
  CONSTRAINT report_reporter_basis_check
    CHECK (reporter_basis IN ('dkim', 'from', 'submitter', 'contact-info', 'name')),
  CONSTRAINT report_is_verified_check CHECK (is_verified = (reporter_basis = 'dkim')),
  CONSTRAINT report_days_check CHECK (day BETWEEN first_day AND last_day),
  CONSTRAINT report_reported_sessions_check CHECK (reported_sessions >= 0),
  CONSTRAINT report_charged_check CHECK (charged_rows >= 1 AND document_bytes >= 0),
  CONSTRAINT report_content_digest_check CHECK (octet_length(content_digest) = 32),
  CONSTRAINT report_dkim_result_check CHECK (dkim_result IN ('pass', 'fail', 'temperror', 'none', 'unknown')),
  CONSTRAINT report_dkim_source_check CHECK (dkim_source IN ('signature', 'auth-results', 'gateway'))
);
-- These two indexes keep a report from counting twice, even if several transactions store at once: the first
-- one report under two reporter domains, the second one content under two report-ids. The second needs 10
-- sessions, because smaller reports may be equal by chance.
CREATE UNIQUE INDEX report_claim_idx ON tlsrpt.report (claim_uid) WHERE claim_uid IS NOT NULL;
CREATE UNIQUE INDEX report_content_idx ON tlsrpt.report (content_digest, reporter_domain)
  WHERE reported_sessions >= 10 AND NOT is_repeat AND NOT is_impersonating;
CREATE INDEX report_reporter_idx ON tlsrpt.report (reporter_domain, day);
-- Reports of some days are counted from this index alone; its equal entries take hardly more space than without
-- the last columns.
CREATE INDEX report_day_idx ON tlsrpt.report (day, reporter_domain, is_repeat, is_impersonating, is_verified, dkim_result);
-- The days on which a reporter has reported are read from this index alone; its equal entries take little space.
CREATE INDEX report_last_day_idx ON tlsrpt.report (last_day, reporter_domain, first_day) WHERE NOT is_impersonating;
CREATE INDEX report_stored_at_idx ON tlsrpt.report (stored_at);
CREATE INDEX report_sums_idx ON tlsrpt.report (reporter_domain, sums_agree, day) WHERE sums_agree IS NOT NULL;
-- Evidence is compressed by gzip already: a second compression costs time and saves nothing.
ALTER TABLE tlsrpt.report ALTER COLUMN evidence SET STORAGE EXTERNAL;
COMMENT ON TABLE tlsrpt.report IS 'One TLS report (RFC 8460) of one reporter for one period.';
COMMENT ON COLUMN tlsrpt.report.report_uid IS 'Key computed by the client: 4 bytes of the day, 12 bytes of SHA-256 over reporter domain, report-id, period and policy domains.';
COMMENT ON COLUMN tlsrpt.report.organization_name IS 'organization-name (RFC 8460 section 4.4).';
COMMENT ON COLUMN tlsrpt.report.report_id IS 'report-id; unique among the reports of one reporter.';
COMMENT ON COLUMN tlsrpt.report.contact_info IS 'contact-info as sent; if it is an array, its elements joined by ", ".';
COMMENT ON COLUMN tlsrpt.report.start_datetime IS 'date-range.start-datetime.';
COMMENT ON COLUMN tlsrpt.report.end_datetime IS 'date-range.end-datetime.';
COMMENT ON COLUMN tlsrpt.report.submitter IS 'TLS-Report-Submitter header (RFC 8460 section 5.3); without it, the submitter in the file name or Subject.';
COMMENT ON COLUMN tlsrpt.report.report_domain IS 'TLS-Report-Domain header (RFC 8460 section 5.3); without it, the domain in the file name or Subject.';
COMMENT ON COLUMN tlsrpt.report.received_at IS 'When the mail arrived, from its Received or Date header; null for a document that no mail carried.';
COMMENT ON COLUMN tlsrpt.report.stored_at IS 'When this row was inserted.';
COMMENT ON COLUMN tlsrpt.report.message_id IS 'Message-ID of the mail, without angle brackets.';
COMMENT ON COLUMN tlsrpt.report.header_from IS 'Address of the mail''s From header.';
COMMENT ON COLUMN tlsrpt.report.envelope_sender IS 'Envelope sender, if the mail system passed it on.';
COMMENT ON COLUMN tlsrpt.report.dkim_result IS 'Verdict on the mail''s DKIM signature: pass, fail, temperror (its key could not be looked up), none, or unknown if nothing verified it.';
COMMENT ON COLUMN tlsrpt.report.dkim_domain IS 'Signing domain of the DKIM signature that counted.';
COMMENT ON COLUMN tlsrpt.report.dkim_aligned IS 'Whether dkim_domain is the domain of the From header or a parent of it, and does not belong to a gateway.';
COMMENT ON COLUMN tlsrpt.report.dkim_source IS 'Who verified: signature (this program did), auth-results (the operator''s own Authentication-Results service), gateway (a domain of the setting gateway-domains signed); null if nothing verified it.';
COMMENT ON COLUMN tlsrpt.report.signature_result IS 'DKIM result that this program found; null if it did not verify.';
COMMENT ON COLUMN tlsrpt.report.auth_results_result IS 'DKIM result that the operator''s own service reported in Authentication-Results; null if no authserv-id is set.';
COMMENT ON COLUMN tlsrpt.report.spf_result IS 'SPF result of the mail that the operator''s own service reported.';
COMMENT ON COLUMN tlsrpt.report.dmarc_result IS 'DMARC result of the mail that the operator''s own service reported.';
COMMENT ON COLUMN tlsrpt.report.deviation IS 'What was wrong in the report and was tolerated, one word each; the manual lists the words.';
COMMENT ON COLUMN tlsrpt.report.document_bytes IS 'Length of the JSON document in bytes.';
COMMENT ON COLUMN tlsrpt.report.evidence IS 'The document compressed by gzip, as received or compressed by this program; null if evidence is not kept or was pruned.';
COMMENT ON COLUMN tlsrpt.report.extra IS 'JSON members that RFC 8460 does not define.';
COMMENT ON COLUMN tlsrpt.report.reporter_domain IS 'The reporter: a domain, or the name in lower case if there is no domain.';
COMMENT ON COLUMN tlsrpt.report.reporter_basis IS 'Where reporter_domain comes from: dkim (the domain in From, signed by it or a parent domain), from (the same, without such a signature), submitter, contact-info, name.';
COMMENT ON COLUMN tlsrpt.report.is_verified IS 'Whether a DKIM signature proves that the report comes from the reporter.';
COMMENT ON COLUMN tlsrpt.report.is_impersonating IS 'Whether it uses the name of another reporter. Its sessions then do not count.';
COMMENT ON COLUMN tlsrpt.report.is_repeat IS 'Whether it repeats the content of a report with another report-id. Its sessions then do not count.';
COMMENT ON COLUMN tlsrpt.report.mail_domain IS 'Mail domain whose owner asked for the report; null if the report covers several domains and nothing names one of them.';
COMMENT ON COLUMN tlsrpt.report.day IS 'UTC day on which its sessions count: the day of the middle of the period.';
COMMENT ON COLUMN tlsrpt.report.first_day IS 'First UTC day of the period.';
COMMENT ON COLUMN tlsrpt.report.last_day IS 'Last UTC day of the period.';
COMMENT ON COLUMN tlsrpt.report.reported_sessions IS 'Number of sessions that it reports, each counted once, even in a report that does not count.';
COMMENT ON COLUMN tlsrpt.report.sums_agree IS 'Whether it reports equal numbers of sessions under tlsa and sts. The mechanism of the reporter is learned from this; null if the report cannot show it.';
COMMENT ON COLUMN tlsrpt.report.content_digest IS 'SHA-256 of its content, independent of JSON form: period, policies, counts, failure details.';
COMMENT ON COLUMN tlsrpt.report.claim_uid IS 'First 16 bytes of SHA-256 over the name, report-id, period and policy domains in the document. Null if a report of another reporter already has the same value.';
COMMENT ON COLUMN tlsrpt.report.supersedes IS 'Keys of the unverified reports that this one replaced.';
COMMENT ON COLUMN tlsrpt.report.sender_domain IS 'Signing domain whose caps in store_limit it counts against; empty for a report without a verified signature: all of these share one cap.';
COMMENT ON COLUMN tlsrpt.report.charged_rows IS 'Number of its rows in report, policy and failure, for the caps of store_limit.';
COMMENT ON COLUMN tlsrpt.report.charged_bytes IS 'Bytes of its document and evidence, for the caps of store_limit.';

CREATE TABLE tlsrpt.policy (
  report_uid uuid NOT NULL,
  policy_no integer NOT NULL,
  policy_type text COLLATE "C" NOT NULL,
  policy_domain text COLLATE "C",
  policy_domain_sent text COLLATE "C",
  policy_string text[] COLLATE "C" NOT NULL DEFAULT '{}',
  mx_host text[] COLLATE "C" NOT NULL DEFAULT '{}',
  total_successful_session_count bigint NOT NULL,
  total_failure_session_count bigint NOT NULL,
  has_failures boolean NOT NULL DEFAULT true,
  is_foreign boolean NOT NULL DEFAULT false,
  extra jsonb,
  day date NOT NULL,
  first_day date NOT NULL,
  last_day date NOT NULL,
  mail_domain text COLLATE "C",
  reporter_domain text COLLATE "C" NOT NULL,
  is_verified boolean NOT NULL,
  is_counted boolean NOT NULL,
  policy_mode text COLLATE "C",
  policy_mx text[] COLLATE "C" NOT NULL DEFAULT '{}',
  policy_mx_digest uuid,
  has_usable_tlsa boolean,
  successful_sessions bigint NOT NULL,
  validated_sessions bigint NOT NULL,
  failed_sessions bigint NOT NULL,
  CONSTRAINT policy_pkey PRIMARY KEY (report_uid, policy_no),
  CONSTRAINT policy_report_fkey FOREIGN KEY (report_uid)
    REFERENCES tlsrpt.report (report_uid) ON DELETE CASCADE,
  CONSTRAINT policy_sessions_check CHECK (total_successful_session_count >= 0
    AND total_failure_session_count >= 0 AND successful_sessions >= 0 AND validated_sessions >= 0
    AND failed_sessions >= 0),
  CONSTRAINT policy_days_check CHECK (day BETWEEN first_day AND last_day),
  CONSTRAINT policy_is_counted_check CHECK (is_counted OR (successful_sessions = 0 AND validated_sessions = 0
    AND failed_sessions = 0)),
  CONSTRAINT policy_policy_mode_check CHECK (policy_mode IN ('enforce', 'testing', 'none'))
);
CREATE INDEX policy_day_idx ON tlsrpt.policy (day);
CREATE INDEX policy_mail_domain_idx ON tlsrpt.policy (mail_domain, day);
CREATE INDEX policy_domain_day_idx ON tlsrpt.policy (policy_domain, day);
-- Few policies have failures, and views of failures read all years of a domain.
CREATE INDEX policy_failed_idx ON tlsrpt.policy (mail_domain, day) WHERE has_failures;
CREATE INDEX policy_failed_day_idx ON tlsrpt.policy (day) WHERE has_failures;
COMMENT ON TABLE tlsrpt.policy IS 'One element of policies in a report: a policy that the reporter applied, with its summary.';
COMMENT ON COLUMN tlsrpt.policy.report_uid IS 'The report.';
COMMENT ON COLUMN tlsrpt.policy.policy_no IS 'Position in the document, from 0.';
COMMENT ON COLUMN tlsrpt.policy.policy_type IS 'policy-type: tlsa, sts, no-policy-found, or another word that was sent.';
COMMENT ON COLUMN tlsrpt.policy.policy_domain IS 'policy-domain as lower-case A-label; under tlsa this is an MX host.';
COMMENT ON COLUMN tlsrpt.policy.policy_domain_sent IS 'policy-domain as sent; null if it is the same as policy_domain.';
COMMENT ON COLUMN tlsrpt.policy.policy_string IS 'policy-string: lines of the MTA-STS policy, or TLSA records.';
COMMENT ON COLUMN tlsrpt.policy.mx_host IS 'mx-host: MX patterns of the policy.';
COMMENT ON COLUMN tlsrpt.policy.total_successful_session_count IS 'summary.total-successful-session-count.';
COMMENT ON COLUMN tlsrpt.policy.total_failure_session_count IS 'summary.total-failure-session-count.';
COMMENT ON COLUMN tlsrpt.policy.has_failures IS 'Whether the summary or failure-details report a failed session. Views of failures skip the other policies.';
COMMENT ON COLUMN tlsrpt.policy.is_foreign IS 'Whether policy_domain is not an accepted domain. Views leave such policies out.';
COMMENT ON COLUMN tlsrpt.policy.extra IS 'JSON members that RFC 8460 does not define.';
COMMENT ON COLUMN tlsrpt.policy.day IS 'UTC day on which its sessions count, as in report.';
COMMENT ON COLUMN tlsrpt.policy.first_day IS 'First UTC day of the period, as in report.';
COMMENT ON COLUMN tlsrpt.policy.last_day IS 'Last UTC day of the period, as in report.';
COMMENT ON COLUMN tlsrpt.policy.mail_domain IS 'Mail domain whose sessions these are; under tlsa it may differ from policy_domain.';
COMMENT ON COLUMN tlsrpt.policy.reporter_domain IS 'The reporter, as in report.';
COMMENT ON COLUMN tlsrpt.policy.is_verified IS 'Whether a DKIM signature proves that the report comes from the reporter, as in report.';
COMMENT ON COLUMN tlsrpt.policy.is_counted IS 'Whether its sessions count: not those of repeats, impersonators and domains that are not accepted.';
COMMENT ON COLUMN tlsrpt.policy.policy_mode IS 'enforce (for TLSA records too), testing or none; null without a policy, or if its lines give no mode.';
COMMENT ON COLUMN tlsrpt.policy.policy_mx IS 'MX patterns of an MTA-STS policy, from policy_string and mx_host together, as lower-case A-labels without final dot.';
COMMENT ON COLUMN tlsrpt.policy.policy_mx_digest IS 'First 16 bytes of SHA-256 over policy_mx, for GROUP BY; null if policy_mx is empty.';
COMMENT ON COLUMN tlsrpt.policy.has_usable_tlsa IS 'Whether one of its TLSA records has certificate usage 2 or 3 (RFC 7672 section 3.1.3); null without TLSA records.';
COMMENT ON COLUMN tlsrpt.policy.successful_sessions IS 'Successful sessions, each counted once, so that sums are right. A session that was reported under DANE and MTA-STS counts under one of them. 0 if is_counted is false.';
COMMENT ON COLUMN tlsrpt.policy.validated_sessions IS 'Successful sessions under an MTA-STS policy or TLSA records, each counted once. They may exceed successful_sessions in one row, but not in the sum over a report.';
COMMENT ON COLUMN tlsrpt.policy.failed_sessions IS 'Failed sessions, each counted once: the sum of failed_sessions over its rows in failure.';

CREATE TABLE tlsrpt.failure (
  report_uid uuid NOT NULL,
  policy_no integer NOT NULL,
  failure_no integer NOT NULL,
  result_type text COLLATE "C",
  sending_mta_ip inet,
  sending_mta_ip_text text COLLATE "C",
  receiving_mx_hostname text COLLATE "C",
  receiving_mx_helo text COLLATE "C",
  receiving_ip inet,
  receiving_ip_text text COLLATE "C",
  failed_session_count bigint,
  additional_information text COLLATE "C",
  failure_reason_code text COLLATE "C",
  extra jsonb,
  receiving_mx text COLLATE "C",
  mx_in_policy boolean,
  failed_sessions bigint NOT NULL,
  alike_sessions bigint,
  CONSTRAINT failure_pkey PRIMARY KEY (report_uid, policy_no, failure_no),
  CONSTRAINT failure_policy_fkey FOREIGN KEY (report_uid, policy_no)
    REFERENCES tlsrpt.policy (report_uid, policy_no) ON DELETE CASCADE,
  CONSTRAINT failure_sessions_check CHECK (failed_session_count >= 0 AND failed_sessions >= 0),
  CONSTRAINT failure_alike_sessions_check CHECK (alike_sessions >= failed_sessions),
  CONSTRAINT failure_rest_check CHECK ((result_type IS NULL) = (failed_session_count IS NULL))
);
-- Reports have a row for each address. A query that does not need addresses reads only the first of the rows
-- with the same result type, MX and reason.
CREATE INDEX failure_alike_idx ON tlsrpt.failure (report_uid, policy_no) WHERE alike_sessions > 0;
COMMENT ON TABLE tlsrpt.failure IS 'One element of failure-details of a policy, or the failed sessions of its summary that no element covers.';
COMMENT ON COLUMN tlsrpt.failure.report_uid IS 'The report.';
COMMENT ON COLUMN tlsrpt.failure.policy_no IS 'The policy.';
COMMENT ON COLUMN tlsrpt.failure.failure_no IS 'Position in failure-details, from 0; the row for the rest of the summary comes after them.';
COMMENT ON COLUMN tlsrpt.failure.result_type IS 'result-type (RFC 8460 section 4.3) as sent; null in the row for the rest of the summary.';
COMMENT ON COLUMN tlsrpt.failure.sending_mta_ip IS 'sending-mta-ip.';
COMMENT ON COLUMN tlsrpt.failure.sending_mta_ip_text IS 'sending-mta-ip as sent, if it is not an IP address.';
COMMENT ON COLUMN tlsrpt.failure.receiving_mx_hostname IS 'receiving-mx-hostname.';
COMMENT ON COLUMN tlsrpt.failure.receiving_mx_helo IS 'receiving-mx-helo.';
COMMENT ON COLUMN tlsrpt.failure.receiving_ip IS 'receiving-ip.';
COMMENT ON COLUMN tlsrpt.failure.receiving_ip_text IS 'receiving-ip as sent, if it is not an IP address.';
COMMENT ON COLUMN tlsrpt.failure.failed_session_count IS 'failed-session-count; null in the row for the rest of the summary.';
COMMENT ON COLUMN tlsrpt.failure.additional_information IS 'additional-information, usually a URI.';
COMMENT ON COLUMN tlsrpt.failure.failure_reason_code IS 'failure-reason-code, free text.';
COMMENT ON COLUMN tlsrpt.failure.extra IS 'JSON members that RFC 8460 does not define.';
COMMENT ON COLUMN tlsrpt.failure.receiving_mx IS 'MX host where it failed: receiving-mx-hostname as lower-case A-label without final dot; under tlsa the policy domain if the report names no host.';
COMMENT ON COLUMN tlsrpt.failure.mx_in_policy IS 'Whether the MTA-STS policy lists receiving_mx (RFC 8461 section 4.1); null without such a policy, or if no host or no MX pattern is known.';
COMMENT ON COLUMN tlsrpt.failure.failed_sessions IS 'Failed sessions, each counted once: 0 if another row has the same sessions, reported under the other mechanism.';
COMMENT ON COLUMN tlsrpt.failure.alike_sessions IS 'In the first of the policy''s rows with the same result type, MX and reason: the sum of failed_sessions over them; null in the others. A query that does not need addresses reads only the first.';

CREATE TABLE tlsrpt.reporter (
  reporter_domain text COLLATE "C" NOT NULL,
  organization_name text COLLATE "C" NOT NULL,
  name_since date NOT NULL,
  is_verified boolean NOT NULL,
  mechanism text COLLATE "C",
  first_seen timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT reporter_pkey PRIMARY KEY (reporter_domain),
  CONSTRAINT reporter_mechanism_check CHECK (mechanism IN ('one-policy', 'both'))
);
COMMENT ON TABLE tlsrpt.reporter IS 'The reporters. A reporter is identified by its domain; its name is only a label and may change.';
COMMENT ON COLUMN tlsrpt.reporter.reporter_domain IS 'As in report.';
COMMENT ON COLUMN tlsrpt.reporter.organization_name IS 'The name in its latest signed report, or in its latest report if none was signed.';
COMMENT ON COLUMN tlsrpt.reporter.name_since IS 'Since which day all its reports have had that name.';
COMMENT ON COLUMN tlsrpt.reporter.is_verified IS 'Whether a DKIM signature has proved a report to be its own.';
COMMENT ON COLUMN tlsrpt.reporter.mechanism IS 'How it counts sessions of a mail domain with DANE and MTA-STS: one-policy (each under one of them) or both (each under both). Null until a week of reports has shown it; until then both is assumed.';
COMMENT ON COLUMN tlsrpt.reporter.first_seen IS 'When its first report was stored.';

CREATE TABLE tlsrpt.reporter_name (
  name_key text COLLATE "C" NOT NULL,
  reporter_domain text COLLATE "C" NOT NULL,
  first_seen timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT reporter_name_pkey PRIMARY KEY (name_key, reporter_domain)
);
COMMENT ON TABLE tlsrpt.reporter_name IS 'Names that reporters have used in reports that they signed. Another reporter that uses one of these names may be an impersonator.';
COMMENT ON COLUMN tlsrpt.reporter_name.name_key IS 'The letters and digits of the name, in lower case.';
COMMENT ON COLUMN tlsrpt.reporter_name.reporter_domain IS 'As in report.';
COMMENT ON COLUMN tlsrpt.reporter_name.first_seen IS 'When its first report with this name was stored.';

CREATE TABLE tlsrpt.quarantine (
  quarantine_uid uuid NOT NULL,
  quarantined_at timestamptz NOT NULL DEFAULT now(),
  reason text COLLATE "C" NOT NULL,
  stage text COLLATE "C" NOT NULL,
  detail text COLLATE "C" NOT NULL,
  envelope_sender text COLLATE "C",
  header_from text COLLATE "C",
  message_id text COLLATE "C",
  authenticated_domain text COLLATE "C",
  is_truncated boolean NOT NULL DEFAULT false,
  raw_bytes bigint NOT NULL,
  raw bytea NOT NULL,
  sender_domain text COLLATE "C" NOT NULL GENERATED ALWAYS AS (coalesce(authenticated_domain, '')) STORED,
  charged_bytes bigint NOT NULL GENERATED ALWAYS AS (
    1024 + octet_length(raw) + octet_length(detail) + octet_length(coalesce(message_id, ''))
    + 2 * octet_length(coalesce(envelope_sender, '')) + 2 * octet_length(coalesce(header_from, ''))) STORED,
  CONSTRAINT quarantine_pkey PRIMARY KEY (quarantine_uid)
);
CREATE INDEX quarantine_sender_idx ON tlsrpt.quarantine (coalesce(envelope_sender, header_from), quarantined_at);
CREATE INDEX quarantine_age_idx ON tlsrpt.quarantine (quarantined_at, quarantine_uid);
CREATE INDEX quarantine_sender_domain_idx ON tlsrpt.quarantine (sender_domain, quarantined_at, quarantine_uid);
CREATE INDEX quarantine_reason_idx ON tlsrpt.quarantine (reason, quarantined_at);
COMMENT ON TABLE tlsrpt.quarantine IS 'Messages without a usable report, as received, with the reason. They are kept until an operator retries or drops them.';
COMMENT ON COLUMN tlsrpt.quarantine.quarantine_uid IS 'First 16 bytes of SHA-256 of the raw message: the same message is kept once.';
COMMENT ON COLUMN tlsrpt.quarantine.quarantined_at IS 'When it was put here.';
COMMENT ON COLUMN tlsrpt.quarantine.reason IS 'The reason, one of: no-report, malformed, invalid, limit, unsupported, foreign-domain, unauthentic, conflict, superseded, flood, refused-value.';
COMMENT ON COLUMN tlsrpt.quarantine.stage IS 'Stage that refused it: message, gunzip, json, report, trust, accept, store.';
COMMENT ON COLUMN tlsrpt.quarantine.detail IS 'What was found, and where.';
COMMENT ON COLUMN tlsrpt.quarantine.envelope_sender IS 'Envelope sender, if the mail system passed it on.';
COMMENT ON COLUMN tlsrpt.quarantine.header_from IS 'Address of the From header, if it could be read.';
COMMENT ON COLUMN tlsrpt.quarantine.message_id IS 'Message-ID, if it could be read.';
COMMENT ON COLUMN tlsrpt.quarantine.authenticated_domain IS 'Domain of the valid DKIM signature on the message; null without one.';
COMMENT ON COLUMN tlsrpt.quarantine.is_truncated IS 'Whether raw has only the beginning of the message.';
COMMENT ON COLUMN tlsrpt.quarantine.raw_bytes IS 'Length of raw in bytes.';
COMMENT ON COLUMN tlsrpt.quarantine.raw IS 'The message, byte for byte.';
COMMENT ON COLUMN tlsrpt.quarantine.sender_domain IS 'Authenticated domain whose cap in quarantine_limit it counts against; empty for a message without one: all of these share one cap.';
COMMENT ON COLUMN tlsrpt.quarantine.charged_bytes IS 'Bytes that count against the caps: the message, its other columns, and 1 kB for row and indexes.';

-- Quarantine is counted by triggers (functions/quarantine_*.sql), because a sum over all messages would cost
-- more with every message of a flood.
CREATE TABLE tlsrpt.quarantine_limit (
  is_only_row boolean NOT NULL DEFAULT true,
  total_bytes bigint DEFAULT 1073741824,
  sender_bytes bigint DEFAULT 67108864,
  unauthenticated_bytes bigint DEFAULT 268435456,
  when_full text COLLATE "C" NOT NULL DEFAULT 'defer',
  kept_messages bigint NOT NULL DEFAULT 0,
  kept_bytes bigint NOT NULL DEFAULT 0,
  CONSTRAINT quarantine_limit_pkey PRIMARY KEY (is_only_row),
  CONSTRAINT quarantine_limit_is_only_row_check CHECK (is_only_row),
  CONSTRAINT quarantine_limit_when_full_check CHECK (when_full IN ('defer', 'drop-oldest'))
);
COMMENT ON TABLE tlsrpt.quarantine_limit IS 'One row: the caps on quarantine, which the owner may UPDATE, and how much is kept. They are not in a settings file, because all hosts share one quarantine and the writer must not raise its own caps.';
COMMENT ON COLUMN tlsrpt.quarantine_limit.is_only_row IS 'Always true, so that there is only one row.';
COMMENT ON COLUMN tlsrpt.quarantine_limit.total_bytes IS 'Cap on the whole quarantine, in charged bytes; null for no cap.';
COMMENT ON COLUMN tlsrpt.quarantine_limit.sender_bytes IS 'Cap on the messages of each authenticated domain, in charged bytes; null for no cap.';
COMMENT ON COLUMN tlsrpt.quarantine_limit.unauthenticated_bytes IS 'Cap on all messages without an authenticated domain together, in charged bytes; null for no cap. A forged sender name gets no cap of its own, because a forger could use it up.';
COMMENT ON COLUMN tlsrpt.quarantine_limit.when_full IS 'What happens at a cap: defer (exit status 75: the mail system keeps the message and tries again) or drop-oldest (drop the oldest messages of this domain, then of all).';
COMMENT ON COLUMN tlsrpt.quarantine_limit.kept_messages IS 'Messages in quarantine.';
COMMENT ON COLUMN tlsrpt.quarantine_limit.kept_bytes IS 'Their charged bytes.';

CREATE TABLE tlsrpt.quarantine_sender (
  sender_domain text COLLATE "C" NOT NULL,
  kept_messages bigint NOT NULL,
  kept_bytes bigint NOT NULL,
  CONSTRAINT quarantine_sender_pkey PRIMARY KEY (sender_domain)
);
COMMENT ON TABLE tlsrpt.quarantine_sender IS 'How much is in quarantine for each authenticated domain, and for all messages without one together.';
COMMENT ON COLUMN tlsrpt.quarantine_sender.sender_domain IS 'As in quarantine; empty for messages without an authenticated domain.';
COMMENT ON COLUMN tlsrpt.quarantine_sender.kept_messages IS 'Messages of this domain in quarantine.';
COMMENT ON COLUMN tlsrpt.quarantine_sender.kept_bytes IS 'Their charged bytes.';

INSERT INTO tlsrpt.quarantine_limit DEFAULT VALUES;

-- How much may be stored. Each signing domain has caps of its own for each day that its reports cover. All
-- reports without a verified signature share one cap, so that a forger takes nothing from those who sign. The
-- day is that of the report and not of its arrival, because an archive of many years arrives in one night.
CREATE TABLE tlsrpt.store_limit (
  is_only_row boolean NOT NULL DEFAULT true,
  verified_rows bigint DEFAULT 1000000000,
  verified_bytes bigint DEFAULT 549755813888,
  unverified_rows bigint DEFAULT 250000000,
  unverified_bytes bigint DEFAULT 137438953472,
  sender_day_rows bigint DEFAULT 5000000,
  sender_day_bytes bigint DEFAULT 4294967296,
  unverified_day_rows bigint DEFAULT 5000000,
  unverified_day_bytes bigint DEFAULT 4294967296,
  CONSTRAINT store_limit_pkey PRIMARY KEY (is_only_row),
  CONSTRAINT store_limit_is_only_row_check CHECK (is_only_row)
);
COMMENT ON TABLE tlsrpt.store_limit IS 'One row: the caps on what is stored, which the owner may UPDATE. A report past a cap goes to quarantine with reason flood. They are not in a settings file, because all hosts share one store and the writer must not raise its own caps.';
COMMENT ON COLUMN tlsrpt.store_limit.is_only_row IS 'Always true, so that there is only one row.';
COMMENT ON COLUMN tlsrpt.store_limit.verified_rows IS 'Cap on the rows of all verified reports; null for no cap, as in every column below.';
COMMENT ON COLUMN tlsrpt.store_limit.verified_bytes IS 'Cap on the bytes of their documents and evidence.';
COMMENT ON COLUMN tlsrpt.store_limit.unverified_rows IS 'Cap on the rows of all unverified reports.';
COMMENT ON COLUMN tlsrpt.store_limit.unverified_bytes IS 'Cap on the bytes of their documents and evidence.';
COMMENT ON COLUMN tlsrpt.store_limit.sender_day_rows IS 'Cap on the rows of the reports that one domain signed for one day.';
COMMENT ON COLUMN tlsrpt.store_limit.sender_day_bytes IS 'Cap on the bytes of their documents and evidence.';
COMMENT ON COLUMN tlsrpt.store_limit.unverified_day_rows IS 'Cap on the rows of all unverified reports for one day.';
COMMENT ON COLUMN tlsrpt.store_limit.unverified_day_bytes IS 'Cap on the bytes of their documents and evidence.';

CREATE SEQUENCE tlsrpt.change_no;
CREATE TABLE tlsrpt.store_day (
  sender_domain text COLLATE "C" NOT NULL,
  day date NOT NULL,
  kept_reports bigint NOT NULL,
  kept_rows bigint NOT NULL,
  kept_bytes bigint NOT NULL,
  change_no bigint NOT NULL DEFAULT nextval('tlsrpt.change_no'),
  CONSTRAINT store_day_pkey PRIMARY KEY (sender_domain, day)
);
CREATE INDEX store_day_day_idx ON tlsrpt.store_day (day);
COMMENT ON TABLE tlsrpt.store_day IS 'How much is stored for each day and signing domain, and for all unverified reports of a day together.';
COMMENT ON COLUMN tlsrpt.store_day.sender_domain IS 'Domain whose signature was verified; empty for unverified reports.';
COMMENT ON COLUMN tlsrpt.store_day.day IS 'Day, as in report.';
COMMENT ON COLUMN tlsrpt.store_day.kept_reports IS 'Reports.';
COMMENT ON COLUMN tlsrpt.store_day.kept_rows IS 'Their rows in report, policy and failure.';
COMMENT ON COLUMN tlsrpt.store_day.kept_bytes IS 'Their charged bytes.';
COMMENT ON COLUMN tlsrpt.store_day.change_no IS 'A new number for each change of these reports. The numbers of a day tell whether session_day is still a copy of it.';
COMMENT ON SEQUENCE tlsrpt.change_no IS 'Numbers of the changes that store_day counts.';

-- The total is split into parts: with a single row all writers would wait while one stores a large report.
CREATE TABLE tlsrpt.store_total (
  is_verified boolean NOT NULL,
  part integer NOT NULL,
  kept_reports bigint NOT NULL DEFAULT 0,
  kept_rows bigint NOT NULL DEFAULT 0,
  kept_bytes bigint NOT NULL DEFAULT 0,
  CONSTRAINT store_total_pkey PRIMARY KEY (is_verified, part)
);
COMMENT ON TABLE tlsrpt.store_total IS 'How much is stored: the sum over 64 parts. A server process counts in the part that its process number selects, so that one part may be below zero.';
COMMENT ON COLUMN tlsrpt.store_total.is_verified IS 'Whether the row counts verified reports or unverified ones.';
COMMENT ON COLUMN tlsrpt.store_total.part IS 'Number of the part, 0 to 63: the process number modulo 64.';
COMMENT ON COLUMN tlsrpt.store_total.kept_reports IS 'Reports.';
COMMENT ON COLUMN tlsrpt.store_total.kept_rows IS 'Their rows in report, policy and failure.';
COMMENT ON COLUMN tlsrpt.store_total.kept_bytes IS 'Their charged bytes.';

INSERT INTO tlsrpt.store_limit DEFAULT VALUES;
INSERT INTO tlsrpt.store_total (is_verified, part)
  SELECT is_verified, part FROM unnest(ARRAY[false, true]) AS is_verified, generate_series(0, 63) AS part;

-- For operators with more domains than a settings file should hold. With the setting accept-domains-table it
-- is read whenever a report is stored.
CREATE TABLE tlsrpt.accepted_domain (
  domain text COLLATE "C" NOT NULL,
  CONSTRAINT accepted_domain_pkey PRIMARY KEY (domain),
  CONSTRAINT accepted_domain_domain_check
    CHECK (domain ~ '^([*][.])?[a-z0-9_-]+([.][a-z0-9_-]+)*$')
);
COMMENT ON TABLE tlsrpt.accepted_domain IS 'Domains and MX hosts whose reports are accepted if the setting accept-domains-table is on.';
COMMENT ON COLUMN tlsrpt.accepted_domain.domain IS 'Domain as lower-case A-label; a leading *. stands for all its subdomains.';

-- For providers: whose login sees which domains, and who is told of which domain. An entry covers exactly the
-- mail domain that it names; a leading *. covers its subdomains and not the domain itself.
CREATE TABLE tlsrpt.domain_access (
  role_name text COLLATE "C" NOT NULL,
  domain text COLLATE "C" NOT NULL,
  CONSTRAINT domain_access_pkey PRIMARY KEY (role_name, domain),
  CONSTRAINT domain_access_domain_check
    CHECK (domain ~ '^([*][.])?[a-z0-9_-]+([.][a-z0-9_-]+)*$')
);
COMMENT ON TABLE tlsrpt.domain_access IS 'Which mail domains a member of role tlsrpt_domain_reader sees. Without a row it sees none. Only the owner may change it.';
COMMENT ON COLUMN tlsrpt.domain_access.role_name IS 'A login, or a role whose privileges it has as a member.';
COMMENT ON COLUMN tlsrpt.domain_access.domain IS 'Mail domain as lower-case A-label; a leading *. stands for all its subdomains, without the domain itself.';

CREATE TABLE tlsrpt.domain_contact (
  domain text COLLATE "C" NOT NULL,
  address text COLLATE "C" NOT NULL,
  CONSTRAINT domain_contact_pkey PRIMARY KEY (domain, address),
  CONSTRAINT domain_contact_domain_check CHECK (domain ~ '^[a-z0-9_-]+([.][a-z0-9_-]+)*$'),
  CONSTRAINT domain_contact_address_check
    CHECK (octet_length(address) <= 254
      AND address ~ '^[A-Za-z0-9!#$%&''*+/=?^_`{|}~][A-Za-z0-9.!#$%&''*+/=?^_`{|}~-]{0,63}@[a-z0-9_-]+([.][a-z0-9_-]+)*$')
);
CREATE INDEX domain_contact_address_idx ON tlsrpt.domain_contact (address);
COMMENT ON TABLE tlsrpt.domain_contact IS 'Who is told of a mail domain by `alert --each` and `digest --each-domain`. A domain may have several addresses, and an address several domains. Only the owner may change it.';
COMMENT ON COLUMN tlsrpt.domain_contact.domain IS 'Mail domain as lower-case A-label, without its subdomains.';
COMMENT ON COLUMN tlsrpt.domain_contact.address IS 'Mail address, in ASCII; its domain in lower case.';

CREATE TABLE tlsrpt.digest_delivery (
  domain text COLLATE "C" NOT NULL,
  address text COLLATE "C" NOT NULL,
  first_day date NOT NULL,
  last_day date NOT NULL,
  delivered_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT digest_delivery_pkey PRIMARY KEY (domain, address, last_day, first_day)
);
COMMENT ON TABLE tlsrpt.digest_delivery IS 'Which digest of which period was handed over for which address. `digest --each-domain` sends each of them once.';
COMMENT ON COLUMN tlsrpt.digest_delivery.domain IS 'Mail domain.';
COMMENT ON COLUMN tlsrpt.digest_delivery.address IS 'Address, as in domain_contact.';
COMMENT ON COLUMN tlsrpt.digest_delivery.first_day IS 'First day of the period.';
COMMENT ON COLUMN tlsrpt.digest_delivery.last_day IS 'Last day of the period.';
COMMENT ON COLUMN tlsrpt.digest_delivery.delivered_at IS 'When the mail system accepted it.';

-- The rows are in data/result_type.sql; every installation replaces them.
CREATE TABLE tlsrpt.result_type (
  result_type text COLLATE "C" NOT NULL,
  category text COLLATE "C" NOT NULL,
  is_registered boolean NOT NULL,
  title text COLLATE "C" NOT NULL,
  CONSTRAINT result_type_pkey PRIMARY KEY (result_type),
  CONSTRAINT result_type_category_check
    CHECK (category IN ('starttls', 'certificate', 'dane', 'mta-sts', 'general', 'reporting'))
);
COMMENT ON TABLE tlsrpt.result_type IS 'Titles of result types: those of RFC 8460 section 4.3, which IANA registers, and causes that this program finds.';
COMMENT ON COLUMN tlsrpt.result_type.result_type IS 'The result type, or the name of a cause that this program finds.';
COMMENT ON COLUMN tlsrpt.result_type.category IS 'What failed: starttls, certificate, dane, mta-sts, general, reporting.';
COMMENT ON COLUMN tlsrpt.result_type.is_registered IS 'Whether IANA registers it as a result type; if not, this program concludes it.';
COMMENT ON COLUMN tlsrpt.result_type.title IS 'What it means, in a few words.';

-- Incidents as the program judges them. Pruning reports deletes neither incidents nor their events.
CREATE TABLE tlsrpt.incident (
  incident_no bigint NOT NULL,
  place_kind text COLLATE "C" NOT NULL,
  place text COLLATE "C",
  cause text COLLATE "C" NOT NULL,
  effect text COLLATE "C" NOT NULL,
  severity text COLLATE "C" NOT NULL,
  fault text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  is_security boolean NOT NULL,
  first_day date NOT NULL,
  last_day date NOT NULL,
  over_day date,
  last_word_day date NOT NULL,
  failed_days integer NOT NULL,
  failed_sessions numeric NOT NULL,
  refused_sessions numeric NOT NULL,
  sessions numeric NOT NULL,
  unplaced_sessions numeric NOT NULL,
  late_sessions numeric NOT NULL DEFAULT 0,
  mechanism text[] COLLATE "C" NOT NULL DEFAULT '{}',
  policy_mode text[] COLLATE "C" NOT NULL DEFAULT '{}',
  failure_reason_code text[] COLLATE "C" NOT NULL DEFAULT '{}',
  receiving_ip text[] COLLATE "C" NOT NULL DEFAULT '{}',
  merged_into bigint,
  told_severity text COLLATE "C",
  told_effect text COLLATE "C",
  told_domains integer,
  judged_on date NOT NULL,
  CONSTRAINT incident_pkey PRIMARY KEY (incident_no),
  CONSTRAINT incident_place_kind_check
    CHECK (place_kind IN ('mx', 'policy-host', 'zone', 'policy-mx', 'domain', 'reporter', 'intake')),
  CONSTRAINT incident_effect_check CHECK (effect IN ('nothing', 'unknown', 'unprotected', 'refused')),
  CONSTRAINT incident_severity_check CHECK (severity IN ('minor', 'warning', 'critical')),
  CONSTRAINT incident_fault_check CHECK (fault IN ('unclear', 'ours', 'theirs', 'between')),
  CONSTRAINT incident_state_check CHECK (state IN ('open', 'flapping', 'recovering', 'closed', 'unproven',
    'expired', 'merged')),
  CONSTRAINT incident_merged_into_fkey FOREIGN KEY (merged_into)
    REFERENCES tlsrpt.incident (incident_no)
);
CREATE INDEX incident_last_day_idx ON tlsrpt.incident (last_day);
COMMENT ON TABLE tlsrpt.incident IS 'Incidents: one row for each cause at one place. `alert` and `incident update` write them.';
COMMENT ON COLUMN tlsrpt.incident.incident_no IS 'Number of the incident; it never changes.';
COMMENT ON COLUMN tlsrpt.incident.place_kind IS 'Kind of place: mx, policy-host, zone, policy-mx (an MX that the policy does not name), domain, reporter, intake.';
COMMENT ON COLUMN tlsrpt.incident.place IS 'The place: MX host, policy host, zone, domain or reporter; null if no reporter sends reports.';
COMMENT ON COLUMN tlsrpt.incident.cause IS 'The most exact cause that is known: a result type, mx-not-in-policy, policy-without-new-id, foreign-mx, no-reports, reporter-silent, found-wrong or ends-soon (both found by doctor), unspecified, unknown.';
COMMENT ON COLUMN tlsrpt.incident.effect IS 'The worst that may have happened to mail: refused, unprotected (delivered without protection), unknown, nothing.';
COMMENT ON COLUMN tlsrpt.incident.severity IS 'critical, warning, or minor: one reporter, fewer than 5 sessions, one day.';
COMMENT ON COLUMN tlsrpt.incident.fault IS 'Who is probably at fault: ours, theirs (the reporter), between (the network), unclear.';
COMMENT ON COLUMN tlsrpt.incident.state IS 'open, flapping, recovering (one clean day), closed (two clean days), unproven (no longer seen, but nothing proves a repair), expired (not reported on for two weeks), merged (into another incident).';
COMMENT ON COLUMN tlsrpt.incident.is_security IS 'Whether mail may have been intercepted: nothing shows that the MX belongs to the domain.';
COMMENT ON COLUMN tlsrpt.incident.first_day IS 'First day of failure.';
COMMENT ON COLUMN tlsrpt.incident.last_day IS 'Last day of failure so far.';
COMMENT ON COLUMN tlsrpt.incident.over_day IS 'Day on which reports or doctor show that it is over.';
COMMENT ON COLUMN tlsrpt.incident.last_word_day IS 'Last day on which its reporters reported on its domains.';
COMMENT ON COLUMN tlsrpt.incident.failed_days IS 'Number of days with failures.';
COMMENT ON COLUMN tlsrpt.incident.failed_sessions IS 'Failed sessions.';
COMMENT ON COLUMN tlsrpt.incident.refused_sessions IS 'Failed sessions whose mail was refused.';
COMMENT ON COLUMN tlsrpt.incident.sessions IS 'All sessions of the same domains, days and mechanism, failed ones included.';
COMMENT ON COLUMN tlsrpt.incident.unplaced_sessions IS 'Failed sessions whose reports name no MX, which may belong to this incident or to another.';
COMMENT ON COLUMN tlsrpt.incident.late_sessions IS 'Failed sessions that were reported after it was over.';
COMMENT ON COLUMN tlsrpt.incident.mechanism IS 'Policies that were applied: sts, tlsa, no-policy-found, other.';
COMMENT ON COLUMN tlsrpt.incident.policy_mode IS 'Modes of MTA-STS policies that the reports show.';
COMMENT ON COLUMN tlsrpt.incident.failure_reason_code IS 'Values of failure-reason-code that reporters sent, the most frequent first.';
COMMENT ON COLUMN tlsrpt.incident.receiving_ip IS 'Some of the receiving IP addresses at which sessions failed.';
COMMENT ON COLUMN tlsrpt.incident.merged_into IS 'The incident that it was merged into.';
COMMENT ON COLUMN tlsrpt.incident.told_severity IS 'Severity in its latest event opened, worsened, flapping or known-late; null if there was none.';
COMMENT ON COLUMN tlsrpt.incident.told_effect IS 'Effect in its latest event opened, worsened, flapping or known-late; null if there was none.';
COMMENT ON COLUMN tlsrpt.incident.told_domains IS 'Number of mail domains in its latest event opened, worsened, flapping or known-late; null if there was none.';
COMMENT ON COLUMN tlsrpt.incident.judged_on IS 'Day of the judgement that last changed it.';

CREATE TABLE tlsrpt.incident_member (
  incident_no bigint NOT NULL,
  day date NOT NULL,
  reporter_domain text COLLATE "C" NOT NULL,
  mail_domain text COLLATE "C" NOT NULL,
  policy_domain text COLLATE "C" NOT NULL,
  policy_type text COLLATE "C" NOT NULL,
  result_type text COLLATE "C" NOT NULL,
  receiving_mx text COLLATE "C" NOT NULL,
  failed_sessions numeric NOT NULL,
  CONSTRAINT incident_member_pkey PRIMARY KEY (incident_no, day, reporter_domain, mail_domain,
    policy_domain, policy_type, result_type, receiving_mx),
  CONSTRAINT incident_member_incident_fkey FOREIGN KEY (incident_no)
    REFERENCES tlsrpt.incident (incident_no) ON DELETE CASCADE
);
CREATE INDEX incident_member_domain_idx ON tlsrpt.incident_member (mail_domain);
COMMENT ON TABLE tlsrpt.incident_member IS 'The failed sessions of an incident. Each failed session belongs to one incident.';
COMMENT ON COLUMN tlsrpt.incident_member.incident_no IS 'The incident.';
COMMENT ON COLUMN tlsrpt.incident_member.day IS 'Day of failure.';
COMMENT ON COLUMN tlsrpt.incident_member.reporter_domain IS 'Reporter that reported them.';
COMMENT ON COLUMN tlsrpt.incident_member.mail_domain IS 'Mail domain.';
COMMENT ON COLUMN tlsrpt.incident_member.policy_domain IS 'Policy domain.';
COMMENT ON COLUMN tlsrpt.incident_member.policy_type IS 'Policy that was applied: sts, tlsa, no-policy-found, other.';
COMMENT ON COLUMN tlsrpt.incident_member.result_type IS 'Result type as sent; empty if the report gives none.';
COMMENT ON COLUMN tlsrpt.incident_member.receiving_mx IS 'MX host; empty if the report names none.';
COMMENT ON COLUMN tlsrpt.incident_member.failed_sessions IS 'Failed sessions.';

CREATE TABLE tlsrpt.judged (
  is_only_row boolean NOT NULL DEFAULT true,
  day date NOT NULL,
  judged_at timestamptz NOT NULL DEFAULT now(),
  version text COLLATE "C",
  CONSTRAINT judged_pkey PRIMARY KEY (is_only_row),
  CONSTRAINT judged_is_only_row_check CHECK (is_only_row)
);
COMMENT ON TABLE tlsrpt.judged IS 'One row: when incidents were last brought up to date.';
COMMENT ON COLUMN tlsrpt.judged.is_only_row IS 'Always true, so that there is only one row.';
COMMENT ON COLUMN tlsrpt.judged.day IS 'The day up to which incidents are judged; a judgement for an earlier day changes nothing.';
COMMENT ON COLUMN tlsrpt.judged.judged_at IS 'When.';
COMMENT ON COLUMN tlsrpt.judged.version IS 'What was judged: program, day, thresholds, and view judgement_version. As long as it stays the same, there is nothing new to judge.';

-- A judgement reads the sessions and failures of 60 days. Most of these days have not changed since the last judgement,
-- and are read from this copy: a provider has some hundred rows a day here instead of ten thousands in policy.
CREATE TABLE tlsrpt.session_day (
  day date NOT NULL,
  first_day date NOT NULL,
  last_day date NOT NULL,
  reporter_domain text COLLATE "C" NOT NULL,
  is_verified boolean NOT NULL,
  policy_type text COLLATE "C" NOT NULL,
  policy_mode text COLLATE "C",
  version text COLLATE "C" NOT NULL,
  failing text COLLATE "C",
  sessions text COLLATE "C" NOT NULL,
  failures text COLLATE "C"
);
CREATE INDEX session_day_day_idx ON tlsrpt.session_day (day);
-- Read as a whole and kept for some weeks: compression would cost more time than it saves.
ALTER TABLE tlsrpt.session_day ALTER COLUMN sessions SET STORAGE EXTERNAL, ALTER COLUMN failures SET STORAGE EXTERNAL;
COMMENT ON TABLE tlsrpt.session_day IS 'A copy of views session_fact and failure_fact for the days that incidents are judged by. A day is copied again when it changes; nothing else depends on it.';
COMMENT ON COLUMN tlsrpt.session_day.day IS 'As in session_fact.';
COMMENT ON COLUMN tlsrpt.session_day.first_day IS 'As in session_fact.';
COMMENT ON COLUMN tlsrpt.session_day.last_day IS 'As in session_fact.';
COMMENT ON COLUMN tlsrpt.session_day.reporter_domain IS 'As in session_fact.';
COMMENT ON COLUMN tlsrpt.session_day.is_verified IS 'As in session_fact.';
COMMENT ON COLUMN tlsrpt.session_day.policy_type IS 'As in session_fact.';
COMMENT ON COLUMN tlsrpt.session_day.policy_mode IS 'As in session_fact.';
COMMENT ON COLUMN tlsrpt.session_day.version IS 'The version of the day in view day_version when it was copied.';
COMMENT ON COLUMN tlsrpt.session_day.failing IS 'Mail domains that have failures among these sessions, a line each; null without any.';
COMMENT ON COLUMN tlsrpt.session_day.sessions IS 'A line for each row of session_fact: mail domain, policy domain (empty if it is the same), successful sessions, failed sessions, policy_mx_digest, with a space between. In a domain \\ stands for a backslash, \s for a space, \n for a line feed.';
COMMENT ON COLUMN tlsrpt.session_day.failures IS 'A line for each failure, those of failure_fact that are alike added up: mail domain, policy domain (empty if it is the same), failed sessions, whether the policy misses the MX, whether no TLSA record is usable, policy_mx_digest, receiving IP, result type, receiving MX, failure-reason-code, with a tab between. \\ stands for a backslash, \t for a tab, \n for a line feed, \- for null. Null in a row that has sessions.';

CREATE TABLE tlsrpt.event (
  event_no bigint GENERATED ALWAYS AS IDENTITY,
  incident_no bigint NOT NULL,
  event text COLLATE "C" NOT NULL,
  day date NOT NULL,
  severity text COLLATE "C" NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT event_pkey PRIMARY KEY (event_no),
  CONSTRAINT event_incident_fkey FOREIGN KEY (incident_no)
    REFERENCES tlsrpt.incident (incident_no) ON DELETE CASCADE,
  CONSTRAINT event_event_check CHECK (event IN ('opened', 'worsened', 'flapping', 'closed', 'unproven',
    'expired', 'known-late'))
);
CREATE INDEX event_incident_idx ON tlsrpt.event (incident_no);
COMMENT ON TABLE tlsrpt.event IS 'Events of incidents. Table delivery shows which channels accepted them.';
COMMENT ON COLUMN tlsrpt.event.event_no IS 'Number of the event.';
COMMENT ON COLUMN tlsrpt.event.incident_no IS 'The incident.';
COMMENT ON COLUMN tlsrpt.event.event IS 'opened, worsened, flapping, closed, unproven, expired, or known-late (the first report of it came when it was over).';
COMMENT ON COLUMN tlsrpt.event.day IS 'Day for which incidents were judged.';
COMMENT ON COLUMN tlsrpt.event.severity IS 'Severity of the incident at that time.';
COMMENT ON COLUMN tlsrpt.event.made_at IS 'When the event was created.';

CREATE TABLE tlsrpt.delivery (
  event_no bigint NOT NULL,
  channel text COLLATE "C" NOT NULL,
  delivered_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT delivery_pkey PRIMARY KEY (channel, event_no),
  CONSTRAINT delivery_event_fkey FOREIGN KEY (event_no)
    REFERENCES tlsrpt.event (event_no) ON DELETE CASCADE
);
CREATE INDEX delivery_event_idx ON tlsrpt.delivery (event_no);
COMMENT ON TABLE tlsrpt.delivery IS 'Which channel has accepted which event. An event is offered to a channel until the channel accepts it.';
COMMENT ON COLUMN tlsrpt.delivery.event_no IS 'The event.';
COMMENT ON COLUMN tlsrpt.delivery.channel IS 'The channel: output, mail and an address, or exec and a command.';
COMMENT ON COLUMN tlsrpt.delivery.delivered_at IS 'When it accepted the event.';

CREATE TABLE tlsrpt.acknowledgement (
  acknowledgement_no bigint GENERATED ALWAYS AS IDENTITY,
  action text COLLATE "C" NOT NULL,
  subject_kind text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  until_day date,
  note text COLLATE "C" NOT NULL,
  severity text COLLATE "C",
  made_by text COLLATE "C" NOT NULL DEFAULT session_user,
  made_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  CONSTRAINT acknowledgement_pkey PRIMARY KEY (acknowledgement_no),
  CONSTRAINT acknowledgement_action_check CHECK (action IN ('ack', 'mute')),
  CONSTRAINT acknowledgement_subject_kind_check
    CHECK (subject_kind IN ('incident', 'domain', 'mx', 'reporter'))
);
CREATE INDEX acknowledgement_subject_idx ON tlsrpt.acknowledgement (subject_kind, subject);
COMMENT ON TABLE tlsrpt.acknowledgement IS 'Acknowledgements and mutes by operators.';
COMMENT ON COLUMN tlsrpt.acknowledgement.acknowledgement_no IS 'Number of the row.';
COMMENT ON COLUMN tlsrpt.acknowledgement.action IS 'ack: only events that say that it has worsened or ended are still sent; mute: only those that say that it has worsened.';
COMMENT ON COLUMN tlsrpt.acknowledgement.subject_kind IS 'What it covers: incident, domain, mx or reporter.';
COMMENT ON COLUMN tlsrpt.acknowledgement.subject IS 'Number of the incident, or name of the domain, MX host or reporter.';
COMMENT ON COLUMN tlsrpt.acknowledgement.until_day IS 'Last day on which the acknowledgement or mute holds; null if it has no end.';
COMMENT ON COLUMN tlsrpt.acknowledgement.note IS 'Why, in the operator''s words.';
COMMENT ON COLUMN tlsrpt.acknowledgement.severity IS 'Severity of the incident at that time; null if it covers no single incident.';
COMMENT ON COLUMN tlsrpt.acknowledgement.made_by IS 'Database role of the operator.';
COMMENT ON COLUMN tlsrpt.acknowledgement.made_at IS 'When.';
COMMENT ON COLUMN tlsrpt.acknowledgement.ended_at IS 'When it was withdrawn; null if it was not.';

CREATE TABLE tlsrpt.observation (
  observation_no bigint GENERATED ALWAYS AS IDENTITY,
  at timestamptz NOT NULL DEFAULT now(),
  mail_domain text COLLATE "C",
  place text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  is_healthy boolean NOT NULL,
  detail text COLLATE "C" NOT NULL,
  good_until timestamptz,
  CONSTRAINT observation_pkey PRIMARY KEY (observation_no),
  CONSTRAINT observation_kind_check CHECK (kind IN ('mx', 'policy-host', 'zone', 'policy-mx', 'domain', 'domain-mx'))
);
CREATE INDEX observation_place_idx ON tlsrpt.observation (kind, place, at);
COMMENT ON TABLE tlsrpt.observation IS 'What `doctor --record` saw at a place. It proves what reports cannot: that a place is in order, or broken, now.';
COMMENT ON COLUMN tlsrpt.observation.observation_no IS 'Number of the row.';
COMMENT ON COLUMN tlsrpt.observation.at IS 'When doctor looked.';
COMMENT ON COLUMN tlsrpt.observation.mail_domain IS 'Mail domain that it looked for; null if the observation holds for all domains that use the place.';
COMMENT ON COLUMN tlsrpt.observation.place IS 'The place, named as in column place of incident_list.';
COMMENT ON COLUMN tlsrpt.observation.kind IS 'Kind of the place, as in column place_kind of incident_list. Of kind domain-mx, the row says that MX records of the mail domain name the place.';
COMMENT ON COLUMN tlsrpt.observation.is_healthy IS 'Whether everything that sending MTAs check there was in order.';
COMMENT ON COLUMN tlsrpt.observation.detail IS 'What doctor saw, in words.';
COMMENT ON COLUMN tlsrpt.observation.good_until IS 'When it will break if nobody acts: the first certificate expires; null if nothing expires.';

-- Kept until an archive is read to its end: an interrupted replay resumes there. It is in the database and not
-- in a file, because it says how much of an archive this database has stored.
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
COMMENT ON TABLE tlsrpt.replay_position IS 'How much of each archive is stored that replay has not finished.';
COMMENT ON COLUMN tlsrpt.replay_position.archive IS 'SHA-256 of the first message of an mbox, or of the path of a folder.';
COMMENT ON COLUMN tlsrpt.replay_position.done IS 'In an mbox, the offset of the last stored message in bytes; in a folder, the number of its files that are done.';
COMMENT ON COLUMN tlsrpt.replay_position.check_digest IS 'In an mbox, SHA-256 over that message and the CRC-32 of all before it; in a folder, over names, sizes and times of these files. Replay resumes only if the archive still has the same value.';
COMMENT ON COLUMN tlsrpt.replay_position.stored_at IS 'When replay reached this position.';

-- Reports and their documents in the order in which they were stored: each link has a digest over the one before.
-- Rows are only added. Nothing refers to report, because a link stays when its report is deleted.
CREATE TABLE tlsrpt.document_link (
  link_no bigint NOT NULL,
  kind text COLLATE "C" NOT NULL,
  report_uid uuid,
  day date NOT NULL,
  reporter_domain text COLLATE "C",
  is_verified boolean,
  content_digest bytea,
  evidence_digest bytea,
  supersedes uuid[],
  stored_at timestamptz,
  linked_at timestamptz NOT NULL,
  link_digest bytea NOT NULL,
  CONSTRAINT document_link_pkey PRIMARY KEY (link_no),
  CONSTRAINT document_link_kind_check CHECK (kind IN ('report', 'replay', 'prune', 'prune-evidence', 'remove', 'remove-evidence')),
  CONSTRAINT document_link_report_check CHECK ((kind NOT IN ('prune', 'prune-evidence')) = (num_nonnulls(report_uid,
    reporter_domain, is_verified, content_digest, stored_at) = 5)),
  CONSTRAINT document_link_link_digest_check CHECK (octet_length(link_digest) = 32)
);
CREATE INDEX document_link_report_idx ON tlsrpt.document_link (report_uid, stored_at);
CREATE INDEX document_link_stored_at_idx ON tlsrpt.document_link (stored_at);
CREATE INDEX document_link_prune_idx ON tlsrpt.document_link (day, link_no) WHERE kind IN ('prune', 'prune-evidence');
COMMENT ON TABLE tlsrpt.document_link IS 'The chain of digests over stored reports, which `evidence --verify` checks. deliver does not write it.';
COMMENT ON COLUMN tlsrpt.document_link.link_no IS 'Position in the chain, from 1, without gaps.';
COMMENT ON COLUMN tlsrpt.document_link.kind IS 'report: a report; replay: the same document, decoded again; prune: reports of days before column day were deleted; prune-evidence: their documents were deleted; remove, remove-evidence: the report, or its document, was deleted with the data of a domain.';
COMMENT ON COLUMN tlsrpt.document_link.report_uid IS 'Key of the report; null for prune and prune-evidence.';
COMMENT ON COLUMN tlsrpt.document_link.day IS 'Day of the report, or the first day that was not pruned.';
COMMENT ON COLUMN tlsrpt.document_link.reporter_domain IS 'The reporter, as in report.';
COMMENT ON COLUMN tlsrpt.document_link.is_verified IS 'Whether a DKIM signature proves that the report comes from the reporter, as in report.';
COMMENT ON COLUMN tlsrpt.document_link.content_digest IS 'As in report.';
COMMENT ON COLUMN tlsrpt.document_link.evidence_digest IS 'SHA-256 of column evidence in report; null if the document was not kept.';
COMMENT ON COLUMN tlsrpt.document_link.supersedes IS 'As in report.';
COMMENT ON COLUMN tlsrpt.document_link.stored_at IS 'As in report.';
COMMENT ON COLUMN tlsrpt.document_link.linked_at IS 'When the link was added.';
COMMENT ON COLUMN tlsrpt.document_link.link_digest IS 'SHA-256 over link_digest of the link before (nothing for the first) and link_text of this one.';

-- This function is here because no installation may replace it either: stored digests depend on it.
CREATE FUNCTION tlsrpt.link_text(link tlsrpt.document_link) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN array_to_string(ARRAY[link.link_no::text, link.kind, link.report_uid::text, to_char(link.day, 'YYYY-MM-DD'),
    link.is_verified::text, encode(link.content_digest, 'hex'), encode(link.evidence_digest, 'hex'),
    array_to_string(link.supersedes, ' '),
    to_char(link.stored_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    to_char(link.linked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), link.reporter_domain], chr(10), '');
COMMENT ON FUNCTION tlsrpt.link_text(tlsrpt.document_link) IS
'The text of a link that its digest is made over: eleven lines, empty for null; the reporter is last, because only it may contain a line feed.';

CREATE TABLE tlsrpt.schema_object (
  kind text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  owner text COLLATE "C",
  privilege text[] COLLATE "C" NOT NULL,
  CONSTRAINT schema_object_pkey PRIMARY KEY (kind, name)
);
COMMENT ON TABLE tlsrpt.schema_object IS 'What the last installation created. View schema_fault compares it with the schema of today, which a restored dump may have changed.';
COMMENT ON COLUMN tlsrpt.schema_object.kind IS 'Kind of object: table, view, function, index, constraint, trigger, role and so on.';
COMMENT ON COLUMN tlsrpt.schema_object.name IS 'Name of the object, with the table if it belongs to one.';
COMMENT ON COLUMN tlsrpt.schema_object.owner IS 'Role that owns it; null if its kind has no owner.';
COMMENT ON COLUMN tlsrpt.schema_object.privilege IS 'Privileges of PUBLIC and of the roles tlsrpt_* on it, without those of the owner.';

INSERT INTO tlsrpt.schema_version (version) VALUES (1);

-- COMMENT ON above fails for a column that is missing, so that only the tables are checked here.
DO $$
DECLARE
  made text[];
BEGIN
  SELECT array_agg(c.relname::text ORDER BY c.relname COLLATE "C") INTO made
    FROM pg_catalog.pg_class c
    WHERE c.relnamespace = 'tlsrpt'::regnamespace AND c.relkind = 'r'
      AND pg_catalog.pg_get_userbyid(c.relowner) = 'tlsrpt_owner';
  IF made IS DISTINCT FROM ARRAY[
    'accepted_domain',
    'acknowledgement',
    'delivery',
    'digest_delivery',
    'document_link',
    'domain_access',
    'domain_contact',
    'event',
    'failure',
    'incident',
    'incident_member',
    'judged',
    'observation',
    'policy',
    'quarantine',
    'quarantine_limit',
    'quarantine_sender',
    'replay_position',
    'report',
    'reporter',
    'reporter_name',
    'result_type',
    'schema_object',
    'schema_version',
    'session_day',
    'store_day',
    'store_limit',
    'store_total'
  ] THEN
    RAISE EXCEPTION 'migration 1 made the tables %', made USING ERRCODE = 'TR004';
  END IF;
  IF tlsrpt.first_key(date '2025-07-04') <> '00004f31-0000-0000-0000-000000000000' THEN
    RAISE EXCEPTION 'migration 1 made a function that takes a day for another' USING ERRCODE = 'TR004';
  END IF;
END
$$;
