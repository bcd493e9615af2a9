/* SPDX-License-Identifier: GPL-3.0-or-later
 * Columns that sessions and failures have in common, to words of the engine. */
#pragma once

#include "insight/fact.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_scope_text:
 * @facts: facts that own words
 * @result: rows
 * @row: number of the row
 * @column: number of the column
 *
 * Returns: (transfer none) (nullable): the text there, a word of @facts; %NULL for null
 */
const char *tlsrpt_scope_text (TlsrptFacts *facts, const PGresult *result, int row, int column);

/**
 * tlsrpt_scope_day:
 * @result: rows
 * @row: number of the row
 * @column: number of the column
 *
 * Returns: the day there, in days since 1970
 */
gint32 tlsrpt_scope_day (const PGresult *result, int row, int column);

/**
 * tlsrpt_scope_mechanism:
 * @type: (nullable): a `policy-type` as sent (RFC 8460 section 4.4)
 *
 * Returns: the mechanism that it names
 */
TlsrptMechanism tlsrpt_scope_mechanism (const char *type);

/**
 * tlsrpt_scope_mode:
 * @mode: (nullable): mode of a policy
 *
 * Returns: the mode; unknown for another word
 */
TlsrptPolicyMode tlsrpt_scope_mode (const char *mode);

G_END_DECLS
