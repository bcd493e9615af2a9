/* SPDX-License-Identifier: GPL-3.0-or-later
 * Views of the database to a digest of a period. Reads views alone. */
#pragma once

#include "core/threshold.h"
#include "insight/digest-data.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_digest_load:
 * @pg: a connection whose user has role tlsrpt_reader, or tlsrpt_alerter: then incidents are brought up
 *   to date first
 * @period: days
 * @domain: (nullable): a policy domain in any spelling; %NULL for all
 * @thresholds: what incidents are judged by
 * @error: return location
 *
 * Reads everything in one read-only transaction, so that all numbers are of one moment.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full): the digest, or %NULL with @error set
 */
TlsrptDigest *tlsrpt_digest_load (TlsrptPg *pg, const TlsrptPeriod *period, const char *domain,
                                  const TlsrptThresholds *thresholds, GError **error);

/**
 * tlsrpt_digest_load_of_contact:
 * @pg: a connection whose user has role tlsrpt_alerter
 * @period: days
 * @domain: a mail domain
 * @error: return location
 *
 * As tlsrpt_digest_load(), for somebody who may see no other domain: it is read as a login that sees @domain
 * alone. Incidents are taken as they stand.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full): the digest, or %NULL with @error set
 */
TlsrptDigest *tlsrpt_digest_load_of_contact (TlsrptPg *pg, const TlsrptPeriod *period,
                                             const char *domain, GError **error);

/**
 * tlsrpt_digest_load_whole:
 * @pg: as tlsrpt_digest_load() has it
 * @period: days
 * @domain: (nullable): as tlsrpt_digest_load() has it
 * @thresholds: what incidents are judged by
 * @error: return location
 *
 * As tlsrpt_digest_load(), with all incidents and all rows of each table.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full): the digest, or %NULL with @error set
 */
TlsrptDigest *tlsrpt_digest_load_whole (TlsrptPg *pg, const TlsrptPeriod *period,
                                        const char *domain, const TlsrptThresholds *thresholds,
                                        GError **error);

/**
 * tlsrpt_digest_free:
 * @digest: (transfer full) (nullable): what to free
 */
void tlsrpt_digest_free (TlsrptDigest *digest);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptDigest, tlsrpt_digest_free)

G_END_DECLS
