/* SPDX-License-Identifier: GPL-3.0-or-later
 * What became of the pieces that a statement was to store. */
#pragma once

#include "pg/pg.h"
#include "store/batch.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_settle:
 * @units: (array length=n): pieces, as the statement had them
 * @n: how many
 * @fates: (element-type TlsrptRowsFate): what tlsrpt_rows_store() returned for their reports
 * @pg: the connection
 * @in_transaction: whether the statement is part of a transaction that a failure undoes
 * @error: return location
 *
 * Settles what is stored or was stored before. A report whose place another one has, with less trust
 * or unseen, stays unsettled: the next statement deals with it.
 *
 * Errors: as tlsrpt_twins_find().
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_settle (TlsrptUnit **units, guint n, const GArray *fates, TlsrptPg *pg,
                        gboolean in_transaction, GError **error);

G_END_DECLS
