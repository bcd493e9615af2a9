/* SPDX-License-Identifier: GPL-3.0-or-later
 * Old reports, or their evidence alone, out of the database: by the day in their key, in small
 * transactions that hold up no delivery. */
#pragma once

#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptRetention:
 * @older_than_days: reports whose period began more days ago
 * @whole_months: a month goes only when all of its days are as old, so that partitions need no batches
 * @evidence_only: their evidence goes, and the rows stay
 * @dry_run: they are counted, and all stays
 */
typedef struct {
  guint older_than_days;
  gboolean whole_months;
  gboolean evidence_only;
  gboolean dry_run;
} TlsrptRetention;

/**
 * tlsrpt_retention_run:
 * @pg: a connection as a member of tlsrpt_owner
 * @retention: what goes
 * @reports: (out): how many reports it was
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query(); what was removed until then stays removed.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_retention_run (TlsrptPg *pg, const TlsrptRetention *retention, guint64 *reports,
                               GError **error);

G_END_DECLS
