/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows of a query as structs, by a table of columns. */
#pragma once

#include "pg/columns.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/** TlsrptRecords: opaque: structs that were read, with all they point to */
typedef struct _TlsrptRecords TlsrptRecords;

/**
 * tlsrpt_records_query:
 * @pg: a connection
 * @relation: what is selected
 * @size: of the struct that @relation's members are of, in bytes
 * @sql: a statement with `$n` parameters in which `{columns}` stands for the list of @relation
 * @n_params: how many
 * @params: (array length=n_params) (nullable): them
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full): the rows, or %NULL with @error set
 */
TlsrptRecords *tlsrpt_records_query (TlsrptPg *pg, const TlsrptRelation *relation, gsize size,
                                     const char *sql, int n_params, const TlsrptPgParam *params,
                                     GError **error);

/**
 * tlsrpt_records_free:
 * @records: (transfer full) (nullable): what to free
 */
void tlsrpt_records_free (TlsrptRecords *records);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptRecords, tlsrpt_records_free)

/**
 * tlsrpt_records_length:
 * @records: rows
 *
 * Returns: number of rows
 */
guint tlsrpt_records_length (const TlsrptRecords *records);

/**
 * tlsrpt_records_get:
 * @records: rows
 * @row: number of one, from 0
 *
 * Returns: (transfer none): its struct, which lives as long as @records
 */
gconstpointer tlsrpt_records_get (const TlsrptRecords *records, guint row);

G_END_DECLS
