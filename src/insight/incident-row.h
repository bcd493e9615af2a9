/* SPDX-License-Identifier: GPL-3.0-or-later
 * The rows of tlsrpt.incident, as they are written and read: one table of columns. */
#pragma once

#include "insight/book.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_incident_row_list:
 * @with_entry: whether also what an entry of the book has beside its judgement; view incident_list lacks it
 *
 * Returns: (transfer full): what to select first from table incident or view incident_list, which is called i
 */
char *tlsrpt_incident_row_list (gboolean with_entry);

/**
 * tlsrpt_incident_row_judgement:
 * @result: tuples that begin with tlsrpt_incident_row_list()
 * @row: one of them
 *
 * Returns: (transfer full): the incident, without domains, types, hosts and reporters
 */
TlsrptJudgement *tlsrpt_incident_row_judgement (const PGresult *result, int row);

/**
 * tlsrpt_incident_row_entry:
 * @entry: an entry of the book
 * @result: tuples that begin with tlsrpt_incident_row_list() with what an entry has
 * @row: one of them
 *
 * Sets what @entry has beside its judgement.
 */
void tlsrpt_incident_row_entry (TlsrptBookEntry *entry, const PGresult *result, int row);

/**
 * tlsrpt_incident_row_save:
 * @pg: a connection
 * @entries: (array length=n): entries of the book
 * @n: how many, %TLSRPT_INCIDENT_ROW_MAX at most
 * @error: return location
 *
 * Inserts the incidents, or replaces those whose number is there.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_incident_row_save (TlsrptPg *pg, TlsrptBookEntry *const *entries, guint n,
                                   GError **error);

/* Incidents in one statement: some 30 parameters each, of the 65,535 that a statement may have. */
#define TLSRPT_INCIDENT_ROW_MAX 500u

G_END_DECLS
