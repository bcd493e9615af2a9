/* SPDX-License-Identifier: GPL-3.0-or-later
 * Pieces of messages into the database, each exactly once. */
#pragma once

#include "store/batch.h"
#include "store/link.h"
#include "store/rows.h"

#include <glib.h>

G_BEGIN_DECLS

/* Tries of one statement on a connection that stood. */
#define TLSRPT_PUT_TRIES 7

/**
 * TlsrptPutFirst:
 * @rows: (nullable): rows that were made beforehand; %NULL once they are used
 * @unit: the first of their pieces
 * @n: how many pieces
 *
 * What the first statement takes, if it is as it seems before the server is asked.
 */
typedef struct {
  TlsrptRows *rows;
  const TlsrptUnit *unit;
  guint n;
} TlsrptPutFirst;

/**
 * TlsrptPut:
 * @link: the connection
 * @keep_evidence: whether the evidence is stored beside each report
 * @quarantine_bytes: how much is kept of a message that is refused, in bytes; 0 for all
 * @in_transaction: %TRUE while whole messages are stored: what fails undoes all, and is not tried again
 *   alone
 * @first: (nullable): rows that were made beforehand
 * @lets_wait: %TRUE while quarantine is full: what should go there is left to the mail system
 */
typedef struct {
  TlsrptLink *link;
  gboolean keep_evidence;
  gsize quarantine_bytes;
  gboolean in_transaction;
  gboolean lets_wait;
  TlsrptPutFirst *first;
} TlsrptPut;

/**
 * TlsrptPutWeight:
 * @object: what is stored
 *
 * Returns: bytes that it will take in a statement, about
 */
typedef gsize (*TlsrptPutWeight) (gconstpointer object);

/**
 * tlsrpt_put_fitting:
 * @objects: what is stored, in order
 * @first: where to begin
 * @weight: of one of them
 *
 * Returns: how many of @objects go together, up to TLSRPT_STATEMENT_BYTES; one at least, however large
 */
guint tlsrpt_put_fitting (const GPtrArray *objects, guint first, TlsrptPutWeight weight);

/**
 * tlsrpt_put_prepare:
 * @put: how; its connection may be busy
 * @units: (element-type TlsrptUnit): sorted pieces, none of them stored yet
 *
 * Makes the rows of the first statement of tlsrpt_put_rounds().
 *
 * Returns: what `first` of @put may be while @units are stored; its rows are the caller's
 */
TlsrptPutFirst tlsrpt_put_prepare (const TlsrptPut *put, GPtrArray *units);

/**
 * tlsrpt_put_rounds:
 * @put: how
 * @units: (element-type TlsrptUnit): sorted pieces
 * @error: return location
 *
 * Stores @units in as many statements as it takes, each a transaction unless one is open. A server that
 * restarts is waited for, within the deadline.
 *
 * Errors: %TLSRPT_ERROR_TEMPORARY, %TLSRPT_ERROR_DEADLINE, %TLSRPT_ERROR_OPERATOR,
 * %TLSRPT_ERROR_INTERNAL; in a transaction also what the server refuses of a message.
 *
 * Returns: %TRUE with all of @units settled, or %FALSE with @error set
 */
gboolean tlsrpt_put_rounds (TlsrptPut *put, GPtrArray *units, GError **error);

/**
 * tlsrpt_put_in_transaction:
 * @put: how
 * @units: (element-type TlsrptUnit): sorted pieces
 * @is_kept: %FALSE to undo it all: it was only a try
 * @error: return location
 *
 * tlsrpt_put_rounds() in one transaction, which is undone where anything fails.
 *
 * Errors: as tlsrpt_put_rounds().
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_put_in_transaction (TlsrptPut *put, GPtrArray *units, gboolean is_kept,
                                    GError **error);

/**
 * tlsrpt_put_is_quarantine_full:
 * @put: how
 *
 * Returns: whether the last statement wanted more room in quarantine than there is
 */
gboolean tlsrpt_put_is_quarantine_full (const TlsrptPut *put);

/**
 * tlsrpt_put_refuse:
 * @unit: a report that the server refused, by its value or for want of room
 * @failure: why
 *
 * Turns @unit into an entry for quarantine.
 */
void tlsrpt_put_refuse (TlsrptUnit *unit, const GError *failure);

G_END_DECLS
