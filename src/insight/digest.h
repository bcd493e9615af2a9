/* SPDX-License-Identifier: GPL-3.0-or-later
 * Views of the database to a digest of a period, and the digest to text. Reads views alone. */
#pragma once

#include "insight/period.h"
#include "insight/section.h"
#include "insight/table.h"
#include "store/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptDigest:
 * @period: days it is about
 * @domain: (nullable): the one policy domain it is about
 * @reports: number of reports
 * @sessions: sessions, in digits
 * @failed_sessions: failed ones, in digits
 * @failed_share: failed ones of all, 0 to 1; 0 without sessions
 * @tables: (element-type TlsrptTable): one for each of tlsrpt_sections()
 */
typedef struct {
  TlsrptPeriod period;
  char *domain;
  char *reports;
  char *sessions;
  char *failed_sessions;
  double failed_share;
  GPtrArray *tables;
} TlsrptDigest;

/**
 * tlsrpt_digest_load:
 * @pg: a connection whose user has role tlsrpt_reader
 * @period: days
 * @domain: (nullable): a policy domain in any spelling; %NULL for all
 * @error: return location
 *
 * Reads everything in one read-only transaction, so that all numbers are of one moment.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full): the digest, or %NULL with @error set
 */
TlsrptDigest *tlsrpt_digest_load (TlsrptPg *pg, const TlsrptPeriod *period, const char *domain,
                                  GError **error);

void tlsrpt_digest_free (TlsrptDigest *digest);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptDigest, tlsrpt_digest_free)

/**
 * TlsrptTextStyle:
 * @width: columns of the terminal; lines of tables are cut to it; 0 for no limit
 * @color: whether ANSI colour may be used
 */
typedef struct {
  guint width;
  gboolean color;
} TlsrptTextStyle;

/**
 * tlsrpt_digest_text:
 * @digest: a digest
 * @style: for which terminal
 *
 * Returns: (transfer full): the digest for a person
 */
char *tlsrpt_digest_text (const TlsrptDigest *digest, const TlsrptTextStyle *style);

G_END_DECLS
