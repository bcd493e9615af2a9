/* SPDX-License-Identifier: GPL-3.0-or-later
 * An MTA-STS policy from one address of its host, over HTTPS, as a sending MTA fetches it (RFC 8461 section
 * 3.3): no redirect is followed, and no more than 64 kilobytes are read. */
#pragma once

#include "doctor/chain.h"

#include <glib.h>

G_BEGIN_DECLS

#define TLSRPT_FETCH_PORT 443

/* All header fields together, in bytes; a policy host sends a few hundred. */
#define TLSRPT_FETCH_HEADER_BYTES_MAX 65536

/**
 * TlsrptFetch:
 * @trouble: (nullable): why there is no answer, printable
 * @is_late: it was ended by its deadline
 * @has_no_way: this machine has no route to the address
 * @status: HTTP status; 0 without an answer
 * @media_type: (nullable): of the answer, without parameters, in lower case
 * @body: (nullable): the policy
 * @is_too_long: it is longer than 64 kilobytes
 * @chain: (nullable): certificates of the host
 */
typedef struct {
  char *trouble;
  gboolean is_late;
  gboolean has_no_way;
  guint status;
  char *media_type;
  GBytes *body;
  gboolean is_too_long;
  TlsrptChain *chain;
} TlsrptFetch;

/**
 * tlsrpt_fetch_policy:
 * @host: the policy host, `mta-sts.` and a domain
 * @address: one of its addresses
 * @port: %TLSRPT_FETCH_PORT, or that of a test
 * @seconds: after which it ends
 *
 * Returns: (transfer full): what came
 */
TlsrptFetch *tlsrpt_fetch_policy (const char *host, const char *address, guint16 port,
                                  guint seconds);

/**
 * tlsrpt_fetch_free:
 * @fetch: (transfer full) (nullable): what to free
 */
void tlsrpt_fetch_free (TlsrptFetch *fetch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptFetch, tlsrpt_fetch_free)

G_END_DECLS
