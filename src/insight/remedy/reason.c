/* SPDX-License-Identifier: GPL-3.0-or-later
 * What reporters' own words say. */
#include "insight/remedy/reason.h"

#include <string.h>

/* A longer text is a whole log; the words that are known are at its beginning. */
#define READ_BYTES 2000

typedef struct {
  const char *words; /* lower case */
  TlsrptReason reason;
} Known;

#define SAYS(of_finding, text)                                                                     \
  {                                                                                                \
    .finding = (of_finding), .reading = (text)                                                     \
  }
#define CONNECTION(text)                                                                           \
  {                                                                                                \
    .reading = (text), .kind = TLSRPT_REASON_CONNECTION                                            \
  }
#define STATUS(text)                                                                               \
  {                                                                                                \
    .finding = "sts-policy-fetch-error", .reading = (text), .kind = TLSRPT_REASON_HTTP_STATUS      \
  }

/* The first row whose words are in the text decides: the more exact ones stand first. */
static const Known known[] = {
  { "mx_hosts_mismatch",
    SAYS ("mx-not-in-policy",
          "the MX that the sending MTA was led to is not among the policy's mx lines") },
  { "mx-mismatch",
    SAYS ("mx-not-in-policy",
          "the MX that the sending MTA was led to is not among the policy's mx lines") },
  { "mx mismatch",
    SAYS ("mx-not-in-policy",
          "the MX that the sending MTA was led to is not among the policy's mx lines") },
  { "no matching dane tlsa",
    SAYS ("tlsa-invalid", "no TLSA record fits the certificate (OpenSSL)") },
  { "dane_no_match", SAYS ("tlsa-invalid", "no TLSA record fits the certificate (OpenSSL)") },
  { "tlsa lookup error",
    SAYS ("dnssec-invalid", "the TLSA records could not be looked up (Postfix)") },
  { "no tlsa records", SAYS ("dane-required", "no TLSA records were found (Postfix)") },
  { "tls is required, but was not offered",
    SAYS ("starttls-not-supported", "the server did not offer STARTTLS (Postfix)") },
  { "starttls_not_supported",
    SAYS ("starttls-not-supported", "the server did not offer STARTTLS") },
  { "certificate has expired",
    SAYS ("certificate-expired", "a certificate has expired (OpenSSL)") },
  { "certificate expired", SAYS ("certificate-expired", "a certificate has expired") },
  { "certificate_expired", SAYS ("certificate-expired", "a certificate has expired") },
  { "cert_has_expired", SAYS ("certificate-expired", "a certificate has expired (OpenSSL)") },
  { "not yet valid",
    SAYS ("certificate-expired", "a certificate is not valid yet, or a clock is wrong (OpenSSL)") },
  { "cert_not_yet_valid",
    SAYS ("certificate-expired", "a certificate is not valid yet, or a clock is wrong (OpenSSL)") },
  { "hostname mismatch",
    SAYS ("certificate-host-mismatch", "the certificate is for another name (OpenSSL)") },
  { "host name mismatch",
    SAYS ("certificate-host-mismatch", "the certificate is for another name") },
  { "certificate name mismatch",
    SAYS ("certificate-host-mismatch", "the certificate is for another name") },
  { "hostname_mismatch",
    SAYS ("certificate-host-mismatch", "the certificate is for another name (OpenSSL)") },
  { "subject does not match",
    SAYS ("certificate-host-mismatch", "the certificate is for another name") },
  { "self-signed certificate in certificate chain",
    SAYS ("certificate-not-trusted",
          "the chain ends at an authority that the sending MTA does not know (OpenSSL)") },
  { "self signed certificate in certificate chain",
    SAYS ("certificate-not-trusted",
          "the chain ends at an authority that the sending MTA does not know (OpenSSL)") },
  { "self-signed certificate",
    SAYS ("certificate-not-trusted", "the certificate is self-signed (OpenSSL)") },
  { "self signed certificate",
    SAYS ("certificate-not-trusted", "the certificate is self-signed (OpenSSL)") },
  { "self_signed_cert",
    SAYS ("certificate-not-trusted", "a certificate in the chain is self-signed (OpenSSL)") },
  { "unable to get local issuer",
    SAYS ("certificate-not-trusted",
          "an intermediate certificate is missing, or the authority is unknown (OpenSSL)") },
  { "unable to get issuer",
    SAYS ("certificate-not-trusted",
          "an intermediate certificate is missing, or the authority is unknown (OpenSSL)") },
  { "unable_to_get_issuer_cert",
    SAYS ("certificate-not-trusted",
          "an intermediate certificate is missing, or the authority is unknown (OpenSSL)") },
  { "unable to verify the first certificate",
    SAYS ("certificate-not-trusted",
          "the server does not send the intermediate certificate (OpenSSL)") },
  { "unable_to_verify_leaf_signature",
    SAYS ("certificate-not-trusted",
          "the server does not send the intermediate certificate (OpenSSL)") },
  { "untrusted issuer", SAYS ("certificate-not-trusted",
                              "the sending MTA does not know the authority, or an intermediate "
                              "certificate is missing (Postfix)") },
  { "server certificate not trusted",
    SAYS ("certificate-not-trusted", "no chain to a known authority (Postfix)") },
  { "key too small",
    SAYS (NULL, "a key is too short for the sending MTA: RSA needs 2048 bits (OpenSSL)") },
  { "key too weak",
    SAYS (NULL, "a key is too short for the sending MTA: RSA needs 2048 bits (OpenSSL)") },
  { "md too weak", SAYS (NULL, "a signature uses an old digest such as SHA-1 (OpenSSL)") },
  { "unsupported protocol",
    SAYS (NULL, "the two have no TLS version in common: offer TLS 1.2 and 1.3 (OpenSSL)") },
  { "protocol version",
    SAYS (NULL, "the two have no TLS version in common: offer TLS 1.2 and 1.3 (OpenSSL)") },
  { "no shared cipher",
    SAYS (NULL, "the two have no cipher in common: use the default ciphers (OpenSSL)") },
  { "wrong version number",
    SAYS (NULL, "the server answered without TLS after STARTTLS: read its log (OpenSSL)") },
  { "handshake failure",
    SAYS (NULL, "the server ended the handshake: protocol, cipher or key; read its log") },
  { "unexpected eof", CONNECTION ("the connection broke off in the handshake (OpenSSL)") },
  { "lost connection", CONNECTION ("the connection broke off (Postfix)") },
  { "connection reset",
    CONNECTION ("the connection broke off: a firewall, or a server that crashed") },
  { "connection refused", CONNECTION ("nothing listens at that address and port") },
  { "no route to host", CONNECTION ("no network leads to that address") },
  { "network is unreachable", CONNECTION ("no network leads to that address") },
  { "timed out",
    CONNECTION (
        "there was no answer in time: a firewall, an address that leads nowhere, or load") },
  { "timeout",
    CONNECTION (
        "there was no answer in time: a firewall, an address that leads nowhere, or load") },
  { "nxdomain", SAYS (NULL, "the name does not exist in DNS") },
  { "no such host", SAYS (NULL, "the name does not exist in DNS") },
  { "servfail", SAYS (NULL, "the DNS answer could not be had or not be validated") },
  { "content-type",
    SAYS ("sts-policy-invalid", "the policy has another media type than text/plain") },
  { "content type",
    SAYS ("sts-policy-invalid", "the policy has another media type than text/plain") },
  { "text/html", SAYS ("sts-policy-invalid", "the policy host answered with a page in HTML") },
  { "redirect",
    SAYS ("sts-policy-fetch-error",
          "the policy host redirects, which sending MTAs do not follow (RFC 8461 section 3.3)") },
};

