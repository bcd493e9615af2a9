/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports that Citus distributes over workers: what makes each of them one report is a row of
 * tlsrpt.report_identity on the coordinator, and the report itself follows in the same transaction. */
#pragma once

#include "pg/columns.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/** SQL: whether the reports are distributed */
#define TLSRPT_IDENTITY_IS_THERE "to_regclass('tlsrpt.report_identity') IS NOT NULL"

/**
 * tlsrpt_identity_fill:
 * @identities: (out): rows of tlsrpt.report_identity
 * @entries: (element-type TlsrptEntry): reports
 * @keep_evidence: whether their evidence is stored
 * @statement_no: number of the statement that stores them
 */
void tlsrpt_identity_fill (TlsrptColumns *identities, const GPtrArray *entries,
                           gboolean keep_evidence, gint64 statement_no);

/**
 * tlsrpt_identity_send:
 * @pg: a connection, between tlsrpt_pg_send_first() and tlsrpt_pg_finish()
 * @columns: rows of tlsrpt.report, tlsrpt.policy or tlsrpt.failure
 * @statement_no: the number that the first statement gave the identities that it stored
 * @error: return location
 *
 * Sends the rows that are of reports which the first statement stored. Any other report was there
 * before, with its own rows.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_identity_send (TlsrptPg *pg, TlsrptColumns *columns, gint64 statement_no,
                               GError **error);

G_END_DECLS
