/* SPDX-License-Identifier: GPL-3.0-or-later
 * Certificates by GIO, which needs the package glib-networking at run time. */
#include "doctor/chain.h"

#include "core/errors.h"

#define NAMES_SHOWN 5

/* A certificate may not say. */
static void
day_free (gpointer data)
{
  g_clear_pointer ((GDateTime **)&data, g_date_time_unref);
}

TlsrptChain *
tlsrpt_chain_new (GTlsCertificate *certificate, GTlsCertificateFlags flags)
{
  TlsrptChain *chain = g_new0 (TlsrptChain, 1);
  GTlsCertificate *one = certificate;

  chain->certificates = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  chain->subjects = g_ptr_array_new_with_free_func (g_free);
  chain->last_days = g_ptr_array_new_with_free_func (day_free);
  chain->flags = flags;
  chain->tls = g_object_ref (certificate);
  for (guint i = 0; i < TLSRPT_CHAIN_MAX && one != NULL; i++) {
    g_autoptr (GByteArray) der = NULL;
    g_autofree char *subject = g_tls_certificate_get_subject_name (one);

    g_object_get (one, "certificate", &der, NULL);
    g_ptr_array_add (chain->certificates, g_bytes_new (der->data, der->len));
    g_ptr_array_add (chain->subjects, tlsrpt_quote (subject));
    g_ptr_array_add (chain->last_days, g_tls_certificate_get_not_valid_after (one));
    one = g_tls_certificate_get_issuer (one);
  }
  return chain;
}

void
tlsrpt_chain_free (TlsrptChain *chain)
{
  if (chain == NULL)
    return;
  g_ptr_array_unref (chain->certificates);
  g_ptr_array_unref (chain->subjects);
  g_ptr_array_unref (chain->last_days);
  g_object_unref (chain->tls);
  g_free (chain);
}

/* Which certificate it is: the one of the host itself may be good. */
static void
append_expired (GString *text, const TlsrptChain *chain)
{
  guint depth = 0;
  GDateTime *end = tlsrpt_chain_first_end (chain, &depth);
  g_autofree char *day = end != NULL ? g_date_time_format (end, "%Y-%m-%d") : NULL;

  if (day != NULL)
    g_string_append_printf (text, " (%s, on %s)", (const char *)chain->subjects->pdata[depth], day);
}

static void
append_names (GString *text, const TlsrptChain *chain)
{
  g_autoptr (GPtrArray) names = g_tls_certificate_get_dns_names (chain->tls);

  for (guint i = 0; names != NULL && i < MIN (names->len, NAMES_SHOWN); i++) {
    gsize length;
    const char *bytes = g_bytes_get_data (names->pdata[i], &length);
    g_autofree char *name = g_strndup (bytes, length);
    g_autofree char *quoted = tlsrpt_quote (name);

    g_string_append_printf (text, "%s%s", i == 0 ? ": " : ", ", quoted);
  }
}

char *
tlsrpt_chain_trouble (const TlsrptChain *chain)
{
  return tlsrpt_chain_trouble_of (chain, chain->flags);
}

char *
tlsrpt_chain_trouble_of (const TlsrptChain *chain, GTlsCertificateFlags flags)
{
  static const struct {
    GTlsCertificateFlags flag;
    const char *words;
  } troubles[] = {
    { G_TLS_CERTIFICATE_EXPIRED, "a certificate has expired" },
    { G_TLS_CERTIFICATE_NOT_ACTIVATED, "a certificate is not valid yet" },
    { G_TLS_CERTIFICATE_BAD_IDENTITY, "the certificate is for another name" },
    { G_TLS_CERTIFICATE_UNKNOWN_CA, "no chain to a known authority: self-signed, private, or the "
                                    "intermediate certificate is not sent" },
    { G_TLS_CERTIFICATE_REVOKED, "the certificate is revoked" },
    { G_TLS_CERTIFICATE_INSECURE, "a key or signature is too weak" },
    { G_TLS_CERTIFICATE_GENERIC_ERROR, "the certificate is not valid" },
  };
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (troubles); i++) {
    if ((flags & troubles[i].flag) == 0)
      continue;
    g_string_append_printf (text, "%s%s", text->len > 0 ? "; " : "", troubles[i].words);
    if (troubles[i].flag == G_TLS_CERTIFICATE_EXPIRED)
      append_expired (text, chain);
    if (troubles[i].flag == G_TLS_CERTIFICATE_BAD_IDENTITY)
      append_names (text, chain);
  }
  return g_string_free (text, text->len == 0);
}

GDateTime *
tlsrpt_chain_first_end (const TlsrptChain *chain, guint *depth)
{
  GDateTime *first = NULL;

  for (guint i = 0; i < chain->last_days->len; i++) {
    GDateTime *end = chain->last_days->pdata[i];

    if (end != NULL && (first == NULL || g_date_time_compare (end, first) < 0)) {
      first = end;
      *depth = i;
    }
  }
  return first;
}

/* Accepts every certificate: what is wrong with it is looked at afterwards. */
static gboolean
accept_and_note (GTlsConnection *connection, GTlsCertificate *certificate,
                 GTlsCertificateFlags flags, gpointer data)
{
  GTlsCertificateFlags *noted = data;

  (void)connection;
  (void)certificate;
  *noted = flags;
  return TRUE;
}

GTlsConnection *
tlsrpt_chain_handshake (GIOStream *base, const char *host, GCancellable *cancellable,
                        TlsrptChain **chain, GError **error)
{
  g_autoptr (GSocketConnectable) identity = g_network_address_new (host, 0);
  g_autoptr (GIOStream) stream = g_tls_client_connection_new (base, identity, error);
  GTlsCertificateFlags flags = 0;
  GTlsCertificate *certificate;
  GTlsConnection *tls;

  if (stream == NULL)
    return NULL;
  tls = G_TLS_CONNECTION (stream);
  g_tls_connection_set_require_close_notify (tls, FALSE);
  g_signal_connect (tls, "accept-certificate", G_CALLBACK (accept_and_note), &flags);
  if (!g_tls_connection_handshake (tls, cancellable, error))
    return NULL;
  certificate = g_tls_connection_get_peer_certificate (tls);
  g_signal_handlers_disconnect_by_data (tls, &flags);
  *chain = certificate != NULL ? tlsrpt_chain_new (certificate, flags) : NULL;
  return G_TLS_CONNECTION (g_steal_pointer (&stream));
}