/* By the first digits: a status without a row of its own is read by its class. */
static const Known statuses[] = {
  { "401", STATUS ("the policy host demands a password (HTTP 401)") },
  { "403", STATUS ("the policy host refuses: a filter of ours, by country, network or user agent "
                   "(HTTP 403)") },
  { "404", STATUS ("the policy file is not there (HTTP 404)") },
  { "410", STATUS ("the policy file is not there any more (HTTP 410)") },
  { "429", STATUS ("the policy host answers only so many requests in a time (HTTP 429)") },
  { "3",
    STATUS ("the policy host redirects, which sending MTAs do not follow (RFC 8461 section 3.3)") },
  { "4", STATUS ("the policy host refuses the request (HTTP 4xx)") },
  { "5", STATUS ("the policy host, or what stands before it, is broken (HTTP 5xx)") },
};

/* A status follows one of these words closely: a bare number may be anything. */
static const char *const status_words[] = { "http status",   "http response", "https response",
                                            "response code", "status code",   "http error",
                                            "http/1.1",      "http/1.0",      "http/2",
                                            "http" };

#define STATUS_DISTANCE 12

static const char *
status_after (const char *text)
{
  for (guint i = 0; i < STATUS_DISTANCE && text[i] != '\0'; i++)
    if (g_ascii_isdigit (text[i])) {
      gsize digits = strspn (text + i, "0123456789");

      return digits == 3 && text[i] >= '3' && text[i] <= '5' ? text + i : NULL;
    }
  return NULL;
}

static const TlsrptReason *
read_status (const char *text)
{
  const char *status = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (status_words) && status == NULL; i++) {
    const char *word = strstr (text, status_words[i]);

    if (word != NULL)
      status = status_after (word + strlen (status_words[i]));
  }
  for (guint i = 0; i < G_N_ELEMENTS (statuses) && status != NULL; i++)
    if (g_str_has_prefix (status, statuses[i].words))
      return &statuses[i].reason;
  return NULL;
}

const TlsrptReason *
tlsrpt_reason_read (const char *reason_code)
{
  g_autofree char *head = reason_code == NULL ? NULL : g_strndup (reason_code, READ_BYTES);
  g_autofree char *text = head == NULL ? NULL : g_ascii_strdown (head, -1);
  const TlsrptReason *status = text == NULL ? NULL : read_status (text);

  if (text == NULL || status != NULL)
    return status;
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (strstr (text, known[i].words) != NULL)
      return &known[i].reason;
  return NULL;
}

TlsrptReasonKind
tlsrpt_reason_kind (const char *reason_code)
{
  const TlsrptReason *reason = tlsrpt_reason_read (reason_code);

  return reason != NULL ? reason->kind : TLSRPT_REASON_OTHER;
}
