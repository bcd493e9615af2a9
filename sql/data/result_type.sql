-- SPDX-License-Identifier: GPL-3.0-or-later
-- The rows of tlsrpt.result_type: the eleven result types of RFC 8460 section 4.3, and causes that this
-- program finds. Every installation replaces them. The program itself says what each means and what to do.

DELETE FROM tlsrpt.result_type;
INSERT INTO tlsrpt.result_type VALUES
('starttls-not-supported', 'starttls', true, 'STARTTLS is not offered'),
('certificate-expired', 'certificate', true, 'the certificate has expired'),
('certificate-host-mismatch', 'certificate', true, 'the certificate is for another name'),
('certificate-not-trusted', 'certificate', true, 'the certificate is not trusted'),
('validation-failure', 'general', true, 'TLS failed for another reason'),
('unspecified', 'general', false, 'sessions failed, and the report does not say why'),
('unknown', 'general', false, 'sessions failed for a reason that is not known here'),
('tlsa-invalid', 'dane', true, 'no TLSA record fits the certificate'),
('tlsa-unusable', 'dane', false, 'its TLSA records have a usage that mail does not use'),
('dnssec-invalid', 'dane', true, 'DNSSEC does not validate'),
('dane-required', 'dane', true, 'DANE is demanded, and there is none'),
('sts-policy-fetch-error', 'mta-sts', true, 'the MTA-STS policy cannot be fetched'),
('sts-policy-invalid', 'mta-sts', true, 'the MTA-STS policy is not valid'),
('sts-webpki-invalid', 'mta-sts', true, 'the certificate of the MTA-STS policy host is not valid'),
('mx-not-in-policy', 'mta-sts', false, 'the MX is not in the MTA-STS policy'),
('policy-without-new-id', 'mta-sts', false, 'sending MTAs go by an old MTA-STS policy'),
('foreign-mx', 'mta-sts', false, 'mail was led to a server that nothing shows to be yours'),
('no-reports', 'reporting', false, 'no reports come in'),
('reporter-silent', 'reporting', false, 'a reporter has stopped sending reports'),
('found-wrong', 'general', false, 'doctor found it wrong'),
('ends-soon', 'certificate', false, 'a certificate ends within 7 days');
