/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is thought of an MX host as the end of its certificate comes near, and of its several addresses. */
#include "doctor/host.h"

#include "doctor/finding.h"

#include <string.h>

/* Self-signed, CN=mx.example, ends 2030-01-31 12:00:00 UTC. */
static const char certificate[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBJDCBywIUO6rWO8ckyWLnAx4IJ9gZWpWuTWMwCgYIKoZIzj0EAwIwFTETMBEG\n"
    "A1UEAwwKbXguZXhhbXBsZTAeFw0yMDAxMDEwMDAwMDBaFw0zMDAxMzExMjAwMDBa\n"
    "MBUxEzARBgNVBAMMCm14LmV4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC\n"
    "AAQxS2vaC4V8UnWIt4+OFThlnfNkVy4cpuJBjYpBOEVO6oc56q3UGkC7dnngCB3N\n"
    "sqo4ELzc5N+FsZ7QusjB4JbNMAoGCCqGSM49BAMCA0gAMEUCIQCXh31WlH4v+Qtp\n"
    "2wAPmKUM6NP/3CPogL2d5duxku+0YwIgEujuLTWwJRLqsM81BI0lTmZ0ExA3BzfN\n"
    "nEvSbnoLpMg=\n"
    "-----END CERTIFICATE-----\n";

/* Of the same name, with another key. */
static const char other_certificate[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBgjCCASegAwIBAgIUXez0frsKz9sJUXGORih9Cs2Ff+cwCgYIKoZIzj0EAwIw\n"
    "FTETMBEGA1UEAwwKbXguZXhhbXBsZTAgFw0yNjExMjYwMzM1MDBaGA8yMDUxMDcx\n"
    "ODAzMzUwMFowFTETMBEGA1UEAwwKbXguZXhhbXBsZTBZMBMGByqGSM49AgEGCCqG\n"
    "SM49AwEHA0IABDVTDeYV8fPs0ncfgqIWBl8KebNRPR2PVGgPQNUrWPvxSZR5cO2Q\n"
    "3aO9tPQCs2LFO6hJ9FVtMwIsTB+3g/3OAI+jUzBRMB0GA1UdDgQWBBQG71jud9KV\n"
    "qS4wT6L/F9bZ2r93DjAfBgNVHSMEGDAWgBQG71jud9KVqS4wT6L/F9bZ2r93DjAP\n"
    "BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQCqdK3qIzklYE7CkG5a\n"
    "vBkvxJjpH/UWKc2iLqv656CLTAIhAKoygSTP1KyskBrox4KY3RW7MnMtzDm9Usnd\n"
    "qRx2Gvh9\n"
    "-----END CERTIFICATE-----\n";

static void
add_probe (TlsrptHost *host, const char *address, const char *pem, GTlsCertificateFlags flags)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) tls = g_tls_certificate_new_from_pem (pem, -1, &error);
  TlsrptHostProbe *probe = g_new0 (TlsrptHostProbe, 1);

  g_assert_no_error (error);
  probe->address = g_strdup (address);
  probe->smtp = g_new0 (TlsrptSmtp, 1);
  probe->smtp->stage = TLSRPT_SMTP_SECURED;
  probe->smtp->chain = tlsrpt_chain_new (tls, flags);
  g_ptr_array_add (host->probes, probe);
}

static TlsrptHost *
host_with (GTlsCertificateFlags flags)
{
  TlsrptHost *host = tlsrpt_host_new ("mx.example");

  host->addresses = tlsrpt_answer_new (TLSRPT_ANSWER_FOUND);
  host->addresses6 = tlsrpt_answer_new (TLSRPT_ANSWER_NONE);
  host->tlsa = tlsrpt_answer_new (TLSRPT_ANSWER_NONE);
  add_probe (host, "192.0.2.1", certificate, flags);
  return host;
}

/* Level of what is said of the end; %TLSRPT_N_LEVELS if nothing is. */
static TlsrptLevel
level_of_end (const TlsrptHost *host, const TlsrptHostUse *use)
{
  g_autoptr (GPtrArray) looks = tlsrpt_finding_list ();
  TlsrptLevel level = TLSRPT_N_LEVELS;

  tlsrpt_host_judge (host, use, looks);
  for (guint i = 0; i < looks->len; i++)
    if (strcmp (((TlsrptLook *)looks->pdata[i])->check, "mx-certificate-end") == 0)
      level = ((TlsrptLook *)looks->pdata[i])->level;
  return level;
}

