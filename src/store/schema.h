/* SPDX-License-Identifier: GPL-3.0-or-later
 * Schema tlsrpt in a database: which version is there, and how to bring it up to date. */
#pragma once

#include "pg/pg.h"
#include "store/script.h"

#include <glib.h>

G_BEGIN_DECLS

#define TLSRPT_SCHEMA_VERSION 1

/**
 * tlsrpt_schema_installed:
 * @pg: a connection
 * @version: (out): the highest migration that was run; 0 if the schema is not there
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_schema_installed (TlsrptPg *pg, int *version, GError **error);

/**
 * tlsrpt_schema_faults:
 * @pg: a connection to a database with the schema in it
 * @error: return location
 *
 * What an installation made and is now missing, belongs to another role, or has lost or gained a
 * privilege: view schema_fault.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full) (array zero-terminated=1): a line each, or %NULL with @error set
 */
char **tlsrpt_schema_faults (TlsrptPg *pg, GError **error);

/**
 * tlsrpt_schema_run:
 * @pg: a connection
 * @steps: (array length=n): what an installation runs, in its order; migrations numbered upwards
 * @n: how many
 * @before: (out): version that was there; 0 for none
 * @error: return location
 *
 * Runs @steps in one transaction under an advisory lock: the migrations that were not run yet, and
 * everything else anew. Two at once are safe. Nothing is changed on error. One transaction for all,
 * as no program was made for the schema that lies between two migrations, or before functions and
 * grants.
 *
 * Errors: as tlsrpt_pg_query(); %TLSRPT_ERROR_OPERATOR if the database has a migration that is
 * beyond the last of @steps.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_schema_run (TlsrptPg *pg, const TlsrptScriptStep *steps, guint n, int *before,
                            GError **error);

/**
 * tlsrpt_schema_install:
 * @pg: a connection
 * @partition: (nullable): `month` if a first installation is to make partitions of months
 * @before: (out): version that was there; 0 for none
 * @error: return location
 *
 * tlsrpt_schema_run() of the files of install.sql.
 *
 * Errors: as tlsrpt_schema_run(); %TLSRPT_ERROR_OPERATOR if @partition is asked for and the schema is
 * there without partitions.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_schema_install (TlsrptPg *pg, const char *partition, int *before, GError **error);

G_END_DECLS
