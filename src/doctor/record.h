/* SPDX-License-Identifier: GPL-3.0-or-later
 * What was seen to rows of table observation. */
#pragma once

#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_record_sights:
 * @pg: a connection whose user has role tlsrpt_alerter
 * @sights: (element-type TlsrptSight): what was seen
 * @error: return location
 *
 * Writes them in one transaction. A place that is as it was at the last two looks has its last row moved to
 * now: the table grows with what changes, not with how often one looks. What is older than a year goes.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_record_sights (TlsrptPg *pg, const GPtrArray *sights, GError **error);

G_END_DECLS
