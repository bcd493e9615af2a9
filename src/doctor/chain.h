/* SPDX-License-Identifier: GPL-3.0-or-later
 * The certificates that a server presented, and what a client that has the system's authorities thinks
 * of them. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* More certificates than any chain has; the rest is not looked at. */
#define TLSRPT_CHAIN_MAX 10

/**
 * TlsrptChain:
 * @certificates: (element-type GBytes): in DER, the server's own first
 * @subjects: (element-type utf8): the name of each, printable
 * @last_days: (element-type GDateTime) (nullable elements): when each ends, UTC
 * @flags: what is wrong with the server's own for its name and the system's authorities
 * @tls: the TLS object's certificate, for further checks
 */
typedef struct {
  GPtrArray *certificates;
  GPtrArray *subjects;
  GPtrArray *last_days;
  GTlsCertificateFlags flags;
  GTlsCertificate *tls;
} TlsrptChain;

/**
 * tlsrpt_chain_new:
 * @certificate: the server's own, with its issuers as presented
 * @flags: what the TLS library found
 *
 * Returns: (transfer full): the chain
 */
TlsrptChain *tlsrpt_chain_new (GTlsCertificate *certificate, GTlsCertificateFlags flags);

/**
 * tlsrpt_chain_free:
 * @chain: (transfer full) (nullable): what to free
 */
void tlsrpt_chain_free (TlsrptChain *chain);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptChain, tlsrpt_chain_free)

/**
 * tlsrpt_chain_trouble_of:
 * @chain: what a server presented
 * @flags: what is wrong with it
 *
 * Returns: (transfer full) (nullable): @flags in words, with the certificate that has expired and the
 *   names of the server's own, printable; %NULL if nothing is wrong
 */
char *tlsrpt_chain_trouble_of (const TlsrptChain *chain, GTlsCertificateFlags flags);

/**
 * tlsrpt_chain_trouble:
 * @chain: what a server presented
 *
 * Returns: (transfer full) (nullable): tlsrpt_chain_trouble_of() for one that trusts the system's
 *   authorities
 */
char *tlsrpt_chain_trouble (const TlsrptChain *chain);

/**
 * tlsrpt_chain_first_end:
 * @chain: a chain
 * @depth: (out): which certificate ends first
 *
 * Returns: (transfer none) (nullable): when the first of them ends; %NULL if none says
 */
GDateTime *tlsrpt_chain_first_end (const TlsrptChain *chain, guint *depth);

/**
 * tlsrpt_chain_handshake:
 * @base: a connection to the server
 * @host: its name, for SNI and for the proof
 * @cancellable: ends the wait
 * @chain: (out) (transfer full) (nullable): what the server presented
 * @error: return location
 *
 * Speaks TLS, whatever is wrong with the certificates.
 *
 * Errors: of GIO.
 *
 * Returns: (transfer full): the connection, or %NULL with @error set
 */
GTlsConnection *tlsrpt_chain_handshake (GIOStream *base, const char *host,
                                        GCancellable *cancellable, TlsrptChain **chain,
                                        GError **error);

G_END_DECLS
