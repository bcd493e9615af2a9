/* SPDX-License-Identifier: GPL-3.0-or-later
 * The failure details of one report that has tens of thousands, in slices of a transaction. */
#pragma once

#include "pg/pg.h"
#include "store/entry.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_slices_are_needed:
 * @report: a report
 *
 * Returns: %TRUE if @report has more details than are sent together with others'
 */
gboolean tlsrpt_slices_are_needed (const TlsrptReport *report);

/**
 * tlsrpt_slices_send:
 * @pg: a connection, between tlsrpt_pg_send_first() and tlsrpt_pg_finish()
 * @entry: a report that the first statement may have inserted
 * @statement_no: number of the first statement, where reports are distributed (identity.h); else 0
 * @error: return location
 *
 * Sends all its details, a few thousand at a time, so that memory is bounded by a slice and the
 * server inserts one while the next is made. They are stored only if the report is of this
 * transaction: one that was there before has its own.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_slices_send (TlsrptPg *pg, const TlsrptEntry *entry, gint64 statement_no,
                             GError **error);

G_END_DECLS
