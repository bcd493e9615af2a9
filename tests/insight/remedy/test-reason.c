/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reporters' own words and what they prove. */
#include "insight/remedy/reason.h"

#include <string.h>

typedef struct {
  const char *words;
  const char *finding; /* "": read, but it proves no more; %NULL: not known */
  const char *piece;   /* of the reading */
} Case;

static const Case cases[] = {
  { "MX_HOSTS_MISMATCH", "mx-not-in-policy", "mx lines" },
  { "mx-mismatch", "mx-not-in-policy", "mx lines" },
  { "bad https response code: 404", "sts-policy-fetch-error", "not there" },
  { "HTTP status 403", "sts-policy-fetch-error", "filter" },
  { "HTTP 301 Moved Permanently", "sts-policy-fetch-error", "redirects" },
  { "http response 503", "sts-policy-fetch-error", "5xx" },
  { "status code 418", "sts-policy-fetch-error", "4xx" },
  { "HTTP/1.1 429 Too Many Requests", "sts-policy-fetch-error", "429" },
  { "http, eleventh 404", "sts-policy-fetch-error", "not there" },
  { "http, a twelfth 404", NULL, NULL },
  { "HTTP 200 OK", NULL, NULL },
  { "HTTP 600", NULL, NULL },
  { "HTTP 5000", NULL, NULL },
  { "waited 404 seconds", NULL, NULL },
  { "certificate has expired", "certificate-expired", "expired" },
  { "X509_V_ERR_CERT_HAS_EXPIRED", "certificate-expired", "expired" },
  { "X509_V_ERR_CERT_NOT_YET_VALID", "certificate-expired", "clock" },
  { "Hostname mismatch", "certificate-host-mismatch", "another name" },
  { "4.7.5 SSL certificate subject does not match host", "certificate-host-mismatch",
    "another name" },
  { "self-signed certificate", "certificate-not-trusted", "self-signed" },
  { "self-signed certificate in certificate chain", "certificate-not-trusted", "authority" },
  { "unable to get local issuer certificate", "certificate-not-trusted", "intermediate" },
  { "unable to verify the first certificate", "certificate-not-trusted", "intermediate" },
  { "certificate verification failed for mx.example.org[192.0.2.1]:25: untrusted issuer /CN=X",
    "certificate-not-trusted", "Postfix" },
  { "No matching DANE TLSA records", "tlsa-invalid", "TLSA" },
  { "TLSA lookup error for mx.example.org:25", "dnssec-invalid", "looked up" },
  { "TLS is required, but was not offered by host mx.example.org", "starttls-not-supported",
    "STARTTLS" },
  { "SSL_connect error: error:0A000102:SSL routines::unsupported protocol", "", "TLS 1.2" },
  { "error:0A000152:SSL routines::ee key too small", "", "2048" },
  { "lost connection with mx.example.org[192.0.2.1] while performing the EHLO handshake", "",
    "broke off" },
  { "connection timed out", "", "in time" },
  { "VALIDATION_FAILURE", NULL, NULL },
  { "", NULL, NULL },
  { "\377\376", NULL, NULL },
};

static void
test_read (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    const TlsrptReason *reason = tlsrpt_reason_read (cases[i].words);

    g_test_message ("case %u", (guint)i);
    if (cases[i].finding == NULL) {
      g_assert_null (reason);
      continue;
    }
    g_assert_nonnull (reason);
    g_assert_cmpstr (reason->finding, ==, *cases[i].finding == '\0' ? NULL : cases[i].finding);
    g_assert_nonnull (strstr (reason->reading, cases[i].piece));
  }
  g_assert_null (tlsrpt_reason_read (NULL));
}

/* A whole log as a reason is read in front alone. */
static void
test_length (void)
{
  static const char words[] = "MX_HOSTS_MISMATCH";
  g_autofree char *padding = g_strnfill (2000 - strlen (words), 'x');
  g_autofree char *last = g_strconcat (padding, words, NULL);
  g_autofree char *late = g_strconcat ("x", last, NULL);

  g_assert_nonnull (tlsrpt_reason_read (last));
  g_assert_null (tlsrpt_reason_read (late));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/remedy/reason/read", test_read);
  g_test_add_func ("/remedy/reason/in-the-first-2000-bytes", test_length);
  return g_test_run ();
}
