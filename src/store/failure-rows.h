/* SPDX-License-Identifier: GPL-3.0-or-later
 * Failure details to the columns of a statement: with their reports where they are few, in slices
 * where one report has tens of thousands. */
#pragma once

#include "core/report/report.h"
#include "pg/array.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

#define TLSRPT_FAILURE_COLUMNS 14

/** TlsrptFailureRows: columns of tlsrpt.failure under construction */
typedef struct {
  TlsrptArray columns[TLSRPT_FAILURE_COLUMNS];
} TlsrptFailureRows;

void tlsrpt_failure_rows_init (TlsrptFailureRows *rows);
void tlsrpt_failure_rows_clear (TlsrptFailureRows *rows);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TlsrptFailureRows, tlsrpt_failure_rows_clear)

guint tlsrpt_failure_rows_length (const TlsrptFailureRows *rows);

/**
 * tlsrpt_failure_rows_add:
 * @rows: columns
 * @failure: a failure detail
 * @uid: key of its report
 * @policy_no: number of its policy, from 0
 * @failure_no: its own number in that policy, from 0
 */
void tlsrpt_failure_rows_add (TlsrptFailureRows *rows, const TlsrptFailure *failure,
                              const guint8 uid[TLSRPT_UID_BYTES], guint policy_no,
                              guint failure_no);

/**
 * tlsrpt_failure_rows_insert:
 * @first: number of the first of %TLSRPT_FAILURE_COLUMNS parameters
 *
 * Returns: (transfer full): `INSERT INTO ... SELECT ... FROM unnest(...) AS v (report_uid, ...)`, to
 *   be followed by a condition
 */
char *tlsrpt_failure_rows_insert (guint first);

/**
 * tlsrpt_failure_rows_params:
 * @rows: columns, complete; they stay the owner
 * @params: (out caller-allocates): as many as there are columns
 */
void tlsrpt_failure_rows_params (TlsrptFailureRows *rows,
                                 TlsrptPgParam params[TLSRPT_FAILURE_COLUMNS]);

/**
 * tlsrpt_failure_is_sliced:
 * @report: a report
 *
 * Returns: %TRUE if @report has more details than are sent together with others'
 */
gboolean tlsrpt_failure_is_sliced (const TlsrptReport *report);

/**
 * tlsrpt_failure_send_slices:
 * @pg: a connection, between tlsrpt_pg_send_guarded() and tlsrpt_pg_finish_guarded()
 * @report: a report that the guarded statement may have inserted
 * @uid: its key
 * @error: return location
 *
 * Sends all its details, a few thousand at a time, so that memory is bounded by a slice and the
 * server inserts one while the next is made. They are stored only if the report is of this
 * transaction: one that was there before has its own.
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_failure_send_slices (TlsrptPg *pg, const TlsrptReport *report,
                                     const guint8 uid[TLSRPT_UID_BYTES], GError **error);

G_END_DECLS
