/* SPDX-License-Identifier: GPL-3.0-or-later
 * All TLSA records of a host beside the chain that it presents, as sending MTAs judge them (RFC 7672
 * section 3.1). */
#pragma once

#include "doctor/answer.h"
#include "doctor/chain.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptDane:
 * @usable: records that sending MTAs use
 * @fitting: those of them that prove the host
 * @by_server: of @fitting, those of usage 3: names, dates and issuers do not count
 * @anchor: (nullable): name of the certificate that a record of usage 2 fits, printable
 * @ignores_dates: dates and names do not decide: a record of usage 3 fits, or none of usage 2
 * @flags: what is wrong with the chain up to @anchor, the host's name included: sending MTAs check that too
 */
typedef struct {
  guint usable;
  guint fitting;
  guint by_server;
  char *anchor;
  gboolean ignores_dates;
  GTlsCertificateFlags flags;
} TlsrptDane;

/**
 * tlsrpt_dane_usable:
 * @tlsa: TLSA records
 *
 * Returns: how many of them sending MTAs use (RFC 7672 section 3.1)
 */
guint tlsrpt_dane_usable (const TlsrptAnswer *tlsa);

/**
 * tlsrpt_dane_judge:
 * @tlsa: TLSA records
 * @chain: what the host presents
 * @host: its name
 *
 * Returns: (transfer full): how the records fit
 */
TlsrptDane *tlsrpt_dane_judge (const TlsrptAnswer *tlsa, const TlsrptChain *chain,
                               const char *host);

/**
 * tlsrpt_dane_free:
 * @dane: (transfer full) (nullable): what to free
 */
void tlsrpt_dane_free (TlsrptDane *dane);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptDane, tlsrpt_dane_free)

G_END_DECLS
