/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports and refused messages to the columns of the statement that stores them. */
#pragma once

#include "pg/pg.h"
#include "store/store.h"

#include <glib.h>

G_BEGIN_DECLS

/** TlsrptRows: columns under construction */
typedef struct _TlsrptRows TlsrptRows;

TlsrptRows *tlsrpt_rows_new (void);
void tlsrpt_rows_free (TlsrptRows *rows);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptRows, tlsrpt_rows_free)

/**
 * tlsrpt_rows_add_report:
 * @rows: columns
 * @report: a report; it must live as long as @rows
 * @uid: its key
 * @keep_evidence: whether its evidence is stored
 */
void tlsrpt_rows_add_report (TlsrptRows *rows, const TlsrptReport *report,
                             const guint8 uid[TLSRPT_UID_BYTES], gboolean keep_evidence);

/**
 * tlsrpt_rows_add_refused:
 * @rows: columns
 * @refused: a message for quarantine; bad UTF-8 in its header fields is repaired and they are cut at
 *   1000 bytes, as a refusal to quarantine would be a refusal for ever
 * @uid: its key
 */
void tlsrpt_rows_add_refused (TlsrptRows *rows, const TlsrptRefused *refused,
                              const guint8 uid[TLSRPT_UID_BYTES]);

/**
 * tlsrpt_rows_store:
 * @rows: columns, complete
 * @pg: a connection
 * @error: return location
 *
 * One transaction in one round trip: reports that are not there yet with their policies and failures,
 * and messages into quarantine; nothing at all if the schema's version is not the program's.
 *
 * The result has one row for each report, or a single row without a number: version of the schema
 * (null for none), position of the report in @rows from 1, whether it was inserted, whether the
 * digest of the one stored before is the same (null where it cannot be seen yet).
 *
 * Returns: (transfer full): that result, or %NULL with @error set
 */
PGresult *tlsrpt_rows_store (TlsrptRows *rows, TlsrptPg *pg, GError **error);

typedef enum {
  TLSRPT_ROWS_VERSION,
  TLSRPT_ROWS_NUMBER,
  TLSRPT_ROWS_INSERTED,
  TLSRPT_ROWS_SAME_DIGEST,
} TlsrptRowsColumn;

G_END_DECLS
