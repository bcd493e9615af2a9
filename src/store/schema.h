/* SPDX-License-Identifier: GPL-3.0-or-later
 * Schema tlsrpt in a database: which version is there, and how to bring it up to date. */
#pragma once

#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

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
 * tlsrpt_schema_install:
 * @pg: a connection
 * @before: (out): version that was there; 0 for none
 * @error: return location
 *
 * Runs the files of install.sql in one transaction under an advisory lock: the migrations that were
 * not run yet, and everything else anew. Two at once are safe. Nothing is changed on error. One
 * transaction for all and not for each: between two migrations, or before functions and grants, lies
 * a schema that no program was made for.
 *
 * Errors: as tlsrpt_pg_query(); %TLSRPT_ERROR_OPERATOR if the schema is newer than the program.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_schema_install (TlsrptPg *pg, int *before, GError **error);

G_END_DECLS
