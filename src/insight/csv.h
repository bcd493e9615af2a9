/* SPDX-License-Identifier: GPL-3.0-or-later
 * A digest to CSV (RFC 4180), for spreadsheets and programs: a header line, and a row for each of what it says. A
 * cell that a spreadsheet would take for a formula begins with an apostrophe. */
#pragma once

#include "insight/digest.h"
#include "insight/period.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_csv_daily:
 * @pg: a connection whose user has role tlsrpt_reader
 * @period: days
 * @domain: (nullable): a policy domain in any spelling
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full): the rows of view daily as CSV; %NULL with @error set
 */
char *tlsrpt_csv_daily (TlsrptPg *pg, const TlsrptPeriod *period, const char *domain,
                        GError **error);

/**
 * tlsrpt_csv_has_table:
 * @table: a name
 *
 * Returns: whether it is one of tlsrpt_csv_tables()
 */
gboolean tlsrpt_csv_has_table (const char *table);

/**
 * tlsrpt_csv_tables:
 *
 * Returns: (transfer full): the names of tables, with commas between them
 */
char *tlsrpt_csv_tables (void);

/**
 * tlsrpt_csv_table:
 * @digest: a digest
 * @table: one of tlsrpt_csv_tables()
 *
 * Returns: (transfer full): that table as CSV, its columns the members that the JSON of @digest has; a list is
 *   one cell, with `; ` between its elements
 */
char *tlsrpt_csv_table (const TlsrptDigest *digest, const char *table);

G_END_DECLS
