/* SPDX-License-Identifier: GPL-3.0-or-later
 * Hosts that domains are known to use, and since when. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** TlsrptKnown: an opaque set of hosts by domain */
typedef struct _TlsrptKnown TlsrptKnown;

/**
 * tlsrpt_known_new:
 *
 * Returns: (transfer full): an empty index
 */
TlsrptKnown *tlsrpt_known_new (void);

/**
 * tlsrpt_known_free:
 * @known: (transfer full) (nullable): what to free
 */
void tlsrpt_known_free (TlsrptKnown *known);

/**
 * tlsrpt_known_provider:
 * @host: a host
 *
 * Returns: (transfer none) (nullable): the domain whose hosts belong together with it: its parent, unless
 *   that is a top level or one like co.uk
 */
const char *tlsrpt_known_provider (const char *host);

/**
 * tlsrpt_known_add:
 * @known: a set
 * @domain: an interned domain
 * @host: a host, or a pattern `*.` and a domain; outlives @known
 * @day: day on which @domain was first seen to use it, in days since 1970
 *
 * A domain that uses a host may use the other hosts of its provider too.
 */
void tlsrpt_known_add (TlsrptKnown *known, const char *domain, const char *host, gint32 day);

/**
 * tlsrpt_known_has:
 * @known: a set
 * @domain: an interned domain
 * @host: a host
 * @day: in days since 1970
 *
 * Asks a hash table for each label of @host, however many hosts there are: a report has 100,000 failures.
 *
 * Returns: whether @domain was known to use @host, or others of its provider, on @day or before
 */
gboolean tlsrpt_known_has (const TlsrptKnown *known, const char *domain, const char *host,
                           gint32 day);

G_END_DECLS
