/* SPDX-License-Identifier: GPL-3.0-or-later
 * Usage 3 is a comparison of bytes; usage 2 makes an authority of one certificate, and the rest is
 * checked as ever. */
#include "doctor/dane.h"

#include "doctor/tlsa.h"

void
tlsrpt_dane_free (TlsrptDane *dane)
{
  if (dane == NULL)
    return;
  g_free (dane->anchor);
  g_free (dane);
}

guint
tlsrpt_dane_usable (const TlsrptAnswer *tlsa)
{
  guint usable = 0;

  for (guint i = 0; i < tlsa->records->len; i++)
    usable += tlsrpt_tlsa_is_usable (tlsa->records->pdata[i]);
  return usable;
}

/* What is wrong with the chain for one that trusts certificate @depth of it. */
static GTlsCertificateFlags
flags_below (const TlsrptChain *chain, guint depth, const char *host)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (chain->certificates->pdata[depth], &length);
  g_autoptr (GByteArray) der = g_byte_array_append (g_byte_array_new (), bytes, (guint)length);
  g_autoptr (GSocketConnectable) identity = g_network_address_new (host, 0);
  g_autoptr (GTlsCertificate) anchor =
      g_initable_new (g_tls_backend_get_certificate_type (g_tls_backend_get_default ()), NULL, NULL,
                      "certificate", der, NULL);

  return anchor != NULL ? g_tls_certificate_verify (chain->tls, identity, anchor)
                        : G_TLS_CERTIFICATE_GENERIC_ERROR;
}

static void
take_anchor (TlsrptDane *dane, const TlsrptChain *chain, guint depth, const char *host)
{
  GTlsCertificateFlags flags = flags_below (chain, depth, host);

  dane->fitting += flags == 0;
  if (dane->anchor != NULL && (dane->flags == 0 || flags != 0))
    return;
  g_free (dane->anchor);
  dane->anchor = g_strdup (chain->subjects->pdata[depth]);
  dane->flags = flags;
}

TlsrptDane *
tlsrpt_dane_judge (const TlsrptAnswer *tlsa, const TlsrptChain *chain, const char *host)
{
  TlsrptDane *dane = g_new0 (TlsrptDane, 1);

  dane->usable = tlsrpt_dane_usable (tlsa);
  for (guint i = 0; i < tlsa->records->len; i++) {
    const TlsrptRecord *record = tlsa->records->pdata[i];
    int depth =
        tlsrpt_tlsa_is_usable (record) ? tlsrpt_tlsa_fits (record, chain->certificates) : -1;

    if (depth == 0) {
      dane->by_server++;
      dane->fitting++;
    } else if (depth > 0) {
      take_anchor (dane, chain, (guint)depth, host);
    }
  }
  dane->ignores_dates = dane->by_server > 0 || dane->anchor == NULL;
  return dane;
}
