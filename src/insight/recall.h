/* SPDX-License-Identifier: GPL-3.0-or-later
 * Incidents in tables to the book, and to judgements that can be shown. */
#pragma once

#include "insight/book.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_recall_tallies:
 * @pg: a connection
 * @judgements: (element-type TlsrptJudgement): incidents with their numbers
 * @error: return location
 *
 * Adds domains, result types, hosts and reporters to each.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_recall_tallies (TlsrptPg *pg, const GPtrArray *judgements, GError **error);

/**
 * tlsrpt_recall_book:
 * @pg: a connection in a transaction, whose user has role tlsrpt_alerter
 * @today: the day it is
 * @thresholds: thresholds
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full): what is known of incidents that facts of the window may touch, or %NULL with
 *   @error set
 */
TlsrptBook *tlsrpt_recall_book (TlsrptPg *pg, gint32 today, const TlsrptThresholds *thresholds,
                                GError **error);

G_END_DECLS
