/* SPDX-License-Identifier: GPL-3.0-or-later
 * Texts of TXT records to what they publish: an MTA-STS id, or where TLS reports go. */
#pragma once

#include "doctor/answer.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptPublished:
 * @n: records that begin as they should; not one is as good as none
 * @is_valid: there is one, and it is as the RFC has it
 * @id: (nullable): `id` of an MTA-STS record
 * @rua: (array zero-terminated=1) (nullable): addresses of a TLSRPT record
 * @trouble: (nullable): what is wrong, printable
 */
typedef struct {
  guint n;
  gboolean is_valid;
  char *id;
  char **rua;
  char *trouble;
} TlsrptPublished;

/**
 * tlsrpt_published_sts:
 * @answer: TXT records of `_mta-sts.` and a domain
 *
 * Reads them as RFC 8461 section 3.1 says: what does not begin with `v=STSv1;` is no record.
 *
 * Returns: (transfer full): what they publish
 */
TlsrptPublished *tlsrpt_published_sts (const TlsrptAnswer *answer);

/**
 * tlsrpt_published_tlsrpt:
 * @answer: TXT records of `_smtp._tls.` and a domain
 *
 * Reads them as RFC 8460 section 3 says: what does not begin with `v=TLSRPTv1;` is no record.
 *
 * Returns: (transfer full): what they publish
 */
TlsrptPublished *tlsrpt_published_tlsrpt (const TlsrptAnswer *answer);

/**
 * tlsrpt_published_free:
 * @published: (transfer full) (nullable): what to free
 */
void tlsrpt_published_free (TlsrptPublished *published);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptPublished, tlsrpt_published_free)

G_END_DECLS
