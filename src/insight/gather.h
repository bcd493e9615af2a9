/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows of the database to facts of the engine. */
#pragma once

#include "insight/fact.h"
#include "core/threshold.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_gather:
 * @pg: a connection in a transaction, whose user has role tlsrpt_alerter
 * @today: the day it is, in days since 1970
 * @thresholds: thresholds
 * @error: return location
 *
 * The database sums up: sessions of the domains that have failures, the failures, the policies of these
 * domains, and on which days each reporter reported.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full): the facts, or %NULL with @error set
 */
TlsrptFacts *tlsrpt_gather (TlsrptPg *pg, gint32 today, const TlsrptThresholds *thresholds,
                            GError **error);

G_END_DECLS