static void
test_end (void)
{
  static const struct {
    gint64 seconds; /* before the end */
    TlsrptLevel level;
  } cases[] = {
    { 21 * 86400 + 1, TLSRPT_N_LEVELS },
    { 21 * 86400, TLSRPT_LEVEL_WARN },
    { 7 * 86400 + 1, TLSRPT_LEVEL_WARN },
    { 7 * 86400, TLSRPT_LEVEL_FAIL },
    { 0, TLSRPT_LEVEL_FAIL },
    { -1, TLSRPT_N_LEVELS }, /* that it has expired is said elsewhere */
  };
  TlsrptHost *host = host_with (0);
  g_autoptr (GDateTime) end = g_date_time_new_utc (2030, 1, 31, 12, 0, 0);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GDateTime) now = g_date_time_add_seconds (end, -(double)cases[i].seconds);
    TlsrptHostUse use = { .is_enforced = TRUE, .now = now };

    g_assert_cmpint (level_of_end (host, &use), ==, cases[i].level);
  }
  tlsrpt_host_free (host);
}

/* Usage 3 ignores dates: where nothing but DANE is used, the end breaks nothing. */
static void
test_end_under_dane (void)
{
  TlsrptHost *host = host_with (G_TLS_CERTIFICATE_UNKNOWN_CA);
  g_autoptr (GDateTime) now = g_date_time_new_utc (2030, 1, 31, 0, 0, 0);
  TlsrptHostUse dane = { .is_signed = TRUE, .now = now };
  TlsrptHostUse both = { .is_signed = TRUE, .is_tested = TRUE, .now = now };
  TlsrptRecord *record = g_new0 (TlsrptRecord, 1);

  record->usage = 3;
  record->data = g_bytes_new_static (certificate, 9);
  g_ptr_array_add (host->tlsa->records, record);
  host->tlsa->status = TLSRPT_ANSWER_FOUND;
  host->tlsa->is_secure = TRUE;
  g_assert_cmpint (level_of_end (host, &dane), ==, TLSRPT_N_LEVELS);
  g_assert_cmpint (level_of_end (host, &both), ==, TLSRPT_LEVEL_FAIL);
  host->tlsa->is_secure = FALSE;
  g_assert_cmpint (level_of_end (host, &dane), ==, TLSRPT_LEVEL_FAIL);
  tlsrpt_host_free (host);
}

static void
assert_differs (const TlsrptHost *host, gboolean differs)
{
  g_autoptr (GDateTime) now = g_date_time_new_utc (2029, 1, 1, 0, 0, 0);
  TlsrptHostUse use = { .is_enforced = TRUE, .now = now };
  g_autoptr (GPtrArray) looks = tlsrpt_finding_list ();
  guint n = 0;

  tlsrpt_host_judge (host, &use, looks);
  for (guint i = 0; i < looks->len; i++)
    n += strcmp (((TlsrptLook *)looks->pdata[i])->check, "mx-difference") == 0 ? 1 : 0;
  g_assert_cmpuint (n, ==, differs ? 1 : 0);
}

/* Said once, however many addresses there are, and not of one that did not answer. */
static void
test_difference (void)
{
  TlsrptHost *host = host_with (0);
  TlsrptHostProbe *silent = g_new0 (TlsrptHostProbe, 1);

  silent->address = g_strdup ("192.0.2.9");
  g_ptr_array_add (host->probes, silent);
  assert_differs (host, FALSE);
  add_probe (host, "192.0.2.2", certificate, 0);
  assert_differs (host, FALSE);
  add_probe (host, "192.0.2.3", other_certificate, 0);
  assert_differs (host, TRUE);
  add_probe (host, "192.0.2.4", other_certificate, 0);
  assert_differs (host, TRUE);
  tlsrpt_host_free (host);
}

/* A chain of 11 certificates, of which 10 are kept. */
static void
test_chain (void)
{
  GType type = g_tls_backend_get_certificate_type (g_tls_backend_get_default ());
  GTlsCertificate *top = NULL;

  for (guint n = 1; n <= 11; n++) {
    g_autoptr (GError) error = NULL;
    GTlsCertificate *next =
        g_initable_new (type, NULL, &error, "certificate-pem", certificate, "issuer", top, NULL);
    TlsrptChain *chain;

    g_assert_no_error (error);
    g_clear_object (&top);
    top = next;
    chain = tlsrpt_chain_new (top, 0);
    g_assert_cmpuint (chain->certificates->len, ==, MIN (n, 10));
    tlsrpt_chain_free (chain);
  }
  g_clear_object (&top);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ())) {
    g_print ("1..0 # SKIP no TLS for GIO here: glib-networking\n");
    return 0;
  }
  g_test_add_func ("/doctor/host/certificate-ends/21-and-7-days", test_end);
  g_test_add_func ("/doctor/host/certificate-ends/under-dane-alone", test_end_under_dane);
  g_test_add_func ("/doctor/host/addresses-with-different-certificates", test_difference);
  g_test_add_func ("/doctor/host/ten-certificates-of-a-chain", test_chain);
  return g_test_run ();
}
