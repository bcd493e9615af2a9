/* SPDX-License-Identifier: GPL-3.0-or-later
 * Columns of an incident in table and view, to a judgement and back. */
#pragma once

#include "insight/judgement.h"
#include "pg/array.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/** tlsrpt_column_list: what to select from table incident or view incident_list, as i, in this order, first */
extern const char tlsrpt_column_list[];

/** tlsrpt_column_count: how many columns that are */
extern const int tlsrpt_column_count;

/**
 * tlsrpt_column_name:
 * @i: number of a column, from 0
 *
 * Returns: (transfer none): its name in table incident
 */
const char *tlsrpt_column_name (guint i);

/**
 * tlsrpt_column_type:
 * @i: number of a column, from 0
 *
 * Returns: (transfer none): its SQL type
 */
const char *tlsrpt_column_type (guint i);

/**
 * tlsrpt_column_judgement:
 * @result: tuples that begin with tlsrpt_column_list
 * @row: one of them
 *
 * Returns: (transfer full): the incident, without domains, types, hosts and reporters
 */
TlsrptJudgement *tlsrpt_column_judgement (const PGresult *result, int row);

/**
 * TlsrptColumnParams:
 * @texts: owns text parameters
 * @arrays: owns arrays
 * @params: (element-type TlsrptPgParam): all of them
 */
typedef struct {
  GPtrArray *texts;
  GArray *arrays;
  GArray *params;
} TlsrptColumnParams;

/**
 * tlsrpt_column_params_init:
 * @params: (out caller-allocates): parameters
 *
 * Begins an empty list of parameters.
 */
void tlsrpt_column_params_init (TlsrptColumnParams *params);

/**
 * tlsrpt_column_params_clear:
 * @params: what to clear
 *
 * Frees all that @params owns, but not @params itself.
 */
void tlsrpt_column_params_clear (TlsrptColumnParams *params);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TlsrptColumnParams, tlsrpt_column_params_clear)

/**
 * tlsrpt_column_add_text:
 * @params: parameters
 * @text: (transfer full) (nullable): a text; %NULL is SQL NULL
 *
 * Adds @text as a parameter.
 */
void tlsrpt_column_add_text (TlsrptColumnParams *params, char *text);

/**
 * tlsrpt_column_add_array:
 * @params: parameters
 * @array: (transfer full): an array
 *
 * Adds @array as a parameter.
 */
void tlsrpt_column_add_array (TlsrptColumnParams *params, TlsrptArray array);

/**
 * tlsrpt_column_add_judgement:
 * @params: parameters
 * @judgement: an incident
 *
 * Adds all columns of @judgement as parameters.
 */
void tlsrpt_column_add_judgement (TlsrptColumnParams *params, const TlsrptJudgement *judgement);

/**
 * tlsrpt_column_run:
 * @pg: a connection
 * @sql: a statement with `$n` parameters
 * @params: its parameters
 * @error: return location
 *
 * Runs @sql.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_column_run (TlsrptPg *pg, const char *sql, const TlsrptColumnParams *params,
                            GError **error);

G_END_DECLS
