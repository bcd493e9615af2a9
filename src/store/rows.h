/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports and refused messages to the statement that stores them. */
#pragma once

#include "pg/pg.h"
#include "store/entry.h"
#include "core/item.h"
#include "store/reporters.h"

#include <glib.h>

G_BEGIN_DECLS

/** TlsrptRows: rows under construction */
typedef struct _TlsrptRows TlsrptRows;

/**
 * tlsrpt_rows_new:
 *
 * Returns: (transfer full): no rows
 */
TlsrptRows *tlsrpt_rows_new (void);

/**
 * tlsrpt_rows_free:
 * @rows: (transfer full) (nullable): what to free
 */
void tlsrpt_rows_free (TlsrptRows *rows);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptRows, tlsrpt_rows_free)

/**
 * tlsrpt_rows_add_entry:
 * @rows: rows
 * @entry: a report; it must live as long as @rows, and stay as it is
 * @keep_evidence: whether its evidence is stored
 */
void tlsrpt_rows_add_entry (TlsrptRows *rows, const TlsrptEntry *entry, gboolean keep_evidence);

/**
 * tlsrpt_rows_set_reporters:
 * @rows: rows
 * @reporters: what is stored of their reporters; outlives @rows
 */
void tlsrpt_rows_set_reporters (TlsrptRows *rows, TlsrptReporters *reporters);

/**
 * tlsrpt_rows_add_refused:
 * @rows: rows
 * @item: a message for quarantine; bad UTF-8 in its header fields is repaired and they are cut at
 *   1000 bytes, as a message that quarantine refuses could never be stored anywhere
 * @refusal: why it, or a report of it, is refused
 * @uid: its key
 * @bytes_kept: how much of it is kept, in bytes; 0 for all
 */
void tlsrpt_rows_add_refused (TlsrptRows *rows, const TlsrptItem *item, const GError *refusal,
                              const guint8 uid[TLSRPT_UID_BYTES], gsize bytes_kept);

/**
 * TlsrptRowsFate:
 * @TLSRPT_ROWS_UNSEEN: not inserted, and none with its key is to be seen: somebody else stored it
 *   while the statement ran, or there is one with another key that claims or says the same (twins.h)
 * @TLSRPT_ROWS_INSERTED: inserted
 * @TLSRPT_ROWS_SAME: one that says the same was there before, verified
 * @TLSRPT_ROWS_SAME_UNVERIFIED: likewise, unverified
 * @TLSRPT_ROWS_OTHER: one with its key that says something else was there before, verified
 * @TLSRPT_ROWS_OTHER_UNVERIFIED: likewise, unverified
 */
typedef enum {
  TLSRPT_ROWS_UNSEEN,
  TLSRPT_ROWS_INSERTED,
  TLSRPT_ROWS_SAME,
  TLSRPT_ROWS_SAME_UNVERIFIED,
  TLSRPT_ROWS_OTHER,
  TLSRPT_ROWS_OTHER_UNVERIFIED,
} TlsrptRowsFate;

/**
 * tlsrpt_rows_store:
 * @rows: rows, complete
 * @pg: a connection
 * @error: return location
 *
 * One transaction in one round trip: reports that are not there yet with their policies and failures,
 * and messages into quarantine; nothing at all if the schema's version is not the program's.
 *
 * Errors: as tlsrpt_pg_query(); %TLSRPT_ERROR_OPERATOR if the schema has another version.
 *
 * Returns: (transfer full) (element-type TlsrptRowsFate): what became of each report, in the order in
 *   which they were added; or %NULL with @error set
 */
GArray *tlsrpt_rows_store (TlsrptRows *rows, TlsrptPg *pg, GError **error);

G_END_DECLS
