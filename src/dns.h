/* SPDX-License-Identifier: GPL-3.0-or-later
 * TXT records of key names, asked of the system's resolver beside other work, each within a patience of
 * its own. A resolver that does not answer in time is left alone. */
#pragma once

#include "core/trust/dkim.h"

#include <glib.h>

G_BEGIN_DECLS

/** TlsrptDns: names that were asked, and what came of it; may be used by several threads */
typedef struct _TlsrptDns TlsrptDns;

/**
 * tlsrpt_dns_new:
 * @patience: microseconds that an answer may take
 *
 * Returns: (transfer full): with nothing asked yet
 */
TlsrptDns *tlsrpt_dns_new (gint64 patience);

/**
 * tlsrpt_dns_free:
 * @dns: (transfer full) (nullable): a reference to drop; the last one frees it
 */
void tlsrpt_dns_free (TlsrptDns *dns);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptDns, tlsrpt_dns_free)

/**
 * tlsrpt_dns_ask:
 * @dns: (nullable): %NULL does nothing
 * @names: (array zero-terminated=1): names whose TXT records will be needed
 *
 * Begins to look up each name that was not asked before, in a thread of its own. More than
 * %TLSRPT_DNS_NAMES_MAX names are not asked; nothing is known of them. Do not fork after this.
 */
void tlsrpt_dns_ask (TlsrptDns *dns, char **names);

/**
 * tlsrpt_dns_answer:
 * @name: a name
 * @dns: a #TlsrptDns; a TlsrptDkimLookup
 *
 * Waits for the answer, as long as the patience that began when @name was asked.
 *
 * Returns: (transfer none): the answer, as long as @dns lives; known only if it came in time
 */
const TlsrptDkimAnswer *tlsrpt_dns_answer (const char *name, gpointer dns);

G_END_DECLS
