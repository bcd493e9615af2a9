/* SPDX-License-Identifier: GPL-3.0-or-later
 * The pieces of a batch, a report or a refused message each: their keys, their order, and which of
 * them one statement may take together. */
#pragma once

#include "core/item.h"
#include "store/entry.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptUnit:
 * @item: message it comes from
 * @report: (nullable): the report, owned by @item
 * @entry: (nullable): the same, as the store sees it
 * @refusal: (nullable): else why the message goes to quarantine, owned by @item or as @own_refusal
 * @own_refusal: (nullable): why the store itself refuses the report
 * @uid: key of the one or the other
 * @weight: bytes it will take in a statement, about
 * @outcome: position in the outcomes of @item
 * @result: what became of it
 * @is_settled: %TRUE once @result says so
 */
typedef struct {
  TlsrptItem *item;
  const TlsrptReport *report;
  TlsrptEntry *entry;
  const GError *refusal;
  GError *own_refusal;
  guint8 uid[TLSRPT_UID_BYTES];
  gsize weight;
  guint outcome;
  TlsrptOutcome result;
  gboolean is_settled;
} TlsrptUnit;

/**
 * tlsrpt_units_new:
 * @items: (element-type TlsrptItem): messages
 *
 * Returns: (transfer full) (element-type TlsrptUnit): their pieces, by value, reports first, sorted by key:
 *   two processes that insert the same keys in the same order wait for each other and never in a ring
 */
GPtrArray *tlsrpt_units_new (GPtrArray *items);

/**
 * tlsrpt_units_weight:
 * @item: a message
 *
 * Returns: bytes that its pieces will take in statements, about
 */
gsize tlsrpt_units_weight (const TlsrptItem *item);

/**
 * tlsrpt_unit_refuse:
 * @unit: a report
 * @error: why it is not stored
 * @result: what became of it
 *
 * Turns @unit into an entry for quarantine of the message it came in.
 */
void tlsrpt_unit_refuse (TlsrptUnit *unit, const GError *error, TlsrptOutcome result);

/**
 * tlsrpt_unit_mark_conflict:
 * @unit: a report whose key is that of one that says something else
 *
 * tlsrpt_unit_refuse() for that.
 */
void tlsrpt_unit_mark_conflict (TlsrptUnit *unit);

/**
 * tlsrpt_units_take_round:
 * @units: (element-type TlsrptUnit): sorted pieces
 *
 * Settles every report whose twin (same key, same content, no less verified) is stored, and turns one
 * whose twin of the same mail says something else into an entry for quarantine; of those not settled
 * yet, takes one of each key.
 *
 * Returns: (transfer container) (element-type TlsrptUnit): what can go to the server together, sorted
 *   as tlsrpt_units_new() does; empty if all is settled
 */
GPtrArray *tlsrpt_units_take_round (GPtrArray *units);

/**
 * tlsrpt_units_report_outcomes:
 * @items: (element-type TlsrptItem): messages whose `outcomes` are set
 * @units: (element-type TlsrptUnit): their pieces, all settled
 */
void tlsrpt_units_report_outcomes (GPtrArray *items, GPtrArray *units);

G_END_DECLS
